//! The ports: what the interface asks of the server, one small trait per noun.
//!
//! The handle is made per request by the server, for the viewer it found there; no method takes a user and no page can
//! forget to pass one. This is the only seam of traits in the house: below it are plain functions.

use std::sync::Arc;

use async_trait::async_trait;
use leptos::prelude::{expect_context, use_context};
use leptos_axum::ResponseOptions;

use crate::api::*;

/// What every port answers.
pub type Answer<T> = Result<T, ApiError>;

/// All ports, for one request.
#[derive(Clone)]
pub struct Backend {
    pub accounts: Arc<dyn Accounts>,
    pub discussions: Arc<dyn Discussions>,
    pub feedback: Arc<dyn FeedbackInbox>,
    pub grouping: Arc<dyn Regrouping>,
    pub incidents: Arc<dyn Incidents>,
    pub issues: Arc<dyn Issues>,
    pub limits: Arc<dyn Limits>,
    pub monitors: Arc<dyn Monitors>,
    pub overview: Arc<dyn Overviews>,
    pub ownerships: Arc<dyn Ownerships>,
    pub projects: Arc<dyn Projects>,
    pub protections: Arc<dyn Protections>,
    pub releases: Arc<dyn Releases>,
    pub search: Arc<dyn Search>,
    pub teams: Arc<dyn Teams>,
    pub transactions: Arc<dyn Transactions>,
    pub source_maps: Arc<dyn SourceMapDoctor>,
    pub views: Arc<dyn ViewTabs>,
}

/// What the server knows of a request before any page runs; provided as context beside [`Backend`].
#[derive(Clone, Debug, Default)]
pub struct Visit {
    /// `None` when nobody is signed in.
    pub viewer: Option<Viewer>,
    /// Fingerprinted addresses of the built files.
    pub assets: Assets,
    /// Path of the server function whose form was accepted just before this page was asked for.
    pub done: Option<String>,
    /// The newest change of the installation that this page may show (`islands::Live`).
    pub changes: i64,
}

/// Fingerprinted addresses of the files `cargo xtask build` made.
#[derive(Clone, Debug, Default)]
pub struct Assets {
    pub css: Option<String>,
    /// Script and WebAssembly of the browser bundle; without them pages are plain HTML.
    pub bundle: Option<(String, String)>,
}

#[async_trait]
pub trait Accounts: Send + Sync {
    async fn settings(&self) -> Answer<AccountSettings>;
    async fn save_mail_preferences(&self, preferences: MailPreferences) -> Answer<()>;
    async fn change_password(&self, current: String, new: String) -> Answer<()>;
}

#[async_trait]
pub trait Discussions: Send + Sync {
    /// `before` is a cursor of the timeline; empty for its newest page.
    async fn get(&self, short_id: String, before: String) -> Answer<Discussion>;
    /// Answers the id of the new comment.
    async fn add(&self, short_id: String, body: String) -> Answer<i64>;
    async fn edit(&self, short_id: String, comment: i64, body: String) -> Answer<()>;
    async fn delete(&self, short_id: String, comment: i64) -> Answer<()>;
    async fn subscribe(&self, short_id: String, on: bool) -> Answer<()>;
    /// Whoever has the token may ask.
    async fn unsubscription(&self, token: String) -> Answer<Unsubscription>;
}

#[async_trait]
pub trait FeedbackInbox: Send + Sync {
    async fn list(&self, filter: FeedbackFilter) -> Answer<FeedbackList>;
    async fn get(&self, id: i64) -> Answer<FeedbackDetail>;
}

#[async_trait]
pub trait Regrouping: Send + Sync {
    async fn editor(&self, slug: String, draft: Option<GroupingDraft>) -> Answer<GroupingEditor>;
    /// `continues`: issues known by the rules before these go on under these.
    async fn save(&self, slug: String, draft: GroupingDraft, continues: bool) -> Answer<()>;
    async fn of_issue(&self, short_id: String) -> Answer<IssueGrouping>;
    async fn merge(&self, short_id: String, others: Vec<String>) -> Answer<()>;
    async fn unmerge(&self, short_id: String, hashes: Vec<String>) -> Answer<()>;
}

