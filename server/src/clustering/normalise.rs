//! One text brought to the form in which copies of it are equal.

/// Feedback is read as far as this; beyond it lies a pasted log, which says nothing more about what is meant.
const CHARS_MAX: usize = 8_192;

/// The words of a text: lower-case, accents and punctuation gone, every number a `#`.
pub(super) fn words(message: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    for char in message.chars().take(CHARS_MAX).flat_map(char::to_lowercase) {
        let char = fold(char);
        if is_combining(char) || is_apostrophe(char) {
            continue;
        }
        if is_ideograph(char) || !char.is_alphanumeric() {
            take(&mut word, &mut words);
        }
        if is_ideograph(char) {
            words.push(char.to_string());
        } else if char.is_alphanumeric() {
            push(&mut word, char);
        }
    }
    take(&mut word, &mut words);
    words
}

fn take(word: &mut String, words: &mut Vec<String>) {
    if !word.is_empty() {
        words.push(std::mem::take(word));
    }
}

/// A run of digits becomes one `#`, so that "order 1234" and "order 77" are the same words.
fn push(word: &mut String, char: char) {
    if !char.is_numeric() {
        push_letter(word, char);
    } else if !word.ends_with('#') {
        word.push('#');
    }
}

fn push_letter(word: &mut String, char: char) {
    match char {
        'ß' => word.push_str("ss"),
        'æ' => word.push_str("ae"),
        'œ' => word.push_str("oe"),
        _ => word.push(char),
    }
}

/// Left out rather than treated as a space: "doesn't", "doesn’t" and "doesnt" are one word.
fn is_apostrophe(char: char) -> bool {
    matches!(char, '\'' | '’' | 'ʼ' | '`' | '´')
}

fn is_combining(char: char) -> bool {
    matches!(char, '\u{300}'..='\u{36f}' | '\u{200b}'..='\u{200d}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}')
}

/// Written without spaces, so each one is a word of its own.
fn is_ideograph(char: char) -> bool {
    matches!(char, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{2fa1f}')
}

/// The plain letter under an accent, for the Latin alphabets people type with and without them; full-width forms too.
fn fold(char: char) -> char {
    match char {
        'à'..='å' | 'ā' | 'ă' | 'ą' | 'ǎ' => 'a',
        'ç' | 'ć' | 'ĉ' | 'ċ' | 'č' => 'c',
        'ð' | 'ď' | 'đ' => 'd',
        'è'..='ë' | 'ē' | 'ĕ' | 'ė' | 'ę' | 'ě' => 'e',
        'ĝ' | 'ğ' | 'ġ' | 'ģ' => 'g',
        'ĥ' | 'ħ' => 'h',
        'ì'..='ï' | 'ĩ' | 'ī' | 'ĭ' | 'į' | 'ı' => 'i',
        'ĵ' => 'j',
        'ķ' => 'k',
        'ĺ' | 'ļ' | 'ľ' | 'ŀ' | 'ł' => 'l',
        'ñ' | 'ń' | 'ņ' | 'ň' => 'n',
        'ò'..='ö' | 'ø' | 'ō' | 'ŏ' | 'ő' => 'o',
        'ŕ' | 'ŗ' | 'ř' => 'r',
        'ś' | 'ŝ' | 'ş' | 'š' | 'ș' => 's',
        'ţ' | 'ť' | 'ŧ' | 'ț' => 't',
        'ù'..='ü' | 'ũ' | 'ū' | 'ŭ' | 'ů' | 'ű' | 'ų' => 'u',
        'ŵ' => 'w',
        'ý' | 'ÿ' | 'ŷ' => 'y',
        'ź' | 'ż' | 'ž' => 'z',
        '！'..='～' => char::from_u32(char as u32 - 0xfee0).unwrap_or(char),
        _ => char,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_brought_to_plain_words() {
        for (message, expected) in [
            ("The Checkout HANGS!!!", "the checkout hangs"),
            ("  the\n checkout\thangs ", "the checkout hangs"),
            ("It doesn't work", "it doesnt work"),
            ("It doesn’t work…", "it doesnt work"),
            ("Order 1234 failed", "order # failed"),
            ("Order #99, failed", "order # failed"),
            ("Café déjà vu", "cafe deja vu"),
            ("Cafe\u{301}", "cafe"),
            ("Straße", "strasse"),
            ("ＡＢＣ", "abc"),
            ("İstanbul", "istanbul"),
            ("支付失败", "支 付 失 败"),
            ("оплата не проходит", "оплата не проходит"),
            ("😡😡", ""),
            ("", ""),
        ] {
            assert_eq!(words(message).join(" "), expected, "{message}");
        }
    }
}
