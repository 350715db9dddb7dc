//! `fieldfare migrate`: the schema, forward and back.

use anyhow::Context;
use fieldfare_migrations::Migrator;
use sea_orm_migration::{MigrationStatus, MigratorTrait};

use super::output::say;
use crate::config::Config;
use crate::store::{Store, connect};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Take this many steps back; what their tables hold is lost
    #[arg(long, value_name = "STEPS", conflicts_with = "status")]
    down: Option<u32>,
    /// Only say which steps were taken
    #[arg(long)]
    status: bool,
}

pub(super) async fn run(config: &Config, args: &Args) -> anyhow::Result<()> {
    let data = &config.storage.data;
    std::fs::create_dir_all(data).with_context(|| format!("making the data directory {}", data.display()))?;
    let store = connect::open(data, config.storage.database_url.as_deref()).await?;
    match args.down {
        Some(steps) => Migrator::down(store.writer(), Some(steps)).await.context("migrating the database back")?,
        None if !args.status => connect::migrate(&store).await?,
        None => {}
    }
    show(&store).await?;
    store.close().await;
    Ok(())
}

async fn show(store: &Store) -> anyhow::Result<()> {
    for step in Migrator::get_migration_with_status(store.writer()).await? {
        let done = if step.status() == MigrationStatus::Applied { "done   " } else { "missing" };
        say(&format!("{done}  {}", step.name()));
    }
    Ok(())
}
