//! `fieldfare reindex`: the search index, made anew from the tables.

use super::output::say;
use crate::config::Config;
use crate::search::{Search, follower};
use crate::state::open_store;

pub(super) async fn run(config: &Config) -> anyhow::Result<()> {
    let store = open_store(config).await?;
    let search = Search::open(&config.storage.data)?;
    let follower::Counts { events, feedback, issues, comments, incidents } = follower::reindex(&search, &store).await?;
    say(&format!(
        "{events} events, {feedback} pieces of feedback, {issues} issues, {comments} comments and {incidents} incidents indexed"
    ));
    store.close().await;
    Ok(())
}
