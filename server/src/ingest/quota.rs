//! How much is let in: token buckets per installation, project and key, by category.
//!
//! Each category has buckets of its own, so that users are heard and verdicts stay true while a project drowns in
//! errors. Something is let in when every bucket it counts against holds a token. Buckets live in memory; every few
//! seconds they are written down and shared with other processes (`shared`). A crash forgets what was taken since, and
//! processes may together take up to that much more than the limit: both err on the side of letting in.
//!
//! Reasons in statistics: `quota` (the project's), `key_quota`, `installation_quota`. What a flood of one issue brought
//! is not dropped but `sampled`: counted everywhere, stored in part (`spikes`).

mod bucket;
mod limits;
mod meter;
mod shared;
mod spikes;

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use fieldfare_app::api::{LimitSettings, Rates};

use self::bucket::Bucket;
use self::spikes::Spikes;
use super::policy::Policy;
use crate::grouping::Hash;

pub use self::limits::{Limit, Limits};
pub use self::meter::{Meter, Scope, Slot};
pub use self::shared::run;

/// Scopes an event counts against.
const SCOPES: usize = Scope::ALL.len();

/// The buckets of this process.
#[derive(Debug)]
pub struct Quotas {
    /// Of all projects together.
    installation: Rates,
    /// Of each project, at most.
    project: Rates,
    buckets: Mutex<HashMap<Slot, Entry>>,
    spikes: Spikes,
    /// What was refused unread since it was last written down, by project, category and reason.
    refused: Mutex<BTreeMap<(i64, &'static str, &'static str), i64>>,
}

/// A bucket, and what is written of it.
#[derive(Clone, Copy, Debug)]
struct Entry {
    bucket: Bucket,
    per_minute: i64,
    /// Tokens taken since it was written.
    taken: i64,
    written: Option<Bucket>,
}

impl Quotas {
    /// With limits of all projects together, and of each of them.
    pub fn new(installation: Rates, project: Rates) -> Self {
        Self { installation, project, buckets: Mutex::default(), spikes: Spikes::default(), refused: Mutex::default() }
    }

    fn buckets(&self) -> MutexGuard<'_, HashMap<Slot, Entry>> {
        self.buckets.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Entry {
    fn full(per_minute: i64, now: i64) -> Self {
        Self { bucket: Bucket::full(per_minute, now), per_minute, taken: 0, written: None }
    }

    /// As it is now. The limit may have changed since the last look.
    fn look(&mut self, per_minute: i64, now: i64) -> Bucket {
        self.per_minute = per_minute;
        self.bucket = self.bucket.refilled(per_minute, now);
        self.bucket
    }

    fn take(&mut self, tokens: i64) {
        self.bucket = self.bucket.less(tokens);
        self.taken = self.taken.saturating_add(tokens);
    }
}

/// What one request may use: the quotas seen from its key.
#[derive(Clone, Debug)]
pub struct Budget {
    quotas: Arc<Quotas>,
    policy: Arc<Policy>,
    project_id: i64,
    key_id: i64,
    /// Unix milliseconds.
    now: i64,
}

impl Budget {
    /// For a request with a key of a project, at a time.
    pub fn new(quotas: Arc<Quotas>, policy: Arc<Policy>, (project_id, key_id): (i64, i64), now: i64) -> Self {
        Self { quotas, policy, project_id, key_id, now }
    }

    /// Without limits, for what does not come through a request.
    pub fn unlimited() -> Self {
        Self::new(Arc::new(Quotas::new(Rates::default(), Rates::default())), Arc::default(), (0, 0), 0)
    }

    /// Takes tokens from every bucket, or none. A bucket that holds any may be taken from beyond what it holds: files
    /// are let in or not as a whole.
    ///
    /// # Errors
    /// With the limit that has to be waited for longest.
    pub fn take(&self, meter: Meter, tokens: i64) -> Result<(), Limit> {
        let rates = self.rates(meter);
        if rates.iter().all(Option::is_none) {
            return Ok(());
        }
        let mut buckets = self.quotas.buckets();
        if let Some(limit) = used_up(&mut buckets, &rates, self.now) {
            return Err(limit);
        }
        for (slot, per_minute) in rates.into_iter().flatten() {
            buckets.entry(slot).or_insert_with(|| Entry::full(per_minute, self.now)).take(tokens);
        }
        Ok(())
    }

