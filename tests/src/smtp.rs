//! A mail server that takes every mail and keeps it.

use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;

/// Mail that has not come by then was not sent.
const MAIL_TIMEOUT: Duration = Duration::from_secs(30);
/// Connections that wait to be accepted.
const BACKLOG: u32 = 16;

/// One mail as it came over the wire.
#[derive(Clone, Debug)]
pub struct Mail {
    /// The envelope's recipients.
    pub to: Vec<String>,
    /// Headers and body.
    pub text: String,
}

/// A server on a port of its own; gone when dropped.
pub struct MailServer {
    /// For `FIELDFARE_SMTP_URL`.
    pub url: String,
    mails: watch::Receiver<Vec<Mail>>,
    _accepting: JoinSet<()>,
}

/// A mail server that is down: its port is taken and refuses everybody.
pub struct ClosedMailServer {
    /// For `FIELDFARE_SMTP_URL`.
    pub url: String,
    socket: TcpSocket,
}

impl ClosedMailServer {
    pub fn new() -> Self {
        let socket = TcpSocket::new_v4().expect("a socket");
        socket.bind(([127, 0, 0, 1], 0).into()).expect("a free port");
        Self { url: format!("smtp://{}", socket.local_addr().expect("an address")), socket }
    }

    /// Brings it up.
    pub fn open(self) -> MailServer {
        MailServer::on(self.socket.listen(BACKLOG).expect("a listener"))
    }
}

impl Default for ClosedMailServer {
    fn default() -> Self {
        Self::new()
    }
}

impl MailServer {
    pub async fn start() -> Self {
        Self::on(TcpListener::bind("127.0.0.1:0").await.expect("a free port"))
    }

    fn on(listener: TcpListener) -> Self {
        let url = format!("smtp://{}", listener.local_addr().expect("an address"));
        let (kept, mails) = watch::channel(Vec::new());
        let mut accepting = JoinSet::new();
        accepting.spawn(accept(listener, Arc::new(kept)));
        Self { url, mails, _accepting: accepting }
    }

    /// Every mail so far.
    pub fn mails(&self) -> Vec<Mail> {
        self.mails.borrow().clone()
    }

    /// Waits for the first mail with all these words.
    pub async fn mail_with(&self, words: &[&str]) -> Mail {
        let mut mails = self.mails.clone();
        let has_words = |mail: &&Mail| words.iter().all(|word| mail.text.contains(word));
        let waiting = mails.wait_for(|mails| mails.iter().any(|mail| has_words(&mail)));
        match tokio::time::timeout(MAIL_TIMEOUT, waiting).await {
            Ok(mails) => mails.expect("the server lives").iter().find(has_words).expect("just seen").clone(),
            Err(_) => panic!("no mail with {words:?} among {:#?}", self.mails.borrow()),
        }
    }
}

async fn accept(listener: TcpListener, kept: Arc<watch::Sender<Vec<Mail>>>) {
    let mut sessions = JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        let kept = Arc::clone(&kept);
        sessions.spawn(async move {
            // A client that hangs up has said what it had to say.
            let _ = session(BufReader::new(stream), &kept).await;
        });
    }
}

async fn session(mut stream: BufReader<TcpStream>, kept: &watch::Sender<Vec<Mail>>) -> std::io::Result<()> {
    let mut to = Vec::new();
    stream.write_all(b"220 fieldfare-tests\r\n").await?;
    loop {
        let line = read_line(&mut stream).await?;
        let answer = match line.split([' ', ':']).next().unwrap_or_default() {
            "RCPT" => {
                to.push(line.split(['<', '>']).nth(1).unwrap_or_default().to_owned());
                "250 ok"
            }
            "DATA" => {
                stream.write_all(b"354 go on\r\n").await?;
                let mail = Mail { to: std::mem::take(&mut to), text: read_mail(&mut stream).await? };
                kept.send_modify(|mails| mails.push(mail));
                "250 kept"
            }
            "QUIT" | "" => return Ok(()),
            _ => "250 ok",
        };
        stream.write_all(format!("{answer}\r\n").as_bytes()).await?;
    }
}

async fn read_mail(stream: &mut BufReader<TcpStream>) -> std::io::Result<String> {
    let mut text = String::new();
    loop {
        let line = read_line(stream).await?;
        if line == "." || line.is_empty() && stream.buffer().is_empty() && stream.fill_buf().await?.is_empty() {
            return Ok(text);
        }
        text.push_str(line.strip_prefix('.').unwrap_or(&line));
        text.push('\n');
    }
}

/// A line without its end; nothing once the client has hung up.
async fn read_line(stream: &mut BufReader<TcpStream>) -> std::io::Result<String> {
    let mut line = String::new();
    stream.read_line(&mut line).await?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}
