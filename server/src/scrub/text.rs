//! Secrets inside one text: where they are, and the text without them.

use super::{FILTERED, Scrubber, cards, pairs, tokens};

/// Texts shorter than this hold no secret that could be told from a word, bytes.
const BYTES_MIN: usize = 6;

/// A part of a text that goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Span<'s> {
    pub(super) from: usize,
    pub(super) to: usize,
    pub(super) rule: &'s str,
}

/// What kind of text it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Anything people, programs and networks write.
    Prose,
    /// Lines of source code, where `token = …` is no secret but a name.
    Source,
    /// What is said of the payload itself; the project's rules are named there and must not find themselves.
    Meta,
}

/// What of a text is worth a closer look, seen in one pass over its bytes.
#[derive(Default)]
struct Marks {
    digits: usize,
    dashes: usize,
    has_equals: bool,
    has_colon: bool,
    has_quote: bool,
    has_at: bool,
}

impl Marks {
    fn of(text: &str) -> Self {
        let mut marks = Self::default();
        for byte in text.bytes() {
            match byte {
                b'0'..=b'9' => marks.digits += 1,
                b'-' => marks.dashes += 1,
                b'=' => marks.has_equals = true,
                b':' => marks.has_colon = true,
                b'"' | b'\'' => marks.has_quote = true,
                b'@' => marks.has_at = true,
                _ => {}
            }
        }
        marks
    }
}

/// Finds every secret in a text; spans are in order and do not overlap. Allocates nothing where there is none. Without
/// `tokens` for a text that is known to hold none.
pub(super) fn find<'s>(scrubber: &'s Scrubber, text: &str, kind: Kind, tokens: bool) -> Vec<Span<'s>> {
    let mut found = Vec::new();
    if text.len() < BYTES_MIN {
        return found;
    }
    if scrubber.built_in {
        built_in(scrubber, text, (kind, tokens), &mut found);
    }
    if kind != Kind::Meta {
        scrubber.rules.find(text, &mut found);
    }
    in_order(found)
}

fn built_in<'s>(scrubber: &'s Scrubber, text: &str, (kind, tokens): (Kind, bool), found: &mut Vec<Span<'s>>) {
    let marks = Marks::of(text);
    if marks.digits >= cards::DIGITS_MIN {
        cards::find(text, found);
    }
    if tokens && text.len() >= tokens::TOKEN_BYTES_MIN {
        tokens::find(text, found);
    }
    if marks.dashes >= 10 {
        tokens::find_keys(text, found);
    }
    if marks.has_at && marks.has_colon {
        tokens::find_passwords_in_addresses(text, found);
    }
    if kind == Kind::Prose && (marks.has_equals || (marks.has_colon && marks.has_quote)) {
        pairs::find(text, scrubber.keeps_addresses, &scrubber.rules, found);
    }
}

/// Sorted, and overlapping ones made one under the rule that came first.
pub(super) fn in_order(mut found: Vec<Span<'_>>) -> Vec<Span<'_>> {
    if found.len() < 2 {
        return found;
    }
    found.sort_by_key(|span| (span.from, std::cmp::Reverse(span.to)));
    let mut merged: Vec<Span<'_>> = Vec::with_capacity(found.len());
    for span in found {
        match merged.last_mut() {
            Some(last) if span.from < last.to => last.to = last.to.max(span.to),
            _ => merged.push(span),
        }
    }
    merged
}

/// The text with its secrets replaced, and where the replacements stand in it.
pub(super) fn replaced(text: &str, spans: &[Span<'_>]) -> (String, Vec<(usize, usize)>) {
    let mut out = String::with_capacity(text.len());
    let mut ranges = Vec::with_capacity(spans.len());
    let mut from = 0;
    for span in spans {
        out.push_str(&text[from..span.from]);
        ranges.push((out.len(), out.len() + FILTERED.len()));
        out.push_str(FILTERED);
        from = span.to;
    }
    out.push_str(&text[from..]);
    (out, ranges)
}
