//! The server that is measured, seen from outside.

use std::fs;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::process::{self, Running};
use crate::workspace;

/// How long the server may take to answer for the first time.
const START_TIMEOUT: Duration = Duration::from_secs(30);
/// What "at rest" means: this long after the start, nothing asked of it.
const REST: Duration = Duration::from_secs(5);
/// Of an account that lives as long as the benchmark.
const PASSWORD: &str = "a password for the benchmark";

/// Longest wait for the search index after a flood.
const INDEX_TIMEOUT: Duration = Duration::from_secs(600);

/// Where the server keeps its tables.
pub(super) enum Database {
    Embedded,
    At(String),
}

/// A release server on an empty folder, with one project.
pub(super) struct Server {
    pub(super) url: String,
    pub(super) dsn: String,
    pub(super) token: String,
    data: PathBuf,
    running: Running,
}

/// What the system says about the process.
pub(super) struct Measured {
    pub(super) resident_bytes: u64,
    pub(super) peak_bytes: u64,
    pub(super) cpu_seconds: f64,
}

impl Server {
    /// Makes the installation, starts the server and lets it come to rest.
    pub(super) fn start(program: &Path, database: &Database) -> Result<Self> {
        let data = workspace::root().join("target/bench-data");
        fs::remove_dir_all(&data).ok();
        fs::create_dir_all(&data)?;
        let address = free_address()?;
        let url = format!("http://{address}");
        let made = init(&mut command(program, &data, &url, database))?;
        let text = |value: &Value| value.as_str().map(ToOwned::to_owned).context("`fieldfare init` printed too little");
        let (dsn, token) = (text(&made["project"]["dsn"])?, text(&made["token"])?);

        let mut serve = command(program, &data, &url, database);
        let log = fs::File::create(data.with_extension("log"))?;
        serve.args(["serve", "--listen", &address.to_string()]).stdin(Stdio::null()).stdout(Stdio::null()).stderr(log);
        let running = Running::start(&mut serve, "TERM")?;
        wait_for(address)?;
        sleep(REST);
        Ok(Self { url, dsn, token, data, running })
    }

    /// Memory and processor time up to now.
    pub(super) fn measure(&mut self) -> Result<Measured> {
        if let Some(status) = self.running.child.try_wait()? {
            bail!("the server ended: {status}; its log is target/bench-data.log");
        }
        let process = Path::new("/proc").join(self.running.child.id().to_string());
        let status = fs::read_to_string(process.join("status"))?;
        let stat = fs::read_to_string(process.join("stat"))?;
        Ok(Measured {
            resident_bytes: kibibytes(&status, "VmRSS:")? * 1024,
            peak_bytes: kibibytes(&status, "VmHWM:")? * 1024,
            cpu_seconds: cpu_ticks(&stat)? / ticks_per_second()?,
        })
    }

    /// Lets the peak of its memory begin anew.
    pub(super) fn forget_peak(&self) -> Result<()> {
        let switch = Path::new("/proc").join(self.running.child.id().to_string()).join("clear_refs");
        fs::write(switch, "5").context("resetting the peak of the server's memory")
    }

    /// How many requests it has committed.
    pub(super) fn requests_committed(&self) -> Result<f64> {
        let metrics = fetch(&self.url, "/metrics")?;
        metric(&metrics, "fieldfare_ingest_requests_total").context("the server does not say what it committed")
    }

    /// Waits until the search index has caught up with the tables.
    pub(super) fn wait_until_searchable(&self) -> Result<()> {
        let started = Instant::now();
        while started.elapsed() < INDEX_TIMEOUT {
            let metrics = fetch(&self.url, "/metrics")?;
            if metric(&metrics, "fieldfare_search_lag_changes") == Some(0.0) {
                return Ok(());
            }
            sleep(Duration::from_millis(200));
        }
        bail!("the search index did not catch up within {} s", INDEX_TIMEOUT.as_secs())
    }

    /// Ends it, removes what it wrote, and answers how many bytes that was.
    pub(super) fn stop(self) -> Result<u64> {
        let Self { data, running, .. } = self;
        drop(running);
        let bytes = bytes_below(&data)?;
        fs::remove_dir_all(&data).context("removing the data of the benchmark")?;
        Ok(bytes)
    }
}

