//! Mentions and bare addresses among the words of a text.

/// Longest handle that is read, bytes: that of an e-mail address.
const HANDLE_BYTES_MAX: usize = 254;

/// Somebody named in a text, in lower case; whether there is such a one is known elsewhere.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Mention {
    /// `@ada`, `@ada.lovelace`, `@ada@example.org`; without the first `@`.
    Member(String),
    /// `#payments`; without the `#`.
    Team(String),
}

/// A part of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Piece<'a> {
    Words(&'a str),
    /// A bare `https://…`.
    Address(&'a str),
    /// As it is written, and whom it means.
    Mention(&'a str, Mention),
}

impl Piece<'_> {
    pub(super) fn mention(self) -> Option<Mention> {
        if let Self::Mention(_, mention) = self { Some(mention) } else { None }
    }
}

/// Cuts a text into pieces that together are the text.
pub(super) fn pieces(text: &str) -> Vec<Piece<'_>> {
    let (mut pieces, mut begun, mut at) = (Vec::new(), 0, 0);
    let mut before = None;
    while let Some(char) = text[at..].chars().next() {
        let found = if may_begin_after(before) { special(&text[at..]) } else { None };
        match found {
            Some(piece) => {
                if begun < at {
                    pieces.push(Piece::Words(&text[begun..at]));
                }
                let (Piece::Words(written) | Piece::Address(written) | Piece::Mention(written, _)) = &piece;
                at += written.len();
                (begun, before) = (at, written.chars().last());
                pieces.push(piece);
            }
            None => (at, before) = (at + char.len_utf8(), Some(char)),
        }
    }
    if begun < text.len() {
        pieces.push(Piece::Words(&text[begun..]));
    }
    pieces
}

/// Nothing begins in the middle of a word, an address or a path.
fn may_begin_after(before: Option<char>) -> bool {
    before.is_none_or(|char| !char.is_alphanumeric() && !"/&#@_.-+=?:".contains(char))
}

/// What is at the beginning of a text, if it is more than words.
fn special(text: &str) -> Option<Piece<'_>> {
    match text.as_bytes().first()? {
        b'@' => member(text),
        b'#' => team(text),
        b'h' | b'H' => address(text),
        _ => None,
    }
}

fn member(text: &str) -> Option<Piece<'_>> {
    let rest = text.get(1..)?;
    let end = rest.find(|char: char| !char.is_alphanumeric() && !"._+-@".contains(char)).unwrap_or(rest.len());
    let handle = rest[..end].trim_end_matches(['.', '_', '+', '-', '@']);
    let is_one = handle.starts_with(char::is_alphanumeric) && handle.len() <= HANDLE_BYTES_MAX;
    is_one.then(|| Piece::Mention(&text[..=handle.len()], Mention::Member(handle.to_lowercase())))
}

fn team(text: &str) -> Option<Piece<'_>> {
    let rest = text.get(1..)?;
    let end = rest.find(|char: char| !char.is_alphanumeric() && char != '-').unwrap_or(rest.len());
    let slug = rest[..end].trim_end_matches('-');
    // `#12` is an incident or somebody else's ticket; slugs are never numbers.
    let is_one = crate::slug::is_slug(&slug.to_lowercase());
    is_one.then(|| Piece::Mention(&text[..=slug.len()], Mention::Team(slug.to_lowercase())))
}

/// A bare address ends before the punctuation of the sentence it stands in.
fn address(text: &str) -> Option<Piece<'_>> {
    let scheme = ["https://", "http://"]
        .into_iter()
        .find(|scheme| text.get(..scheme.len()).is_some_and(|beginning| beginning.eq_ignore_ascii_case(scheme)))?;
    let end = text.find(|char: char| char.is_whitespace() || char.is_control() || "<>\"`".contains(char));
    let mut written = &text[..end.unwrap_or(text.len())];
    loop {
        let shorter = written.trim_end_matches(['.', ',', ';', ':', '!', '?', '\'', '*', '_', '~']);
        let unopened = shorter.ends_with(')') && shorter.matches(')').count() > shorter.matches('(').count();
        let shorter = if unopened { &shorter[..shorter.len() - 1] } else { shorter };
        if shorter.len() == written.len() {
            break;
        }
        written = shorter;
    }
    (written.len() > scheme.len()).then_some(Piece::Address(written))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Pieces as a text with marks: `[@ada]`, `<https://x.org>`.
    fn marked(text: &str) -> String {
        let mark = |piece: &Piece<'_>| match piece {
            Piece::Words(words) => (*words).to_owned(),
            Piece::Address(address) => format!("<{address}>"),
            Piece::Mention(_, Mention::Member(handle)) => format!("[@{handle}]"),
            Piece::Mention(_, Mention::Team(slug)) => format!("[#{slug}]"),
        };
        pieces(text).iter().map(mark).collect()
    }

    #[test]
    fn mentions_are_told_from_what_looks_like_them() {
        for (text, expected) in [
            ("", ""),
            ("@ada", "[@ada]"),
            ("Hello @Ada, look", "Hello [@ada], look"),
            ("(@ada.lovelace)", "([@ada.lovelace])"),
            ("@ada@example.org.", "[@ada@example.org]."),
            ("mail ada@example.org", "mail ada@example.org"),
            ("@ada's", "[@ada]'s"),
            ("@@ada @ @. @-", "@@ada @ @. @-"),
            ("@Żółć-x!", "[@żółć-x]!"),
            ("a@ada", "a@ada"),
            ("@ada@bo@cy", "[@ada@bo@cy]"),
            ("#payments and #Web-Shop!", "[#payments] and [#web-shop]!"),
            ("fixes #12, see issue#x and &#39; or /a#b", "fixes #12, see issue#x and &#39; or /a#b"),
            ("##payments # payments #-a #a--b", "##payments # payments #-a #a--b"),
            ("#a_b", "[#a]_b"),
            ("#größe", "#größe"),
            ("@ada#web", "[@ada]#web"),
            ("@ada,#web", "[@ada],[#web]"),
        ] {
            assert_eq!(marked(text), expected, "{text}");
        }
    }

    #[test]
    fn bare_addresses_end_where_they_should() {
        for (text, expected) in [
            ("see https://x.org/a?b=1#c.", "see <https://x.org/a?b=1#c>."),
            ("(https://x.org/a)", "(<https://x.org/a>)"),
            ("https://x.org/a_(b)", "<https://x.org/a_(b)>"),
            ("HTTP://x.org!", "<HTTP://x.org>!"),
            ("https:// http:/x javascript:alert(1)", "https:// http:/x javascript:alert(1)"),
            ("xhttps://x.org", "xhttps://x.org"),
            ("https://x.org/@ada", "<https://x.org/@ada>"),
            ("https://x.org/\"onclick=1", "<https://x.org/>\"onclick=1"),
            ("hé", "hé"),
        ] {
            assert_eq!(marked(text), expected, "{text}");
        }
    }

    #[test]
    fn a_handle_that_is_too_long_is_none() {
        assert_eq!(pieces(&format!("@{}", "a".repeat(300))).len(), 1);
        let many = "@a ".repeat(20_000);
        assert_eq!(pieces(&many).len(), 40_000);
    }
}
