//! How long everything is kept, how much there is, and what went.

use leptos::form::ActionForm;
use leptos::prelude::*;

use crate::api::{EvictedDay, RetentionSettings, SaveRetention, Stored, Timestamp};
use crate::components::{Count, KeyValues, SubmitButton, TextField, grouped};
use crate::pages::outcome::Outcome;

const MEGABYTE: u64 = 1_000_000;

#[component]
pub(super) fn RetentionForm(
    slug: String,
    retention: RetentionSettings,
    installation: RetentionSettings,
    save: ServerAction<SaveRetention>,
) -> impl IntoView {
    let typed = |number: Option<u32>| number.map(|number| number.to_string()).unwrap_or_default();
    view! {
        <section class="settings-section" aria-labelledby="retention-heading">
            <h2 id="retention-heading">"How long it is kept"</h2>
            <p class="quiet">
                "Beyond the number of events, the least informative go first: the thousandth of its kind before the first. \
                 The first and the latest event of an issue stay, and those that feedback, a regression or an incident is \
                 about. Counts stay when events go."
            </p>
            <ActionForm action=save attr:class="form">
                <input type="hidden" name="slug" value=slug/>
                <TextField label="Days" name="days" value=typed(retention.days) hint=hint(installation.days, "days")/>
                <TextField label="Events" name="events" value=typed(retention.events) hint=hint(installation.events, "events")/>
                <TextField label="Days for feedback" name="feedback_days" value=typed(retention.feedback_days)
                    hint="Empty keeps what users wrote for good."/>
                <Outcome action=save done="Saved."/>
                <SubmitButton label="Save"/>
            </ActionForm>
        </section>
    }
    .into_any()
}

fn hint(installation: Option<u32>, what: &str) -> String {
    match installation {
        Some(number) => {
            format!("The installation keeps {} {what}; a project can keep less.", grouped(u64::from(number)))
        }
        None => "The installation sets no limit.".to_owned(),
    }
}

#[component]
pub(super) fn StoredFigures(stored: Stored) -> impl IntoView {
    let rows = vec![
        ("Events stored".to_owned(), grouped(stored.events)),
        ("Oldest".to_owned(), stored.oldest.map_or_else(|| "none".to_owned(), Timestamp::date)),
        ("Database, all projects".to_owned(), format!("{} MB", grouped(stored.database_bytes.div_ceil(MEGABYTE)))),
    ];
    let went = if stored.evicted.is_empty() {
        view! { <p class="quiet">"Nothing had to go in the last 30 days."</p> }.into_any()
    } else {
        evicted(stored.evicted)
    };
    view! {
        <section class="settings-section" aria-labelledby="stored-heading">
            <h2 id="stored-heading">"What is stored"</h2>
            <KeyValues rows/>
            <h3 id="evicted-heading">"What went, last 30 days"</h3>
            {went}
        </section>
    }
    .into_any()
}

fn evicted(days: Vec<EvictedDay>) -> AnyView {
    let rows = days.into_iter().map(|one| {
        let why = if one.reason == "age" { "too old" } else { "over the number of events" };
        view! {
            <tr>
                <th scope="row">{one.day.date()}</th>
                <td data-label="What">{one.category}</td>
                <td data-label="Why">{why}</td>
                <td class="number" data-label="Quantity"><Count value=one.quantity/></td>
            </tr>
        }
    });
    view! {
        <table class="data-table stats-table" aria-labelledby="evicted-heading">
            <thead>
                <tr>
                    <th scope="col">"Day"</th>
                    <th scope="col">"What"</th>
                    <th scope="col">"Why"</th>
                    <th scope="col" class="number">"Quantity"</th>
                </tr>
            </thead>
            <tbody>{rows.collect_view()}</tbody>
        </table>
    }
    .into_any()
}
