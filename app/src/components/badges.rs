//! Small marks that say where something stands.

use leptos::prelude::*;

use crate::api::{IncidentStatus, Severity, Status, Substatus};

/// Where an issue is in triage; an unresolved one shows why it is where it is, if that is known.
#[component]
pub(crate) fn StatusBadge(status: Status, substatus: Option<Substatus>) -> impl IntoView {
    let word = match (status, substatus) {
        (Status::Unresolved, Some(substatus)) => substatus.as_str(),
        (status, _) => status.as_str(),
    };
    view! { <span class=format!("status-badge is-{word}")>{word}</span> }
}

/// How much an incident hurts.
#[component]
pub(crate) fn SeverityBadge(severity: Severity) -> impl IntoView {
    view! { <span class=format!("severity-badge is-{severity}")>{severity.as_str()}</span> }
}

/// Where an incident is.
#[component]
pub(crate) fn IncidentBadge(status: IncidentStatus) -> impl IntoView {
    view! { <span class=format!("incident-badge is-{status}")>{status.as_str()}</span> }
}
