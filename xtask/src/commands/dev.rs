//! `cargo xtask dev`
//!
//! Looks at the sources twice a second rather than asking the system to report changes: a few hundred files cost a few
//! milliseconds, and it works alike on every file system, in containers and over network mounts.

mod sources;

use std::collections::BTreeSet;
use std::thread::sleep;
use std::time::Duration;

use anyhow::Result;

use self::sources::{Part, Snapshot};
use crate::bundle::{self, Profile, Site};
use crate::process::{self, Running};
use crate::workspace;

/// Between two looks at the sources.
const PAUSE: Duration = Duration::from_millis(500);

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Handed to `fieldfare serve`
    #[arg(last = true)]
    server_args: Vec<String>,
}

/// Builds, starts, watches; ends with Ctrl-C. A change that does not compile leaves the last good server running.
pub(crate) fn run(args: &Args) -> Result<()> {
    let mut seen = Snapshot::take()?;
    let mut server = None;
    react(&Part::all(), args, &mut server);
    println!("watching app, server, migrations and style; Ctrl-C ends it");
    loop {
        let changed = wait_for_change(&mut seen)?;
        react(&changed, args, &mut server);
    }
}

/// Returns once something changed and nothing has changed since, so that half a save is not built.
fn wait_for_change(seen: &mut Snapshot) -> Result<BTreeSet<Part>> {
    let mut changed = BTreeSet::new();
    loop {
        sleep(PAUSE);
        let now = Snapshot::take()?;
        let fresh = now.changes_since(seen);
        *seen = now;
        if fresh.is_empty() && !changed.is_empty() {
            return Ok(changed);
        }
        changed.extend(fresh);
    }
}

fn react(changed: &BTreeSet<Part>, args: &Args, server: &mut Option<Running>) {
    println!("building: {}", changed.iter().map(|part| part.name()).collect::<Vec<_>>().join(", "));
    if let Err(error) = rebuild(changed).and_then(|()| restart(args, server)) {
        println!("{error:#}");
    }
}

/// Builds what the changes touch and nothing else.
fn rebuild(changed: &BTreeSet<Part>) -> Result<()> {
    let mut site = Site::open(Profile::Dev)?;
    for part in changed {
        match part {
            Part::Style => bundle::build_style(&mut site)?,
            Part::Static => bundle::copy_static(&site)?,
            Part::Widget => bundle::build_widget(&mut site)?,
            Part::Interface => bundle::build_wasm(&mut site)?,
            Part::Server => {}
        }
    }
    site.finish()?;
    if changed.contains(&Part::Interface) || changed.contains(&Part::Server) {
        process::run(&mut process::cargo(&["build", "--package", "fieldfare"]))?;
    }
    Ok(())
}

/// A new server for every change, since it reads the manifest when it starts. It is up again in well under a second.
fn restart(args: &Args, server: &mut Option<Running>) -> Result<()> {
    drop(server.take());
    let program = workspace::target()?.join("debug/fieldfare").display().to_string();
    let mut serve = process::program(&program, &["serve"]);
    *server = Some(Running::start(serve.args(&args.server_args), "TERM")?);
    Ok(())
}
