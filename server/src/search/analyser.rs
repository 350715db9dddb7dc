//! How text becomes terms: code is cut where its names are cut, prose is reduced to its stems as well.
//!
//! `findUserById` gives `finduserbyid` and then `find user by id`, each part one position further, so that a phrase
//! of its parts finds it. The analysers live in memory, not in the index: they are registered again on every opening.

use frostem::{Algorithm, Stemmer};
use tantivy::Index;
use tantivy::tokenizer::{LowerCaser, RawTokenizer, TextAnalyzer, Token, TokenStream, Tokenizer};

/// Names, paths, places: parts and the whole.
pub(super) const CODE: &str = "fieldfare_code";
/// What people and programs say: as code, and the stem of every English word beside it.
pub(super) const PROSE: &str = "fieldfare_prose";
/// A tag, a version, an address: one term, in lower case.
pub(super) const EXACT: &str = "fieldfare_exact";

/// Longest term, bytes; what is longer is a hash or encoded data that nobody types.
const MAX_TERM_BYTES: usize = 64;
/// Shortest word that has a stem of its own, bytes.
const MIN_STEMMED_BYTES: usize = 4;

/// Makes the analysers known to an index that was just opened.
pub(super) fn register(index: &Index) {
    let tokenizers = index.tokenizers();
    tokenizers.register(CODE, TextAnalyzer::from(Words::new(Stems::Left)));
    tokenizers.register(PROSE, TextAnalyzer::from(Words::new(Stems::Added)));
    tokenizers.register(EXACT, TextAnalyzer::builder(RawTokenizer::default()).filter(LowerCaser).build());
}

/// The parts of a text with their positions, and the whole if the text is one word of several parts.
pub(super) fn parts(text: &str) -> (Vec<(usize, String)>, Option<String>) {
    let (mut parts, mut whole, mut words) = (Vec::new(), None, 0_usize);
    let mut position = 0;
    for word in words_of(text) {
        let spans = parts_of(word.1);
        words += 1;
        whole = (spans.len() > 1).then(|| word.1.to_lowercase());
        parts.extend(spans.iter().enumerate().map(|(at, (_, part))| (position + at, part.to_lowercase())));
        position += spans.len();
    }
    (parts, whole.filter(|_| words == 1))
}

/// The terms under which a lower-case word of prose may stand: itself, words of its stem, and its stem.
pub(super) fn forms(word: &str) -> Vec<String> {
    let stem = stem(word);
    let marked = marked(stem.as_deref().unwrap_or(word));
    [word.to_owned(), marked].into_iter().chain(stem).collect()
}

/// How a stem is written in the index, so that a quoted word is not found by the stem of another.
fn marked(stem: &str) -> String {
    format!("\u{1}{stem}")
}

/// The stem of a lower-case word, if it is another word.
fn stem(word: &str) -> Option<String> {
    if word.len() < MIN_STEMMED_BYTES || !word.bytes().all(|byte| byte.is_ascii_lowercase()) {
        return None;
    }
    let stem = Stemmer::new(Algorithm::English).stem(word);
    (stem != word).then(|| stem.into_owned())
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Stems {
    Left,
    Added,
}

/// A tokenizer that cuts a text at once and then plays the terms back; texts are short.
#[derive(Clone)]
struct Words {
    stems: Stems,
    tokens: Vec<Token>,
}

struct Replay<'a> {
    tokens: &'a mut Vec<Token>,
    next: usize,
}

impl Words {
    fn new(stems: Stems) -> Self {
        Self { stems, tokens: Vec::new() }
    }

    /// The whole, its parts and their stems, and the position after them.
    fn cut(&mut self, offset: usize, word: &str, position: usize) -> usize {
        let parts = parts_of(word);
        if parts.len() > 1 {
            self.push(offset, word, word.to_lowercase(), position);
        }
        for (at, (from, part)) in parts.iter().enumerate() {
            let lower = part.to_lowercase();
            let stem = (self.stems == Stems::Added).then(|| stem(&lower)).flatten().map(|stem| marked(&stem));
            self.push(offset + from, part, lower, position + at);
            if let Some(stem) = stem {
                self.push(offset + from, part, stem, position + at);
            }
        }
        position + parts.len()
    }

    fn push(&mut self, offset: usize, original: &str, text: String, position: usize) {
        if text.len() <= MAX_TERM_BYTES {
            let offset_to = offset + original.len();
            self.tokens.push(Token { offset_from: offset, offset_to, position, text, position_length: 1 });
        }
    }
}

impl Tokenizer for Words {
    type TokenStream<'a> = Replay<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> Replay<'a> {
        self.tokens.clear();
        let mut position = 0;
        for (offset, word) in words_of(text) {
            position = self.cut(offset, word, position);
        }
        Replay { tokens: &mut self.tokens, next: 0 }
    }
}

