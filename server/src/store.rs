//! Connections, transactions, entities, paging: how things are stored, never what they mean.
//!
//! SQLite gets two pools on one file: a single writer, so that writers queue here instead of failing there, and readers
//! that never wait for it (WAL). PostgreSQL gets one pool under both names.

pub mod blobs;
pub mod bulk;
pub mod changes;
pub mod connect;
pub mod entities;
pub mod followers;
pub mod paging;
pub mod payload;
pub mod project_settings;
pub mod releases;
pub mod secrets;

use sea_orm::{
    DatabaseBackend, DatabaseConnection, DatabaseTransaction, SqliteTransactionMode, TransactionOptions,
    TransactionTrait,
};

use crate::error::Result;

/// A transaction that may write. Belongs to the outermost caller, who commits it.
pub type Tx = DatabaseTransaction;

/// The key of PostgreSQL's advisory lock around migrations ("fare" in ASCII, then 1).
pub(crate) const MIGRATION_LOCK: i64 = 0x0066_6172_6501;
/// The key of PostgreSQL's advisory lock around transactions that write changes.
pub(crate) const CHANGE_LOCK: i64 = 0x0066_6172_6502;

/// The database of an installation.
#[derive(Clone, Debug)]
pub struct Store {
    writer: DatabaseConnection,
    reader: DatabaseConnection,
}

impl Store {
    pub(crate) fn new(writer: DatabaseConnection, reader: DatabaseConnection) -> Self {
        Self { writer, reader }
    }

    /// For queries outside a transaction.
    pub fn reader(&self) -> &DatabaseConnection {
        &self.reader
    }

    /// For a single statement that writes; anything longer takes [`Store::begin`].
    pub fn writer(&self) -> &DatabaseConnection {
        &self.writer
    }

    pub fn backend(&self) -> DatabaseBackend {
        self.writer.get_database_backend()
    }

    /// Begins a transaction that may write. On SQLite it takes the write lock at once: a transaction that reads first
    /// and writes later would fail with "busy" whatever the timeout.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn begin(&self) -> Result<Tx> {
        let options = TransactionOptions {
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
            ..TransactionOptions::default()
        };
        Ok(self.writer.begin_with_options(options).await?)
    }

    /// Closes every connection, so that SQLite can fold its log into the database file.
    pub async fn close(self) {
        for pool in [self.reader, self.writer] {
            if let Err(error) = pool.close().await {
                tracing::warn!(%error, "a database connection did not close cleanly");
            }
        }
    }
}
