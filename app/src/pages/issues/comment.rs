//! Saying something about an issue, and changing what one said.

use leptos::form::ActionForm;
use leptos::prelude::*;

use super::issue::Actions;
use crate::api::{COMMENT_CHARS_MAX, Comment};
use crate::components::{SubmitButton, TextArea, TimeAgo};
use crate::pages::outcome::Outcome;
use crate::routes;

#[component]
pub(super) fn CommentForm(short_id: String, actions: Actions) -> impl IntoView {
    view! {
        <ActionForm action=actions.comment attr:class="form comment-form">
            <input type="hidden" name="short_id" value=short_id/>
            <TextArea label="Comment" name="body" id="new-comment" rows=3 required=true maxlength=COMMENT_CHARS_MAX
                hint="Markdown. @name and #team tell somebody."/>
            <Outcome action=actions.comment/>
            <SubmitButton label="Comment"/>
        </ActionForm>
    }
    .into_any()
}

#[component]
pub(super) fn CommentCard(short_id: String, comment: Comment, actions: Actions) -> impl IntoView {
    let address = routes::comment(&short_id, comment.id);
    let elsewhere = (comment.issue != short_id).then(|| format!("on {} ", comment.issue));
    let edited = comment.edited_at.map(|at| view! { <span class="quiet">"edited "<TimeAgo at/></span> });
    let by = comment.by.clone().unwrap_or_else(|| "Somebody".to_owned());
    let edit = comment.may_edit.then(|| edit(short_id.clone(), comment.id, comment.body.clone(), actions));
    let delete = comment.may_delete.then(|| delete(short_id, comment.id, actions));
    let label = format!("Comment by {by}");
    let acts = (edit.is_some() || delete.is_some()).then(|| view! { <div class="acts">{edit}{delete}</div> });
    view! {
        <article class="comment" aria-label=label>
            <header>
                <strong title=comment.email>{by}</strong>
                <span class="quiet">{elsewhere}<a class="quiet" href=address><TimeAgo at=comment.created_at/></a></span>
                {edited}
            </header>
            <div class="markdown" inner_html=comment.html></div>
            {acts}
        </article>
    }
    .into_any()
}

fn edit(short_id: String, id: i64, body: String, actions: Actions) -> AnyView {
    view! {
        <details class="edit">
            <summary>"Edit"</summary>
            <ActionForm action=actions.edit attr:class="form">
                <input type="hidden" name="short_id" value=short_id/>
                <input type="hidden" name="comment" value=id.to_string()/>
                <TextArea label="Your comment" name="body" id=format!("edit-comment-{id}") rows=5 value=body required=true
                    maxlength=COMMENT_CHARS_MAX/>
                <SubmitButton label="Save comment" look="secondary"/>
            </ActionForm>
        </details>
    }
    .into_any()
}

/// Asks before it does it, without needing a script for that.
fn delete(short_id: String, id: i64, actions: Actions) -> AnyView {
    view! {
        <details class="delete">
            <summary>"Delete…"</summary>
            <ActionForm action=actions.delete>
                <input type="hidden" name="short_id" value=short_id/>
                <input type="hidden" name="comment" value=id.to_string()/>
                <SubmitButton label="Delete this comment" look="danger"/>
            </ActionForm>
        </details>
    }
    .into_any()
}
