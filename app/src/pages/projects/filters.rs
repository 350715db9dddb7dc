//! Events that are counted and not kept.

use leptos::form::ActionForm;
use leptos::prelude::*;

use super::refusal::refusal;
use crate::api::{InboundFilters, SaveFilters};
use crate::components::{SubmitButton, TextArea, Tick};
use crate::pages::outcome::Outcome;

#[component]
pub(super) fn FiltersForm(slug: String, filters: InboundFilters, save: ServerAction<SaveFilters>) -> impl IntoView {
    view! {
        <section class="settings-section" aria-labelledby="filters-heading">
            <h2 id="filters-heading">"Filters"</h2>
            <p class="quiet">
                "What a filter takes is counted by reason in the project's statistics, and not kept. Clients are told that \
                 all is well."
            </p>
            <ActionForm action=save attr:class="form">
                <input type="hidden" name="slug" value=slug/>
                <fieldset>
                    <legend>"Leave out"</legend>
                    {ticks(&filters)}
                </fieldset>
                {lists(filters, save)}
                <Outcome action=save done="Saved."/>
                <SubmitButton label="Save filters"/>
            </ActionForm>
        </section>
    }
    .into_any()
}

fn ticks(filters: &InboundFilters) -> AnyView {
    view! {
        <Tick label="Crawlers" name="filters[crawlers]" on=filters.crawlers
            hint="Errors of pages that search engines and previews loaded. Errors of servers stay: a crawler found a real one."/>
        <Tick label="Browser extensions" name="filters[extensions]" on=filters.extensions
            hint="Thrown by the code of an extension, or known to be said by one."/>
        <Tick label="Browser noise" name="filters[noise]" on=filters.noise
            hint="Reported by browsers although nothing is broken, such as ResizeObserver loops."/>
        <Tick label="Localhost" name="filters[localhost]" on=filters.localhost
            hint="From pages and servers called localhost: somebody is developing."/>
        <Tick label="Legacy browsers" name="filters[legacy_browsers]" on=filters.legacy_browsers
            hint="Internet Explorer, Opera Mini, the old Android browser; Chrome and Edge before 80, Firefox before 78, Safari before 13."/>
    }
    .into_any()
}

fn lists(filters: InboundFilters, save: ServerAction<SaveFilters>) -> impl IntoView {
    move || {
        let filters = filters.clone();
        let outcome = save.value().get();
        let error = |field: &str| refusal(outcome.clone(), field);
        // What was typed stays when it was refused.
        let typed = save.input().get().map(|input| InboundFilters::from(input.filters));
        let filters = typed.filter(|_| matches!(outcome, Some(Err(_)))).unwrap_or(filters);
        view! {
            <TextArea label="Messages" name="filters[messages]" id="messages" rows=3 value=filters.messages
                placeholder="*timed out*" error=error("messages")
                hint="Patterns of messages, or of “Type: value” of an exception, one a line."/>
            <TextArea label="Releases" name="filters[releases]" id="releases" rows=2 value=filters.releases
                placeholder="shop@0.*" error=error("releases") hint="Patterns of releases, one a line."/>
            <TextArea label="Addresses" name="filters[addresses]" id="addresses" rows=2 value=filters.addresses
                placeholder="192.0.2.0/24" error=error("addresses")
                hint="Addresses and ranges, one a line. Feedback from there is left out, too."/>
            <TextArea label="Feedback" name="filters[feedback]" id="feedback" rows=2 value=filters.feedback
                placeholder="*casino*" error=error("feedback")
                hint="Patterns of what people write, or of their e-mail addresses, one a line."/>
        }
    }
}
