//! Jobs that check in: one that runs well, one that did not run last night, one that once did not come to an end.

use serde_json::{Value, json};

use super::calendar::STORY_HOURS;
use super::chance::Chance;
use super::envelope::{Envelope, id_of};
use super::plot::{Happening, Report, What};
use crate::clock::{DAY_MS, HOUR_MS};

const MINUTE_MS: i64 = 60_000;
/// Minutes a job may be late.
const MARGIN: i64 = 10;
/// Since when the stock is synchronised, hours; a job of every hour tells little more in two weeks.
const STOCK_HOURS: i64 = 4 * 24;
/// Between two looks at what is overdue: closer than a silence in which nobody is thought to have listened.
const LOOK_MS: i64 = 90_000;

/// A job that runs once a day.
struct Nightly {
    slug: &'static str,
    /// Minutes after midnight, UTC.
    minute: i64,
    crontab: &'static str,
    max_runtime: i64,
    /// Milliseconds of an average run.
    takes: usize,
}

const INVOICES: Nightly =
    Nightly { slug: "invoice-export", minute: 2 * 60, crontab: "0 2 * * *", max_runtime: 30, takes: 4 * 60_000 };
const PRICES: Nightly =
    Nightly { slug: "price-feed", minute: 4 * 60 + 30, crontab: "30 4 * * *", max_runtime: 20, takes: 9 * 60_000 };

/// Everything jobs do until `now`, and the looks of those who watch them.
pub(super) fn happenings(now: i64) -> Vec<Happening<'static>> {
    let mut happenings = stock(now);
    let mut nights = INVOICES.nights(now);
    // Last night nothing came; until then it had.
    if let Some(missed) = nights.pop() {
        happenings.extend(watched(missed, MARGIN));
    }
    happenings.extend(nights.into_iter().flat_map(|at| INVOICES.run(at)));
    let mut nights = PRICES.nights(now);
    let last = nights.pop();
    if let Some(at) = nights.pop() {
        happenings.push(PRICES.check_in(at + 4_000, "in_progress", None));
        happenings.extend(watched(at, PRICES.max_runtime + 1));
    }
    happenings.extend(nights.into_iter().chain(last).flat_map(|at| PRICES.run(at)));
    happenings
}

impl Nightly {
    /// When it was expected, up to an hour ago: what is expected later may still come.
    fn nights(&self, now: i64) -> Vec<i64> {
        let begins = now - STORY_HOURS * HOUR_MS;
        let first = begins.div_euclid(DAY_MS) * DAY_MS + self.minute * MINUTE_MS;
        let nights = (0..=STORY_HOURS / 24).map(|day| first + day * DAY_MS);
        nights.filter(|at| (begins..=now - HOUR_MS).contains(at)).collect()
    }

    /// A run that goes well.
    fn run(&self, expected: i64) -> [Happening<'static>; 2] {
        let mut chance = Chance::of(&format!("{} {expected}", self.slug));
        let begins = expected + 2_000 + i64::try_from(chance.below(5_000)).unwrap_or_default();
        let took = i64::try_from(self.takes / 2 + chance.below(self.takes)).unwrap_or_default();
        [self.check_in(begins, "in_progress", None), self.check_in(begins + took, "ok", Some(took))]
    }

    /// Ends of runs do not name them: the latest that goes on is meant.
    fn check_in(&self, at: i64, status: &str, took_ms: Option<i64>) -> Happening<'static> {
        let schedule = json!({ "type": "crontab", "value": self.crontab });
        check_in(at, self.slug, status, took_ms, &config(&schedule, self.max_runtime))
    }
}

/// Every hour, and always in time.
fn stock(now: i64) -> Vec<Happening<'static>> {
    let config = config(&json!({ "type": "crontab", "value": "5 * * * *" }), 15);
    let first = (now - STOCK_HOURS * HOUR_MS).div_euclid(HOUR_MS) * HOUR_MS + 5 * MINUTE_MS;
    let mut chance = Chance::of("stock-sync");
    let mut run = |hour: i64| {
        let took = 22_000 + i64::try_from(chance.below(20_000)).unwrap_or_default();
        check_in(first + hour * HOUR_MS + took, "stock-sync", "ok", Some(took), &config)
    };
    (0..=STOCK_HOURS).map(&mut run).filter(|happening| happening.at < now).collect()
}

fn config(schedule: &Value, max_runtime: i64) -> Value {
    json!({
        "schedule": schedule,
        "timezone": "UTC",
        "checkin_margin": MARGIN,
        "max_runtime": max_runtime,
    })
}

fn check_in(at: i64, slug: &str, status: &str, took_ms: Option<i64>, config: &Value) -> Happening<'static> {
    #[expect(clippy::cast_precision_loss, reason = "minutes in milliseconds")]
    let duration = took_ms.map(|ms| ms as f64 / 1_000.0);
    let item = json!({
        "monitor_slug": slug,
        "status": status,
        "duration": duration,
        "environment": "production",
        "monitor_config": config,
    });
    let envelope = Envelope::new(Some(id_of(&format!("{slug} {at}")))).json("check_in", &item);
    Happening { at, what: What::Report(Report { project: "shop", envelope: envelope.into_bytes(), names: None }) }
}

/// Looks from before `expected` until it is certain that nothing came for so many minutes.
fn watched(expected: i64, minutes: i64) -> impl Iterator<Item = Happening<'static>> {
    let until = expected + minutes * MINUTE_MS + LOOK_MS;
    let times = (0..).map(move |look| expected - MINUTE_MS + look * LOOK_MS);
    times.take_while(move |at| *at <= until).map(|at| Happening { at, what: What::Look })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn jobs_run_until_now_and_are_watched_where_it_matters() {
        // 2025-11-18 14:10 UTC.
        let now = 1_763_475_000_000;
        let all = happenings(now);
        assert!(all.iter().all(|happening| (now - STORY_HOURS * HOUR_MS..now).contains(&happening.at)));
        let looks: Vec<i64> = all.iter().filter(|one| matches!(one.what, What::Look)).map(|one| one.at).collect();
        assert_eq!(looks.len(), 9 + 16);
        assert_eq!(INVOICES.nights(now).len(), 14);
        assert_eq!(INVOICES.nights(now).last(), Some(&(now / DAY_MS * DAY_MS + 2 * HOUR_MS)));
    }
}
