//! What of a project's events is taken out, what is not let in, and trying both on one event.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::{use_params_map, use_query_map};

use super::discarded::DiscardedList;
use super::filters::FiltersForm;
use super::scrubbing::ScrubbingForm;
use super::tabs::ProjectTabs;
use super::trial::TrialForm;
use crate::api::{AllowAgain, ProtectionPage, SaveFilters, SaveScrubbing, TryProtection, load_protection};
use crate::components::{Load, PageHeader};
use crate::pages::outcome::successes;

/// The ways the page changes something.
#[derive(Clone, Copy)]
struct Actions {
    scrubbing: ServerAction<SaveScrubbing>,
    filters: ServerAction<SaveFilters>,
    allow: ServerAction<AllowAgain>,
    attempt: ServerAction<TryProtection>,
}

#[component]
pub(crate) fn ProjectPrivacyPage() -> impl IntoView {
    let (params, query) = (use_params_map(), use_query_map());
    let slug = Memo::new(move |_| params.read().get("slug").unwrap_or_default());
    let trial = Memo::new(move |_| query.read().get("trial").unwrap_or_default());
    let actions = Actions {
        scrubbing: ServerAction::new(),
        filters: ServerAction::new(),
        allow: ServerAction::new(),
        attempt: ServerAction::new(),
    };
    let (scrubbing, filters, allowed) =
        (successes(actions.scrubbing), successes(actions.filters), successes(actions.allow));
    let page = Resource::new(
        move || (slug.get(), trial.get(), scrubbing.get(), filters.get(), allowed.get()),
        async |(slug, trial, ..)| load_protection(slug, trial).await,
    );
    let view = move |page| view! { <Privacy slug=slug.get_untracked() page actions/> }.into_any();
    view! { <Load resource=page view/> }.into_any()
}

#[component]
fn Privacy(slug: String, page: ProtectionPage, actions: Actions) -> impl IntoView {
    let ProtectionPage { project, protection, discarded, trial } = page;
    let filters = protection.filters.clone();
    view! {
        <Title text=format!("Privacy and filters of {project}")/>
        <PageHeader title=project subtitle="Project settings"/>
        <ProjectTabs slug=slug.clone() current="privacy"/>
        <div class="project-settings">
            <ScrubbingForm slug=slug.clone() protection save=actions.scrubbing/>
            <FiltersForm slug=slug.clone() filters save=actions.filters/>
            <TrialForm slug=slug.clone() trial attempt=actions.attempt/>
            <DiscardedList slug discarded allow=actions.allow/>
        </div>
    }
    .into_any()
}