#[async_trait]
pub trait Incidents: Send + Sync {
    async fn list(&self, cursor: Option<String>) -> Answer<Page<Incident>>;
    async fn get(&self, number: i64) -> Answer<IncidentDetail>;
    /// Answers the new incident's number.
    async fn declare(&self, title: String, severity: Severity, note: String, issue: String) -> Answer<i64>;
    async fn update(&self, number: i64, status: IncidentStatus, severity: Severity, note: String) -> Answer<()>;
    async fn link(&self, number: i64, issue: String) -> Answer<()>;
    async fn unlink(&self, number: i64, issue: String) -> Answer<()>;
}

#[async_trait]
pub trait Issues: Send + Sync {
    async fn inbox(&self, filter: IssueFilter) -> Answer<Inbox>;
    async fn get(&self, short_id: String) -> Answer<IssueDetail>;
    async fn event(&self, short_id: String, event: String) -> Answer<Option<Event>>;
    async fn triage(&self, short_id: String, decision: Decision) -> Answer<()>;
    /// Without a priority, it is found by Fieldfare again.
    async fn prioritise(&self, short_id: String, priority: Option<Priority>) -> Answer<()>;
    async fn assign(&self, short_id: String, assignee: String) -> Answer<()>;
    async fn change_many(&self, selection: Selection, action: BulkAction, assignee: String) -> Answer<BulkChange>;
    async fn undo(&self, id: i64) -> Answer<BulkChange>;
    async fn bulk_change(&self, id: i64) -> Answer<BulkChange>;
}

#[async_trait]
pub trait Limits: Send + Sync {
    async fn get(&self, slug: String) -> Answer<ProjectLimits>;
    /// Of the whole project without a key.
    async fn save_rates(&self, slug: String, key: Option<i64>, rates: Rates) -> Answer<()>;
    async fn save_spike_protection(&self, slug: String, spikes: SpikeProtection) -> Answer<()>;
    async fn save_retention(&self, slug: String, retention: RetentionSettings) -> Answer<()>;
}

#[async_trait]
pub trait Monitors: Send + Sync {
    async fn list(&self, slug: String) -> Answer<MonitorList>;
    async fn mute(&self, slug: String, monitor: i64, muted: bool) -> Answer<()>;
    async fn rename(&self, slug: String, monitor: i64, name: String) -> Answer<()>;
    async fn delete(&self, slug: String, monitor: i64) -> Answer<()>;
}

#[async_trait]
pub trait Overviews: Send + Sync {
    async fn overview(&self) -> Answer<Overview>;
    async fn destinations(&self, text: String) -> Answer<Vec<Destination>>;
}

#[async_trait]
pub trait Ownerships: Send + Sync {
    /// `subject` is what to try the rules on; empty for nothing.
    async fn editor(&self, slug: String, subject: String) -> Answer<OwnershipEditor>;
    /// Puts rules in force, or keeps them as a draft where a line cannot be read.
    async fn save(&self, slug: String, rules: String, auto_assign: bool) -> Answer<()>;
    async fn discard_draft(&self, slug: String) -> Answer<()>;
}

#[async_trait]
pub trait Projects: Send + Sync {
    async fn list(&self) -> Answer<Vec<Project>>;
    /// Answers the new project's slug.
    async fn create(&self, name: String, platform: String) -> Answer<String>;
    async fn settings(&self, slug: String) -> Answer<ProjectSettings>;
    async fn save(&self, slug: String, name: String, platform: String, origins: String) -> Answer<()>;
    async fn create_key(&self, slug: String, label: String) -> Answer<()>;
    async fn revoke_key(&self, slug: String, key: i64) -> Answer<()>;
    async fn first_sight(&self, slug: String) -> Answer<FirstSight>;
    async fn arrivals(&self, slug: String) -> Answer<Arrivals>;
}

