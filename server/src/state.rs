//! What a running server holds, shared by everything that answers requests.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use anyhow::Context;
use fieldfare_app::api::RetentionSettings;

use crate::accounts::Attempts;
use crate::clock::Clock;
use crate::config::Config;
use crate::http::UnknownCalls;
use crate::http::ingest::{KeyCache, Room};
use crate::ingest;
use crate::ingest::address_key::AddressKey;
use crate::live::Live;
use crate::notify::{MailSettings, UnsubscribeKey};
use crate::projects::Trials;
use crate::search::Search;
use crate::source_maps::SourceMaps;
use crate::store::blobs::Blobs;
use crate::store::{Store, connect};

/// Cheap to clone: every field is a handle.
#[derive(Clone)]
pub struct State {
    pub store: Store,
    pub blobs: Blobs,
    pub clock: Clock,
    pub config: Arc<Config>,
    /// Failed sign-ins, so that passwords cannot be guessed.
    pub attempts: Arc<Attempts>,
    pub search: Search,
    /// How mail leaves.
    pub mail: MailSettings,
    pub ingest: ingest::Queue,
    pub quotas: Arc<ingest::quota::Quotas>,
    /// Memory for large bodies that are being read.
    pub bodies: Room,
    /// Project keys looked up lately.
    pub keys: KeyCache,
    /// What projects want done with what they send.
    pub policies: ingest::policy::Policies,
    pub source_maps: SourceMaps,
    /// What leads tried their protections on lately.
    pub trials: Trials,
    /// Where open pages hear that something changed.
    pub live: Live,
    /// What tools asked for in vain.
    pub unknown_calls: UnknownCalls,
    /// When this process began, Unix milliseconds.
    pub started_at: i64,
}

impl State {
    /// Opens everything an installation keeps, and brings its database up to date.
    ///
    /// # Errors
    /// When the data directory cannot be written or the database cannot be reached or migrated.
    pub async fn open(config: Config, clock: Clock) -> anyhow::Result<(Self, ingest::Writer)> {
        let data = &config.storage.data;
        let store = open_store(&config).await?;
        let quotas = ingest::quota::Quotas::new(config.limits.installation, config.limits.project);
        quotas.restore(&store).await?;
        let blobs = Blobs::in_directory(data)?;
        let search = Search::open(data)?;
        let mail = mail_settings(&config, config.web.listen, UnsubscribeKey::load(&store).await?);
        let (queue, writer) = ingest::writer::queue(store.clone(), search.clone(), clock.clone());
        let state = Self {
            ingest: queue,
            quotas: Arc::new(quotas),
            bodies: Room::default(),
            keys: KeyCache::default(),
            policies: ingest::policy::Policies::new(AddressKey::load(&store).await?),
            source_maps: SourceMaps::new(store.clone(), &blobs, data),
            trials: Trials::default(),
            live: Live::default(),
            unknown_calls: UnknownCalls::default(),
            store,
            search,
            mail,
            blobs,
            started_at: clock.now(),
            clock,
            attempts: Arc::default(),
            config: Arc::new(config),
        };
        Ok((state, writer))
    }
}

/// Opens the database alone and brings it up to date, for work beside a server that runs.
///
/// # Errors
/// When the data directory cannot be written or the database cannot be reached or migrated.
pub async fn open_store(config: &Config) -> anyhow::Result<Store> {
    let data = &config.storage.data;
    check_writable(data)?;
    let store = connect::open(data, config.storage.database_url.as_deref()).await?;
    connect::migrate(&store).await?;
    Ok(store)
}

/// What the data directory must have room for at the start, bytes: SQLite makes files of this size before it reads.
const ROOM_BYTES: usize = 64 * 1024;

/// Says so itself when nothing can be written: what fails first otherwise depends on the database, and says less.
fn check_writable(data: &Path) -> anyhow::Result<()> {
    let probe = data.join(".writable");
    let written = std::fs::create_dir_all(data).and_then(|()| std::fs::write(&probe, [0; ROOM_BYTES]));
    // What a full disk took of it goes all the same, unless another command has begun and removed it just now.
    let removed = match std::fs::remove_file(&probe) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
        removed => removed,
    };
    written.and(removed).with_context(|| format!("the data directory {} cannot be written", data.display()))
}

/// How long things are kept where a project says nothing else.
pub fn retention_defaults(config: &Config) -> RetentionSettings {
    RetentionSettings { days: config.retention.days, events: config.retention.events, feedback_days: None }
}

fn mail_settings(config: &Config, listen: SocketAddr, unsubscribe_key: UnsubscribeKey) -> MailSettings {
    MailSettings {
        smtp_url: config.mail.smtp_url.clone(),
        from: config.mail.from.to_string(),
        directory: config.storage.data.join("mail"),
        public_url: config.web.url(listen),
        unsubscribe_key,
    }
}
