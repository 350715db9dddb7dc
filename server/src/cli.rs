//! The program as its operator sees it: one file per command.
//!
//! Exit codes: 0 done, 1 failed, 2 used wrongly. Answers go to stdout, the log and complaints to stderr.

mod demo;
mod doctor;
mod init;
mod load;
mod migrate;
mod output;
mod reindex;
pub mod serve;
mod user;

use std::io::IsTerminal;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use tracing_subscriber::EnvFilter;

use crate::config::{Config, ConfigError, Flags, Log, LogFormat};
use crate::error::Error;

/// Exit code of a command that was used wrongly.
const USED_WRONGLY: u8 = 2;
/// Stack of a worker, bytes. Views nest deeply and unoptimised builds keep every frame large.
const STACK_BYTES: usize = 8 * 1024 * 1024;

/// How your releases fare in the field.
#[derive(Debug, Parser)]
#[command(name = "fieldfare", version, about)]
struct Cli {
    #[command(subcommand)]
    command: Command,
    #[command(flatten)]
    settings: Flags,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the server
    Serve,
    /// Make the organization, an owner and a project without a browser; safe to repeat
    Init(init::Args),
    /// Fill an empty installation with a story to look around in; safe to repeat
    Demo,
    /// Bring the database up to date, or take steps back
    Migrate(migrate::Args),
    /// List, add and change the people who can sign in
    User(user::Args),
    /// Make the search index anew from the database; not beside a server that runs
    Reindex,
    /// Check what an installation needs, and say what is wrong
    Doctor,
    /// Send load to your own installation and print what it could take, as JSON
    Load(load::Args),
}

/// Runs the command that the arguments of this process name.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    let config = match Config::load(&cli.settings) {
        Ok(config) => config,
        Err(error) => return complain(&error.into()),
    };
    start_log(&config.log);
    install_crypto();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().thread_stack_size(STACK_BYTES).build();
    let result = runtime.map_err(anyhow::Error::from).and_then(|runtime| runtime.block_on(run(cli.command, config)));
    result.map_or_else(|error| complain(&error), |()| ExitCode::SUCCESS)
}

async fn run(command: Command, config: Config) -> anyhow::Result<()> {
    match command {
        Command::Serve => serve::run(config).await,
        Command::Init(args) => init::run(config, args).await,
        Command::Demo => Box::pin(demo::run(config)).await,
        Command::Migrate(args) => migrate::run(&config, &args).await,
        Command::User(args) => user::run(&config, args).await,
        Command::Reindex => reindex::run(&config).await,
        Command::Doctor => doctor::run(&config).await,
        Command::Load(args) => load::run(args).await,
    }
}

/// TLS asks for a provider at its first use and panics when there is none.
fn install_crypto() {
    // An error means that there is one already, as in tests that start several servers.
    rustls::crypto::ring::default_provider().install_default().ok();
}

fn start_log(log: &Log) {
    let filter = EnvFilter::try_new(&log.level).unwrap_or_else(|_| EnvFilter::new("info"));
    let lines = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    match log.format {
        LogFormat::Human => lines.with_ansi(std::io::stderr().is_terminal()).init(),
        LogFormat::Json => lines.json().init(),
    }
}

fn complain(error: &anyhow::Error) -> ExitCode {
    output::complain(&format!("fieldfare: {error:#}"));
    if is_wrong_use(error) { ExitCode::from(USED_WRONGLY) } else { ExitCode::FAILURE }
}

/// What the operator can mend by typing something else.
fn is_wrong_use(error: &anyhow::Error) -> bool {
    error.is::<ConfigError>() || matches!(error.downcast_ref(), Some(Error::Invalid { .. } | Error::NotFound(_)))
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_arguments_make_sense() {
        Cli::command().debug_assert();
    }

    #[test]
    fn settings_may_stand_before_and_after_the_command() {
        for args in [["fieldfare", "--data", "x", "serve"], ["fieldfare", "serve", "--data", "x"]] {
            assert_eq!(Cli::try_parse_from(args).unwrap().settings.data.as_deref(), Some("x"));
        }
    }

    #[test]
    fn wrong_use_is_told_from_failure() {
        assert!(is_wrong_use(&Error::invalid("email", "is empty").into()));
        assert!(is_wrong_use(&Config::of([("listen", "x")]).unwrap_err().into()));
        assert!(!is_wrong_use(&anyhow::anyhow!("disk full")));
    }
}
