//! The head of an issue's page: its name, its state, and how much of it there is.

use leptos::prelude::*;

use super::state::StateNote;
use crate::api::{Issue, IssueKind, IssueState, Sampling, Timestamp};
use crate::components::{Count, LevelMark, PriorityMark, ReleaseChip, Sparkline, StatusBadge, TimeAgo, grouped};
use crate::routes;

#[component]
pub(super) fn IssueHeader(issue: Issue, reason: Option<String>, state: Option<IssueState>) -> impl IntoView {
    let inbox = format!("{}?project={}", routes::ISSUES, issue.project);
    let is_error = issue.kind == IssueKind::Error;
    view! {
        <header class="issue-header">
            <p class="where" data-live="where">
                <span class="short-id">{issue.short_id}</span>
                <a href=inbox>{issue.project}</a>
                {is_error.then(|| view! { <span class="level"><LevelMark level=issue.level/>{issue.level.as_str()}</span> })}
                {(!is_error).then(|| view! { <span>"feedback"</span> })}
                <StatusBadge status=issue.status substatus=issue.substatus/>
                {reason.map(|reason| view! { <span class="reason">{reason}</span> })}
                {state.map(|state| view! { <StateNote state/> })}
            </p>
            <p class="where" data-live="priority">
                <PriorityMark priority=issue.priority/>
                " "<span class="reason">{issue.priority_reason}</span>
            </p>
            <h1>{issue.title}</h1>
            {issue.culprit.map(|culprit| view! { <p class="culprit">{culprit}</p> })}
        </header>
    }
}

#[component]
pub(super) fn Figures(issue: Issue, sampling: Option<Sampling>) -> impl IntoView {
    let unit = if issue.kind == IssueKind::Error { "Events" } else { "Reports" };
    let note = sampling.map(|sampling| stored_in_part(issue.events, sampling));
    let all = everything_of(&issue);
    let first = issue.first_release.map(|version| (issue.project.clone(), version));
    let last = issue.last_release.map(|version| (issue.project, version));
    let chip = |(project, version)| view! { " in "<ReleaseChip project version/> };
    view! {
        <dl class="figures" data-live="figures">
            <div><dt>{unit}</dt><dd><a href=all.clone()><Count value=issue.events/></a></dd></div>
            <div><dt>"Users"</dt><dd><Count value=issue.users/></dd></div>
            <div><dt>"First seen"</dt><dd><TimeAgo at=issue.first_seen/>{first.map(chip)}</dd></div>
            <div><dt>"Last seen"</dt><dd><TimeAgo at=issue.last_seen/>{last.map(chip)}</dd></div>
            <div class="trend">
                <dt>"14 days"</dt>
                <dd><a href=all><Sparkline values=issue.trend label=format!("{unit} per day, last 14 days")/></a></dd>
            </div>
        </dl>
        {note}
    }
}

/// Where an issue's events or pieces of feedback are listed.
fn everything_of(issue: &Issue) -> String {
    let query = format!("issue:{}", issue.short_id);
    match issue.kind {
        IssueKind::Error => routes::search(&query),
        IssueKind::Feedback => routes::feedback_of(&issue.project, &query),
    }
}

/// What stands behind the number of events when not all of them were stored.
fn stored_in_part(events: u64, sampling: Sampling) -> AnyView {
    let what = match sampling.floods {
        0 | 1 => "a flood".to_owned(),
        floods => format!("{floods} floods, the latest"),
    };
    let (stored, events) = (grouped(sampling.stored), grouped(events));
    let was = if sampling.floods > 1 { ", were stored in part." } else { " was stored in part." };
    view! {
        <p class="sampling">
            {events}" events, "{stored}" of them stored: "{what}" from "{span(sampling.from, sampling.until)}{was}
            " The others are counted, in every figure here."
        </p>
    }
    .into_any()
}

/// `2026-11-23 10:05 to 10:20 UTC`; the day once where it is the same.
fn span(from: Timestamp, until: Timestamp) -> AnyView {
    let begins = from.readable();
    let begins = begins.get(..16).unwrap_or(&begins).to_owned();
    let ends = until.to_the_minute();
    let ends = if from.date() == until.date() { ends.get(11..).unwrap_or(&ends).to_owned() } else { ends };
    view! {
        <time datetime=from.to_string()>{begins}</time>" to "<time datetime=until.to_string()>{ends}</time>
    }
    .into_any()
}
