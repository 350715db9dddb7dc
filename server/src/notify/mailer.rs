//! The way out: an SMTP server if one is configured, else files that a person can open.

use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use anyhow::Context;
use fieldfare_app::routes;
use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart};
use lettre::transport::smtp::PoolConfig;
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Tls, TlsParameters};
use lettre::{Address, AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};
use tokio::io::AsyncWriteExt;

use super::letter::{Letter, one_line};
use super::smtp::{self, Encryption, Server};
use super::unsubscribe::{Ending, UnsubscribeKey};
use crate::jobs::outbox::Owed;

/// Longest wait for a connection to the mail server.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// Longest time one mail may take from connecting to the server's acceptance. The library limits only connecting, so a
/// server that falls silent would hold a mail for ever.
pub(super) const SEND_TIMEOUT: Duration = Duration::from_secs(30);
/// Idle connections are closed before servers and firewalls drop them, commonly after a minute.
const IDLE_TIMEOUT: Duration = Duration::from_secs(30);
/// Answers that speak of our login, not of the mail: waiting for somebody to mend it helps.
const LOGIN_CODES: [u16; 4] = [530, 534, 535, 538];
/// Characters kept of an error.
const REASON_CHARS_MAX: usize = 500;

/// How mail leaves, as configured.
#[derive(Clone)]
pub struct MailSettings {
    /// `smtp://user:password@host:port`, `…?tls=required`, `…?tls=opportunistic`, or `smtps://…`. Without it mails are
    /// written to files.
    pub smtp_url: Option<String>,
    /// The sender: `Fieldfare <mail@example.org>`.
    pub from: String,
    /// The directory for the `.eml` files, made when the first is written.
    pub directory: PathBuf,
    /// The address under which members reach this installation.
    pub public_url: String,
    /// Makes the links that end mails.
    pub unsubscribe_key: UnsubscribeKey,
}

/// Sends mails. Clones share their connections.
#[derive(Clone)]
pub struct Mailer {
    from: Mailbox,
    /// The part of our Message-IDs behind the @.
    host: String,
    pub(super) public_url: String,
    unsubscribe_key: UnsubscribeKey,
    transport: Transport,
}

#[derive(Clone)]
enum Transport {
    Smtp(AsyncSmtpTransport<Tokio1Executor>),
    Directory(PathBuf),
}

/// A letter with its recipient.
pub(super) struct Mail<'a> {
    /// Of the notification; names the mail for ever.
    pub(super) id: i64,
    pub(super) kind: &'static str,
    pub(super) address: &'a str,
    /// When what it tells of happened, Unix milliseconds.
    pub(super) at: i64,
    pub(super) letter: Letter,
    pub(super) unsubscribe_url: String,
}

/// Why a mail did not leave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Failure {
    /// Another time may do.
    Later(String),
    /// It never will.
    Never(String),
}

impl MailSettings {
    /// The mail server, if there is one.
    pub(super) fn server(&self) -> anyhow::Result<Option<Server>> {
        self.smtp_url.as_deref().map(smtp::parse).transpose()
    }
}

impl Mailer {
    /// Prepares sending; connects only when there is something to send. Must be called inside the tokio runtime, where
    /// the connections live.
    ///
    /// # Errors
    /// When the SMTP URL or the sender is not understood, with a message for whoever configured it.
    pub fn new(settings: &MailSettings) -> anyhow::Result<Self> {
        let from = settings.from.parse().context("the sender of mails must be like Fieldfare <mail@example.org>")?;
        let transport = match settings.server()? {
            Some(server) => Transport::Smtp(connection(server)?),
            None => Transport::Directory(settings.directory.clone()),
        };
        let public_url = settings.public_url.trim_end_matches('/').to_owned();
        Ok(Self { from, host: host(&public_url), public_url, unsubscribe_key: settings.unsubscribe_key, transport })
    }

    /// Where a member ends such mails.
    pub(super) fn unsubscribe_url(&self, member_id: i64, owed: &Owed) -> String {
        let token = self.unsubscribe_key.token(member_id, Ending::of(owed));
        format!("{}{}", self.public_url, routes::unsubscribe(&token))
    }

