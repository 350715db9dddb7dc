//! A whole installation in this process: fresh database, real HTTP on a port of its own, gone when dropped.

use std::net::SocketAddr;

use anyhow::Context;
use fieldfare::accounts::{self, NewMember, Password};
use fieldfare::cli::serve::{self, Running};
use fieldfare::clock::Clock;
use fieldfare::config::Config;
use fieldfare::ingest::watching;
use fieldfare::projects;
use fieldfare::state::State;
use fieldfare::store::changes;
use fieldfare_app::api::Role;
use reqwest::{Method, RequestBuilder, Response, StatusCode};
use sea_orm::{ConnectionTrait, Database as Connect};
use serde_json::Value;
use tempfile::TempDir;

/// The owner's password.
pub const PASSWORD: &str = "correct horse battery";
/// The owner's address.
pub const OWNER: &str = "ada@example.org";

/// Milliseconds in a minute.
const MINUTE_MS: i64 = 60_000;

/// Which database an installation keeps its tables in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Database {
    Sqlite,
    Postgres,
}

/// A server that runs, with an owner and the project `shop`.
pub struct Installation {
    pub running: Running,
    /// Without a trailing slash.
    pub url: String,
    pub public_key: String,
    pub project_id: i64,
    /// The owner's API token.
    pub token: String,
    pub client: reqwest::Client,
    /// The data directory.
    pub data: TempDir,
}

/// Settings of one installation, by name.
pub type Settings<'a> = &'a [(&'a str, &'a str)];

impl Installation {
    /// Starts one with everything at its default.
    pub async fn on(database: Database) -> Self {
        Self::with(database, &[]).await
    }

    /// Starts one with some settings of its own.
    pub async fn with(database: Database, settings: Settings<'_>) -> Self {
        Self::with_clock(database, settings, Clock::System).await
    }

    /// Starts one whose time is told by a clock of the test's.
    pub async fn with_clock(database: Database, settings: Settings<'_>, clock: Clock) -> Self {
        Self::start(database, settings, clock).await.expect("an installation starts")
    }

    /// Starts one that nobody has set up yet.
    pub async fn untouched(database: Database) -> Self {
        let data = tempfile::tempdir().expect("a directory");
        let config = config(database, &data, &[]).await.expect("a configuration");
        Self::run(config, data, (String::new(), 0, String::new()), Clock::System).await.expect("an installation starts")
    }

    /// Starts one whose clock stands at `ms` and moves only when told to: [`Installation::pass`].
    pub async fn at_time(database: Database, ms: i64) -> Self {
        Self::start(database, &[], Clock::manual(ms)).await.expect("an installation starts")
    }

    async fn start(database: Database, settings: Settings<'_>, clock: Clock) -> anyhow::Result<Self> {
        let data = tempfile::tempdir()?;
        let config = config(database, &data, settings).await?;
        let keys = set_up(config.clone(), clock.clone()).await?;
        Self::run(config, data, keys, clock).await
    }

    async fn run(config: Config, data: TempDir, keys: (String, i64, String), clock: Clock) -> anyhow::Result<Self> {
        let (public_key, project_id, token) = keys;
        let running = serve::start(config, clock).await?;
        let url = format!("http://{}", running.addr);
        let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build()?;
        Ok(Self { running, url, public_key, project_id, token, client, data })
    }

    /// Stops the server and starts it again on the same data.
    pub async fn restart(self) -> Self {
        self.restart_after(async |_| ()).await
    }

    /// Stops the server, does something to what it keeps, and starts it again.
    pub async fn restart_after(self, work: impl AsyncFnOnce(&Config)) -> Self {
        let Self { running, public_key, project_id, token, data, .. } = self;
        let (config, clock) = (Config::clone(&running.state.config), running.state.clock.clone());
        running.shutdown().await;
        work(&config).await;
        Self::run(config, data, (public_key, project_id, token), clock).await.expect("it starts again")
    }

    pub fn state(&self) -> &State {
        &self.running.state
    }