    /// The limit that keeps a category out now, if any.
    pub fn gone(&self, meter: Meter) -> Option<Limit> {
        let mut buckets = self.quotas.buckets();
        let mut used_up = |meter| used_up(&mut buckets, &self.rates(meter), self.now);
        let bytes = if meter == Meter::Attachment { used_up(Meter::AttachmentBytes) } else { None };
        bytes.or_else(|| used_up(meter))
    }

    /// Everything that is used up now, so that clients need not find out.
    pub fn all_gone(&self) -> Vec<Limit> {
        let mut buckets = self.quotas.buckets();
        Meter::ALL.into_iter().filter_map(|meter| used_up(&mut buckets, &self.rates(meter), self.now)).collect()
    }

    /// Refuses a request before its body is read, when nothing it may hold would be let in, and counts it.
    pub fn refuse_unread(&self, may_hold: &[Meter]) -> Option<Limits> {
        let gone: Option<Vec<Limit>> = may_hold.iter().map(|meter| self.gone(*meter)).collect();
        let gone = gone?;
        let longest = gone.iter().max_by_key(|limit| limit.seconds)?;
        // A body that may hold several kinds of things was not looked into; it counts once.
        let category = if let [meter] = may_hold { meter.as_str() } else { "default" };
        let mut refused = self.quotas.refused.lock().unwrap_or_else(PoisonError::into_inner);
        *refused.entry((self.project_id, category, longest.slot.scope.reason())).or_default() += 1;
        let mut limits = Limits::default();
        limits.extend(gone);
        Some(limits)
    }

    /// Whether an event of this issue is stored, and not only counted. Counts it as one more of its issue.
    pub fn stores(&self, hash: Hash) -> bool {
        let spikes = &self.policy.limits.spikes;
        let errors = self.project_rate(Meter::Error);
        let chosen = spikes.kept_per_minute.filter(|kept| *kept > 0).map(i64::from);
        let Some(kept) = chosen.or_else(|| spikes::kept_by_default(errors)).filter(|_| spikes.enabled) else {
            return true;
        };
        let nth = self.quotas.spikes.count(self.project_id, hash, self.now);
        spikes::is_stored(nth, kept, if nth > kept { self.percent_left(errors) } else { 100 })
    }

    /// How full the project's bucket of errors is, percent.
    fn percent_left(&self, per_minute: Option<i64>) -> i64 {
        let Some(per_minute) = per_minute else { return 100 };
        let slot = Slot { scope: Scope::Project, id: self.project_id, meter: Meter::Error };
        let mut buckets = self.quotas.buckets();
        buckets.get_mut(&slot).map_or(100, |entry| entry.look(per_minute, self.now).percent(per_minute))
    }

    /// The limits that apply to a category, each with its bucket.
    fn rates(&self, meter: Meter) -> [Option<(Slot, i64)>; SCOPES] {
        let settings = &self.policy.limits;
        Scope::ALL.map(|scope| {
            let (id, rate) = match scope {
                Scope::Organization => (0, meter.limit(&self.quotas.installation)),
                Scope::Project => (self.project_id, self.project_rate(meter)),
                Scope::Key => (self.key_id, key_rates(settings, self.key_id).and_then(|rates| meter.limit(rates))),
            };
            rate.map(|rate| (Slot { scope, id, meter }, rate))
        })
    }

    /// A project can lower what the installation allows it, not raise it.
    fn project_rate(&self, meter: Meter) -> Option<i64> {
        let (default, own) = (meter.limit(&self.quotas.project), meter.limit(&self.policy.limits.project));
        [default, own].into_iter().flatten().min()
    }
}

fn key_rates(settings: &LimitSettings, key_id: i64) -> Option<&Rates> {
    settings.keys.get(&key_id)
}

/// The limit to be waited for longest, of those whose bucket is empty.
fn used_up(buckets: &mut HashMap<Slot, Entry>, rates: &[Option<(Slot, i64)>; SCOPES], now: i64) -> Option<Limit> {
    let empty = |(slot, per_minute): (Slot, i64)| {
        let bucket = buckets.entry(slot).or_insert_with(|| Entry::full(per_minute, now)).look(per_minute, now);
        bucket.is_empty().then(|| Limit { slot, seconds: bucket.wait_seconds(per_minute) })
    };
    rates.iter().copied().flatten().filter_map(empty).max_by_key(|limit| limit.seconds)
}

#[cfg(test)]
mod tests;
