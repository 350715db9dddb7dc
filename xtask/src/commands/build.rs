//! `cargo xtask build`

use anyhow::Result;

use crate::bundle::{self, Profile, Site};

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Small files, as users get them (the default)
    #[arg(long, conflicts_with = "dev")]
    release: bool,
    /// A bundle that is quick to build
    #[arg(long)]
    dev: bool,
}

/// Makes the files for the browser and says how large they are.
pub(crate) fn run(args: &Args) -> Result<()> {
    let profile = if args.release { Profile::Release } else { Profile::from_dev_flag(args.dev) };
    report(&bundle::build(profile)?)
}

/// One line per file: its address, its size, its size on the wire.
pub(crate) fn report(site: &Site) -> Result<()> {
    for url in site.manifest.urls() {
        let bytes = site.path_of(url).metadata()?.len();
        println!("{url:40} {bytes:>9} bytes {:>8} gzip", site.gzip_bytes(Some(url))?);
    }
    Ok(())
}
