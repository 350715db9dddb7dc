//! The first page of a new project: what to paste, and whether it works.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;

use super::snippet_list::SnippetList;
use crate::api::{FirstSight, load_first_sight};
use crate::components::{CodeBlock, Load, PageHeader};
use crate::islands::FirstEvent;
use crate::routes;

#[component]
pub(crate) fn ProjectStartPage() -> impl IntoView {
    let params = use_params_map();
    let slug = Memo::new(move |_| params.read().get("slug").unwrap_or_default());
    let sight = Resource::new(move || slug.get(), load_first_sight);
    view! { <Load resource=sight view=|sight| view! { <Start sight/> }.into_any()/> }.into_any()
}

#[component]
fn Start(sight: FirstSight) -> impl IntoView {
    let project = sight.project;
    let slug = project.slug.clone();
    let settings = routes::project_settings(&slug);
    view! {
        <Title text=format!("Set up {}", project.name)/>
        <PageHeader title=format!("Set up {}", project.name) subtitle="Paste one of these, run it, and come back here.">
            <a class="button" href=settings>"Project settings"</a>
        </PageHeader>
        <div class="project-start">
            <FirstEvent slug first=sight.first_issue/>
            <section aria-labelledby="dsn-heading">
                <h2 id="dsn-heading">"DSN"</h2>
                <p>"The address and key of this project. Any Sentry SDK takes it as it is."</p>
                <CodeBlock text=sight.dsn.clone()/>
            </section>
            <SnippetList project dsn=sight.dsn public_url=sight.public_url/>
        </div>
    }
    .into_any()
}
