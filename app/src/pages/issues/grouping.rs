//! What holds an issue together, and taking it apart or adding to it.

use leptos::prelude::*;

use super::issue::Actions;
use crate::api::{IssueGrouping, IssueHash, IssueName, RelatedIssue};
use crate::components::{Count, FormError, SubmitButton, TimeAgo};
use crate::routes;

#[component]
pub(super) fn GroupingSection(short_id: String, grouping: IssueGrouping, actions: Actions) -> impl IntoView {
    let IssueGrouping { hashes, newest_only, merged, related } = grouping;
    let several = hashes.len() > 1;
    let rows = hashes.into_iter().map(|hash| view! { <HashRow short_id=short_id.clone() hash several actions/> });
    let refused = move || {
        let split = actions.split.value().get().and_then(Result::err);
        view! { <FormError error=split.or_else(|| actions.merge.value().get().and_then(Result::err))/> }
    };
    view! {
        <section class="issue-grouping" aria-labelledby="grouping-heading">
            <h2 id="grouping-heading">"Grouping"</h2>
            <p class="quiet">
                "An issue is what shares one of these fingerprints."
                {newest_only.then_some(" The counts are of its newest events.")}
            </p>
            <ul class="hashes">{rows.collect::<Vec<_>>()}</ul>
            <Merged short_id=short_id.clone() merged/>
            <Related related/>
            <MergeForm short_id actions/>
            {refused}
        </section>
    }
}

#[component]
fn HashRow(short_id: String, hash: IssueHash, several: bool, actions: Actions) -> impl IntoView {
    let event = hash.event_id.map(|id| {
        view! { <a href=routes::issue_event(&short_id, &id)>"newest event"</a> }
    });
    let label = match &hash.merged_from {
        Some(from) => format!("Split {from} off"),
        None => "Split off".to_owned(),
    };
    let short = hash.hash.get(..8).unwrap_or_default().to_owned();
    let name = format!("{label}, {short}");
    let whole = hash.hash.clone();
    let form = several.then(|| {
        view! {
            <ActionForm action=actions.split>
                <input type="hidden" name="short_id" value=short_id/>
                <input type="hidden" name="hashes" value=whole/>
                <button type="submit" class="submit-button secondary" aria-label=name>{label}</button>
            </ActionForm>
        }
    });
    view! {
        <li>
            <p>{hash.summary}</p>
            <p class="facts">
                <span class="mono" title=hash.hash>{short}</span>
                <span><Count value=hash.events/>" times"</span>
                <span>"first "<TimeAgo at=hash.first_seen/></span>
                <span>"last "<TimeAgo at=hash.last_seen/></span>
                {hash.merged_from.map(|from| view! { <span>{format!("from {from}")}</span> })}
                {event}
            </p>
            {form}
        </li>
    }
}

#[component]
fn Merged(short_id: String, merged: Vec<IssueName>) -> impl IntoView {
    (!merged.is_empty()).then(|| {
        let names = merged.iter().map(|issue| issue.short_id.as_str()).collect::<Vec<_>>().join(", ");
        view! { <p class="quiet">{format!("{names} became part of {short_id}; splitting their fingerprints off brings them back.")}</p> }
    })
}

#[component]
fn Related(related: Vec<RelatedIssue>) -> impl IntoView {
    (!related.is_empty()).then(|| {
        let rows = related.into_iter().map(|related| {
            let RelatedIssue { issue, reason } = related;
            let address = routes::issue(&issue.short_id);
            view! {
                <li>
                    <a href=address>{issue.short_id}</a>" "{issue.title}" "
                    <span class="reason">{reason}</span>
                </li>
            }
        });
        view! { <h3>"Looks like this one"</h3><ul class="related">{rows.collect_view()}</ul> }
    })
}

#[component]
fn MergeForm(short_id: String, actions: Actions) -> impl IntoView {
    view! {
        <ActionForm action=actions.merge attr:class="field merge-form">
            <input type="hidden" name="short_id" value=short_id/>
            <label for="merge-issues">"Merge into this"</label>
            <input id="merge-issues" name="issues" type="text" autocomplete="off" required=true placeholder="SHOP-7 SHOP-9"
                data-keys="m" data-action="Merge into this"/>
            <SubmitButton label="Merge" look="secondary"/>
        </ActionForm>
    }
}
