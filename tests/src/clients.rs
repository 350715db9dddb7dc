//! The programs in `tests/clients`: official SDKs in a process of their own, which know nothing of us but the DSN.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use tokio::process::Command;

/// A program that has not sent everything by then hangs.
const PROGRAM_TIMEOUT: Duration = Duration::from_secs(60);

/// Runs the Python program.
pub async fn python(dsn: &str) {
    let folder = folder("python");
    let python = needed(folder.join(".venv/bin/python"));
    run(Command::new(python).arg("traffic.py").current_dir(folder).env("FIELDFARE_DSN", dsn)).await;
}

/// Runs the Node program.
pub async fn node(dsn: &str) {
    let folder = folder("node");
    needed(folder.join("node_modules/@sentry/node"));
    run(Command::new("node").arg("traffic.js").current_dir(folder).env("FIELDFARE_DSN", dsn)).await;
}

/// Bundles the browser's program, as a web application would; answers the script.
pub async fn browser_script() -> Vec<u8> {
    let folder = folder("browser");
    let esbuild = needed(folder.join("node_modules/.bin/esbuild"));
    let bundle = ["traffic.js", "--bundle", "--format=iife", "--log-level=warning"];
    run(Command::new(esbuild).args(bundle).current_dir(folder)).await
}

/// Runs Sentry's command line, of one of its major versions, against the address with the token given.
pub async fn sentry_cli(major: u32, (url, token): (&str, &str), folder: &Path, arguments: &[&str]) {
    let package = if major == 2 { "sentry-cli-2" } else { "@sentry/cli" };
    let program = needed(self::folder("cli").join("node_modules").join(package).join("bin/sentry-cli"));
    let mut command = Command::new("node");
    command.arg(program).args(arguments).current_dir(folder);
    let settings = [
        ("SENTRY_URL", url),
        ("SENTRY_AUTH_TOKEN", token),
        ("SENTRY_ORG", "fernbrook"),
        ("SENTRY_PROJECT", "shop"),
        ("SENTRY_LOG_LEVEL", "warn"),
    ];
    run(command.envs(settings)).await;
}

/// The script that checks pages for accessibility.
pub fn axe() -> PathBuf {
    needed(folder("axe").join("node_modules/axe-core/axe.min.js"))
}

/// A file or folder of the repository's `tests`.
pub fn tests_path(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

fn folder(client: &str) -> PathBuf {
    tests_path("clients").join(client)
}

/// What `cargo xtask test` installs.
fn needed(path: PathBuf) -> PathBuf {
    assert!(
        path.exists(),
        "{} is missing: `cargo xtask test` installs it, where there are npm and python3",
        path.display()
    );
    path
}

/// Runs a program to its end, which must be a good one; answers what it wrote.
async fn run(command: &mut Command) -> Vec<u8> {
    let output = command.stdin(Stdio::null()).kill_on_drop(true).output();
    let output = tokio::time::timeout(PROGRAM_TIMEOUT, output).await.expect("it ends in time");
    let output = output.unwrap_or_else(|error| panic!("{command:?} does not start, which the tests need: {error}"));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?}: {}\n{said}", output.status);
    output.stdout
}
