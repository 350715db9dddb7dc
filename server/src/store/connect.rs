//! Opening the database and bringing it up to date.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context, bail};
use fieldfare_migrations::Migrator;
use sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseBackend, DatabaseConnection, Statement};
use sea_orm_migration::MigratorTrait;
use sqlx::Connection;
use sqlx::sqlite::{SqliteAutoVacuum, SqliteConnection, SqliteJournalMode, SqliteSynchronous};

use super::{MIGRATION_LOCK, Store};

/// Readers of a SQLite file; pages are short queries and two cores serve no more at once.
const SQLITE_READERS: u32 = 8;
/// Connections to PostgreSQL per server process; its default limit of 100 then allows several processes.
const POSTGRES_CONNECTIONS: u32 = 20;
/// Pages the writer keeps in memory; the inner pages of every index it inserts into, at a million events, and some leaves.
const WRITER_CACHE_KIB: u32 = 16 * 1024;
/// Pages each reader keeps in memory, as the system keeps the file's anyway.
const READER_CACHE_KIB: u32 = 2 * 1024;
/// Pages of the log, 4 KiB each, after which it is folded into the file: each time costs two flushes of the disk and
/// writes every page that changed since once, so rarely is cheap.
const CHECKPOINT_PAGES: u32 = 8_000;
/// Prepared statements kept per connection. A batch's statements differ by their number of rows.
const STATEMENTS_KEPT: usize = 512;
/// Longest wait for a connection before a request fails as unavailable.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(30);
/// What SQLite's log is cut to once it was folded into the file, bytes; a long commit or reader may let it grow.
const JOURNAL_BYTES_MAX: &str = "67108864";
/// The first SQLite without the bug that corrupts a WAL under two connections, which is how we use it.
const SQLITE_SAFE_VERSION: (u32, u32, u32) = (3, 51, 3);

/// Opens the database of an installation: `url` if given, else `fieldfare.db` in the data directory.
///
/// # Errors
/// When it cannot be reached, or is a SQLite with a known corruption bug.
pub async fn open(data: &Path, url: Option<&str>) -> anyhow::Result<Store> {
    match url {
        Some(url) if url.starts_with("postgres") => open_postgres(url).await,
        Some(url) if url.starts_with("sqlite:") => open_sqlite(url).await,
        Some(_) => bail!("the database URL must begin with postgres:// or sqlite:"),
        None => open_sqlite(&format!("sqlite:{}", data.join("fieldfare.db").display())).await,
    }
}

/// Applies every migration that is missing. Safe to run from several processes at once: whoever comes second waits and
/// finds nothing left to do.
///
/// # Errors
/// When a migration fails; on both databases nothing of any of them is left behind.
pub async fn migrate(store: &Store) -> anyhow::Result<()> {
    // On SQLite this is the write lock already.
    let tx = store.begin().await.context("locking the database for migrations")?;
    if store.backend() == DatabaseBackend::Postgres {
        tx.execute_unprepared(&format!("SELECT pg_advisory_xact_lock({MIGRATION_LOCK})")).await?;
    }
    Migrator::up(&tx, None).await.context("migrating the database")?;
    tx.commit().await.context("migrating the database")
}

async fn open_postgres(url: &str) -> anyhow::Result<Store> {
    let mut options = ConnectOptions::new(url);
    options
        .max_connections(POSTGRES_CONNECTIONS)
        .acquire_timeout(ACQUIRE_TIMEOUT)
        .sqlx_logging(false)
        .record_stmt_in_spans(false);
    let pool = Database::connect(options).await.context("connecting to PostgreSQL")?;
    Ok(Store::new(pool.clone(), pool))
}

