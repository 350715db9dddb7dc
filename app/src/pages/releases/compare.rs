//! The numbers of a release beside those of the one before it, in plain words. Values in, words out.

use crate::api::Release;

/// Whether a change is good news.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Trend {
    Better,
    Worse,
    Same,
}

/// One sentence on how a number changed, with an arrow that says which way it went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Change {
    pub(super) trend: Trend,
    pub(super) arrow: &'static str,
    pub(super) words: String,
}

/// Changes below this are noise: a twentieth of a percentage point.
const POINTS_MIN: f64 = 0.05;

/// Compares crash-free rates, shares from 0 to 1, in percentage points.
pub(super) fn crash_free(now: Option<f64>, before: Option<f64>, version: &str) -> Option<Change> {
    let points = (now? - before?) * 100.0;
    Some(if points.abs() < POINTS_MIN {
        same(format!("as in {version}"))
    } else if points > 0.0 {
        Change { trend: Trend::Better, arrow: "↑", words: format!("{points:.1} points better than {version}") }
    } else {
        Change { trend: Trend::Worse, arrow: "↓", words: format!("{:.1} points worse than {version}", -points) }
    })
}

/// Compares a count of which fewer is better.
pub(super) fn count(now: u64, before: u64, version: &str) -> Change {
    let difference = now.abs_diff(before);
    match now.cmp(&before) {
        std::cmp::Ordering::Equal => same(format!("as in {version}")),
        std::cmp::Ordering::Less => {
            Change { trend: Trend::Better, arrow: "↓", words: format!("{difference} fewer than {version}") }
        }
        std::cmp::Ordering::Greater => {
            Change { trend: Trend::Worse, arrow: "↑", words: format!("{difference} more than {version}") }
        }
    }
}

/// Errors per thousand sessions, the rate that stays comparable while a release spreads. `None` without sessions.
pub(super) fn per_thousand_sessions(release: &Release) -> Option<f64> {
    (release.sessions > 0).then(|| release.events as f64 * 1_000.0 / release.sessions as f64)
}

/// Compares rates of which less is better: by a factor once it has doubled, else by percent.
pub(super) fn rate(now: Option<f64>, before: Option<f64>, version: &str) -> Option<Change> {
    let (now, before) = (now?, before?);
    if before == 0.0 {
        let none_before = Change { trend: Trend::Worse, arrow: "↑", words: format!("none in {version}") };
        return Some(if now == 0.0 { same(format!("as in {version}")) } else { none_before });
    }
    let factor = now / before;
    Some(if (factor - 1.0).abs() < 0.05 {
        same(format!("as in {version}"))
    } else if factor >= 2.0 {
        Change { trend: Trend::Worse, arrow: "↑", words: format!("{factor:.1} times as many as {version}") }
    } else if factor > 1.0 {
        Change {
            trend: Trend::Worse,
            arrow: "↑",
            words: format!("{:.0} % more than {version}", (factor - 1.0) * 100.0),
        }
    } else {
        Change {
            trend: Trend::Better,
            arrow: "↓",
            words: format!("{:.0} % fewer than {version}", (1.0 - factor) * 100.0),
        }
    })
}

/// Compares durations. Below a tenth it is noise, and the histograms they come from are exact to three percent only.
pub(super) fn time(now: f64, before: f64, version: &str) -> Change {
    let factor = if before > 0.0 { now / before } else { 1.0 };
    if (factor - 1.0).abs() < 0.1 {
        same(format!("as in {version}"))
    } else if factor >= 2.0 {
        Change { trend: Trend::Worse, arrow: "↑", words: format!("{factor:.1} times as long as {version}") }
    } else if factor > 1.0 {
        Change {
            trend: Trend::Worse,
            arrow: "↑",
            words: format!("{:.0} % longer than {version}", (factor - 1.0) * 100.0),
        }
    } else {
        Change {
            trend: Trend::Better,
            arrow: "↓",
            words: format!("{:.0} % shorter than {version}", (1.0 - factor) * 100.0),
        }
    }
}

/// Compares failure rates, shares from 0 to 1, in percentage points.
pub(super) fn failures(now: f64, before: f64, version: &str) -> Change {
    let points = (now - before) * 100.0;
    if points.abs() < POINTS_MIN {
        same(format!("as in {version}"))
    } else if points > 0.0 {
        Change { trend: Trend::Worse, arrow: "↑", words: format!("{points:.1} points more than {version}") }
    } else {
        Change { trend: Trend::Better, arrow: "↓", words: format!("{:.1} points fewer than {version}", -points) }
    }
}

fn same(words: String) -> Change {
    Change { trend: Trend::Same, arrow: "=", words }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(change: Option<Change>, expected: &str) {
        let text = change.map_or_else(|| "-".to_owned(), |c| format!("{:?} {} {}", c.trend, c.arrow, c.words));
        assert_eq!(text, expected);
    }

    #[test]
    fn crash_free_rates_are_compared_in_points() {
        check(crash_free(Some(0.999), Some(0.985), "2.3.1"), "Better ↑ 1.4 points better than 2.3.1");
        check(crash_free(Some(0.95), Some(0.999), "2.3.1"), "Worse ↓ 4.9 points worse than 2.3.1");
        check(crash_free(Some(0.9990), Some(0.9992), "2.3.1"), "Same = as in 2.3.1");
        check(crash_free(None, Some(0.9), "2.3.1"), "-");
        check(crash_free(Some(0.9), None, "2.3.1"), "-");
    }

    #[test]
    fn fewer_is_better_for_counts() {
        check(Some(count(3, 5, "1.0")), "Better ↓ 2 fewer than 1.0");
        check(Some(count(5, 3, "1.0")), "Worse ↑ 2 more than 1.0");
        check(Some(count(0, 0, "1.0")), "Same = as in 1.0");
    }

    #[test]
    fn rates_are_compared_by_percent_or_factor() {
        check(rate(Some(12.0), Some(10.0), "1.0"), "Worse ↑ 20 % more than 1.0");
        check(rate(Some(31.0), Some(10.0), "1.0"), "Worse ↑ 3.1 times as many as 1.0");
        check(rate(Some(2.5), Some(10.0), "1.0"), "Better ↓ 75 % fewer than 1.0");
        check(rate(Some(10.2), Some(10.0), "1.0"), "Same = as in 1.0");
        check(rate(Some(1.0), Some(0.0), "1.0"), "Worse ↑ none in 1.0");
        check(rate(Some(0.0), Some(0.0), "1.0"), "Same = as in 1.0");
        check(rate(None, Some(10.0), "1.0"), "-");
    }

    #[test]
    fn shorter_is_better_for_times_and_fewer_for_failures() {
        check(Some(time(105.0, 100.0, "1.0")), "Same = as in 1.0");
        check(Some(time(130.0, 100.0, "1.0")), "Worse ↑ 30 % longer than 1.0");
        check(Some(time(310.0, 100.0, "1.0")), "Worse ↑ 3.1 times as long as 1.0");
        check(Some(time(50.0, 100.0, "1.0")), "Better ↓ 50 % shorter than 1.0");
        check(Some(time(5.0, 0.0, "1.0")), "Same = as in 1.0");
        check(Some(failures(0.05, 0.01, "1.0")), "Worse ↑ 4.0 points more than 1.0");
        check(Some(failures(0.0, 0.01, "1.0")), "Better ↓ 1.0 points fewer than 1.0");
        check(Some(failures(0.01, 0.01, "1.0")), "Same = as in 1.0");
    }
}
