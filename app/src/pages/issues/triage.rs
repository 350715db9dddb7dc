//! Deciding about an issue: each button is a form of its own, so each works without a script.

use leptos::prelude::*;

use super::issue::Actions;
use crate::api::{Member, Status, TeamName};
use crate::components::{FormError, Kept, SubmitButton};

#[component]
pub(super) fn TriageForms(
    short_id: String,
    status: Status,
    assignee: String,
    members: Vec<Member>,
    teams: Vec<TeamName>,
    actions: Actions,
) -> impl IntoView {
    let refused = move || {
        let triage = actions.triage.value().get().and_then(Result::err);
        view! { <FormError error=triage.or_else(|| actions.assign.value().get().and_then(Result::err))/> }
    };
    let decide = match status {
        Status::Unresolved => view! { <Settle short_id=short_id.clone() actions/> }.into_any(),
        Status::Resolved | Status::Archived => view! { <Reopen short_id=short_id.clone() actions/> }.into_any(),
    };
    view! {
        <div class="triage-forms">
            {decide}
            <Assign short_id assignee members teams actions/>
            {refused}
        </div>
    }
}

#[component]
fn Settle(short_id: String, actions: Actions) -> impl IntoView {
    view! {
        <ActionForm action=actions.triage attr:class="settle">
            <input type="hidden" name="short_id" value=short_id/>
            <div class="split">
                <SubmitButton label="Resolve" name="triage" value="resolve"/>
                <details class="menu">
                    <summary class="submit-button primary" aria-label="Resolve in a release">"▾"</summary>
                    <div class="panel">
                        <SubmitButton label="In the latest release" name="triage" value="resolve_in_release" look="plain"/>
                        <SubmitButton label="In the next release" name="triage" value="resolve_in_next_release" look="plain"/>
                    </div>
                </details>
            </div>
            <SubmitButton label="Archive" name="triage" value="archive" look="secondary"/>
        </ActionForm>
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
    let option = |value: String, label: String| {
        let selected = value == assignee;
        view! { <option value=value selected=selected prop:selected=Kept(selected)>{label}</option> }
    };
    let none = teams.is_empty();
    let teams = teams.into_iter().map(|team| option(format!("#{}", team.slug), team.name)).collect_view();
    let members = members.into_iter().map(|member| option(member.email, member.name)).collect_view();
    view! {
        <ActionForm action=actions.assign attr:class="assign field">
            <input type="hidden" name="short_id" value=short_id/>
            <select name="assignee" aria-label="Assigned to">
                <option value="">"Nobody"</option>
                {(!none).then(|| view! { <optgroup label="Teams">{teams}</optgroup> })}
                <optgroup label="Members">{members}</optgroup>
            </select>
            <SubmitButton label="Assign" look="secondary"/>
        </ActionForm>
    }
}
