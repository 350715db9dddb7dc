//! A share as a percentage.

use leptos::prelude::*;

#[component]
pub(crate) fn Percent(share: Option<f64>) -> impl IntoView {
    view! { <span class="percent">{percent(share)}</span> }
}

/// Two digits, cut off: only what is whole reads as `100 %`. `–` without a share.
pub(crate) fn percent(share: Option<f64>) -> String {
    match share {
        None => "–".to_owned(),
        Some(share) if share >= 1.0 => "100 %".to_owned(),
        // The smallest of errors is added before cutting, so that 0.9987 does not become 99.86 in binary.
        Some(share) => format!("{:.2} %", (share.max(0.0) * 10_000.0 + 1e-6).floor() / 100.0),
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn only_the_whole_is_a_hundred_percent() {
        for (share, text) in [
            (None, "–"),
            (Some(1.0), "100 %"),
            (Some(0.999_999), "99.99 %"),
            (Some(0.9987), "99.87 %"),
            (Some(0.5), "50.00 %"),
            (Some(0.0), "0.00 %"),
        ] {
            assert_eq!(super::percent(share), text);
        }
    }
}
