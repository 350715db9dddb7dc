//! Points in time as the reader counts them: a distance from now, and the reader's own clock in the hint.
//!
//! The server writes them absolute and in UTC (`components::TimeAgo`), which is what stays without a script.

use leptos::prelude::*;

/// Once on a page, for every time on it.
#[island]
pub fn LocalTimes() -> impl IntoView {
    #[cfg(feature = "hydrate")]
    Effect::new(running::start);
    view! { <span hidden></span> }
}

#[cfg(feature = "hydrate")]
mod running {
    use std::time::Duration;

    use leptos::prelude::*;
    use leptos::wasm_bindgen::{JsCast, JsValue};
    use leptos::web_sys::Element;
    use leptos::web_sys::js_sys::Date;

    use super::distance;
    use crate::islands::swap;

    /// The smallest unit shown is a minute.
    const EVERY: Duration = Duration::from_secs(60);

    pub(super) fn start() {
        update();
        swap::on_arrival(update);
        if let Ok(interval) = set_interval(update, EVERY) {
            on_cleanup(move || interval.clear());
        }
    }

    fn update() {
        let Ok(times) = document().query_selector_all("time.time-ago") else { return };
        let elements = (0..times.length()).filter_map(|index| times.item(index)?.dyn_into::<Element>().ok());
        elements.for_each(|time| tell(&time));
    }

    fn tell(time: &Element) {
        let Some(written) = time.get_attribute("datetime") else { return };
        let at = Date::new(&JsValue::from_str(&written));
        if at.get_time().is_nan() {
            return;
        }
        time.set_text_content(Some(&distance((Date::now() - at.get_time()) as i64)));
        let local = String::from(at.to_locale_string("default", &JsValue::UNDEFINED));
        // An attribute that is not set leaves the server's, which is in UTC and says so.
        drop(time.set_attribute("title", &local));
    }
}

const SECOND: i64 = 1_000;
const MINUTE: i64 = 60 * SECOND;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;
const MONTH: i64 = 30 * DAY;
const YEAR: i64 = 365 * DAY;

/// In the largest unit that fits, cut off; `ms` may be negative for what is to come. Clocks differ by less than a
/// minute, which is `just now` either way.
#[cfg_attr(not(any(test, feature = "hydrate")), expect(dead_code, reason = "only the browser knows what now is"))]
fn distance(ms: i64) -> String {
    let units = [(YEAR, "y"), (MONTH, "mo"), (DAY, "d"), (HOUR, "h"), (MINUTE, "min")];
    let Some((unit, name)) = units.into_iter().find(|(unit, _)| ms.abs() >= *unit) else {
        return "just now".to_owned();
    };
    let count = ms.abs() / unit;
    if ms < 0 { format!("in {count} {name}") } else { format!("{count} {name} ago") }
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
            (-3 * DAY, "in 3 d"),
        ] {
            assert_eq!(distance(ms), text);
        }
    }
}
