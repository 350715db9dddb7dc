//! What is on every page: the way to the others, the search box, the account.

use leptos::prelude::*;
use leptos_router::components::{A, Form};
use leptos_router::hooks::{use_location, use_query_map};

use super::keys_help::KeysHelp;
use crate::api::Viewer;
use crate::components::{Icon, IconName};
use crate::islands::Palette;
use crate::routes;

/// The sections, in the order of a working day.
const SECTIONS: [(&str, &str, &str, IconName); 5] = [
    (routes::OVERVIEW, "Overview", "g o", IconName::Overview),
    (routes::ISSUES, "Issues", "g i", IconName::Bug),
    (routes::FEEDBACK, "Feedback", "g f", IconName::Feedback),
    (routes::RELEASES, "Releases", "g r", IconName::Release),
    (routes::INCIDENTS, "Incidents", "g n", IconName::Flame),
];

/// Pages for people who are not signed in have nothing but themselves.
#[component]
pub(crate) fn Layout(viewer: Option<Viewer>, children: Children) -> impl IntoView {
    let path = use_location().pathname;
    let bare = Memo::new(move |_| {
        let path = path.get();
        matches!(path.as_str(), routes::LOGIN | routes::SETUP) || path.starts_with(routes::UNSUBSCRIBE)
    });
    let bar = move || {
        let viewer = viewer.clone();
        (!bare.get()).then(|| view! { <TopBar viewer/><KeysHelp/><Palette/> }.into_any())
    };
    view! {
        <a class="skip-link" href="#content" rel="external">"Skip to content"</a>
        {bar}
        <main id="content" class=move || if bare.get() { "bare" } else { "page" }>{children()}</main>
    }
}

#[component]
fn TopBar(viewer: Option<Viewer>) -> impl IntoView {
    let account = match viewer {
        Some(viewer) => view! { <Account viewer/> }.into_any(),
        None => view! { <a href=routes::LOGIN rel="external">"Sign in"</a> }.into_any(),
    };
    view! {
        <header class="top-bar">
            <a class="home" href=routes::OVERVIEW><Icon name=IconName::Bird/>"Fieldfare"</a>
            <nav class="sections wide" aria-label="Sections"><Sections/></nav>
            <SearchBox/>
            {account}
            <details class="menu narrow">
                <summary><Icon name=IconName::Menu/><span class="visually-hidden">"Menu"</span></summary>
                <nav class="sections" aria-label="Menu"><Sections/></nav>
            </details>
        </header>
    }
}

#[component]
fn Sections() -> impl IntoView {
    let links = SECTIONS.map(|(path, name, keys, icon)| {
        let exact = path == routes::OVERVIEW;
        view! { <li><A href=path exact=exact attr:data-keys=keys><Icon name=icon/>{name}</A></li> }
    });
    view! { <ul>{links.collect_view()}</ul> }
}

#[component]
fn SearchBox() -> impl IntoView {
    let query = use_query_map();
    let path = use_location().pathname;
    let words = move || (path.get() == routes::SEARCH).then(|| query.read().get("query")).flatten().unwrap_or_default();
    view! {
        <Form method="get" action=routes::SEARCH attr:class="search-box" attr:role="search" attr:aria-label="From any page">
            <Icon name=IconName::Search/>
            <input type="search" name="query" aria-label="Search everything" placeholder="Search everything"
                data-keys="/" value=words/>
        </Form>
    }
}

/// What concerns the person looking.
#[component]
fn Account(viewer: Viewer) -> impl IntoView {
    view! {
        <details class="menu account">
            <summary><Icon name=IconName::User/><span class="name">{viewer.name}</span></summary>
            <div class="panel">
                <p class="who">{viewer.email}<br/>{format!("{} at {}", viewer.role, viewer.organization)}</p>
                <ul>
                    <li><a href=routes::SETTINGS>"Settings"</a></li>
                    <li><a href=routes::NEW_PROJECT>"New project"</a></li>
                    <li class="scripted"><button type="button" data-opens="palette">"Go to or do… "<kbd>"Ctrl K"</kbd></button></li>
                    <li class="scripted">
                        <button type="button" popovertarget="keys-help">"Keyboard "<kbd>"?"</kbd></button>
                    </li>
                </ul>
                <form method="post" action=routes::LOGOUT><button type="submit">"Sign out"</button></form>
            </div>
        </details>
    }
}
