//! Settling an issue: a button for what is done most, and beside it a menu of small forms for the rest.

use leptos::prelude::*;

use super::issue::Actions;
use crate::api::Triage;

#[component]
pub(super) fn Resolve(short_id: String, releases: Vec<String>, actions: Actions) -> impl IntoView {
    let latest = releases.first().map(|version| format!(" ({version})")).unwrap_or_default();
    let known = releases.into_iter().map(|version| view! { <option value=version></option> }).collect_view();
    let choice = |triage, label: String| view! { <Choice short_id=short_id.clone() triage label actions/> };
    let release = Field { label: "Release", hint: None, kind: "text", value: "", list: Some("known-releases") };
    let hint = Some("Resolved in the release that holds it, once a tool has sent the commits of one.");
    let commit = Field { label: "Commit", hint, kind: "text", value: "", list: None };
    view! {
        <div class="split">
            <Button short_id=short_id.clone() triage=Triage::Resolve label="Resolve" look="primary" keys="e" actions/>
            <details class="menu">
                <summary class="submit-button primary" aria-label="Resolve in a release or commit">"▾"</summary>
                <div class="panel">
                    {choice(Triage::ResolveInRelease, format!("In the latest release{latest}"))}
                    {choice(Triage::ResolveInNextRelease, "In the next release".to_owned())}
                    <datalist id="known-releases">{known}</datalist>
                    <WithField short_id=short_id.clone() triage=Triage::ResolveInRelease field=release submit="Resolve" actions/>
                    <WithField short_id=short_id.clone() triage=Triage::ResolveInCommit field=commit submit="Resolve" actions/>
                </div>
            </details>
        </div>
    }
}

#[component]
pub(super) fn Archive(short_id: String, actions: Actions) -> impl IntoView {
    let number = |label, value| Field { label, hint: None, kind: "number", value, list: None };
    let hint = Some("It comes back as that day begins, in UTC.");
    let date = Field { label: "Until a date", hint, kind: "date", value: "", list: None };
    let form = |triage, field| {
        view! { <WithField short_id=short_id.clone() triage field submit="Archive" actions/> }
    };
    view! {
        <div class="split">
            <Button short_id=short_id.clone() triage=Triage::Archive label="Archive" look="secondary" actions/>
            <details class="menu" data-keys="s">
                <summary class="submit-button secondary" aria-label="Archive until something happens">"▾"</summary>
                <div class="panel">
                    <Choice short_id=short_id.clone() triage=Triage::ArchiveUntilEscalating
                        label="Until it escalates".to_owned() actions/>
                    {form(Triage::ArchiveUntilEvents, number("Until so many more events", "100"))}
                    {form(Triage::ArchiveUntilUsers, number("Until so many more users", "10"))}
                    {form(Triage::ArchiveUntilDate, date)}
                </div>
            </details>
        </div>
    }
}

#[component]
pub(super) fn Answered(short_id: String, actions: Actions) -> impl IntoView {
    view! { <Button short_id triage=Triage::Answer label="Answered" look="secondary" actions/> }
}

/// A decision that is a button of the page.
#[component]
fn Button(
    short_id: String,
    triage: Triage,
    label: &'static str,
    look: &'static str,
    #[prop(optional)] keys: Option<&'static str>,
    actions: Actions,
) -> impl IntoView {
    view! {
        <ActionForm action=actions.triage attr:class="settle">
            <input type="hidden" name="short_id" value=short_id/>
            <button type="submit" class=format!("submit-button {look}") name="triage" value=triage.as_str()
                data-keys=keys data-action=label>{label}</button>
        </ActionForm>
    }
}

/// A decision of a menu that needs nothing more.
#[component]
fn Choice(short_id: String, triage: Triage, label: String, actions: Actions) -> impl IntoView {
    view! {
        <ActionForm action=actions.triage>
            <input type="hidden" name="short_id" value=short_id/>
            <button type="submit" class="submit-button plain" name="triage" value=triage.as_str()>{label}</button>
        </ActionForm>
    }
}

/// What a decision needs besides.
#[derive(Clone, Copy)]
struct Field {
    label: &'static str,
    hint: Option<&'static str>,
    kind: &'static str,
    value: &'static str,
    /// The id of a list of proposals.
    list: Option<&'static str>,
}

/// A decision of a menu that needs a field filled in.
#[component]
fn WithField(short_id: String, triage: Triage, field: Field, submit: &'static str, actions: Actions) -> impl IntoView {
    let id = format!("with-{triage}");
    let note = field.hint.map(|_| format!("{id}-note"));
    let name = format!("{submit}, {}", field.label.to_lowercase());
    let min = (field.kind == "number").then_some("1");
    view! {
        <ActionForm action=actions.triage attr:class="field with-field">
            <input type="hidden" name="short_id" value=short_id/>
            <input type="hidden" name="triage" value=triage.as_str()/>
            <label for=id.clone()>{field.label}</label>
            <input id=id type=field.kind name="with" value=field.value min=min list=field.list required=true
                autocomplete="off" aria-describedby=note.clone()/>
            <button type="submit" class="submit-button secondary" aria-label=name>{submit}</button>
            {field.hint.map(|hint| view! { <p id=note class="field-hint">{hint}</p> })}
        </ActionForm>
    }
}
