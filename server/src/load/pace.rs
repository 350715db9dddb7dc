//! Which request is next, and when it is due.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use super::Plan;

/// Shared by all connections: each takes the next number when it is free.
#[derive(Debug)]
pub(super) struct Pace {
    begun: Instant,
    next: AtomicU64,
    requests: u64,
    time: Option<Duration>,
    rate: Option<f64>,
    ended: Mutex<Option<Instant>>,
}

impl Pace {
    pub(super) fn new(plan: &Plan, begun: Instant) -> Self {
        let (requests, time, rate) = (plan.requests, plan.time, plan.rate);
        Self { begun, next: AtomicU64::new(0), requests, time, rate, ended: Mutex::new(None) }
    }

    /// The next request's number and the moment it is due, as an offset from the start; none when all is sent.
    pub(super) fn next(&self, now: Instant) -> Option<(u64, Option<Instant>)> {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        let due = self.rate.map(|rate| due(number, rate));
        let at = due.unwrap_or_else(|| now.saturating_duration_since(self.begun));
        let more = number < self.requests && self.time.is_none_or(|time| at < time);
        more.then(|| (number, due.map(|due| self.begun + due)))
    }

    /// Notes that the last answer is in.
    pub(super) fn end(&self, now: Instant) {
        *self.ended.lock().unwrap_or_else(PoisonError::into_inner) = Some(now);
    }

    pub(super) fn has_ended(&self) -> bool {
        self.ended.lock().unwrap_or_else(PoisonError::into_inner).is_some()
    }

    /// From the start to the last answer.
    pub(super) fn took(&self) -> Duration {
        let ended = *self.ended.lock().unwrap_or_else(PoisonError::into_inner);
        ended.unwrap_or(self.begun).saturating_duration_since(self.begun)
    }
}

/// When a request of an open loop is due after the start.
fn due(number: u64, rate: f64) -> Duration {
    Duration::from_secs_f64(number as f64 / rate)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pace(requests: u64, time: Option<u64>, rate: Option<f64>) -> (Pace, Instant) {
        let begun = Instant::now();
        let time = time.map(Duration::from_secs);
        (Pace { begun, next: AtomicU64::new(0), requests, time, rate, ended: Mutex::new(None) }, begun)
    }

    #[test]
    fn an_open_loop_has_a_timetable_and_a_closed_one_has_none() {
        let (open, begun) = pace(3, None, Some(2.0));
        let due: Vec<_> = std::iter::from_fn(|| open.next(begun)).map(|(_, due)| due.unwrap() - begun).collect();
        assert_eq!(due, [0, 500, 1_000].map(Duration::from_millis));
        let (closed, begun) = pace(2, None, None);
        assert_eq!(
            [closed.next(begun), closed.next(begun), closed.next(begun)],
            [Some((0, None)), Some((1, None)), None]
        );
    }

    #[test]
    fn both_end_when_the_time_is_up() {
        let (open, begun) = pace(u64::MAX, Some(2), Some(1.0));
        assert_eq!(std::iter::from_fn(|| open.next(begun)).count(), 2);
        let (closed, begun) = pace(u64::MAX, Some(2), None);
        assert!(closed.next(begun + Duration::from_secs(1)).is_some());
        assert!(closed.next(begun + Duration::from_secs(2)).is_none());
    }
}
