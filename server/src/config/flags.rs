//! Every setting as a flag.

#![expect(clippy::doc_markdown, reason = "the comments are what `--help` prints")]

use std::path::PathBuf;

/// Flags that every command takes. Values stay text until all places were looked at.
#[derive(Clone, Debug, Default, clap::Args)]
#[command(next_help_heading = "Settings")]
pub struct Flags {
    /// Settings file; without it ./fieldfare.toml, then fieldfare.toml in the data directory [env: FIELDFARE_CONFIG]
    #[arg(long, global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Directory for everything that is kept [env: FIELDFARE_DATA] [default: ./data]
    #[arg(long, global = true, value_name = "DIR")]
    pub data: Option<String>,
    /// Address to listen on [env: FIELDFARE_LISTEN] [default: 127.0.0.1:8000]
    #[arg(long, global = true, value_name = "ADDRESS")]
    pub listen: Option<String>,
    /// Database: postgres://… or sqlite:…; a file in the data directory without it [env: FIELDFARE_DATABASE_URL(_FILE)]
    #[arg(long, global = true, value_name = "URL")]
    pub database_url: Option<String>,
    /// Address under which people and programs reach this installation [env: FIELDFARE_PUBLIC_URL]
    #[arg(long, global = true, value_name = "URL")]
    pub public_url: Option<String>,
    /// Mail server: smtp://user:password@host:port or smtps://…; without it mails are written to files [env: FIELDFARE_SMTP_URL(_FILE)]
    #[arg(long, global = true, value_name = "URL")]
    pub smtp_url: Option<String>,
    /// Sender of mails [env: FIELDFARE_MAIL_FROM] [default: Fieldfare <fieldfare@localhost>]
    #[arg(long, global = true, value_name = "MAILBOX")]
    pub mail_from: Option<String>,
    /// Events a project may send in a minute, 0 for no limit [env: FIELDFARE_PROJECT_EVENTS_PER_MINUTE] [default: 600000]
    #[arg(long, global = true, value_name = "NUMBER")]
    pub project_events_per_minute: Option<String>,
    /// What everything together may send in a minute, like "error=100000 feedback=600", 0 for no limit [env: FIELDFARE_INSTALLATION_QUOTAS] [default: no limit]
    #[arg(long, global = true, value_name = "QUOTAS")]
    pub installation_quotas: Option<String>,
    /// What a project may send in a minute besides events, like "session=6000 attachment_mb=100" [env: FIELDFARE_PROJECT_QUOTAS] [default: generous]
    #[arg(long, global = true, value_name = "QUOTAS")]
    pub project_quotas: Option<String>,
    /// Days after which events are removed, 0 for never [env: FIELDFARE_RETENTION_DAYS] [default: 90]
    #[arg(long, global = true, value_name = "DAYS")]
    pub retention_days: Option<String>,
    /// Events kept of each project, the most informative ones, 0 for all [env: FIELDFARE_RETENTION_EVENTS] [default: 1000000]
    #[arg(long, global = true, value_name = "NUMBER")]
    pub retention_events: Option<String>,
    /// Proxies that are believed about whom they speak for, as ranges between commas, or none [env: FIELDFARE_TRUSTED_PROXIES] [default: this machine and private networks]
    #[arg(long, global = true, value_name = "RANGES")]
    pub trusted_proxies: Option<String>,
    /// How the log is written: human or json [env: FIELDFARE_LOG] [default: human]
    #[arg(long, global = true, value_name = "FORMAT")]
    pub log: Option<String>,
    /// What the log holds: error, warn, info, debug, or per target: info,fieldfare=debug [env: FIELDFARE_LOG_LEVEL] [default: info]
    #[arg(long, global = true, value_name = "LEVEL")]
    pub log_level: Option<String>,
}

impl Flags {
    /// The settings that were given as flags.
    pub(super) fn given(&self) -> impl Iterator<Item = (&'static str, String)> {
        [
            ("data", &self.data),
            ("listen", &self.listen),
            ("database_url", &self.database_url),
            ("public_url", &self.public_url),
            ("smtp_url", &self.smtp_url),
            ("mail_from", &self.mail_from),
            ("project_events_per_minute", &self.project_events_per_minute),
            ("installation_quotas", &self.installation_quotas),
            ("project_quotas", &self.project_quotas),
            ("retention_days", &self.retention_days),
            ("retention_events", &self.retention_events),
            ("trusted_proxies", &self.trusted_proxies),
            ("log", &self.log),
            ("log_level", &self.log_level),
        ]
        .into_iter()
        .filter_map(|(name, value)| Some((name, value.clone()?)))
    }
}
