//! When what happens: releases and how they spread, day and night, the flood.

use crate::clock::HOUR_MS;

/// How far back the story begins, hours: 14 days.
pub(super) const STORY_HOURS: i64 = 14 * 24;
/// Releases, oldest first, with how many hours ago they went live.
pub(super) const RELEASES: [(&str, f64); 3] = [("shop@2.3.0", 336.0), ("shop@2.4.0", 147.0), ("shop@2.5.0", 26.0)];
/// How fast the servers of the back end are replaced, hours until all but a third are.
const ROLLOUT_HOURS: f64 = 0.4;
/// How long open tabs keep the release they were loaded with, hours until all but a third are gone.
const TAB_HOURS: f64 = 5.0;
/// Below this share a release is gone.
const SHARE_MIN: f64 = 0.01;

/// Which part of the traffic each release has, so many hours ago.
pub(super) fn shares(project: &str, hours_ago: f64) -> [f64; 3] {
    let pace = if project == "shop" { ROLLOUT_HOURS } else { TAB_HOURS };
    let adopted = |(_, live): (&str, f64)| {
        let age = live - hours_ago;
        if age < 0.0 { 0.0 } else { 1.0 - (-age / pace).exp() }
    };
    let (second, third) = (adopted(RELEASES[1]), adopted(RELEASES[2]));
    let shares = [1.0 - second, second * (1.0 - third), second * third];
    shares.map(|share| if share < SHARE_MIN { 0.0 } else { share })
}

/// The release somebody new gets, so many hours ago.
pub(super) fn newest(hours_ago: f64) -> &'static str {
    let live = RELEASES.iter().rev().find(|(_, live)| *live >= hours_ago);
    live.unwrap_or(&RELEASES[0]).0
}

/// How busy an hour is: 1 on average, quiet at four in the morning (UTC), busy in the afternoon.
pub(super) fn rhythm(at: i64) -> f64 {
    let hour = f64::from(i32::try_from(at / HOUR_MS % 24).unwrap_or_default());
    1.0 + 0.75 * ((hour - 16.0) / 24.0 * std::f64::consts::TAU).cos()
}

/// The payment error: how much of its worst an hour is, so many hours ago. Ends when the flag is switched off.
pub(super) fn flood(hours_ago: f64) -> f64 {
    match hours_ago {
        ago if !(0.0..25.6).contains(&ago) => 0.0,
        ago if ago > 24.6 => 0.5,
        ago if ago > 20.4 => 1.0,
        ago if ago > 19.4 => 0.6,
        ago if ago > 17.4 => 0.15,
        ago if ago > 8.0 => 0.02,
        _ => 0.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn releases_take_over_from_each_other() {
        assert_eq!(shares("shop", 330.0), [1.0, 0.0, 0.0]);
        assert_eq!(shares("shop", 100.0), [0.0, 1.0, 0.0]);
        let tabs = shares("storefront", 24.0);
        assert!(tabs[1] > 0.5 && tabs[2] > 0.2, "{tabs:?}");
        assert_eq!(newest(400.0), "shop@2.3.0");
        assert_eq!(newest(147.0), "shop@2.4.0");
        assert_eq!(newest(0.0), "shop@2.5.0");
    }

    #[test]
    fn a_day_is_as_long_as_24_average_hours() {
        let day: f64 = (0..24).map(|hour| rhythm(hour * HOUR_MS)).sum();
        assert!((day - 24.0).abs() < 1e-6, "{day}");
    }
}
