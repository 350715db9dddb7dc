//! How much a project may send, what becomes of a flood, and how long everything is kept.

mod rates;
mod retention;
mod spikes;

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;

use self::rates::RatesForm;
use self::retention::{RetentionForm, StoredFigures};
use self::spikes::SpikesForm;
use super::tabs::ProjectTabs;
use crate::api::{ProjectLimits, Rates, SaveRates, SaveRetention, SaveSpikeProtection, load_project_limits};
use crate::components::{Load, PageHeader};
use crate::pages::outcome::successes;

/// What can be changed on this page.
#[derive(Clone, Copy)]
struct Actions {
    rates: ServerAction<SaveRates>,
    spikes: ServerAction<SaveSpikeProtection>,
    retention: ServerAction<SaveRetention>,
}

#[component]
pub(crate) fn ProjectLimitsPage() -> impl IntoView {
    let params = use_params_map();
    let slug = Memo::new(move |_| params.read().get("slug").unwrap_or_default());
    let actions = Actions { rates: ServerAction::new(), spikes: ServerAction::new(), retention: ServerAction::new() };
    let saved = (successes(actions.rates), successes(actions.spikes), successes(actions.retention));
    let limits = Resource::new(
        move || (slug.get(), saved.0.get(), saved.1.get(), saved.2.get()),
        async |(slug, ..)| load_project_limits(slug).await,
    );
    let view = move |limits| view! { <Limits slug=slug.get_untracked() limits actions/> }.into_any();
    view! { <Load resource=limits view/> }.into_any()
}

#[component]
fn Limits(slug: String, limits: ProjectLimits, actions: Actions) -> impl IntoView {
    let ProjectLimits { name, limits: own, retention, installation, installation_retention, keys, stored } = limits;
    view! {
        <Title text=format!("Limits of {name}")/>
        <PageHeader title=name subtitle="Project settings"/>
        <ProjectTabs slug=slug.clone() current="limits"/>
        <div class="project-settings">
            <section class="settings-section" aria-labelledby="rates-heading">
                <h2 id="rates-heading">"What may arrive in a minute"</h2>
                <p class="quiet">
                    "Each kind has its own budget: however many errors arrive, sessions and feedback still do. What is over \
                     it is refused with status 429, and counted."
                </p>
                <RatesForm slug=slug.clone() key=None rates=own.project installation action=actions.rates/>
            </section>
            <SpikesForm slug=slug.clone() spikes=own.spikes save=actions.spikes/>
            {key_forms(&slug, &keys, &own.keys, actions)}
            <RetentionForm slug retention installation=installation_retention save=actions.retention/>
            <StoredFigures stored/>
        </div>
    }
    .into_any()
}

/// A form for each key, folded away: few have limits of their own.
fn key_forms(
    slug: &str,
    keys: &[(i64, String)],
    rates: &std::collections::BTreeMap<i64, Rates>,
    actions: Actions,
) -> AnyView {
    let forms = keys.iter().map(|(id, label)| {
        let own = rates.get(id).copied().unwrap_or_default();
        let state = if own == Rates::default() { "no limits of its own" } else { "has limits of its own" };
        view! {
            <details class="key-limits">
                <summary>{label.clone()}" "<span class="quiet">{state}</span></summary>
                <RatesForm slug=slug.to_owned() key=Some(*id) rates=own installation=Rates::default() action=actions.rates/>
            </details>
        }
    });
    view! {
        <section class="settings-section" aria-labelledby="key-rates-heading">
            <h2 id="key-rates-heading">"Limits of single keys"</h2>
            <p class="quiet">"One client that goes wild then leaves something for those with another key."</p>
            {forms.collect_view()}
        </section>
    }
    .into_any()
}