/// How much room a folder takes.
fn bytes_below(folder: &Path) -> Result<u64> {
    workspace::files_below(folder)?.iter().map(|file| Ok(file.metadata()?.len())).sum()
}

/// The body of a page of the server; plain enough to need no client.
fn fetch(url: &str, path: &str) -> Result<String> {
    let address = url.strip_prefix("http://").context("the server speaks plain HTTP")?;
    let mut stream = TcpStream::connect(address)?;
    write!(stream, "GET {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n")?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    Ok(answer)
}

/// One figure of a page of metrics.
fn metric(page: &str, name: &str) -> Option<f64> {
    page.lines().find_map(|line| line.strip_prefix(name)?.trim().parse().ok())
}

fn command(program: &Path, data: &Path, url: &str, database: &Database) -> Command {
    let mut command = Command::new(program);
    if let Database::At(url) = database {
        command.env("FIELDFARE_DATABASE_URL", url);
    }
    command.env("FIELDFARE_DATA", data).env("FIELDFARE_PUBLIC_URL", url);
    command.env("FIELDFARE_PROJECT_EVENTS_PER_MINUTE", "0").env("FIELDFARE_RETENTION_EVENTS", "0");
    command
}

/// Runs `fieldfare init`, which reads the password from its input and prints what it made.
fn init(command: &mut Command) -> Result<Value> {
    let args = ["init", "--email", "bench@example.com", "--password-stdin", "--project", "bench", "--json"];
    let mut child = command.args(args).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
    let mut input = child.stdin.take().context("a child with an input")?;
    writeln!(input, "{PASSWORD}")?;
    drop(input);
    let output = child.wait_with_output()?;
    anyhow::ensure!(output.status.success(), "`fieldfare init` failed: {}", output.status);
    serde_json::from_slice(&output.stdout).context("reading what `fieldfare init` printed")
}

fn free_address() -> Result<SocketAddr> {
    Ok(TcpListener::bind("127.0.0.1:0").and_then(|it| it.local_addr())?)
}

fn wait_for(address: SocketAddr) -> Result<()> {
    let started = Instant::now();
    while TcpStream::connect(address).is_err() {
        if started.elapsed() > START_TIMEOUT {
            bail!("the server did not start; its log is target/bench-data.log");
        }
        sleep(Duration::from_millis(50));
    }
    Ok(())
}

/// One figure of `/proc/PID/status`.
fn kibibytes(status: &str, name: &str) -> Result<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix(name));
    let figure = line.and_then(|line| line.split_whitespace().next()?.parse().ok());
    figure.with_context(|| format!("no {name} in the status of the process"))
}

/// User and system time of `/proc/PID/stat`. The name of the program, in parentheses, may hold spaces.
fn cpu_ticks(stat: &str) -> Result<f64> {
    let (_, after_name) = stat.rsplit_once(')').context("the state of the process is not understood")?;
    let fields: Vec<_> = after_name.split_whitespace().collect();
    let [user, system] = [11, 12].map(|index| fields.get(index).and_then(|field| field.parse::<f64>().ok()));
    user.zip(system).map(|(user, system)| user + system).context("the state of the process is not understood")
}

fn ticks_per_second() -> Result<f64> {
    process::output(Command::new("getconf").arg("CLK_TCK"))?.trim().parse().context("reading the system's clock rate")
}

#[cfg(test)]
mod tests {
    use super::{cpu_ticks, kibibytes};

    #[test]
    fn the_systems_figures_are_read() {
        assert_eq!(kibibytes("Name:\tx\nVmHWM:\t  2048 kB\nVmRSS:\t    1024 kB\n", "VmRSS:").unwrap(), 1024);
        assert!(kibibytes("Name:\tx\n", "VmRSS:").is_err());
        let stat = "7 (a ) b) S 1 7 7 0 -1 4194304 100 0 0 0 250 50 0 0 20 0 1 0 12 1 1";
        assert!((cpu_ticks(stat).unwrap() - 300.0).abs() < f64::EPSILON);
        assert!(cpu_ticks("7 (a) S 1").is_err());
    }
}
