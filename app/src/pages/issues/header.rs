//! The head of an issue's page: its name, its state, and how much of it there is.

use leptos::prelude::*;

use crate::api::{Issue, IssueKind};
use crate::components::{Count, LevelMark, ReleaseChip, Sparkline, StatusBadge, TimeAgo};
use crate::routes;

#[component]
pub(super) fn IssueHeader(issue: Issue, reason: Option<String>) -> impl IntoView {
    let inbox = format!("{}?project={}", routes::ISSUES, issue.project);
    let is_error = issue.kind == IssueKind::Error;
    view! {
        <header class="issue-header">
            <p class="where">
                <span class="short-id">{issue.short_id}</span>
                <a href=inbox>{issue.project}</a>
                {is_error.then(|| view! { <span class="level"><LevelMark level=issue.level/>{issue.level.as_str()}</span> })}
                {(!is_error).then(|| view! { <span>"feedback"</span> })}
                <StatusBadge status=issue.status substatus=issue.substatus/>
                {reason.map(|reason| view! { <span class="reason">{reason}</span> })}
            </p>
            <h1>{issue.title}</h1>
            {issue.culprit.map(|culprit| view! { <p class="culprit">{culprit}</p> })}
        </header>
    }
}

#[component]
pub(super) fn Figures(issue: Issue) -> impl IntoView {
    let unit = if issue.kind == IssueKind::Error { "Events" } else { "Reports" };
    let first = issue.first_release.map(|version| (issue.project.clone(), version));
    let last = issue.last_release.map(|version| (issue.project, version));
    let chip = |(project, version)| view! { " in "<ReleaseChip project version/> };
    view! {
        <dl class="figures">
            <div><dt>{unit}</dt><dd><Count value=issue.events/></dd></div>
            <div><dt>"Users"</dt><dd><Count value=issue.users/></dd></div>
            <div><dt>"First seen"</dt><dd><TimeAgo at=issue.first_seen/>{first.map(chip)}</dd></div>
            <div><dt>"Last seen"</dt><dd><TimeAgo at=issue.last_seen/>{last.map(chip)}</dd></div>
            <div class="trend">
                <dt>"14 days"</dt>
                <dd><Sparkline values=issue.trend label=format!("{unit} per day, last 14 days")/></dd>
            </div>
        </dl>
    }
}
