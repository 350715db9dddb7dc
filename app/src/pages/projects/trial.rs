//! Trying the rules on an event, without sending it.

use leptos::form::ActionForm;
use leptos::prelude::*;

use super::refusal::refusal;
use crate::api::{Trial, TryProtection};
use crate::components::{CodeBlock, Count, SubmitButton, TextArea};
use crate::pages::outcome::Outcome;

#[component]
pub(super) fn TrialForm(slug: String, trial: Option<Trial>, attempt: ServerAction<TryProtection>) -> impl IntoView {
    let event = move || {
        view! {
            <TextArea label="Event" name="event" rows=6 error=refusal(attempt.value().get(), "event")
                placeholder="{\"extra\": {\"password\": \"swordfish\"}}"
                hint="JSON as a client sends it; empty means the latest event of the project, as it is stored."/>
        }
    };
    view! {
        <section class="settings-section" aria-labelledby="trial">
            <h2 id="trial">"Try it"</h2>
            <p class="quiet">"Uses the rules and filters as they are saved. Nothing is stored; the outcome can be seen for ten minutes."</p>
            <ActionForm action=attempt attr:class="form">
                <input type="hidden" name="slug" value=slug/>
                {event}
                <Outcome action=attempt/>
                <SubmitButton label="Try it" look="secondary"/>
            </ActionForm>
            {trial.map(outcome)}
        </section>
    }
    .into_any()
}

fn outcome(trial: Trial) -> AnyView {
    let verdict = match trial.refused {
        Some(reason) => view! { <p class="notice">"It would not be kept: "<b>{reason}</b>"."</p> }.into_any(),
        None => view! { <p>"It would be kept."</p> }.into_any(),
    };
    let rows = trial.scrubbed.into_iter().map(|(path, rule)| {
        view! { <tr><th scope="row" class="mono">{path}</th><td data-label="Rule">{rule}</td></tr> }
    });
    let rows = rows.collect_view();
    let places = u64::try_from(trial.count).unwrap_or(u64::MAX);
    view! {
        <div class="trial" role="status">
            {verdict}
            <p>"Places scrubbed: "<Count value=places/></p>
            <table class="data-table trial-table" aria-label="What would be taken out">
                <thead><tr><th scope="col">"Place"</th><th scope="col">"Rule"</th></tr></thead>
                <tbody>{rows}</tbody>
            </table>
            <details class="part"><summary>"The event as it would be stored"</summary><CodeBlock text=trial.json/></details>
        </div>
    }
    .into_any()
}
