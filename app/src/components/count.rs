//! A number short enough for a table, whole in its tooltip.

use leptos::prelude::*;

#[component]
pub(crate) fn Count(value: u64) -> impl IntoView {
    let short = short(value);
    let whole = grouped(value);
    view! { <span class="count" title=whole>{short}</span> }
}

const UNITS: [(u64, &str); 3] = [(1_000_000_000, "G"), (1_000_000, "M"), (1_000, "k")];

/// `1234` as `1.2k`. Cuts off rather than rounding up, so that `999_999` never reads as a million.
fn short(value: u64) -> String {
    let Some((unit, letter)) = UNITS.into_iter().find(|(unit, _)| value >= *unit) else {
        return value.to_string();
    };
    let (whole, tenths) = (value / unit, value % unit / (unit / 10));
    if whole >= 100 || tenths == 0 { format!("{whole}{letter}") } else { format!("{whole}.{tenths}{letter}") }
}

/// `1234567` as `1,234,567`.
pub(crate) fn grouped(value: u64) -> String {
    let digits = value.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_cut_to_four_characters() {
        for (value, text) in [
            (0, "0"),
            (999, "999"),
            (1_000, "1k"),
            (1_234, "1.2k"),
            (99_950, "99.9k"),
            (999_999, "999k"),
            (1_000_000, "1M"),
            (2_500_000_000, "2.5G"),
        ] {
            assert_eq!(short(value), text);
        }
    }

    #[test]
    fn whole_counts_have_separators() {
        for (value, text) in [(7, "7"), (999, "999"), (1_000, "1,000"), (1_234_567, "1,234,567")] {
            assert_eq!(grouped(value), text);
        }
    }
}
