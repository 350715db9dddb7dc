//! Everything about one project that can be changed, and what arrived for it.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;

use super::general::GeneralForm;
use super::keys::Keys;
use super::snippet_list::SnippetList;
use super::tabs::ProjectTabs;
use crate::api::{CreateKey, ProjectSettings, RevokeKey, SaveProject, load_project_settings};
use crate::components::{Load, PageHeader};
use crate::pages::outcome::successes;
use crate::routes;

/// The ways a project can be changed from its page.
#[derive(Clone, Copy)]
struct Actions {
    save: ServerAction<SaveProject>,
    create_key: ServerAction<CreateKey>,
    revoke_key: ServerAction<RevokeKey>,
}

#[component]
pub(crate) fn ProjectSettingsPage() -> impl IntoView {
    let params = use_params_map();
    let slug = Memo::new(move |_| params.read().get("slug").unwrap_or_default());
    let actions =
        Actions { save: ServerAction::new(), create_key: ServerAction::new(), revoke_key: ServerAction::new() };
    let (saved, made, revoked) =
        (successes(actions.save), successes(actions.create_key), successes(actions.revoke_key));
    let settings = Resource::new(
        move || (slug.get(), saved.get(), made.get(), revoked.get()),
        async |(slug, ..)| load_project_settings(slug).await,
    );
    view! { <Load resource=settings view=move |settings| view! { <Settings settings actions/> }.into_any()/> }
        .into_any()
}

#[component]
fn Settings(settings: ProjectSettings, actions: Actions) -> impl IntoView {
    let project = settings.project;
    let slug = project.slug.clone();
    let dsn = settings.keys.iter().find(|key| key.revoked_at.is_none()).map(|key| key.dsn.clone());
    let snippets = dsn.map(|dsn| {
        view! { <SnippetList project=project.clone() dsn public_url=settings.public_url/> }
    });
    let start = routes::project_start(&slug);
    let issues = routes::issues_matching(&format!("project:{slug}"));
    view! {
        <Title text=format!("Settings of {}", project.name)/>
        <PageHeader title=project.name.clone() subtitle="Project settings">
            <a class="button" href=start>"Set up"</a>
            <a class="button" href=issues>"Its issues"</a>
        </PageHeader>
        <ProjectTabs slug=slug.clone() current=""/>
        <div class="project-settings">
            <GeneralForm project origins=settings.allowed_origins save=actions.save/>
            <Keys slug keys=settings.keys create=actions.create_key revoke=actions.revoke_key/>
            {snippets}
        </div>
    }
    .into_any()
}
