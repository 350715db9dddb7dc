//! A PostgreSQL for one run of the tests: made in a temporary folder, stopped and deleted at the end.

use std::fs;
use std::net::{Ipv4Addr, TcpListener};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::process::{self, Running};
use crate::tools;

/// How long the server may take to answer for the first time.
const START_TIMEOUT: Duration = Duration::from_secs(60);
/// Temporary folders are named by the process they belong to.
const FOLDER_PREFIX: &str = "fieldfare-postgres-";
/// Every test has a database of its own, so connections are many.
const SETTINGS: [&str; 3] = ["listen_addresses=127.0.0.1", "unix_socket_directories=", "max_connections=200"];
/// Durability is not what most tests are about.
const FORGETFUL: [&str; 3] = ["fsync=off", "synchronous_commit=off", "full_page_writes=off"];

/// What a cluster does for what it has committed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Durability {
    /// As PostgreSQL comes.
    Full,
    /// Nothing, for speed.
    None,
}

/// A running cluster; gone when this is dropped.
pub(crate) struct Cluster {
    url: String,
    // Dropped in this order: the server stops before its folder goes.
    _server: Running,
    _folder: Folder,
}

impl Cluster {
    /// Starts one from the programs in `bin`.
    pub(crate) fn start(bin: &Path) -> Result<Self> {
        Self::start_with(bin, Durability::None)
    }

    /// Starts one that keeps what it commits, or does not.
    pub(crate) fn start_with(bin: &Path, durability: Durability) -> Result<Self> {
        remove_leftovers();
        let account = Account::choose()?;
        let folder = Folder::make(&account)?;
        let data = folder.0.join("data");
        let mut initdb = account.command(&bin.join("initdb"), &folder.0);
        initdb.args(["--auth=trust", "--username=postgres", "--encoding=UTF8", "--locale=C", "--no-sync", "-D"]);
        process::output(initdb.arg(&data)).context("making a PostgreSQL cluster")?;

        let port = free_port()?;
        let mut postgres = account.command(&bin.join("postgres"), &folder.0);
        postgres.arg("-D").arg(&data).arg("-p").arg(port.to_string());
        let forgetful = FORGETFUL.into_iter().filter(|_| durability == Durability::None);
        postgres.args(SETTINGS.into_iter().chain(forgetful).flat_map(|setting| ["-c", setting]));
        let log = folder.0.join("log");
        postgres.stdin(Stdio::null()).stdout(Stdio::null()).stderr(fs::File::create(&log)?);
        // Interrupting it ends open connections too; asking it to terminate would wait for them.
        let mut server = Running::start(&mut postgres, "INT")?;
        wait_until_ready(&mut server, bin, port, &log)?;
        let url = format!("postgres://postgres@127.0.0.1:{port}/postgres");
        Ok(Self { url, _server: server, _folder: folder })
    }

    /// Where to connect, as the superuser.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }
}

fn wait_until_ready(server: &mut Running, bin: &Path, port: u16, log: &Path) -> Result<()> {
    let started = Instant::now();
    let port = port.to_string();
    while started.elapsed() < START_TIMEOUT {
        let has_ended = server.child.try_wait()?.is_some();
        if has_ended {
            break;
        }
        let mut asked = Command::new(bin.join("pg_isready"));
        if process::succeeds(asked.args(["-q", "-h", "127.0.0.1", "-p", &port])) {
            return Ok(());
        }
        sleep(Duration::from_millis(100));
    }
    bail!("PostgreSQL did not start:\n{}", fs::read_to_string(log).unwrap_or_default())
}

/// A port that was free a moment ago.
fn free_port() -> Result<u16> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).context("looking for a free port")?;
    Ok(listener.local_addr()?.port())
}

/// Whom the database runs as. It refuses the administrator.
enum Account {
    Ours,
    Postgres { uid: u32, gid: u32 },
}

impl Account {
    fn choose() -> Result<Self> {
        if !tools::is_root() {
            return Ok(Self::Ours);
        }
        let accounts = fs::read_to_string("/etc/passwd").context("reading the accounts of this machine")?;
        let line = accounts.lines().find(|line| line.starts_with("postgres:"));
        let fields: Vec<_> = line.context("there is no account named postgres")?.split(':').collect();
        let [_, _, uid, gid, ..] = fields[..] else { bail!("the account named postgres is not understood") };
        Ok(Self::Postgres { uid: uid.parse()?, gid: gid.parse()? })
    }

    fn command(&self, program: &Path, folder: &Path) -> Command {
        let mut command = Command::new(program);
        command.current_dir(folder);
        if let Self::Postgres { uid, gid } = *self {
            command.uid(uid).gid(gid);
        }
        command
    }
}

/// A temporary folder that is removed when this is dropped.
struct Folder(PathBuf);

impl Folder {
    fn make(account: &Account) -> Result<Self> {
        let path = std::env::temp_dir().join(format!("{FOLDER_PREFIX}{}", std::process::id()));
        fs::create_dir(&path).with_context(|| format!("making {}", path.display()))?;
        let folder = Self(path);
        if let Account::Postgres { uid, gid } = *account {
            std::os::unix::fs::chown(&folder.0, Some(uid), Some(gid)).context("giving the folder to PostgreSQL")?;
        }
        Ok(folder)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        fs::remove_dir_all(&self.0).ok();
    }
}

/// Removes what runs left behind that were themselves killed.
fn remove_leftovers() {
    for entry in fs::read_dir(std::env::temp_dir()).into_iter().flatten().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let owner = name.strip_prefix(FOLDER_PREFIX).and_then(|pid| pid.parse::<u32>().ok());
        if owner.is_some_and(|pid| !is_alive(pid)) {
            stop_leftover(&entry.path());
            fs::remove_dir_all(entry.path()).ok();
        }
    }
}

/// Stops the server of an abandoned folder. The process must name the folder: its number may be somebody else's now.
fn stop_leftover(folder: &Path) {
    let kept = fs::read_to_string(folder.join("data/postmaster.pid")).unwrap_or_default();
    let Some(pid) = kept.lines().next() else { return };
    let command_line = fs::read_to_string(format!("/proc/{pid}/cmdline")).unwrap_or_default();
    if command_line.contains(&folder.display().to_string()) {
        process::succeeds(Command::new("kill").args(["-s", "QUIT", pid]));
    }
}

fn is_alive(pid: u32) -> bool {
    Path::new(&format!("/proc/{pid}")).exists()
}
