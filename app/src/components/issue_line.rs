//! An issue on one compact line, for side lists.

use leptos::prelude::*;

use super::{Count, LevelMark};
use crate::api::{Issue, IssueKind};
use crate::routes;

#[component]
pub(crate) fn IssueLine(issue: Issue) -> impl IntoView {
    let address = routes::issue(&issue.short_id);
    view! {
        <a class="issue-line" href=address>
            {(issue.kind == IssueKind::Error).then(|| view! { <LevelMark level=issue.level/> })}
            <span class="title">{issue.title}</span>
            <span class="short-id">{issue.short_id}</span>
            <Count value=issue.events/>
        </a>
    }
}
