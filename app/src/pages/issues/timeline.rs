//! Everything that happened around an issue, newest first, with the form to say something on top.

use leptos::form::ActionForm;
use leptos::prelude::*;

use super::comment::{CommentCard, CommentForm};
use super::issue::Actions;
use super::linked::linked;
use crate::api::{Discussion, Moment, MomentKind, Subscription};
use crate::components::{FormError, SubmitButton, TimeAgo};
use crate::routes;

/// `before` is the cursor of the page that is shown; empty for the newest.
#[component]
pub(super) fn Timeline(
    short_id: String,
    project: String,
    discussion: Discussion,
    before: String,
    actions: Actions,
) -> impl IntoView {
    let Discussion { timeline, subscription, may_comment, .. } = discussion;
    let place = (short_id.clone(), project);
    let moments = timeline.data.into_iter().map(|moment| moment_view(&place, moment, actions)).collect_view();
    let older = timeline.next.map(|next| {
        let path = routes::with_query(&routes::issue(&short_id), &[("before", Some(&next))]);
        view! { <a href=format!("{path}#timeline")>"Earlier"</a> }
    });
    let newest = (!before.is_empty()).then(|| view! { <a href=routes::timeline(&short_id)>"Newest"</a> });
    view! {
        <section class="timeline" id="timeline" aria-labelledby="timeline-heading">
            <h2 id="timeline-heading">"Timeline"</h2>
            <Follow short_id=short_id.clone() subscription actions/>
            {may_comment.then(|| view! { <CommentForm short_id actions/> })}
            <ol role="list" data-live-list>{moments}</ol>
            <nav class="pager" aria-label="Pages of the timeline">{newest}{older}</nav>
        </section>
    }
    .into_any()
}

/// Whether the reader follows the issue, and the way to change that.
#[component]
fn Follow(short_id: String, subscription: Subscription, actions: Actions) -> impl IntoView {
    let Subscription { subscribed, reason, subscribers } = subscription;
    let why = match (subscribed, reason) {
        (true, Some(reason)) => format!("You follow this issue: {reason}."),
        (true, None) => "You follow this issue.".to_owned(),
        (false, _) => "You do not follow this issue.".to_owned(),
    };
    let all = match subscribers {
        0 => "Nobody does.".to_owned(),
        1 => "One member does.".to_owned(),
        count => format!("{count} members do."),
    };
    let (label, on) = if subscribed { ("Unfollow", "false") } else { ("Follow", "true") };
    let refused = move || {
        let edit = move || actions.edit.value().get().and_then(Result::err);
        let delete = move || actions.delete.value().get().and_then(Result::err);
        let subscribe = actions.subscribe.value().get().and_then(Result::err);
        view! { <FormError error=subscribe.or_else(edit).or_else(delete)/> }
    };
    view! {
        <ActionForm action=actions.subscribe attr:class="follow">
            <input type="hidden" name="short_id" value=short_id/>
            <input type="hidden" name="on" value=on/>
            <p class="quiet">{why}" "{all}</p>
            <SubmitButton label look="secondary"/>
        </ActionForm>
        {refused}
    }
    .into_any()
}

fn moment_view((short_id, project): &(String, String), moment: Moment, actions: Actions) -> AnyView {
    let class = format!("moment is-{}", moment.kind);
    if let Some(comment) = moment.comment {
        let id = format!("comment-{}", comment.id);
        return view! {
            <li class=class id=id.clone() data-key=id><CommentCard short_id=short_id.clone() comment actions/></li>
        }
        .into_any();
    }
    // What nobody did is Fieldfare's doing, but that a release appeared or a mail left is nobody's.
    let by = match moment.kind {
        MomentKind::Activity => Some(moment.by.unwrap_or_else(|| "Fieldfare".to_owned())),
        _ => moment.by,
    };
    let by = by.map(|by| view! { <strong>{by}</strong>" " });
    let what = linked(&moment.what, project, moment.release.as_deref());
    let key = format!("{} {} {}", moment.kind, moment.at.0, moment.what);
    view! { <li class=class data-key=key>{by}{what}" "<TimeAgo at=moment.at/></li> }.into_any()
}
