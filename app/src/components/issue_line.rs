//! An issue on one compact line, for side lists.

use leptos::prelude::*;

use super::{Count, KindMark};
use crate::api::Issue;
use crate::routes;

#[component]
pub(crate) fn IssueLine(issue: Issue) -> impl IntoView {
    let address = routes::issue(&issue.short_id);
    view! {
        <a class="issue-line" href=address>
            <KindMark kind=issue.kind level=issue.level/>
            <span class="title">{issue.title}</span>
            <span class="short-id">{issue.short_id}</span>
            <Count value=issue.events/>
        </a>
    }
}
