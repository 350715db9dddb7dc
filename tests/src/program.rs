//! The real program in a process of its own, so that it can be killed.

use std::path::PathBuf;
use std::process::Stdio;

use anyhow::{Context, ensure};
use reqwest::{Response, StatusCode};
use serde_json::Value;
use tempfile::TempDir;
use tokio::io::AsyncWriteExt;
use tokio::process::{Child, Command};

use crate::installation::{OWNER, PASSWORD, new_postgres_database};
use crate::{Database, SmallDisk, eventually};

/// An installation whose server can be started and killed at will.
pub struct Program {
    program: PathBuf,
    /// What starts the program, where that is not we.
    launcher: Vec<String>,
    /// Whether its log is not shown.
    is_quiet: bool,
    /// Its data directory, as it calls it.
    home: PathBuf,
    database_url: String,
    address: String,
    running: Option<Child>,
    pub url: String,
    pub public_key: String,
    pub project_id: i64,
    pub token: String,
    pub client: reqwest::Client,
    pub data: TempDir,
}

impl Program {
    /// An installation with the project `shop`, not running yet.
    pub async fn on(database: Database) -> Self {
        let data = tempfile::tempdir().expect("a folder");
        let database_url = match database {
            Database::Sqlite => format!("sqlite:{}/fieldfare.db", data.path().display()),
            Database::Postgres => new_postgres_database().await.expect("a database"),
        };
        let home = data.path().to_owned();
        Self::made((data, home), database_url, Vec::new()).await.expect("an installation is made")
    }

    /// One whose data directory is on a small disk. Its log is not shown: it is long once the disk is full.
    pub async fn on_disk(database: Database, disk: &mut SmallDisk) -> Self {
        let home = disk.inside().join("data");
        let database_url = match database {
            Database::Sqlite => format!("sqlite:{}/fieldfare.db", home.display()),
            Database::Postgres => disk.new_postgres_database().await.expect("a database"),
        };
        let data = tempfile::tempdir().expect("a folder");
        let mut made = Self::made((data, home), database_url, disk.launcher()).await.expect("an installation is made");
        made.is_quiet = true;
        made
    }

    #[expect(clippy::disallowed_methods, reason = "tests are told where the program is")]
    async fn made(
        (data, home): (TempDir, PathBuf),
        database_url: String,
        launcher: Vec<String>,
    ) -> anyhow::Result<Self> {
        let program = std::env::var("FIELDFARE_TEST_SERVER")
            .context("FIELDFARE_TEST_SERVER is not set; `cargo xtask test` builds the program and sets it")?;
        let address = std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?.to_string();
        let mut made = Self {
            program: program.into(),
            launcher,
            is_quiet: false,
            home,
            database_url,
            url: format!("http://{address}"),
            address,
            running: None,
            public_key: String::new(),
            project_id: 0,
            token: String::new(),
            client: reqwest::Client::new(),
            data,
        };
        made.init().await?;
        Ok(made)
    }

    async fn init(&mut self) -> anyhow::Result<()> {
        let args = ["init", "--email", OWNER, "--password-stdin", "--project", "shop", "--json"];
        let mut child = self.command().args(args).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let mut input = child.stdin.take().context("an input")?;
        input.write_all(PASSWORD.as_bytes()).await?;
        drop(input);
        let output = child.wait_with_output().await?;
        ensure!(output.status.success(), "init failed: {}", output.status);
        let made: Value = serde_json::from_slice(&output.stdout)?;
        let text = |value: &Value| value.as_str().map(ToOwned::to_owned).context("a text");
        self.public_key = text(&made["project"]["public_key"])?;
        self.project_id = made["project"]["id"].as_i64().context("a number")?;
        self.token = text(&made["token"])?;
        Ok(())
    }

    fn command(&self) -> Command {
        let mut command = match self.launcher.split_first() {
            Some((launcher, args)) => {
                let mut command = Command::new(launcher);
                command.args(args).arg(&self.program);
                command
            }
            None => Command::new(&self.program),
        };
        command.env("FIELDFARE_DATA", &self.home).env("FIELDFARE_DATABASE_URL", &self.database_url);
        let log = if self.is_quiet { "off" } else { "error" };
        command.env("FIELDFARE_LISTEN", &self.address).env("FIELDFARE_LOG_LEVEL", log).kill_on_drop(true);
        command
    }

