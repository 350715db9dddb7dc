//! `fieldfare doctor`: what an installation needs, checked one by one.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context, bail};
use fieldfare_migrations::Migrator;
use lettre::{AsyncSmtpTransport, Tokio1Executor};
use sea_orm::{ConnectionTrait, DatabaseBackend, Statement};
use sea_orm_migration::MigratorTrait;
use tantivy::TantivyError;

use super::output::say;
use crate::config::{Config, Mail};
use crate::search::Search;
use crate::store::{Store, connect};

/// How long a mail server may take to greet.
const SMTP_TIMEOUT: Duration = Duration::from_secs(10);

/// What the data directory must have room for at least, bytes.
const PROBE_BYTES: usize = 1024 * 1024;

/// A finding: what is well, or why it is not.
type Finding = anyhow::Result<String>;

pub(super) async fn run(config: &Config) -> anyhow::Result<()> {
    let data = &config.storage.data;
    let mut findings = vec![("data directory", data_directory(data))];
    match connect::open(data, config.storage.database_url.as_deref()).await {
        Ok(store) => {
            findings.push(("database", database(&store).await));
            findings.push(("migrations", migrations(&store).await));
            findings.push(("disk", gives_disk_back(&store).await));
            store.close().await;
        }
        Err(error) => findings.push(("database", Err(error))),
    }
    findings.push(("search index", search_index(data)));
    findings.push(("mail", mail(&config.mail).await));
    report(&findings)
}

fn report(findings: &[(&str, Finding)]) -> anyhow::Result<()> {
    for (what, finding) in findings {
        match finding {
            Ok(well) => say(&format!("ok   {what}: {well}")),
            Err(error) => say(&format!("BAD  {what}: {error:#}")),
        }
    }
    match findings.iter().filter(|(_, finding)| finding.is_err()).count() {
        0 => Ok(()),
        bad => bail!("{bad} of {} findings are bad", findings.len()),
    }
}

fn data_directory(data: &Path) -> Finding {
    let probe = data.join(".doctor");
    let written = std::fs::create_dir_all(data)
        .and_then(|()| std::fs::write(&probe, vec![0; PROBE_BYTES]))
        .and_then(|()| std::fs::File::open(&probe)?.sync_all());
    // What a full disk took of it goes all the same.
    let removed = std::fs::remove_file(&probe);
    written.and(removed).with_context(|| format!("{} cannot be written", data.display()))?;
    Ok(format!("{} can be written", data.display()))
}

async fn database(store: &Store) -> Finding {
    let backend = store.backend();
    let (name, sql) = match backend {
        DatabaseBackend::Postgres => ("PostgreSQL", "SELECT current_setting('server_version') AS version"),
        _ => ("SQLite", "SELECT sqlite_version() AS version"),
    };
    let row = store.reader().query_one_raw(Statement::from_string(backend, sql)).await?;
    let version: String = row.context("it does not say its version")?.try_get("", "version")?;
    Ok(format!("{name} {version}"))
}

async fn migrations(store: &Store) -> Finding {
    let missing = Migrator::get_pending_migrations(store.writer()).await?;
    match missing.as_slice() {
        [] => Ok("up to date".to_owned()),
        missing => bail!("{} steps are missing: run `fieldfare migrate`", missing.len()),
    }
}

/// Whether the file gets smaller when rows are removed. Files made by the first versions do not.
async fn gives_disk_back(store: &Store) -> Finding {
    if store.backend() == DatabaseBackend::Postgres {
        return Ok("autovacuum makes the space of removed rows usable again".to_owned());
    }
    let row = store.reader().query_one_raw(Statement::from_string(store.backend(), "PRAGMA auto_vacuum")).await?;
    let mode: i64 = row.context("it does not say whether it gives pages back")?.try_get_by_index(0)?;
    Ok(match mode {
        0 => "the space of removed rows is used again, but the file does not get smaller; to change that, stop the \
              server and run once: sqlite3 fieldfare.db 'PRAGMA auto_vacuum=2; VACUUM;'"
            .to_owned(),
        _ => "the space of removed rows is given back".to_owned(),
    })
}

fn search_index(data: &Path) -> Finding {
    if !data.join("search").is_dir() {
        return Ok("not there yet: the first start makes it".to_owned());
    }
    match Search::open(data) {
        Ok(_) => Ok("can be opened".to_owned()),
        Err(error) if matches!(error.downcast_ref(), Some(TantivyError::LockFailure(..))) => {
            Ok("in use by a server that runs".to_owned())
        }
        Err(error) => Err(error),
    }
}

async fn mail(mail: &Mail) -> Finding {
    let Some(url) = &mail.smtp_url else {
        return Ok("no server is set: mails are written to files in the data directory".to_owned());
    };
    let transport = AsyncSmtpTransport::<Tokio1Executor>::from_url(url).context("the mail server's URL")?;
    let transport: AsyncSmtpTransport<Tokio1Executor> = transport.build();
    let greeted = tokio::time::timeout(SMTP_TIMEOUT, transport.test_connection()).await;
    match greeted.context("the mail server does not answer")?.context("the mail server refuses")? {
        true => Ok("the mail server answers".to_owned()),
        false => bail!("the mail server ends the connection"),
    }
}
