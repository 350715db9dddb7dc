//! The list of incidents: what is still open first.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

use super::duration;
use crate::api::{Incident, Page, list_incidents};
use crate::components::{EmptyState, Icon, IconName, IncidentBadge, Load, PageHeader, Pager, SeverityBadge, TimeAgo};
use crate::routes;

#[component]
pub(crate) fn IncidentListPage() -> impl IntoView {
    let query = use_query_map();
    let cursor = Memo::new(move |_| query.read().get("cursor").filter(|cursor| !cursor.is_empty()));
    let list = Resource::new(move || cursor.get(), list_incidents);
    view! {
        <Title text="Incidents"/>
        <PageHeader title="Incidents" subtitle="What went wrong enough to be run, from declared to resolved.">
            <a class="button" href=routes::DECLARE_INCIDENT><Icon name=IconName::Plus/>"Declare incident"</a>
        </PageHeader>
        <Load resource=list view=|list| view! { <List list/> }.into_any()/>
    }
    .into_any()
}

#[component]
fn List(list: Page<Incident>) -> impl IntoView {
    if list.data.is_empty() {
        return view! { <NothingYet/> }.into_any();
    }
    let (closed, open): (Vec<_>, Vec<_>) = list.data.into_iter().partition(|incident| incident.resolved_at.is_some());
    view! {
        {section("Open", open)}
        {section("Resolved", closed)}
        <Pager next=list.next path=routes::INCIDENTS/>
    }
    .into_any()
}

#[component]
fn NothingYet() -> impl IntoView {
    view! {
        <EmptyState title="No incidents">
            <p>
                "When something is wrong enough that people should drop what they are doing, declare an incident: \
                 it keeps severity, status, notes and the issues that belong to it on one page, and writes to \
                 everybody who wants to hear of incidents."
            </p>
            <p><a href=routes::DECLARE_INCIDENT>"Declare an incident"</a></p>
        </EmptyState>
    }
    .into_any()
}

fn section(title: &'static str, incidents: Vec<Incident>) -> Option<AnyView> {
    if incidents.is_empty() {
        return None;
    }
    let rows = incidents.into_iter().map(row).collect_view();
    Some(
        view! {
            <section class="incident-section">
                <h2>{title}</h2>
                <ul class="incident-list" role="list">{rows}</ul>
            </section>
        }
        .into_any(),
    )
}

fn row(incident: Incident) -> AnyView {
    let path = routes::incident(incident.number);
    view! {
        <li class="incident-row">
            <span class="incident-marks">
                <SeverityBadge severity=incident.severity/>
                <IncidentBadge status=incident.status/>
            </span>
            <span class="incident-what">
                <a class="title" href=path>{incident.title.clone()}</a>
                <span class="facts">{facts(&incident)}</span>
            </span>
            <span class="incident-when">{when(&incident)}</span>
        </li>
    }
    .into_any()
}

/// Number, linked issues, newest release; what there is of it.
fn facts(incident: &Incident) -> String {
    let issues = match incident.issues.as_slice() {
        [] => None,
        [one] => Some(one.clone()),
        [first, rest @ ..] => Some(format!("{first} and {} more", rest.len())),
    };
    let releases = incident.releases.first().map(|newest| format!("seen in {newest}"));
    let number = format!("#{}", incident.number);
    [Some(number), issues, releases].into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

fn when(incident: &Incident) -> AnyView {
    match incident.resolved_at {
        Some(at) => view! { "took "{duration::between(incident.declared_at, at)}", resolved "<TimeAgo at/> }.into_any(),
        None => view! { "declared "<TimeAgo at=incident.declared_at/> }.into_any(),
    }
}
