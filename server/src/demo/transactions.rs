//! Response times: how long pages and requests took, hour by hour.

use serde_json::{Value, json};

use super::calendar::{RELEASES, flood, rhythm, shares};
use super::chance::Chance;
use super::envelope::{id_of, seconds};
use crate::clock::HOUR_MS;

/// How much response times vary: the slowest of a hundred takes about three times as long as the middle one.
const SPREAD: f64 = 0.45;

/// Something that is asked for.
struct Route {
    project: &'static str,
    name: &'static str,
    /// How often in an hour of average traffic; a part of what sessions suggest, as SDKs sample.
    hourly: f64,
    /// Milliseconds of the middle one, by release.
    middle: [f64; 3],
    /// Which part fails, by release, and while payments fail.
    failing: [f64; 3],
    failing_in_flood: f64,
}

/// The new checkout of 2.5.0 asks the payment provider twice, and its summary asks for rates it had in memory before.
const ROUTES: [Route; 8] = [
    route("shop", "/checkout/confirm", 4.0, [420.0, 390.0, 1_150.0]).failing([0.02, 0.01, 0.05], 0.62),
    route("shop", "/checkout/summary", 5.0, [140.0, 135.0, 265.0]).failing([0.01, 0.01, 0.01], 0.01),
    route("shop", "/basket", 6.0, [62.0, 58.0, 59.0]).failing([0.001, 0.001, 0.001], 0.001),
    route("shop", "/search", 4.0, [210.0, 120.0, 122.0]).failing([0.01, 0.004, 0.004], 0.004),
    route("shop", "mailings.tasks.send_receipt", 2.0, [540.0, 530.0, 560.0]).failing([0.01, 0.01, 0.01], 0.01),
    route("storefront", "/checkout", 3.0, [1_450.0, 1_380.0, 2_600.0]).failing([0.0, 0.0, 0.0], 0.0),
    route("storefront", "/p/:slug", 5.0, [1_100.0, 980.0, 1_010.0]).failing([0.0, 0.0, 0.0], 0.0),
    route("storefront", "/search", 2.0, [900.0, 760.0, 750.0]).failing([0.0, 0.0, 0.0], 0.0),
];

const fn route(project: &'static str, name: &'static str, hourly: f64, middle: [f64; 3]) -> Route {
    Route { project, name, hourly, middle, failing: [0.0; 3], failing_in_flood: 0.0 }
}

impl Route {
    const fn failing(mut self, by_release: [f64; 3], in_flood: f64) -> Self {
        self.failing = by_release;
        self.failing_in_flood = in_flood;
        self
    }
}

/// The transactions of one project.
#[derive(Debug)]
pub(super) struct Transactions {
    project: &'static str,
    chance: Chance,
    /// By route and release: fractions are carried on, so that rates come true.
    owed: [[f64; RELEASES.len()]; ROUTES.len()],
}

impl Transactions {
    pub(super) fn of(project: &'static str) -> Self {
        Self { project, chance: Chance::of(&format!("transactions of {project}")), owed: Default::default() }
    }

    /// What ended in the hour that begins at `at`.
    pub(super) fn hour(&mut self, at: i64, hours_ago: f64) -> Vec<Value> {
        let (project, shares) = (self.project, shares(self.project, hours_ago));
        let mut items = Vec::new();
        for (number, route) in ROUTES.iter().enumerate().filter(|(_, route)| route.project == project) {
            for (release, share) in shares.into_iter().enumerate() {
                self.owed[number][release] += route.hourly * rhythm(at) * share;
                while self.owed[number][release] >= 1.0 {
                    self.owed[number][release] -= 1.0;
                    items.push(self.one(route, release, (at, hours_ago)));
                }
            }
        }
        items
    }

    fn one(&mut self, route: &Route, release: usize, (at, hours_ago): (i64, f64)) -> Value {
        let in_flood = release == 2 && flood(hours_ago) > 0.1;
        let failing = if in_flood { route.failing_in_flood } else { route.failing[release] };
        let failed = self.chance.fraction() < failing;
        let ended = at + i64::try_from(self.chance.below(HOUR_MS as usize)).unwrap_or_default();
        let took = whole_ms(route.middle[release] * (SPREAD * self.bell()).exp());
        let id = id_of(&format!("{} {ended} {}", route.name, self.chance.fraction())).simple().to_string();
        let op = if route.project == "shop" { "http.server" } else { "pageload" };
        let status = if failed { "internal_error" } else { "ok" };
        json!({
            "type": "transaction",
            "event_id": id,
            "transaction": route.name,
            "transaction_info": { "source": "route" },
            "start_timestamp": seconds(ended - took),
            "timestamp": seconds(ended),
            "release": RELEASES[release].0,
            "environment": "production",
            "contexts": { "trace": { "trace_id": id, "span_id": &id[..16], "op": op, "status": status } },
        })
    }

    /// About 0, most of the time within 1: nearly the normal distribution.
    fn bell(&mut self) -> f64 {
        let sum: f64 = (0..4).map(|_| self.chance.fraction()).sum();
        (sum - 2.0) * 3_f64.sqrt()
    }
}

#[expect(clippy::cast_possible_truncation, reason = "seconds at most, never negative")]
fn whole_ms(ms: f64) -> i64 {
    ms as i64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bad_release_is_slower_where_it_is_bad() {
        let mut transactions = Transactions::of("shop");
        let mut middle = |name: &str, hours_ago: f64| {
            let items: Vec<Value> = (0..60).flat_map(|_| transactions.hour(1_760_000_000_000, hours_ago)).collect();
            let took = |item: &Value| item["timestamp"].as_f64().unwrap() - item["start_timestamp"].as_f64().unwrap();
            let mut times: Vec<f64> = items.iter().filter(|item| item["transaction"] == name).map(took).collect();
            times.sort_by(f64::total_cmp);
            times[times.len() / 2]
        };
        assert!(middle("/checkout/confirm", 5.0) > 2.0 * middle("/checkout/confirm", 100.0));
        let (before, after) = (middle("/basket", 100.0), middle("/basket", 5.0));
        assert!((before / after - 1.0).abs() < 0.2, "{before} and {after}");
    }
}