    pub fn dsn(&self) -> String {
        let SocketAddr::V4(addr) = self.running.addr else { panic!("tests listen on IPv4") };
        format!("http://{}@{addr}/{}", self.public_key, self.project_id)
    }

    /// Where envelopes go, with the key in the query as browsers send it.
    pub fn endpoint(&self) -> String {
        format!("{}/api/{}/envelope/?sentry_version=7&sentry_key={}", self.url, self.project_id, self.public_key)
    }

    /// Where something else is reported, with the key in the query; `endpoint` is what stands behind the project.
    pub fn endpoint_of(&self, endpoint: &str) -> String {
        format!("{}/api/{}/{endpoint}?sentry_key={}", self.url, self.project_id, self.public_key)
    }

    /// What became of what arrived, as the project's statistics say it.
    pub async fn stats(&self) -> Value {
        self.get("stats?project=shop").await
    }

    /// Whether something was dropped for this reason, this often.
    pub async fn dropped(&self, category: &str, reason: &str, quantity: u64) -> bool {
        let row = serde_json::json!({"category": category, "reason": reason, "quantity": quantity});
        self.stats().await["dropped"].as_array().is_some_and(|rows| rows.contains(&row))
    }

    /// Sends an envelope and expects it to be taken.
    pub async fn send(&self, envelope: crate::Envelope) -> Value {
        let answer = self.client.post(self.endpoint()).body(envelope.into_bytes()).send().await.expect("an answer");
        assert_eq!(answer.status(), StatusCode::OK);
        answer.json().await.expect("JSON")
    }

    /// A request to the JSON API by the owner; `path` begins behind `/api/v1/`.
    pub fn api(&self, method: Method, path: &str) -> RequestBuilder {
        self.client.request(method, format!("{}/api/v1/{path}", self.url)).bearer_auth(&self.token)
    }

    /// What the JSON API says, which must be 200.
    pub async fn get(&self, path: &str) -> Value {
        let answer = self.api(Method::GET, path).send().await.expect("an answer");
        let status = answer.status();
        let body = answer.text().await.expect("a body");
        assert_eq!(status, StatusCode::OK, "GET {path}: {body}");
        serde_json::from_str(&body).expect("JSON")
    }

    /// The rows of a list of the JSON API.
    pub async fn list(&self, path: &str) -> Vec<Value> {
        let Value::Array(rows) = self.get(path).await["data"].take() else { panic!("{path} is not a list") };
        rows
    }

    /// A page as the owner's browser gets it, by cookie.
    pub async fn page(&self, path: &str, cookie: &str) -> Response {
        let request = self.client.get(format!("{}{path}", self.url)).header("cookie", cookie);
        request.header("accept", "text/html").send().await.expect("an answer")
    }

    /// Signs the owner in through the form and answers the cookie.
    pub async fn sign_in(&self) -> String {
        let form = [("email", OWNER), ("password", PASSWORD)];
        let answer = self.post_form("/login", &form, "").await;
        let cookie = answer.headers().get("set-cookie").and_then(|value| value.to_str().ok()).expect("a cookie");
        cookie.split(';').next().unwrap_or_default().to_owned()
    }

    /// Posts a form as a browser without JavaScript does.
    pub async fn post_form(&self, path: &str, form: &[(&str, &str)], cookie: &str) -> Response {
        self.post_form_from(path, path, form, cookie).await
    }

    /// Posts a form that stands on the page at `from`.
    pub async fn post_form_from(&self, from: &str, path: &str, form: &[(&str, &str)], cookie: &str) -> Response {
        let body = form.iter().map(|(name, value)| format!("{name}={}", fieldfare_app::routes::encode(value)));
        let request = self
            .client
            .post(format!("{}{path}", self.url))
            .header("content-type", "application/x-www-form-urlencoded")
            .header("accept", "text/html")
            .header("origin", &self.url)
            .header("sec-fetch-site", "same-origin")
            .header("referer", format!("{}{from}", self.url))
            .header("cookie", cookie);
        request.body(body.collect::<Vec<_>>().join("&")).send().await.expect("an answer")
    }

