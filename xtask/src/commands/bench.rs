//! `cargo xtask bench`
//!
//! Starts the release server on an empty folder, lets the program's own `fieldfare load` at it, and measures from outside
//! what the generator cannot see. Each part writes its section of docs/benchmarks.md, with the command that repeats it.

mod flood;
mod load;
mod page;
mod parts;
mod server;
mod table;

use anyhow::{Result, ensure};

use self::page::Page;
use self::parts::{PARTS, Part, Setup};
use super::budget;
use crate::bundle::{self, Profile, Site};
use crate::{process, workspace};

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Events of the parts that look for the ceiling
    #[arg(long, default_value_t = 100_000)]
    events: u64,
    /// Events that are stored before pages are read while more arrive
    #[arg(long, default_value_t = 1_000_000)]
    volume: u64,
    /// Only this part; may be repeated
    #[arg(long, value_name = "PART")]
    only: Vec<String>,
}

/// Measures, prints, and writes docs/benchmarks.md.
pub(crate) fn run(args: &Args) -> Result<()> {
    let wanted = wanted(&args.only)?;
    let site = bundle::build(Profile::Release)?;
    // One after the other: built together they would share the features that only tests ask of a dependency, and the
    // server measured would not be the one that people run.
    for package in ["fieldfare", "fieldfare-tests"] {
        process::run(process::cargo(&["build", "--release", "--bins", "--package"]).arg(package))?;
    }
    let setup = Setup { programs: workspace::target()?.join("release"), events: args.events, volume: args.volume };

    let mut page = Page::read(&workspace::root().join("docs/benchmarks.md"))?;
    for part in wanted {
        println!("== {}", part.title);
        let table = (part.measure)(&setup)?;
        print!("{}", table.printed());
        page.put(part.title, &part.section(&setup, &table));
        page.write()?;
    }
    page.put("Sizes", &sizes(&site)?);
    page.write()
}

fn wanted(only: &[String]) -> Result<Vec<&'static Part>> {
    let unknown: Vec<_> = only.iter().filter(|name| !PARTS.iter().any(|part| part.name == **name)).collect();
    let known: Vec<_> = PARTS.iter().map(|part| part.name).collect();
    ensure!(unknown.is_empty(), "no part {unknown:?}; there are {}", known.join(", "));
    Ok(PARTS.iter().filter(|part| only.is_empty() || only.iter().any(|name| name == part.name)).collect())
}

fn sizes(site: &Site) -> Result<String> {
    let mut table = table::Table::default();
    table.add("browser bundle, gzip", format!("{} bytes", budget::bundle_gzip_bytes(site)?));
    table.add("embeddable script, gzip", format!("{} bytes", budget::widget_gzip_bytes(site)?));
    table.add("style sheet, gzip", format!("{} bytes", site.gzip_bytes(site.manifest.css.as_deref())?));
    Ok(format!("`cargo xtask budget` prints the first two.\n\n{}", table.printed()))
}
