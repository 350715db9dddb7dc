//! The one line an issue made from feedback is called by.

/// What fits one line of the inbox on a wide screen.
const TITLE_CHARS_MAX: usize = 120;

/// A first sentence shorter than this is a greeting ("Hi there."), not a title; the next one is taken along.
const SENTENCE_CHARS_MIN: usize = 16;

/// What stands where nothing was written.
const UNTITLED: &str = "(no text)";

/// The first sentence or line of a message, cut at a word if it is long.
pub fn title(message: &str) -> String {
    let line = message.lines().map(str::trim).find(|line| line.chars().any(|char| !char.is_whitespace()));
    let Some(line) = line else { return UNTITLED.to_owned() };
    let words: Vec<&str> = first_sentence(line).split_whitespace().collect();
    shorten(&words.join(" "))
}

fn first_sentence(line: &str) -> &str {
    let mut length_chars = 0;
    for (at, char) in line.char_indices() {
        length_chars += 1;
        let end = at + char.len_utf8();
        if length_chars >= SENTENCE_CHARS_MIN && ends_sentence(char, &line[end..]) {
            return line[..end].trim_end_matches(['.', '。']);
        }
    }
    line.trim_end_matches(['.', '。'])
}

/// A full stop ends a sentence only before a space: "2.4.0" and "example.org" are words.
fn ends_sentence(char: char, rest: &str) -> bool {
    matches!(char, '。' | '！' | '？') || matches!(char, '.' | '!' | '?') && rest.starts_with(char::is_whitespace)
}

fn shorten(text: &str) -> String {
    let Some((limit, _)) = text.char_indices().nth(TITLE_CHARS_MAX) else { return text.to_owned() };
    // One character is kept free for the ellipsis.
    let room = text[..limit].char_indices().next_back().map_or(0, |(at, _)| at);
    let kept = match text[..room].rfind(' ') {
        Some(space) if space > room / 2 => &text[..space],
        _ => &text[..room],
    };
    format!("{}…", kept.trim_end_matches([' ', ',', ';', ':', '-']))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_is_the_first_sentence_or_line() {
        for (message, expected) in [
            ("The checkout hangs. I tried twice.", "The checkout hangs"),
            ("Why does the checkout hang? Please help", "Why does the checkout hang?"),
            ("Hi! The checkout hangs since Monday. Bye", "Hi! The checkout hangs since Monday"),
            ("\n\n  Checkout   hangs\nsecond line", "Checkout hangs"),
            ("Fails since 2.4.0 on example.org/pay today", "Fails since 2.4.0 on example.org/pay today"),
            ("支付页面一直在加载没有任何反应。请尽快修复", "支付页面一直在加载没有任何反应"),
            ("   \n\t", "(no text)"),
            ("", "(no text)"),
        ] {
            assert_eq!(title(message), expected);
        }
    }

    #[test]
    fn a_long_title_is_cut_at_a_word() {
        let cut = title(&"checkout hangs ".repeat(20));
        assert!(cut.chars().count() <= TITLE_CHARS_MAX && cut.ends_with("checkout…"), "{cut}");
        let solid = title(&"ü".repeat(500));
        assert_eq!(solid.chars().count(), TITLE_CHARS_MAX);
    }
}
