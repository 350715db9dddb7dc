//! Doing one thing to many issues of the inbox, and taking it back.

use leptos::form::ActionForm;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::assignees::assignees;
use crate::api::{BulkAction, BulkChange, ChangeIssues, Issue, IssueFilter, Member, TeamName, UndoChange, get_change};
use crate::components::{FormError, IssueTable, SubmitButton, grouped};

/// The list with a box in each row, and what can be done with those that are ticked.
#[component]
pub(super) fn BulkForm(
    filter: IssueFilter,
    total: u64,
    members: Vec<Member>,
    teams: Vec<TeamName>,
    issues: Vec<Issue>,
) -> impl IntoView {
    let change = ServerAction::<ChangeIssues>::new();
    let refused = move || view! { <FormError error=change.value().get().and_then(Result::err)/> };
    let is_one_page = total <= issues.len() as u64;
    view! {
        <ActionForm action=change attr:class="bulk-form" attr:data-bulk="">
            {hidden(&filter)}
            <div class="bulk-bar" role="group" aria-label="Do with the selected issues">
                <span class="selected" data-selected="" role="status"></span>
                {button(BulkAction::Resolve, "Resolve", Some("e"))}
                <details class="menu" data-keys="s">
                    <summary class="submit-button secondary">"More…"</summary>
                    <div class="panel">
                        {choice(BulkAction::ResolveInRelease, "Resolve in the latest release")}
                        {choice(BulkAction::ResolveInNextRelease, "Resolve in the next release")}
                        {choice(BulkAction::ArchiveUntilEscalating, "Archive until they escalate")}
                        {choice(BulkAction::Archive, "Archive for good")}
                        {choice(BulkAction::Unresolve, "Reopen")}
                    </div>
                </details>
                {button(BulkAction::Merge, "Merge", Some("m"))}
                <select name="assignee" aria-label="Assign to" data-keys="a" data-action="Assign">
                    {assignees("", members, teams)}
                </select>
                {button(BulkAction::Assign, "Assign", None)}
                {(!is_one_page).then(|| all_of_them(total))}
            </div>
            {refused}
            <IssueTable issues selectable=true/>
        </ActionForm>
    }
}

/// Where the list is, for the way back and for all that match.
fn hidden(filter: &IssueFilter) -> impl IntoView + use<> {
    let sort = filter.sort.map(|sort| sort.as_str().to_owned());
    let fields = [
        ("list[query]", filter.query.clone()),
        ("list[project]", filter.project.clone()),
        ("list[release]", filter.release.clone()),
        ("list[environment]", filter.environment.clone()),
        ("list[sort]", sort),
    ];
    fields.map(|(name, value)| value.map(|value| view! { <input type="hidden" name=name value=value/> })).collect_view()
}

fn all_of_them(total: u64) -> impl IntoView {
    view! {
        <label class="all"><input type="checkbox" name="all" value="true"/>{format!("All {} that match", grouped(total))}</label>
    }
}

fn button(action: BulkAction, label: &'static str, keys: Option<&'static str>) -> impl IntoView {
    view! {
        <button type="submit" class="submit-button secondary" name="what" value=action.as_str() data-keys=keys
            data-action=label>{label}</button>
    }
}

fn choice(action: BulkAction, label: &'static str) -> impl IntoView {
    view! {
        <button type="submit" class="submit-button plain" name="what" value=action.as_str() data-action=label>{label}</button>
    }
}

/// What was done a moment ago, with the way back.
#[component]
pub(super) fn BulkDone() -> impl IntoView {
    let query = use_query_map();
    let undo = ServerAction::<UndoChange>::new();
    let done = Resource::new(
        move || query.read().get("done").and_then(|id| id.parse::<i64>().ok()),
        async |id| match id {
            Some(id) => get_change(id).await.ok(),
            None => None,
        },
    );
    let refused = move || view! { <FormError error=undo.value().get().and_then(Result::err)/> };
    view! {
        <Transition fallback=|| ()>
            {move || Suspend::new(async move { done.await.map(|done| said(done, undo)) })}
        </Transition>
        {refused}
    }
}

fn said(done: BulkChange, undo: ServerAction<UndoChange>) -> AnyView {
    let noun = if done.issues == 1 { "issue" } else { "issues" };
    let counted = format!("{} {noun}", grouped(done.issues));
    if done.undone {
        let kept = done.issues.saturating_sub(done.put_back);
        let rest = (kept > 0).then(|| format!(" {} had changed since and stayed.", grouped(kept)));
        return view! {
            <p class="bulk-done" role="status">{format!("{} put back as they were.", grouped(done.put_back))}{rest}</p>
        }
        .into_any();
    }
    view! {
        <ActionForm action=undo attr:class="bulk-done">
            <input type="hidden" name="id" value=done.id/>
            <span role="status">{format!("{counted} {}.", done.what)}</span>
            <SubmitButton label="Undo" look="secondary"/>
        </ActionForm>
    }
    .into_any()
}
