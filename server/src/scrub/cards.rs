//! Card numbers in texts: a known issuer's beginning and length, the groups cards are printed in, a sum that is right.

use super::text::Span;

/// Digits of the shortest number looked for (Diners Club); a text with fewer holds none.
pub(super) const DIGITS_MIN: usize = 14;
/// Digits of the longest.
const DIGITS_MAX: usize = 16;
/// How cards print their digits; without separators any length will do.
const GROUPINGS: [&[usize]; 3] = [&[4, 4, 4, 4], &[4, 6, 5], &[4, 6, 4]];

/// Finds every card number.
pub(super) fn find(text: &str, found: &mut Vec<Span>) {
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        if !bytes[at].is_ascii_digit() {
            at += 1;
            continue;
        }
        let run = digits(bytes, at);
        let end = starts_alone(bytes, at).then(|| card(bytes, at, run)).flatten();
        if let Some(end) = end {
            found.push(Span { from: at, to: end, rule: "@card" });
        }
        at = end.unwrap_or(at + run);
    }
}

fn digits(bytes: &[u8], from: usize) -> usize {
    bytes[from..].iter().take_while(|byte| byte.is_ascii_digit()).count()
}

/// Digits inside a word or behind a decimal point are no card's.
fn starts_alone(bytes: &[u8], at: usize) -> bool {
    let before = at.checked_sub(1).map_or(b' ', |index| bytes[index]);
    let is_decimal = before == b'.' && at >= 2 && bytes[at - 2].is_ascii_digit();
    !is_word(before) && !is_decimal
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || !byte.is_ascii()
}

/// The end of the number that begins here, if it is a card's.
fn card(bytes: &[u8], from: usize, run: usize) -> Option<usize> {
    let end = if (DIGITS_MIN..=DIGITS_MAX).contains(&run) { from + run } else { grouped(bytes, from, run)? };
    let after = bytes.get(end).copied().unwrap_or(b' ');
    let is_decimal = after == b'.' && bytes.get(end + 1).is_some_and(u8::is_ascii_digit);
    if is_word(after) || is_decimal {
        return None;
    }
    let mut number = [0_u8; DIGITS_MAX];
    let mut length = 0;
    for digit in bytes[from..end].iter().filter(|byte| byte.is_ascii_digit()) {
        *number.get_mut(length)? = digit - b'0';
        length += 1;
    }
    let number = &number[..length];
    (is_issued(number) && luhn(number)).then_some(end)
}

fn grouped(bytes: &[u8], from: usize, run: usize) -> Option<usize> {
    let separator = *bytes.get(from + run).filter(|byte| matches!(byte, b' ' | b'-'))?;
    let matches = |grouping: &&&[usize]| {
        let mut at = from;
        grouping.iter().enumerate().all(|(index, length)| {
            if index > 0 {
                if bytes.get(at) != Some(&separator) {
                    return false;
                }
                at += 1;
            }
            let is_group = digits(bytes, at.min(bytes.len())) == *length;
            at += length;
            is_group
        })
    };
    let grouping = GROUPINGS.iter().find(matches)?;
    Some(from + grouping.iter().sum::<usize>() + grouping.len() - 1)
}

/// Whether an issuer's numbers begin like this and are as long.
fn is_issued(number: &[u8]) -> bool {
    let prefix = |digits: usize| number.iter().take(digits).fold(0_u32, |sum, digit| sum * 10 + u32::from(*digit));
    match number.len() {
        16 => {
            number[0] == 4
                || matches!(prefix(2), 51..=55 | 62 | 65 | 35)
                || matches!(prefix(3), 644..=649)
                || matches!(prefix(4), 2221..=2720 | 6011)
        }
        15 => matches!(prefix(2), 34 | 37),
        14 => matches!(prefix(2), 36 | 38) || matches!(prefix(3), 300..=305),
        _ => false,
    }
}

fn luhn(number: &[u8]) -> bool {
    let sum: u32 = number
        .iter()
        .rev()
        .enumerate()
        .map(|(index, &digit)| {
            let digit = u32::from(digit) << (index % 2);
            if digit > 9 { digit - 9 } else { digit }
        })
        .sum();
    sum.is_multiple_of(10)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<&str> {
        let mut spans = Vec::new();
        find(text, &mut spans);
        spans.into_iter().map(|span| &text[span.from..span.to]).collect()
    }

    #[test]
    fn cards_are_found_as_they_are_written() {
        for (text, expected) in [
            ("4111111111111111", vec!["4111111111111111"]),
            ("paid with 4111-1111-1111-1111.", vec!["4111-1111-1111-1111"]),
            ("4111 1111 1111 1111 and 5555555555554444", vec!["4111 1111 1111 1111", "5555555555554444"]),
            ("amex 3782 822463 10005, 378282246310005", vec!["3782 822463 10005", "378282246310005"]),
            ("[30569309025904]", vec!["30569309025904"]),
            ("card=6011111111111117&", vec!["6011111111111117"]),
        ] {
            assert_eq!(found(text), expected, "{text}");
        }
    }

    #[test]
    fn other_numbers_are_left_alone() {
        for text in [
            "4111111111111112",
            "1795168800000000",
            "41111111111111111111",
            "0.4111111111111111",
            "4111111111111111.5",
            "x4111111111111111",
            "4111111111111111f",
            "4111 1111-1111 1111",
            "4111  1111 1111 1111",
            "9111111111111111",
            "1 2 3 4 5 6 7 8 9 10 11 12 13 14",
            "00000000000000000000",
            "",
        ] {
            assert_eq!(found(text), Vec::<&str>::new(), "{text}");
        }
    }
}