    /// Starts the server and waits until it answers.
    pub async fn start(&mut self) {
        let mut command = self.command();
        self.running = Some(command.arg("serve").stdout(Stdio::null()).spawn().expect("the server starts"));
        eventually("the server is ready", async || {
            let answer = self.client.get(format!("{}/health/ready", self.url)).send().await.ok()?;
            (answer.status() == StatusCode::OK).then_some(())
        })
        .await;
    }

    /// The running server, for [`Program::kill_now`].
    pub fn pid(&self) -> u32 {
        self.running.as_ref().and_then(Child::id).expect("it runs")
    }

    /// Ends it at once, while others still talk to it: SIGKILL, nothing is flushed or finished.
    pub async fn kill_now(pid: u32) {
        let killed = Command::new("kill").args(["-s", "KILL", &pid.to_string()]).status().await.expect("kill runs");
        assert!(killed.success(), "the server was there");
    }

    /// Waits for the end of what was killed.
    pub async fn kill(&mut self) {
        let mut running = self.running.take().expect("it ran");
        running.kill().await.expect("it has ended");
    }

    /// Asks it to stop, and waits until it has.
    pub async fn stop(&mut self) {
        let mut running = self.running.take().expect("it ran");
        let pid = running.id().expect("it runs").to_string();
        let asked = Command::new("kill").args(["-s", "TERM", &pid]).status().await.expect("kill runs");
        assert!(asked.success(), "the server was there");
        running.wait().await.expect("it has ended");
    }

    /// Runs a command of the program beside the server; the exit code and what it said, answers first.
    pub async fn run(&self, args: &[&str]) -> (Option<i32>, String) {
        let output = self.command().args(args).output().await.expect("it runs");
        let said = [output.stdout, output.stderr].concat();
        (output.status.code(), String::from_utf8_lossy(&said).into_owned())
    }

    /// Tries to serve from another folder; the exit code and what it complained about.
    pub async fn try_serve_in(&mut self, folder: &str) -> (Option<i32>, String) {
        let mut command = self.command();
        command.env("FIELDFARE_DATA", folder).env_remove("FIELDFARE_DATABASE_URL").arg("serve");
        let output = command.output().await.expect("it runs");
        (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
    }

    /// Sends an envelope; the status of the answer, none when there was no answer.
    pub async fn send(&self, body: Vec<u8>) -> Option<StatusCode> {
        let answer = self.post(body).await?;
        let status = answer.status();
        answer.bytes().await.ok()?;
        Some(status)
    }

    /// Sends an envelope; none when there was no answer.
    pub async fn post(&self, body: Vec<u8>) -> Option<Response> {
        let path = format!("/api/{}/envelope/?sentry_key={}", self.project_id, self.public_key);
        self.client.post(format!("{}{path}", self.url)).body(body).send().await.ok()
    }

    /// What `/health/ready` says.
    pub async fn readiness(&self) -> (StatusCode, String) {
        let answer = self.client.get(format!("{}/health/ready", self.url)).send().await.expect("an answer");
        (answer.status(), answer.text().await.expect("a text"))
    }

    /// What the JSON API says, which must be 200.
    pub async fn get(&self, path: &str) -> Value {
        let request = self.client.get(format!("{}/api/v1/{path}", self.url)).bearer_auth(&self.token);
        let answer = request.send().await.expect("an answer");
        assert_eq!(answer.status(), StatusCode::OK, "GET {path}");
        answer.json().await.expect("JSON")
    }

    /// A figure of `/metrics`.
    pub async fn metric(&self, name: &str) -> Option<f64> {
        let page = self.client.get(format!("{}/metrics", self.url)).send().await.ok()?.text().await.ok()?;
        page.lines().find_map(|line| line.strip_prefix(name)?.trim().parse().ok())
    }
}
