//! What the recognisers share: runs of bytes, and where a token may end.

/// Letters, digits and everything beyond ASCII: what a token can neither start nor end in the middle of.
pub(super) const fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte >= 0x80
}

/// How many bytes at the start satisfy the condition.
pub(super) fn run(rest: &[u8], is: impl Fn(u8) -> bool) -> usize {
    rest.iter().take_while(|&&byte| is(byte)).count()
}

pub(super) fn digits(rest: &[u8]) -> usize {
    run(rest, |byte| byte.is_ascii_digit())
}

/// The length, if the token ends there and not in the middle of a word.
pub(super) fn ending(rest: &[u8], length: usize) -> Option<usize> {
    (length > 0 && !rest.get(length).is_some_and(|&byte| is_word(byte))).then_some(length)
}

/// What follows the first `length` bytes.
pub(super) fn after(rest: &[u8], length: usize) -> &[u8] {
    rest.get(length..).unwrap_or_default()
}

/// The length of the first of the words (lower-case) the input starts with, in any case.
pub(super) fn one_of(rest: &[u8], words: &[&str]) -> Option<usize> {
    words.iter().map(|word| word.len()).zip(words).find_map(|(length, word)| {
        let head = rest.get(..length)?;
        if head.eq_ignore_ascii_case(word.as_bytes()) { ending(rest, length) } else { None }
    })
}

/// A string in quotes, which a truncated text may not have closed.
pub(super) fn quoted(rest: &[u8]) -> Option<usize> {
    let quote = *rest.first()?;
    let mut at = 1;
    while let Some(&byte) = rest.get(at) {
        match byte {
            b'\\' => at += 2,
            _ if byte == quote => return Some(at + 1),
            _ => at += 1,
        }
    }
    Some(rest.len())
}

pub(super) fn boolean(rest: &[u8]) -> Option<usize> {
    one_of(rest, &["true", "false"])
}
