//! The application: who is looking, what is always on the page, and which page answers which path.

use leptos::prelude::*;
use leptos_meta::{Title, provide_meta_context};
use leptos_router::components::{FlatRoutes, Route, Router};
use leptos_router::{SsrMode, path};

use crate::api::Viewer;
use crate::islands::{Forms, Keys, LocalTimes};
use crate::pages::*;

#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    let viewer = viewer();
    view! {
        <Title formatter=title/>
        <Router>
            <Layout viewer><Pages/></Layout>
            <Forms/>
            <LocalTimes/>
            <Keys/>
        </Router>
    }
}

/// Every page, rendered whole before it is sent: without a script a streamed page would stay at "Loading…".
#[component]
fn Pages() -> impl IntoView {
    view! {
        <FlatRoutes fallback=NotFoundPage>
            <Route path=path!("/") view=OverviewPage ssr=SsrMode::Async/>
            <Route path=path!("/login") view=LoginPage ssr=SsrMode::Async/>
            <Route path=path!("/setup") view=SetupPage ssr=SsrMode::Async/>
            <Route path=path!("/issues") view=InboxPage ssr=SsrMode::Async/>
            <Route path=path!("/issues/:short_id") view=IssuePage ssr=SsrMode::Async/>
            <Route path=path!("/feedback") view=FeedbackListPage ssr=SsrMode::Async/>
            <Route path=path!("/feedback/:id") view=FeedbackPage ssr=SsrMode::Async/>
            <Route path=path!("/releases") view=ReleaseListPage ssr=SsrMode::Async/>
            <Route path=path!("/releases/:project/:version") view=ReleasePage ssr=SsrMode::Async/>
            <Route path=path!("/incidents") view=IncidentListPage ssr=SsrMode::Async/>
            <Route path=path!("/incidents/new") view=DeclareIncidentPage ssr=SsrMode::Async/>
            <Route path=path!("/incidents/:number") view=IncidentPage ssr=SsrMode::Async/>
            <Route path=path!("/search") view=SearchPage ssr=SsrMode::Async/>
            <Route path=path!("/settings") view=SettingsPage ssr=SsrMode::Async/>
            <Route path=path!("/settings/teams") view=TeamsPage ssr=SsrMode::Async/>
            <Route path=path!("/unsubscribe/:token") view=UnsubscribePage ssr=SsrMode::Async/>
            <Route path=path!("/projects/new") view=NewProjectPage ssr=SsrMode::Async/>
            <Route path=path!("/projects/:slug/settings") view=ProjectSettingsPage ssr=SsrMode::Async/>
            <Route path=path!("/projects/:slug/settings/stats") view=ArrivalsPage ssr=SsrMode::Async/>
            <Route path=path!("/projects/:slug/settings/limits") view=ProjectLimitsPage ssr=SsrMode::Async/>
            <Route path=path!("/projects/:slug/settings/monitors") view=MonitorsPage ssr=SsrMode::Async/>
            <Route path=path!("/projects/:slug/settings/source-maps") view=SourceMapsPage ssr=SsrMode::Async/>
            <Route path=path!("/projects/:slug/settings/grouping") view=GroupingPage ssr=SsrMode::Async/>
            <Route path=path!("/projects/:slug/settings/ownership") view=OwnershipPage ssr=SsrMode::Async/>
            <Route path=path!("/projects/:slug/settings/privacy") view=ProjectPrivacyPage ssr=SsrMode::Async/>
            <Route path=path!("/projects/:slug/start") view=ProjectStartPage ssr=SsrMode::Async/>
        </FlatRoutes>
    }
}

fn title(page: String) -> String {
    if page.is_empty() { "Fieldfare".to_owned() } else { escape(&format!("{page} · Fieldfare")) }
}

/// Leptos writes titles into the document as they are, and strangers choose the titles of issues.
fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// Known from the request.
fn viewer() -> Option<Viewer> {
    use_context::<crate::backend::Visit>().and_then(|visit| visit.viewer)
}
