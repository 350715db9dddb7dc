//! One search over everything that was ever said or reported.

mod group;
mod results;

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::components::Form;
use leptos_router::hooks::use_query_map;

use crate::api::{SearchResults, search_everything};
use crate::components::{Load, PageHeader, QueryHelp, SubmitButton};
use crate::routes;
use results::Results;

#[component]
pub(crate) fn SearchPage() -> impl IntoView {
    let query = use_query_map();
    let asked = Memo::new(move |_| {
        let query = query.read();
        (
            query.get("query").unwrap_or_default().trim().to_owned(),
            query.get("cursor").filter(|cursor| !cursor.is_empty()),
        )
    });
    let results = Resource::new(
        move || asked.get(),
        async |(query, cursor)| match query.is_empty() {
            true => Ok(SearchResults::default()),
            false => search_everything(query, cursor).await,
        },
    );
    let words = move || asked.get().0;
    let found = move |results| {
        let query = asked.get_untracked().0;
        // A text and no signal: titles are written when the page's signals are gone.
        let title = if query.is_empty() { "Search".to_owned() } else { format!("{query} · Search") };
        let found = if query.is_empty() {
            view! { <QueryHelp path=routes::SEARCH/> }.into_any()
        } else {
            view! { <Results query results/> }.into_any()
        };
        view! { <Title text=title/>{found} }.into_any()
    };
    view! {
        <Title text="Search"/>
        <PageHeader title="Search"/>
        <Form method="get" action=routes::SEARCH attr:class="search-form" attr:role="search" attr:aria-label="Everything">
            <input type="search" name="query" aria-label="Search for" placeholder="checkout hangs release:>=2.4.0"
                autocomplete="off" value=words/>
            <SubmitButton label="Search"/>
        </Form>
        <Load resource=results view=found/>
    }
    .into_any()
}
