//! A point in time: absolute and in UTC from the server, as a distance from now once a script runs
//! (`islands::LocalTimes`).

use leptos::prelude::*;

use crate::api::Timestamp;

#[component]
pub(crate) fn TimeAgo(at: Timestamp) -> impl IntoView {
    view! { <time class="time-ago" datetime=at.to_string() title=at.readable()>{at.to_the_minute()}</time> }
}

#[cfg(test)]
mod tests {
    use crate::api::Timestamp;

    #[test]
    fn without_a_script_the_time_is_absolute() {
        assert_eq!(Timestamp(1_795_395_723_004).to_the_minute(), "2026-11-23 01:02 UTC");
    }
}
