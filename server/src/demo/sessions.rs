//! Sessions: how an hour went, counted by the client.

use serde_json::{Value, json};

use super::calendar::{RELEASES, flood, rhythm, shares};
use super::chance::Chance;
use super::envelope::seconds;

/// Visitors of an average hour who are known to the client, and sessions of those who are not.
const STOREFRONT_HOUR: (f64, f64) = (22.0, 130.0);
const SHOP_HOUR: (f64, f64) = (9.0, 240.0);
/// How many visitors the shop has; each hour brings a few of them.
const VISITORS: usize = 40_000;

/// Which part of all sessions ends badly, by release.
#[derive(Clone, Copy, Debug)]
struct Rates {
    crashed: f64,
    errored: f64,
}

/// What is still owed to the rates: fractions are carried to the next bucket, so that they come true.
#[derive(Clone, Copy, Debug, Default)]
struct Owed {
    crashed: f64,
    errored: f64,
}

#[derive(Clone, Copy, Debug, Default)]
struct Account {
    known: Owed,
    unknown: Owed,
}

/// The sessions of one project.
#[derive(Debug)]
pub(super) struct Sessions {
    project: &'static str,
    chance: Chance,
    /// By release; apart for visitors who are known, or the large buckets of the others would pay for all.
    owed: [Account; 3],
}

impl Sessions {
    pub(super) fn of(project: &'static str) -> Self {
        Self { project, chance: Chance::of(&format!("sessions of {project}")), owed: Default::default() }
    }

    /// The aggregates of the hour that begins at `at`, one per release that ran in it.
    pub(super) fn hour(&mut self, at: i64, hours_ago: f64) -> Vec<Value> {
        let shares = shares(self.project, hours_ago);
        (0..RELEASES.len()).filter_map(|release| self.aggregate(release, shares[release], at, hours_ago)).collect()
    }

    fn aggregate(&mut self, release: usize, share: f64, at: i64, hours_ago: f64) -> Option<Value> {
        let (known, unknown) = if self.project == "shop" { SHOP_HOUR } else { STOREFRONT_HOUR };
        let busy = share * rhythm(at) * (0.8 + 0.4 * self.chance.fraction());
        let rates = rates(release, hours_ago);
        let mut buckets: Vec<Value> = (0..whole(known * busy)).map(|_| self.visitor(release, rates, at)).collect();
        let unknown = whole(unknown * busy);
        if unknown > 0 {
            buckets.push(bucket(&mut self.owed[release].unknown, rates, at, unknown));
        }
        let attrs = json!({ "release": RELEASES[release].0, "environment": "production" });
        (!buckets.is_empty()).then(|| json!({ "attrs": attrs, "aggregates": buckets }))
    }

    fn visitor(&mut self, release: usize, rates: Rates, at: i64) -> Value {
        let sessions = 1 + i64::from(self.chance.below(4) == 0);
        let mut bucket = bucket(&mut self.owed[release].known, rates, at, sessions);
        bucket["did"] = json!(format!("visitor-{}", self.chance.below(VISITORS)));
        bucket
    }
}

fn bucket(owed: &mut Owed, rates: Rates, at: i64, sessions: i64) -> Value {
    let crashed = pay(&mut owed.crashed, rates.crashed, sessions, sessions);
    let errored = pay(&mut owed.errored, rates.errored, sessions, sessions - crashed);
    let exited = sessions - crashed - errored;
    json!({ "started": seconds(at), "exited": exited, "errored": errored, "crashed": crashed })
}

/// How many of `sessions` end this way, at most `limit`.
#[expect(clippy::cast_precision_loss, reason = "hundreds of sessions")]
fn pay(owed: &mut f64, rate: f64, sessions: i64, limit: i64) -> i64 {
    *owed += rate * sessions as f64;
    let paid = whole(*owed).min(limit);
    *owed -= paid as f64;
    paid
}

fn rates(release: usize, hours_ago: f64) -> Rates {
    match release {
        0 => Rates { crashed: 0.0021, errored: 0.021 },
        1 => Rates { crashed: 0.0009, errored: 0.014 },
        _ if flood(hours_ago) > 0.1 => Rates { crashed: 0.068, errored: 0.11 },
        _ => Rates { crashed: 0.019, errored: 0.03 },
    }
}

#[expect(clippy::cast_possible_truncation, reason = "hundreds at most, never negative")]
fn whole(number: f64) -> i64 {
    number as i64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_come_true() {
        let mut owed = 0.0;
        let crashed: i64 = (0..10_000).map(|_| pay(&mut owed, 0.03, 1, 1)).sum();
        assert!((299..=300).contains(&crashed), "{crashed}");
    }

    #[test]
    fn an_hour_names_each_release_that_ran() {
        let mut sessions = Sessions::of("storefront");
        assert_eq!(sessions.hour(1_760_000_000_000, 200.0).len(), 1);
        assert_eq!(sessions.hour(1_760_000_000_000, 144.0).len(), 2);
    }
}