    /// Sends a mail, or says why not. Sending the same notification again repeats its Message-ID or its file.
    pub(super) async fn send(&self, mail: &Mail<'_>) -> Result<(), Failure> {
        let message = self.message(mail)?;
        match &self.transport {
            Transport::Smtp(smtp) => send_by_smtp(smtp, message).await,
            Transport::Directory(directory) => {
                let name = format!("{}-{}.eml", mail.id, mail.kind);
                let written = write(directory, &name, &message.formatted()).await;
                written.map_err(|error| Failure::Later(reason(&format!("{error:#}"))))
            }
        }
    }

    fn message(&self, mail: &Mail<'_>) -> Result<Message, Failure> {
        let address: Address = mail.address.parse().map_err(|_| never("the recipient's address is not one"))?;
        let about = format!("<{}@{}>", mail.letter.thread, self.host);
        let header = |name, value: String| HeaderValue::new(HeaderName::new_from_ascii_str(name), value);
        Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(None, address))
            .subject(one_line(&mail.letter.subject))
            .date(SystemTime::UNIX_EPOCH + Duration::from_millis(u64::try_from(mail.at).unwrap_or(0)))
            .message_id(Some(format!("<notification-{}@{}>", mail.id, self.host)))
            .in_reply_to(about.clone())
            .references(about)
            .raw_header(header("Auto-Submitted", "auto-generated".to_owned()))
            // One press in a mail program, without a visit (RFC 8058).
            .raw_header(header("List-Unsubscribe", format!("<{}>", mail.unsubscribe_url)))
            .raw_header(header("List-Unsubscribe-Post", "List-Unsubscribe=One-Click".to_owned()))
            .raw_header(header("X-Fieldfare-Kind", mail.kind.to_owned()))
            .multipart(MultiPart::alternative_plain_html(mail.letter.text.clone(), mail.letter.html.clone()))
            .map_err(|error| never(&error.to_string()))
    }
}

fn connection(server: Server) -> anyhow::Result<AsyncSmtpTransport<Tokio1Executor>> {
    let tls = || TlsParameters::new(server.host.clone()).context("preparing encryption for the mail server");
    let tls = match server.encryption {
        Encryption::None => Tls::None,
        Encryption::Opportunistic => Tls::Opportunistic(tls()?),
        Encryption::Required => Tls::Required(tls()?),
        Encryption::Implicit => Tls::Wrapper(tls()?),
    };
    let mut builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(&server.host)
        .port(server.port)
        .tls(tls)
        .timeout(Some(CONNECT_TIMEOUT))
        .pool_config(PoolConfig::new().idle_timeout(IDLE_TIMEOUT));
    if let Some((name, password)) = server.login {
        builder = builder.credentials(Credentials::new(name, password));
    }
    Ok(builder.build())
}

async fn send_by_smtp(smtp: &AsyncSmtpTransport<Tokio1Executor>, message: Message) -> Result<(), Failure> {
    match tokio::time::timeout(SEND_TIMEOUT, smtp.send(message)).await {
        Ok(Ok(_)) => Ok(()),
        Ok(Err(error)) => Err(failure(&error)),
        Err(_) => Err(Failure::Later(format!("the mail server did not answer within {} s", SEND_TIMEOUT.as_secs()))),
    }
}

fn failure(error: &lettre::transport::smtp::Error) -> Failure {
    let code = error.status().map(u16::from);
    let said = reason(&error.to_string());
    if error.is_permanent() && !code.is_some_and(|code| LOGIN_CODES.contains(&code)) {
        Failure::Never(said)
    } else {
        Failure::Later(said)
    }
}

fn never(why: &str) -> Failure {
    Failure::Never(reason(why))
}

/// An error as it is stored: one line, not too long.
pub(super) fn reason(error: &str) -> String {
    one_line(error).chars().take(REASON_CHARS_MAX).collect()
}

/// Writes a file so that it is either whole or not there.
async fn write(directory: &Path, name: &str, content: &[u8]) -> anyhow::Result<()> {
    let (part, whole) = (directory.join(format!(".{name}.part")), directory.join(name));
    let writing = async {
        tokio::fs::create_dir_all(directory).await?;
        let mut file = tokio::fs::File::create(&part).await?;
        file.write_all(content).await?;
        file.sync_all().await?;
        tokio::fs::rename(&part, &whole).await
    };
    writing.await.with_context(|| format!("writing {}", whole.display()))
}

/// The host of an address, for Message-IDs.
fn host(public_url: &str) -> String {
    let url = public_url.parse::<http::Uri>().ok();
    url.and_then(|url| url.host().map(str::to_owned)).unwrap_or_else(|| "localhost".to_owned())
}
