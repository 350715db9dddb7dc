//! A point in time: absolute and in UTC from the server, as a distance from now once a script runs.

use leptos::prelude::*;
use leptos::web_sys::js_sys::Date;

use crate::api::Timestamp;

#[component]
pub(crate) fn TimeAgo(at: Timestamp) -> impl IntoView {
    let text = RwSignal::new(at.to_the_minute());
    // Effects run in the browser only, after hydration has seen the same text as the server wrote.
    Effect::new(move || text.set(distance(Date::now() as i64 - at.0)));
    view! { <time class="time-ago" datetime=at.to_string() title=at.readable()>{text}</time> }
}

const SECOND: i64 = 1_000;
const MINUTE: i64 = 60 * SECOND;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;
const MONTH: i64 = 30 * DAY;
const YEAR: i64 = 365 * DAY;

/// In the largest unit that fits, cut off. The future is `just now`: clocks differ.
fn distance(ms: i64) -> String {
    let units = [(YEAR, "y"), (MONTH, "mo"), (DAY, "d"), (HOUR, "h"), (MINUTE, "min")];
    units
        .into_iter()
        .find(|(unit, _)| ms >= *unit)
        .map_or_else(|| "just now".to_owned(), |(unit, name)| format!("{} {name} ago", ms / unit))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances_use_the_largest_unit_that_fits() {
        for (ms, text) in [
            (-5, "just now"),
            (59 * SECOND, "just now"),
            (MINUTE, "1 min ago"),
            (23 * HOUR, "23 h ago"),
            (29 * DAY, "29 d ago"),
            (400 * DAY, "1 y ago"),
        ] {
            assert_eq!(distance(ms), text);
        }
    }

    #[test]
    fn without_a_script_the_time_is_absolute() {
        assert_eq!(Timestamp(1_795_395_723_004).to_the_minute(), "2026-11-23 01:02 UTC");
    }
}
