//! How much a project may send: a token bucket per project for errors. Sessions and feedback have no quota, so that
//! users are heard and verdicts stay true while a project drowns in errors.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

/// Milliseconds in a minute.
const MINUTE_MS: i64 = 60_000;

/// The buckets of this process.
#[derive(Debug)]
pub struct Quotas {
    /// Events a project may send in a minute, and at once after a pause. 0 means no limit.
    per_minute: u32,
    buckets: Mutex<HashMap<i64, Bucket>>,
}

#[derive(Clone, Copy, Debug)]
struct Bucket {
    /// Thousandths of events that may be sent at `at`.
    millis: i64,
    at: i64,
}

impl Quotas {
    pub fn new(per_minute: u32) -> Self {
        Self { per_minute, buckets: Mutex::new(HashMap::new()) }
    }

    /// Takes up to `wanted` events from the bucket of a project and answers how many it held.
    pub fn take(&self, project_id: i64, wanted: usize, now: i64) -> usize {
        if self.per_minute == 0 {
            return wanted;
        }
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        let full = Bucket { millis: i64::from(self.per_minute) * 1_000, at: now };
        let bucket = buckets.entry(project_id).or_insert(full);
        *bucket = bucket.refilled(self.per_minute, now);
        let granted = wanted.min(usize::try_from(bucket.millis / 1_000).unwrap_or(0));
        bucket.millis -= i64::try_from(granted).unwrap_or(0) * 1_000;
        granted
    }
}

impl Bucket {
    fn refilled(self, per_minute: u32, now: i64) -> Self {
        let capacity = i64::from(per_minute) * 1_000;
        let elapsed = (now - self.at).clamp(0, MINUTE_MS);
        Self { millis: (self.millis + elapsed * capacity / MINUTE_MS).min(capacity), at: now.max(self.at) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_empties_and_refills_with_time() {
        let quotas = Quotas::new(60);
        assert_eq!(quotas.take(1, 50, 0), 50);
        assert_eq!(quotas.take(1, 50, 0), 10);
        assert_eq!(quotas.take(1, 1, 0), 0);
        assert_eq!(quotas.take(2, 1, 0), 1, "each project has its own");
        assert_eq!(quotas.take(1, 50, 5_000), 5, "one event a second comes back");
        assert_eq!(quotas.take(1, 100, 10 * MINUTE_MS), 60, "never more than a minute's worth");
        assert_eq!(Quotas::new(0).take(1, 1_000_000, 0), 1_000_000);
    }
}
