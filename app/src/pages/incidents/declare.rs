//! Declaring an incident, from scratch or from an issue (`?issue=SHOP-12`).

use leptos::form::ActionForm;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

use crate::api::{DeclareIncident, Issue, Severity, get_issue};
use crate::components::{IssueLine, Load, PageHeader, SelectField, SubmitButton, TextArea, TextField};
use crate::pages::outcome::Outcome;

#[component]
pub(crate) fn DeclareIncidentPage() -> impl IntoView {
    let query = use_query_map();
    let short_id = Memo::new(move |_| query.read().get("issue").filter(|issue| !issue.trim().is_empty()));
    let issue = Resource::new(
        move || short_id.get(),
        async |short_id| match short_id {
            Some(short_id) => get_issue(short_id).await.map(|detail| Some(detail.issue)),
            None => Ok(None),
        },
    );
    let declare = ServerAction::<DeclareIncident>::new();
    view! {
        <Title text="Declare incident"/>
        <PageHeader title="Declare incident" subtitle="Better one too many: it can be resolved with one click."/>
        <Load resource=issue view=move |issue| view! { <DeclareForm issue declare/> }.into_any()/>
    }
    .into_any()
}

#[component]
fn DeclareForm(issue: Option<Issue>, declare: ServerAction<DeclareIncident>) -> impl IntoView {
    let title = issue.as_ref().map(|issue| issue.title.clone()).unwrap_or_default();
    let short_id = issue.as_ref().map(|issue| issue.short_id.clone()).unwrap_or_default();
    let origin = issue.map(|issue| {
        view! { <div class="incident-origin"><p>"It starts from this issue:"</p><IssueLine issue/></div> }
    });
    view! {
        <ActionForm action=declare attr:class="form">
            {origin}
            <TextField label="What is wrong" name="title" value=title required=true
                hint="As you would say it to somebody outside: “Checkout fails for cards with 3-D Secure”."/>
            <SelectField label="Severity" name="severity" value=Severity::Major.as_str() options=severities()
                hint="How much it hurts now. It can be changed at any time."/>
            <TextArea label="First note" name="note" rows=4
                hint="What is known so far, and what you are about to do. May stay empty."/>
            {issue_field(short_id)}
            <Outcome action=declare/>
            <SubmitButton label="Declare incident"/>
        </ActionForm>
    }
    .into_any()
}

/// Known from the address, or asked for.
fn issue_field(short_id: String) -> AnyView {
    if short_id.is_empty() {
        view! { <TextField label="Issue" name="issue" placeholder="SHOP-12" hint="Short id of the issue behind it, if there is one."/> }
            .into_any()
    } else {
        view! { <input type="hidden" name="issue" value=short_id/> }.into_any()
    }
}

/// Value and words of every severity.
pub(super) fn severities() -> Vec<(String, String)> {
    let words = |severity| match severity {
        Severity::Critical => "Critical: most people cannot use it",
        Severity::Major => "Major: something important fails",
        Severity::Minor => "Minor: a nuisance with a way around",
    };
    Severity::ALL.iter().map(|severity| (severity.to_string(), words(*severity).to_owned())).collect()
}
