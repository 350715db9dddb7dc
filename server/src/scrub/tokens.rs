//! Secrets that show what they are: keys in PEM, tokens with the prefixes their issuers gave them, passwords in
//! addresses.

use std::sync::LazyLock;

use regex::Regex;

use super::text::Span;

/// Bytes of the shortest token looked for, its prefix included.
pub(super) const TOKEN_BYTES_MIN: usize = 16;

/// Every alternative begins with letters of its own, by which the matcher skips what cannot match.
const ALTERNATIVES: [&str; 22] = [
    r"(?:[Bb]earer|BEARER)[ +][A-Za-z0-9\-._~+/]{8,}=*",
    r"[Bb]asic [A-Za-z0-9+/]{8,}={0,2}",
    r"eyJ[A-Za-z0-9_\-]{5,}(?:\.[A-Za-z0-9_\-]+){1,4}",
    r"gh[pousr]_[A-Za-z0-9]{20,}",
    r"github_pat_[A-Za-z0-9_]{20,}",
    r"glpat-[A-Za-z0-9_\-]{20,}",
    r"xox[abeoprs]-[A-Za-z0-9\-]{10,}",
    r"xapp-[A-Za-z0-9\-]{20,}",
    r"[rs]k_(?:live|test)_[A-Za-z0-9]{10,}",
    r"whsec_[A-Za-z0-9+/=]{16,}",
    r"(?:AKIA|ASIA)[0-9A-Z]{16}",
    r"AIza[0-9A-Za-z_\-]{35}",
    r"ya29\.[0-9A-Za-z_\-]{20,}",
    r"npm_[A-Za-z0-9]{30,}",
    r"pypi-[A-Za-z0-9_\-]{30,}",
    r"SG\.[A-Za-z0-9_\-]{16,}\.[A-Za-z0-9_\-]{16,}",
    r"sk-[A-Za-z0-9_\-]{20,}",
    r"do[opr]_v1_[a-f0-9]{32,}",
    r"shp(?:at|ca|pa|ss)_[a-fA-F0-9]{32}",
    r"hf_[A-Za-z0-9]{30,}",
    r"sntry[su]_[A-Za-z0-9+/=_\-]{20,}",
    r"ff_[0-9a-f]{64}",
];

static TOKENS: LazyLock<Regex> = LazyLock::new(|| any_of(&ALTERNATIVES.join("|")));

/// Tokens, and the escapes of JSON behind which the letters of one could hide.
static TRACES: LazyLock<Regex> = LazyLock::new(|| any_of(&format!(r"\\[u/]|{}", ALTERNATIVES.join("|"))));

fn any_of(alternatives: &str) -> Regex {
    Regex::new(&format!("(?-u:{alternatives})")).expect("the pattern is part of the program")
}

/// Whether any text of a payload may hold a token, by one look at its JSON: most payloads hold none, and looking at each
/// of their hundreds of texts costs more.
pub(super) fn may_be_in(json: &[u8]) -> bool {
    std::str::from_utf8(json).map_or(true, |json| TRACES.is_match(json))
}

/// Finds every token.
pub(super) fn find(text: &str, found: &mut Vec<Span>) {
    for token in TOKENS.find_iter(text) {
        let word = token.as_str();
        if text[..token.start()].bytes().next_back().is_some_and(is_word) {
            continue;
        }
        let scheme = word.find([' ', '+']).filter(|_| {
            word.as_bytes()[..2].eq_ignore_ascii_case(b"be") || word.as_bytes()[..2].eq_ignore_ascii_case(b"ba")
        });
        match scheme {
            Some(end) if looks_random(&word[end + 1..]) => {
                found.push(Span { from: token.start() + end + 1, to: token.end(), rule: "@bearer" });
            }
            Some(_) => {}
            None => found.push(Span { from: token.start(), to: token.end(), rule: "@token" }),
        }
    }
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// Tells credentials from the word behind "basic" in a sentence.
fn looks_random(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.iter().any(|byte| byte.is_ascii_digit() || *byte == b'=')
        || bytes.windows(2).any(|pair| pair[0].is_ascii_lowercase() && pair[1].is_ascii_uppercase())
}

/// Finds private keys in PEM, whole or cut off.
pub(super) fn find_keys(text: &str, found: &mut Vec<Span>) {
    let mut from = 0;
    while let Some(start) = text[from..].find("-----BEGIN ").map(|at| from + at) {
        let label = start + "-----BEGIN ".len();
        let label_end = text[label..].find("-----").map(|at| label + at);
        let Some(label_end) = label_end.filter(|end| text[label..*end].contains("PRIVATE KEY")) else {
            from = label;
            continue;
        };
        let end = text[label_end..].find("-----END ").map_or(text.len(), |at| {
            let closing = label_end + at + "-----END ".len();
            text[closing..].find("-----").map_or(text.len(), |at| closing + at + "-----".len())
        });
        found.push(Span { from: start, to: end, rule: "@pemkey" });
        from = end;
    }
}

/// Finds the passwords in `scheme://user:password@host`.
pub(super) fn find_passwords_in_addresses(text: &str, found: &mut Vec<Span>) {
    let mut from = 0;
    while let Some(start) = text[from..].find("://").map(|at| from + at + 3) {
        let ends = |char: char| matches!(char, '/' | '?' | '#' | '"' | '\'' | '<' | '>' | '\\') || char.is_whitespace();
        let end = text[start..].find(ends).map_or(text.len(), |at| start + at);
        let user = text[start..end].rsplit_once('@').map(|(user, _)| user);
        if let Some((name, password)) = user.and_then(|user| user.split_once(':'))
            && !password.is_empty()
            && password != super::FILTERED
        {
            let from = start + name.len() + 1;
            found.push(Span { from, to: from + password.len(), rule: "@urlauth" });
        }
        from = end;
    }
}
