//! Deciding about an issue: each button is a form of its own, so each works without a script.

use leptos::prelude::*;

use super::assignees::assignees;
use super::issue::Actions;
use super::priority::PriorityForm;
use super::settle::{Answered, Archive, Resolve};
use crate::api::{Issue, IssueKind, Member, Status, TeamName};
use crate::components::{FormError, SubmitButton};

#[component]
pub(super) fn TriageForms(
    issue: Issue,
    releases: Vec<String>,
    members: Vec<Member>,
    teams: Vec<TeamName>,
    actions: Actions,
) -> impl IntoView {
    let refused = move || {
        let triage = actions.triage.value().get().and_then(Result::err);
        let priority = move || actions.prioritise.value().get().and_then(Result::err);
        let assign = move || actions.assign.value().get().and_then(Result::err);
        view! { <FormError error=triage.or_else(priority).or_else(assign)/> }
    };
    let short_id = issue.short_id.clone();
    let assignee = issue.assignee.clone().unwrap_or_default();
    view! {
        <div class="triage-forms">
            {decisions(&issue, releases, actions)}
            <Assign short_id=short_id.clone() assignee members teams actions/>
            <PriorityForm short_id priority=issue.priority is_automatic=issue.priority_is_automatic actions/>
            {refused}
        </div>
    }
}

/// What can be decided in the state it is in.
fn decisions(issue: &Issue, releases: Vec<String>, actions: Actions) -> AnyView {
    let short_id = issue.short_id.clone();
    let resolve = view! { <Resolve short_id=short_id.clone() releases actions/> }.into_any();
    let archive = view! { <Archive short_id=short_id.clone() actions/> }.into_any();
    let reopen = view! { <Reopen short_id=short_id.clone() actions/> }.into_any();
    let answered = (issue.kind == IssueKind::Feedback).then(|| view! { <Answered short_id actions/> });
    match issue.status {
        Status::Unresolved => view! { {resolve}{answered}{archive} }.into_any(),
        Status::Resolved => view! { {reopen}{archive} }.into_any(),
        Status::Answered => view! { {reopen}{resolve} }.into_any(),
        Status::Archived => view! { {reopen}{resolve}{answered} }.into_any(),
    }
}

#[component]
fn Reopen(short_id: String, actions: Actions) -> impl IntoView {
    view! {
        <ActionForm action=actions.triage attr:class="settle">
            <input type="hidden" name="short_id" value=short_id/>
            <SubmitButton label="Unresolve" name="triage" value="unresolve" look="secondary"/>
        </ActionForm>
    }
}

#[component]
fn Assign(
    short_id: String,
    assignee: String,
    members: Vec<Member>,
    teams: Vec<TeamName>,
    actions: Actions,
) -> impl IntoView {
    let choices = assignees(&assignee, members, teams);
    view! {
        <ActionForm action=actions.assign attr:class="assign field">
            <input type="hidden" name="short_id" value=short_id/>
            <select name="assignee" aria-label="Assigned to" data-keys="a" data-action="Assign">
                {choices}
            </select>
            <SubmitButton label="Assign" look="secondary"/>
        </ActionForm>
    }
}