    /// Lets browsers report from these origins only, one per line.
    pub async fn allow_origins(&self, origins: &str) {
        let cookie = self.sign_in().await;
        let form = [("slug", "shop"), ("name", "Shop"), ("platform", "python"), ("origins", origins)];
        let answer = self.post_form("/fn/save_project", &form, &cookie).await;
        assert_eq!(answer.status(), StatusCode::FOUND, "the setting is saved");
    }

    /// Lets minutes pass on a clock that is moved by hand, with the watch over monitors kept all the while.
    pub async fn pass(&self, minutes: i64) {
        for _ in 0..minutes {
            self.state().clock.advance(MINUTE_MS);
            self.watch().await;
        }
    }

    /// Looks for overdue monitors, as the server does every few seconds.
    pub async fn watch(&self) {
        let state = self.state();
        watching::look(&state.store, &state.ingest, state.clock.now()).await.expect("a look");
    }

    /// Waits until everything committed so far can be found.
    pub async fn indexed(&self) {
        let latest = changes::latest(self.state().store.reader()).await.expect("the change sequence");
        self.state().search.caught_up(latest).await;
    }
}

/// A server on an empty data directory, as it is on its first day: nobody has an account.
pub async fn new_and_empty(database: Database, settings: Settings<'_>) -> (Running, TempDir) {
    let data = tempfile::tempdir().expect("a folder");
    let config = config(database, &data, settings).await.expect("a configuration");
    let running = serve::start(config, Clock::System).await.expect("it starts");
    (running, data)
}

async fn config(database: Database, data: &TempDir, settings: Settings<'_>) -> anyhow::Result<Config> {
    let directory = data.path().to_str().context("a temporary directory in UTF-8")?;
    let url = match database {
        Database::Sqlite => format!("sqlite:{directory}/fieldfare.db"),
        Database::Postgres => new_postgres_database().await?,
    };
    let own = [("data", directory), ("listen", "127.0.0.1:0"), ("database_url", &*url)];
    Ok(Config::of(own.into_iter().chain(settings.iter().copied()))?)
}

/// A database of its own in the cluster that `cargo xtask test` started.
pub(crate) async fn new_postgres_database() -> anyhow::Result<String> {
    let cluster = cluster()?;
    let name = format!("fieldfare_{}", fieldfare::ids::random_uuid().simple());
    let connection = Connect::connect(&cluster).await?;
    connection.execute_unprepared(&format!("CREATE DATABASE {name}")).await?;
    connection.close().await?;
    let (server, _) = cluster.rsplit_once('/').context("a URL with a database")?;
    Ok(format!("{server}/{name}"))
}

/// Where that cluster is.
#[expect(clippy::disallowed_methods, reason = "tests are told where PostgreSQL runs")]
pub(crate) fn cluster() -> anyhow::Result<String> {
    std::env::var("FIELDFARE_TEST_POSTGRES")
        .context("FIELDFARE_TEST_POSTGRES is not set; `cargo xtask test` starts a PostgreSQL and sets it")
}

/// What `fieldfare init` does, without a process.
async fn set_up(config: Config, clock: Clock) -> anyhow::Result<(String, i64, String)> {
    let (state, _) = State::open(config, clock).await?;
    let now = state.clock.now();
    let password = Password::new("password", PASSWORD).await?;
    let tx = state.store.begin().await?;
    let organization = accounts::ensure_organization(&tx, now, "Fernbrook").await?;
    let owner = NewMember { email: OWNER.to_owned(), name: "Ada".to_owned(), password, role: Role::Owner };
    let owner = accounts::ensure(&tx, now, organization, &owner).await?;
    let project = projects::ensure(&tx, now, organization, "shop", "python").await?;
    let key = projects::keys::ensure(&tx, now, project.id, "http://localhost").await?;
    let token = accounts::create_token(&tx, now, owner.id, "tests").await?;
    tx.commit().await?;
    state.store.close().await;
    Ok((key.public_key, project.id, token))
}
