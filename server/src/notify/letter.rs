//! What a mail says, before it knows to whom: one layout for all kinds, as HTML and as plain text. Pure.

use askama::Template;

/// Characters of other people's words in a subject; longer ones are cut by every mail client.
const SUBJECT_WORDS_MAX: usize = 120;
/// Characters of other people's words in a mail; the page has the rest.
const QUOTE_CHARS_MAX: usize = 10_000;
/// Width of the labels in plain text.
const LABEL_WIDTH: usize = 12;

/// A mail ready to be addressed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Letter {
    pub(super) subject: String,
    pub(super) text: String,
    pub(super) html: String,
    /// Names what it is about (`issue-12`), so that mail clients keep such mails together.
    pub(super) thread: String,
}

/// The parts of a mail. Strings are plain; [`Body::letter`] escapes them for HTML.
#[derive(Clone, Debug, Default)]
pub(super) struct Body {
    pub(super) subject: String,
    pub(super) tone: Tone,
    /// The line above the title.
    pub(super) kicker: String,
    pub(super) title: String,
    /// Sentences below the title.
    pub(super) lead: Vec<String>,
    /// What somebody wrote; may be empty.
    pub(super) quote: String,
    pub(super) facts: Vec<Fact>,
    pub(super) issues: Vec<LinkedIssue>,
    /// The one thing to do now, and where.
    pub(super) action: &'static str,
    pub(super) url: String,
    /// Ends the sentence "You get this mail because".
    pub(super) because: &'static str,
    pub(super) settings_url: String,
    /// Ends such mails; empty when nothing does.
    pub(super) unsubscribe_url: String,
}

/// How a mail feels at first glance.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Tone {
    #[default]
    Calm,
    Bad,
    Good,
}

#[derive(Clone, Debug)]
pub(super) struct Fact {
    pub(super) label: &'static str,
    pub(super) value: String,
    /// Where it leads; empty when nowhere.
    pub(super) url: String,
}

#[derive(Clone, Debug)]
pub(super) struct LinkedIssue {
    pub(super) short_id: String,
    pub(super) title: String,
    pub(super) url: String,
}

impl Tone {
    /// Legible on white and on black.
    fn colour(self) -> &'static str {
        match self {
            Self::Calm => "#b25f2c",
            Self::Bad => "#d0463a",
            Self::Good => "#3f8f58",
        }
    }
}

impl Fact {
    fn padded_label(&self) -> String {
        format!("{:LABEL_WIDTH$}", self.label)
    }
}

#[derive(Template)]
#[template(path = "mail.html")]
struct Html<'a> {
    body: &'a Body,
}

#[derive(Template)]
#[template(path = "mail.txt", escape = "none")]
struct Text<'a> {
    body: &'a Body,
}

impl Body {
    /// Adds a fact unless it is empty.
    pub(super) fn fact(&mut self, label: &'static str, value: impl Into<String>) {
        self.linked_fact(label, value, String::new());
    }

    /// Adds a fact that leads somewhere, unless it is empty.
    pub(super) fn linked_fact(&mut self, label: &'static str, value: impl Into<String>, url: String) {
        let value = one_line(&value.into());
        if !value.is_empty() {
            self.facts.push(Fact { label, value, url });
        }
    }

    /// Writes the mail.
    ///
    /// # Errors
    /// When a template fails, which is our fault.
    pub(super) fn letter(mut self, thread: String) -> anyhow::Result<Letter> {
        self.subject = one_line(&self.subject);
        self.kicker = one_line(&self.kicker);
        self.title = one_line(&self.title);
        self.quote = cut(&without_controls(&self.quote), QUOTE_CHARS_MAX);
        let html = Html { body: &self }.render()?;
        let text = Text { body: &self }.render()?;
        Ok(Letter { subject: self.subject, text, html, thread })
    }
}

/// Other people's words for a subject: one line, not too long.
pub(super) fn words(text: &str) -> String {
    cut(&one_line(text), SUBJECT_WORDS_MAX)
}

/// Text on one line: control characters and line breaks become blanks, blanks never repeat. What has passed here cannot
/// start a new header.
pub(super) fn one_line(text: &str) -> String {
    let words = text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join(" ")
}

/// Keeps line breaks, drops what could move a terminal's cursor.
fn without_controls(text: &str) -> String {
    let text = text.replace("\r\n", "\n");
    text.trim().chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t')).collect()
}

fn cut(text: &str, chars_max: usize) -> String {
    match text.char_indices().nth(chars_max) {
        Some((end, _)) => format!("{}…", text[..end].trim_end()),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_subject_is_one_line_and_not_too_long() {
        for (text, expected) in [
            ("TypeError: x is not iterable", "TypeError: x is not iterable"),
            ("a\r\nBcc: everyone@example.org", "a Bcc: everyone@example.org"),
            ("  a \u{2028} b\u{7}\0c\t ", "a b c"),
            ("\u{85}é", "é"),
        ] {
            assert_eq!(words(text), expected);
        }
        assert_eq!(words(&"é".repeat(500)).chars().count(), SUBJECT_WORDS_MAX + 1);
    }

    #[test]
    fn what_users_wrote_cannot_become_markup() {
        let evil = "<script>alert('1')</script> & \"quotes\"";
        let mut body = Body { title: evil.to_owned(), quote: format!("{evil}\n{evil}"), ..Body::default() };
        body.subject = evil.to_owned();
        body.fact("Page", evil);
        body.issues.push(LinkedIssue { short_id: "A-1".to_owned(), title: evil.to_owned(), url: String::new() });
        let letter = body.letter("issue-1".to_owned()).unwrap();
        assert!(!letter.html.contains("<script"), "{}", letter.html);
        assert_eq!(letter.html.matches("&#60;script&#62;").count(), 6, "{}", letter.html);
        assert!(letter.text.contains(&format!("> {evil}\n> {evil}\n")), "{}", letter.text);
    }

    #[test]
    fn plain_text_reads_well() {
        let mut body = Body {
            kicker: "New issue".to_owned(),
            title: "TypeError".to_owned(),
            lead: vec!["One.".to_owned(), "Two.".to_owned()],
            quote: "a\r\n\u{1b}[2Jb".to_owned(),
            action: "Open",
            url: "https://x.org/1".to_owned(),
            because: "you asked for it",
            settings_url: "https://x.org/settings".to_owned(),
            unsubscribe_url: "https://x.org/unsubscribe/1".to_owned(),
            ..Body::default()
        };
        body.fact("Release", "2.4.0");
        body.fact("Culprit", "");
        body.issues.push(LinkedIssue { short_id: "A-1".into(), title: "t".into(), url: "https://x.org/A-1".into() });
        let text = body.clone().letter(String::new()).unwrap().text;
        let expected = "New issue\nTypeError\n\nOne.\n\nTwo.\n\n> a\n> [2Jb\n\nRelease       2.4.0\n\nLinked issues\n\
            - A-1  t\n  https://x.org/A-1\n\nOpen: https://x.org/1\n\n-- \nYou get this mail because you asked for it.\n\
            Change what you hear of: https://x.org/settings\nUnsubscribe: https://x.org/unsubscribe/1";
        assert_eq!(text.trim_end(), expected);
        let bare = Body { quote: String::new(), facts: vec![], issues: vec![], lead: vec![], ..body };
        let text = bare.letter(String::new()).unwrap().text;
        assert!(text.starts_with("New issue\nTypeError\n\nOpen: "), "{text}");
    }
}
