//! Giving disk back once rows are gone.
//!
//! SQLite keeps emptied pages for later unless it is asked for them; that is done in small steps, each a transaction of
//! its own. PostgreSQL's autovacuum makes the space of removed rows usable again by itself (docs/decisions).

use std::time::Instant;

use anyhow::Context;
use sea_orm::{ConnectionTrait, DatabaseBackend, Statement};

use super::Pace;
use crate::error::Result;
use crate::store::Store;

/// Pages given back in one step: a megabyte, a few milliseconds.
const STEP_PAGES: i64 = 256;
/// The part of the file that may be empty, since what arrives next will fill it.
const RESERVE_PART: i64 = 50;
/// The setting of a file whose pages can be given back.
const INCREMENTAL: i64 = 2;

pub(super) async fn give_back(store: &Store, pace: &Pace) -> Result<()> {
    if store.backend() != DatabaseBackend::Sqlite || pragma(store, "auto_vacuum").await? != INCREMENTAL {
        return Ok(());
    }
    let mut given = 0;
    let mut free = pragma(store, "freelist_count").await?;
    while !pace.is_over() {
        let began = Instant::now();
        let step = pages_to_give_back(free, pragma(store, "page_count").await?);
        if step == 0 {
            break;
        }
        store.writer().execute_unprepared(&format!("PRAGMA incremental_vacuum({step})")).await?;
        let left = pragma(store, "freelist_count").await?;
        if left >= free {
            break;
        }
        given += free - left;
        free = left;
        pace.rest(began).await;
    }
    if given > 0 {
        // The file is cut when the log is folded into it. This does not wait for readers; the next one finishes it.
        store.writer().execute_unprepared("PRAGMA wal_checkpoint(PASSIVE)").await?;
        tracing::info!(pages = given, "empty pages of the database were given back");
    }
    Ok(())
}

/// How many pages to give back in the next step.
fn pages_to_give_back(free: i64, total: i64) -> i64 {
    let reserve = (total / RESERVE_PART).max(STEP_PAGES);
    (free - reserve).clamp(0, STEP_PAGES)
}

async fn pragma(store: &Store, name: &str) -> Result<i64> {
    let statement = Statement::from_string(DatabaseBackend::Sqlite, format!("PRAGMA {name}"));
    // Asked on the writer: a reader may still see the file as it was.
    let row = store.writer().query_one_raw(statement).await?;
    let row = row.with_context(|| format!("SQLite did not say its {name}"))?;
    Ok(row.try_get_by_index::<i64>(0)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_of_the_file_may_be_empty_and_the_rest_goes_step_by_step() {
        for (free, total, pages) in [
            (0, 1_000, 0),
            (256, 1_000, 0),
            (300, 1_000, 44),
            (90_000, 100_000, 256),
            (2_000, 100_000, 0),
            (2_001, 100_000, 1),
        ] {
            assert_eq!(pages_to_give_back(free, total), pages, "{free} of {total}");
        }
    }
}
