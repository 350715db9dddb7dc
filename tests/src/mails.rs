//! Mails as they lie on disk when there is no mail server.

use crate::{Installation, eventually};

/// A mail that was written.
#[derive(Clone, Debug)]
pub struct WrittenMail {
    /// The recipient's address.
    pub to: String,
    /// `new_issue`, `comment`, …
    pub kind: String,
    /// Headers and both bodies, decoded as far as reading them needs.
    pub text: String,
}

impl WrittenMail {
    fn read(mail: &str) -> Self {
        let (headers, body) = mail.split_once("\r\n\r\n").expect("headers and a body");
        let headers = headers.replace("\r\n ", " ").replace("\r\n", "\n");
        let text = format!("{headers}\n\n{}", body.replace("=\r\n", "").replace("=3D", "=").replace("\r\n", "\n"));
        let read = Self { to: String::new(), kind: String::new(), text };
        Self { to: read.header("To"), kind: read.header("X-Fieldfare-Kind"), ..read }
    }

    /// The value of a header; empty when it is not there.
    pub fn header(&self, name: &str) -> String {
        let of_name = |line: &str| line.strip_prefix(name).and_then(|rest| rest.strip_prefix(": ")).map(str::to_owned);
        self.text.lines().take_while(|line| !line.is_empty()).find_map(of_name).unwrap_or_default()
    }

    /// Where the link leads that ends such mails, without the address of the installation.
    pub fn unsubscribe_path(&self) -> String {
        let link = self.header("List-Unsubscribe");
        let link = link.trim_matches(['<', '>']);
        link[link.find("/unsubscribe/").expect("a link")..].to_owned()
    }
}

impl Installation {
    /// Every mail, by recipient and kind, once nothing is waiting any more.
    pub async fn mails(&self) -> Vec<WrittenMail> {
        eventually("all mail has left", async || {
            self.list("notifications").await.iter().all(|row| row["state"] != "waiting").then_some(())
        })
        .await;
        let Ok(entries) = std::fs::read_dir(self.data.path().join("mail")) else { return Vec::new() };
        let files = entries.map(|entry| entry.expect("an entry").path());
        let whole = files.filter(|path| path.extension().is_some_and(|extension| extension == "eml"));
        let mut mails: Vec<WrittenMail> =
            whole.map(|path| WrittenMail::read(&std::fs::read_to_string(path).expect("text"))).collect();
        mails.sort_by(|a, b| (&a.to, &a.kind).cmp(&(&b.to, &b.kind)));
        mails
    }

    /// The kinds of the mails somebody got, in order.
    pub async fn told(&self, email: &str) -> Vec<String> {
        self.mails().await.into_iter().filter(|mail| mail.to == email).map(|mail| mail.kind).collect()
    }
}