async fn open_sqlite(url: &str) -> anyhow::Result<Store> {
    let writer = sqlite_pool(url, Access::Write).await.with_context(|| format!("opening {url}"))?;
    check_sqlite_version(&writer).await?;
    let reader = sqlite_pool(url, Access::Read).await.with_context(|| format!("opening {url} for reading"))?;
    Ok(Store::new(writer, reader))
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Access {
    Read,
    Write,
}

async fn sqlite_pool(url: &str, access: Access) -> Result<DatabaseConnection, sea_orm::DbErr> {
    let mut options = ConnectOptions::new(url);
    options
        .max_connections(if access == Access::Write { 1 } else { SQLITE_READERS })
        .acquire_timeout(ACQUIRE_TIMEOUT)
        .sqlx_logging(false)
        .record_stmt_in_spans(false)
        .map_sqlx_sqlite_pool_opts(|pool| pool.after_release(|connection, _| Box::pin(has_no_transaction(connection))))
        .map_sqlx_sqlite_opts(move |sqlite| {
            sqlite
                .create_if_missing(access == Access::Write)
                .journal_mode(SqliteJournalMode::Wal)
                .synchronous(SqliteSynchronous::Full)
                .busy_timeout(ACQUIRE_TIMEOUT)
                .pragma("query_only", if access == Access::Read { "ON" } else { "OFF" })
                .pragma("temp_store", "MEMORY")
                // Works on a new file only; pages that retention empties can then be given back (retention::disk).
                .auto_vacuum(SqliteAutoVacuum::Incremental)
                .pragma("journal_size_limit", JOURNAL_BYTES_MAX)
                .pragma(
                    "cache_size",
                    format!("-{}", if access == Access::Write { WRITER_CACHE_KIB } else { READER_CACHE_KIB }),
                )
                .pragma("wal_autocheckpoint", CHECKPOINT_PAGES.to_string())
                .statement_cache_capacity(STATEMENTS_KEPT)
                .foreign_keys(true)
        });
    Database::connect(options).await
}

/// Whether a connection that comes back can be used again. When the disk is full, SQLite ends a transaction by itself, and
/// the driver does not notice: it would take the next one for a part of that, and what is then said to be committed is
/// not.
async fn has_no_transaction(connection: &mut SqliteConnection) -> Result<bool, sqlx::Error> {
    // Waits for what is queued, such as the end of a transaction that was dropped.
    connection.ping().await?;
    Ok(!connection.is_in_transaction())
}

async fn check_sqlite_version(pool: &DatabaseConnection) -> anyhow::Result<()> {
    let row = pool
        .query_one_raw(Statement::from_string(DatabaseBackend::Sqlite, "SELECT sqlite_version() AS version"))
        .await?
        .context("SQLite did not say its version")?;
    let version: String = row.try_get("", "version")?;
    let mut parts = version.split('.').map(|part| part.parse::<u32>().unwrap_or(0));
    let mut next = || parts.next().unwrap_or(0);
    if (next(), next(), next()) < SQLITE_SAFE_VERSION {
        bail!("SQLite {version} can corrupt a database in WAL mode; 3.51.3 or later is needed");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn count(db: &impl ConnectionTrait) -> i64 {
        let sql = "SELECT count(*) FROM filling";
        let row = db.query_one_raw(Statement::from_string(DatabaseBackend::Sqlite, sql)).await.unwrap();
        row.unwrap().try_get_by_index(0).unwrap()
    }

    #[tokio::test]
    async fn what_is_committed_after_a_full_disk_is_committed() {
        let data = tempfile::tempdir().unwrap();
        let store = open(data.path(), None).await.unwrap();
        store.writer().execute_unprepared("CREATE TABLE filling (page BLOB)").await.unwrap();
        let fill = "INSERT INTO filling SELECT randomblob(100000)";
        for _ in 0..3 {
            // As full as a disk can be: no page more.
            store.writer().execute_unprepared("PRAGMA max_page_count = 1").await.unwrap();
            let tx = store.begin().await.unwrap();
            let error = tx.execute_unprepared(fill).await.unwrap_err();
            assert!(error.to_string().contains("full"), "{error}");
            tx.rollback().await.ok();
        }
        // A new connection knows nothing of the limit.
        let tx = store.begin().await.unwrap();
        tx.execute_unprepared(fill).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!((count(store.reader()).await, count(store.writer()).await), (1, 1), "others see it");
        let tx = store.begin().await.unwrap();
        tx.execute_unprepared(fill).await.unwrap();
        tx.rollback().await.unwrap();
        assert_eq!(count(store.writer()).await, 1, "and what is rolled back is rolled back");
    }
}