impl TokenStream for Replay<'_> {
    fn advance(&mut self) -> bool {
        self.next += 1;
        self.next <= self.tokens.len()
    }

    fn token(&self) -> &Token {
        &self.tokens[self.next - 1]
    }

    fn token_mut(&mut self) -> &mut Token {
        &mut self.tokens[self.next - 1]
    }
}

/// Runs of letters and digits, held together by single `_`, `.` and `$` inside, with their offsets.
fn words_of(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.split(|char: char| !(char.is_alphanumeric() || is_glue(char))).filter_map(move |run| {
        let word = run.trim_matches(is_glue);
        let offset = word.as_ptr() as usize - text.as_ptr() as usize;
        (!word.is_empty()).then_some((offset, word))
    })
}

fn is_glue(char: char) -> bool {
    matches!(char, '_' | '.' | '$')
}

/// The parts of a word with their offsets: cut at glue, at a change of case, and around every ideograph.
fn parts_of(word: &str) -> Vec<(usize, &str)> {
    let mut parts = Vec::new();
    let mut from = 0;
    let mut chars = word.char_indices().peekable();
    let mut before: Option<char> = None;
    while let Some((at, char)) = chars.next() {
        let after = chars.peek().map(|(_, next)| *next);
        if before.is_some_and(|before| begins_part(before, char, after)) {
            parts.push((from, &word[from..at]));
            from = at;
        }
        before = Some(char);
    }
    parts.push((from, &word[from..]));
    parts.retain_mut(|(from, part)| {
        let trimmed = part.trim_start_matches(is_glue);
        *from += part.len() - trimmed.len();
        *part = trimmed.trim_end_matches(is_glue);
        !part.is_empty()
    });
    parts
}

/// Whether a new part begins at a letter between its neighbours: `user|By`, `HTTP|Server`, `a|_b`, `東|京`.
fn begins_part(before: char, char: char, after: Option<char>) -> bool {
    let hump = char.is_uppercase() && before.is_lowercase();
    let acronym = char.is_uppercase() && before.is_uppercase() && after.is_some_and(char::is_lowercase);
    hump || acronym || is_glue(char) || is_ideograph(char) || is_ideograph(before)
}

/// Scripts written without spaces: every character is a word of its own, and words are phrases.
fn is_ideograph(char: char) -> bool {
    matches!(char, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{0e00}'..='\u{0e7f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(stems: Stems, text: &str, expected: &[(usize, &str)]) {
        let mut words = Words::new(stems);
        let mut stream = words.token_stream(text);
        let mut found = Vec::new();
        while let Some(token) = stream.next() {
            assert!(text.is_char_boundary(token.offset_from) && text.is_char_boundary(token.offset_to));
            found.push((token.position, token.text.clone()));
        }
        let found: Vec<_> = found.iter().map(|(at, text)| (*at, text.as_str())).collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn code_is_cut_where_its_names_are() {
        check(Stems::Left, "findUserById()", &[(0, "finduserbyid"), (0, "find"), (1, "user"), (2, "by"), (3, "id")]);
        check(
            Stems::Left,
            "HTTPServer.on_start.",
            &[(0, "httpserver.on_start"), (0, "http"), (1, "server"), (2, "on"), (3, "start")],
        );
        check(Stems::Left, "src/cart.js:42", &[(0, "src"), (1, "cart.js"), (1, "cart"), (2, "js"), (3, "42")]);
        check(Stems::Left, "__init__ ... 東京x", &[(0, "init"), (1, "東京x"), (1, "東"), (2, "京"), (3, "x")]);
        check(Stems::Left, &"a".repeat(65), &[]);
    }

    #[test]
    fn prose_has_stems_beside_its_words() {
        check(Stems::Added, "It hangs.", &[(0, "it"), (1, "hangs"), (1, "\u{1}hang")]);
    }

    #[test]
    fn a_query_is_cut_as_the_text_it_looks_for() {
        assert_eq!(parts("getUser"), (vec![(0, "get".into()), (1, "user".into())], Some("getuser".into())));
        assert_eq!(parts("user"), (vec![(0, "user".into())], None));
        let (found, whole) = parts("a.b c");
        assert_eq!((found.len(), whole), (3, None));
    }

    proptest::proptest! {
        #[test]
        fn any_text_can_be_cut(text in ".*") {
            let mut words = Words::new(Stems::Added);
            let mut stream = words.token_stream(&text);
            while let Some(token) = stream.next() {
                proptest::prop_assert!(text.get(token.offset_from..token.offset_to).is_some());
            }
        }
    }
}
