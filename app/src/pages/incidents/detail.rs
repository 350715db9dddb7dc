//! One incident while it is run: where it stands, what was done, what belongs to it.

use leptos::form::ActionForm;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;

use super::declare::severities;
use super::duration;
use super::links::LinkedIssues;
use crate::api::{
    Incident, IncidentDetail, IncidentStatus, LinkIssue, TimelineEntry, UnlinkIssue, UpdateIncident, get_incident,
};
use crate::components::{IncidentBadge, Load, PageHeader, SelectField, SeverityBadge, SubmitButton, TextArea, TimeAgo};
use crate::pages::outcome::{Outcome, successes};
use crate::routes;

/// The ways an incident can be changed from its page.
#[derive(Clone, Copy)]
struct Actions {
    update: ServerAction<UpdateIncident>,
    link: ServerAction<LinkIssue>,
    unlink: ServerAction<UnlinkIssue>,
}

#[component]
pub(crate) fn IncidentPage() -> impl IntoView {
    let params = use_params_map();
    // No incident has the number 0, and what is no number gets the same answer.
    let number = Memo::new(move |_| params.read().get("number").and_then(|it| it.parse::<i64>().ok()).unwrap_or(0));
    let actions = Actions { update: ServerAction::new(), link: ServerAction::new(), unlink: ServerAction::new() };
    let (updated, linked, unlinked) = (successes(actions.update), successes(actions.link), successes(actions.unlink));
    let detail = Resource::new(
        move || (number.get(), updated.get(), linked.get(), unlinked.get()),
        async |(number, ..)| get_incident(number).await,
    );
    view! {
        <Title text="Incident"/>
        <Load resource=detail view=move |detail| view! { <Detail detail actions/> }.into_any()/>
    }
    .into_any()
}

#[component]
fn Detail(detail: IncidentDetail, actions: Actions) -> impl IntoView {
    let incident = detail.incident;
    let number = incident.number;
    let timeline = incident.timeline.iter().cloned().map(entry).collect_view();
    view! {
        <Title text=format!("#{number} {}", incident.title)/>
        <PageHeader title=incident.title.clone() subtitle=format!("Incident #{number}")/>
        {state(&incident)}
        <div class="incident-page">
            <div class="incident-main">
                <section>
                    <h2>"Timeline"</h2>
                    <ol class="timeline" role="list">{timeline}</ol>
                </section>
                <UpdateForm incident=incident.clone() update=actions.update/>
            </div>
            <aside class="incident-side" aria-label="What belongs to it">
                <LinkedIssues number issues=detail.linked releases=incident.releases link=actions.link unlink=actions.unlink/>
            </aside>
        </div>
    }
    .into_any()
}

/// Severity, status and times on one line.
fn state(incident: &Incident) -> AnyView {
    let by = incident.declared_by.as_ref().map(|name| format!(" by {name}"));
    let end = incident.resolved_at.map(|at| {
        view! { " · resolved "<TimeAgo at/>" after "{duration::between(incident.declared_at, at)} }
    });
    view! {
        <p class="incident-state">
            <SeverityBadge severity=incident.severity/>" "<IncidentBadge status=incident.status/>
            <span class="quiet">"declared "<TimeAgo at=incident.declared_at/>{by}{end}</span>
        </p>
    }
    .into_any()
}

#[component]
fn UpdateForm(incident: Incident, update: ServerAction<UpdateIncident>) -> impl IntoView {
    let heading = if incident.resolved_at.is_some() { "Add to it, or open it again" } else { "Update" };
    view! {
        <section class="incident-update">
            <h2>{heading}</h2>
            <ActionForm action=update attr:class="form">
                <input type="hidden" name="number" value=incident.number.to_string()/>
                <div class="form-row">
                    <SelectField label="Status" name="status" value=incident.status.as_str() options=statuses()/>
                    <SelectField label="Severity" name="severity" value=incident.severity.as_str() options=severities()/>
                </div>
                <TextArea label="Note" name="note" rows=3 placeholder="What was found, what was done, what comes next"/>
                <Outcome action=update/>
                <SubmitButton label="Update incident"/>
            </ActionForm>
        </section>
    }
    .into_any()
}

fn entry(entry: TimelineEntry) -> AnyView {
    let who = entry.by.unwrap_or_else(|| "Fieldfare".to_owned());
    let text = (!entry.text.is_empty()).then(|| view! { <p class="text">{said(&entry.kind, entry.text)}</p> });
    view! {
        <li class=format!("timeline-entry is-{}", entry.kind)>
            <p class="who"><strong>{who}</strong>" "{verb(&entry.kind)}" "<TimeAgo at=entry.at/></p>
            {text}
        </li>
    }
    .into_any()
}

/// What was linked can be followed, if it is named by its short id alone.
fn said(kind: &str, text: String) -> AnyView {
    if matches!(kind, "linked" | "unlinked") && !text.contains(' ') {
        let path = routes::issue(&text);
        return view! { <a href=path>{text}</a> }.into_any();
    }
    text.into_any()
}

/// What somebody did, as the middle of a sentence.
fn verb(kind: &str) -> &'static str {
    match kind {
        "declared" => "declared this",
        "note" => "wrote",
        "status" => "changed the status",
        "severity" => "changed the severity",
        "linked" => "linked",
        "unlinked" => "unlinked",
        "resolved" => "resolved this",
        _ => "did this",
    }
}

/// Value and words of every status.
fn statuses() -> Vec<(String, String)> {
    let words = |status| match status {
        IncidentStatus::Investigating => "Investigating: the cause is not known",
        IncidentStatus::Identified => "Identified: the cause is known",
        IncidentStatus::Monitoring => "Monitoring: mended, being watched",
        IncidentStatus::Resolved => "Resolved: it is over",
    };
    IncidentStatus::ALL.iter().map(|status| (status.to_string(), words(*status).to_owned())).collect()
}