#[async_trait]
pub trait Protections: Send + Sync {
    async fn get(&self, slug: String, trial: String) -> Answer<ProtectionPage>;
    async fn save_scrubbing(&self, slug: String, scrub: bool, store_addresses: bool, rules: String) -> Answer<()>;
    async fn save_filters(&self, slug: String, filters: InboundFilters) -> Answer<()>;
    /// Answers the id under which the outcome can be looked at.
    async fn attempt(&self, slug: String, event: String) -> Answer<String>;
    async fn allow_again(&self, slug: String, fingerprint: String) -> Answer<()>;
    async fn delete_issue(&self, short_id: String, discard: bool) -> Answer<()>;
}

#[async_trait]
pub trait Releases: Send + Sync {
    async fn list(&self, filter: ReleaseFilter) -> Answer<ReleaseList>;
    async fn get(&self, project: String, version: String) -> Answer<ReleaseDetail>;
    /// Puts a release out of use, or back into it.
    async fn archive(&self, project: String, version: String, status: ReleaseStatus) -> Answer<()>;
}

#[async_trait]
pub trait Search: Send + Sync {
    async fn search(&self, query: String, cursor: Option<String>) -> Answer<SearchResults>;
    /// At the end where `at` is not given; of all projects without one.
    async fn complete(&self, query: String, at: Option<u32>, project: Option<String>) -> Answer<Completions>;
}

#[async_trait]
pub trait Teams: Send + Sync {
    async fn page(&self) -> Answer<TeamsPage>;
    async fn create(&self, draft: TeamDraft) -> Answer<()>;
    async fn save(&self, team: String, draft: TeamDraft) -> Answer<()>;
    async fn delete(&self, team: String) -> Answer<()>;
}

#[async_trait]
pub trait Transactions: Send + Sync {
    async fn of_release(&self, project: String, version: String, environment: Option<String>) -> Answer<ResponseTimes>;
}

#[async_trait]
pub trait ViewTabs: Send + Sync {
    async fn list(&self) -> Answer<Views>;
    async fn save(&self, new: NewView) -> Answer<View>;
    async fn rename(&self, id: String, name: String) -> Answer<()>;
    async fn share(&self, id: String, shared: bool) -> Answer<()>;
    async fn shift(&self, id: String, direction: Direction) -> Answer<()>;
    async fn make_default(&self, id: String) -> Answer<()>;
    async fn delete(&self, id: String) -> Answer<()>;
}

#[async_trait]
pub trait SourceMapDoctor: Send + Sync {
    async fn report(&self, slug: String) -> Answer<SourceMapPage>;
    async fn delete(&self, slug: String, bundle: i64) -> Answer<()>;
}

/// Runs one question against the backend of this request and sets the status where the caller is a program.
///
/// A plain form post must keep its redirect, or the browser would show a bare error; hence no status for those.
pub(crate) async fn answer<T, F>(ask: F) -> Answer<T>
where
    F: AsyncFnOnce(Backend) -> Answer<T>,
{
    let backend = expect_context::<Backend>();
    let result = ask(backend).await;
    if let (Err(error), Some(response), false) = (&result, use_context::<ResponseOptions>(), wants_html()) {
        response.set_status(status_of(error));
    }
    result
}

/// The HTTP status that says the same as an error.
pub fn status_of(error: &ApiError) -> http::StatusCode {
    match error {
        ApiError::Unauthorized => http::StatusCode::UNAUTHORIZED,
        ApiError::Forbidden => http::StatusCode::FORBIDDEN,
        ApiError::NotFound(_) => http::StatusCode::NOT_FOUND,
        ApiError::Invalid { .. } => http::StatusCode::UNPROCESSABLE_ENTITY,
        ApiError::Conflict(_) => http::StatusCode::CONFLICT,
        ApiError::Unavailable => http::StatusCode::SERVICE_UNAVAILABLE,
        ApiError::Internal { .. } | ApiError::Transport(_) => http::StatusCode::INTERNAL_SERVER_ERROR,
    }
}

fn wants_html() -> bool {
    use_context::<http::request::Parts>().is_some_and(|parts| {
        let accept = parts.headers.get(http::header::ACCEPT).and_then(|value| value.to_str().ok());
        parts.method == http::Method::POST && accept.is_some_and(|accept| accept.contains("text/html"))
    })
}
