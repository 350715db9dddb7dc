//! The developer's interface of Fieldfare: `cargo xtask serve | dev | test | fuzz | check | budget | bench | build`.
//!
//! Each subcommand is one file in `commands/`. They share the making of the browser's files (`bundle`), the throwaway
//! database (`postgres`), what the machine must have (`tools`) and the running of other programs (`process`).
#![expect(clippy::print_stdout, reason = "a command-line program for people speaks on its standard output")]

mod bundle;
mod commands;
mod postgres;
mod process;
mod stamp;
mod tools;
mod workspace;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use commands::{bench, budget, build, check, dev, fuzz, serve, test};

#[derive(Parser)]
#[command(name = "cargo xtask", about = "Everything a developer of Fieldfare runs")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Make the files for the browser: bundle, style sheet, embeddable script (in target/site)
    Build(build::Args),
    /// Build everything and start the server
    Serve(serve::Args),
    /// Watch the sources; rebuild and restart what a change touches
    Dev(dev::Args),
    /// Run every test, on both databases, with real clients and a real browser
    Test(test::Args),
    /// Run the fuzzers of tests/fuzz, ten minutes each; needs cargo-fuzz
    Fuzz(fuzz::Args),
    /// What CI runs before the tests: formatting, lints, licences, forbidden dependencies
    Check,
    /// Fail when the release bundle or the embeddable script outgrew its size
    Budget,
    /// Measure the server under load and write docs/benchmarks.md
    Bench(bench::Args),
}

fn main() -> ExitCode {
    match run(&Cli::parse().command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            println!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(command: &Command) -> anyhow::Result<()> {
    match command {
        Command::Build(args) => build::run(args),
        Command::Serve(args) => serve::run(args),
        Command::Dev(args) => dev::run(args),
        Command::Test(args) => test::run(args),
        Command::Fuzz(args) => fuzz::run(args),
        Command::Check => check::run(),
        Command::Budget => budget::run(),
        Command::Bench(args) => bench::run(args),
    }
}
