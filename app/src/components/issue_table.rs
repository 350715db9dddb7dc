//! Issues as rows; on a narrow screen each row becomes a block.

use leptos::prelude::*;

use super::{Count, KindMark, PriorityMark, ReleaseChip, Sparkline, StatusBadge, TimeAgo};
use crate::api::{Issue, IssueKind};
use crate::islands::SelectPage;
use crate::routes;

/// More releases than these are counted, not listed.
const CHIPS_MAX: usize = 2;

#[component]
pub(crate) fn IssueTable(
    issues: Vec<Issue>,
    /// Each row has a box to tick, which is sent as `issues[]` with the form around the table.
    #[prop(optional)]
    selectable: bool,
) -> impl IntoView {
    let rows = issues.into_iter().map(|issue| view! { <IssueRow issue selectable/> }).collect_view();
    view! {
        <table class="issue-table" class:selectable=selectable>
            <thead>
                <tr>
                    {selectable.then(|| view! { <th scope="col" class="select"><SelectPage/></th> })}
                    <th scope="col">"Issue"</th>
                    <th scope="col" class="trend">"14 days"</th>
                    <th scope="col" class="number">"Events"</th>
                    <th scope="col" class="number">"Users"</th>
                    <th scope="col">"Last seen"</th>
                    <th scope="col">"Status"</th>
                </tr>
            </thead>
            <tbody data-live-list>{rows}</tbody>
        </table>
    }
}

#[component]
fn IssueRow(issue: Issue, selectable: bool) -> impl IntoView {
    let chips = chips(&issue);
    let key = issue.short_id.clone();
    let live = |what: &str| format!("{key} {what}");
    let trend = format!("{} per day, last 14 days", unit(issue.kind));
    view! {
        <tr data-row data-key=key.clone()>
            {selectable.then(|| tick(&issue))}
            <td class="what">
                <KindMark kind=issue.kind level=issue.level/>
                <a class="title" href=routes::issue(&issue.short_id)>{issue.title}</a>
                {issue.culprit.map(|culprit| view! { <span class="culprit">{culprit}</span> })}
                <span class="facts">
                    <span class="short-id">{issue.short_id}</span>
                    <PriorityMark priority=issue.priority reason=issue.priority_reason/>
                    {chips}
                    {issue.assignee.map(|who| view! { <span class="assignee">{who}</span> })}
                </span>
            </td>
            <td class="trend" data-live=live("trend")><Sparkline values=issue.trend label=trend/></td>
            <td class="number" data-live=live("events") data-label=counted(unit(issue.kind), issue.events)><Count value=issue.events/></td>
            <td class="number" data-live=live("users") data-label=counted("users", issue.users)><Count value=issue.users/></td>
            <td class="seen" data-live=live("seen")><TimeAgo at=issue.last_seen/></td>
            <td class="state" data-live=live("state")><StatusBadge status=issue.status substatus=issue.substatus/></td>
        </tr>
    }
}

fn tick(issue: &Issue) -> impl IntoView + use<> {
    let (value, label) = (issue.short_id.clone(), format!("Select {}", issue.short_id));
    view! {
        <td class="select">
            <label><input type="checkbox" name="issues[]" value=value aria-label=label/></label>
        </td>
    }
}

fn unit(kind: IssueKind) -> &'static str {
    match kind {
        IssueKind::Error => "events",
        IssueKind::Feedback => "reports",
    }
}

/// The unit after a number, where there is no column heading to say it.
fn counted(plural: &'static str, count: u64) -> &'static str {
    if count == 1 { plural.trim_end_matches('s') } else { plural }
}

fn chips(issue: &Issue) -> impl IntoView + use<> {
    let more = issue.releases.len().saturating_sub(CHIPS_MAX);
    let chips = issue.releases.iter().take(CHIPS_MAX);
    let chips = chips.map(|release| (issue.project.clone(), release.version.clone()));
    let chips = chips.map(|(project, version)| view! { <ReleaseChip project version/> }).collect_view();
    view! {
        {chips}
        {(more > 0).then(|| view! { <span class="more">{format!("+{more} releases")}</span> })}
    }
}
