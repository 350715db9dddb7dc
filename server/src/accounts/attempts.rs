//! How often somebody may try a password. In memory: a restart forgives.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};

/// How long a failed attempt counts, milliseconds.
const WINDOW_MS: i64 = 15 * 60_000;
/// Failures for one account from one address: enough for somebody who half remembers.
const LIMIT_PAIR: u32 = 10;
/// Failures from one address, over all accounts: an office behind one address has bad days too.
const LIMIT_ADDRESS: u32 = 50;
/// Failures for one account, over all addresses: a botnet gets no further, at the price of a lock for its window.
const LIMIT_EMAIL: u32 = 100;
/// Most keys kept, so that a flood of addresses cannot fill the memory.
const KEYS_MAX: usize = 20_000;

/// Counts failed attempts by address, by account and by both.
#[derive(Debug, Default)]
pub struct Attempts(Mutex<HashMap<Key, Count>>);

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Key {
    Pair(IpAddr, String),
    Address(IpAddr),
    Email(String),
}

#[derive(Debug)]
struct Count {
    since: i64,
    failures: u32,
}

impl Attempts {
    /// Counts an attempt as failed before it is made, so that many at once do not slip through. `false` when there
    /// were too many; a successful one is taken back with [`Attempts::forgive`].
    pub(super) fn take(&self, now: i64, address: IpAddr, email: &str) -> bool {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let keys = keys(address, email);
        let is_free =
            |(key, limit): &(Key, u32)| counts.get(key).is_none_or(|it| it.is_old(now) || it.failures < *limit);
        if !keys.iter().all(is_free) {
            return false;
        }
        make_room(&mut counts, now);
        for (key, _) in keys {
            let count = counts.entry(key).or_insert(Count { since: now, failures: 0 });
            if count.is_old(now) {
                *count = Count { since: now, failures: 0 };
            }
            count.failures += 1;
        }
        true
    }

    /// The attempt just taken was right.
    pub(super) fn forgive(&self, address: IpAddr, email: &str) {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        counts.remove(&Key::Pair(address, email.to_owned()));
        for key in [Key::Address(address), Key::Email(email.to_owned())] {
            if let Some(count) = counts.get_mut(&key) {
                count.failures = count.failures.saturating_sub(1);
            }
        }
    }
}

impl Count {
    /// Also when it was counted by a clock that has been set back since, or nobody would get in until it catches up.
    fn is_old(&self, now: i64) -> bool {
        !(self.since..self.since.saturating_add(WINDOW_MS)).contains(&now)
    }
}

fn keys(address: IpAddr, email: &str) -> [(Key, u32); 3] {
    [
        (Key::Pair(address, email.to_owned()), LIMIT_PAIR),
        (Key::Address(address), LIMIT_ADDRESS),
        (Key::Email(email.to_owned()), LIMIT_EMAIL),
    ]
}

/// Drops what is old; when that is not enough, what failed least.
fn make_room(counts: &mut HashMap<Key, Count>, now: i64) {
    if counts.len() >= KEYS_MAX {
        counts.retain(|_, count| !count.is_old(now));
    }
    for failures in 1.. {
        if counts.len() < KEYS_MAX {
            break;
        }
        counts.retain(|_, count| count.failures > failures);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(last: u8) -> IpAddr {
        IpAddr::from([192, 0, 2, last])
    }

    #[test]
    fn guessing_ends_and_time_forgives() {
        let attempts = Attempts::default();
        for _ in 0..LIMIT_PAIR {
            assert!(attempts.take(0, address(1), "a@b.c"));
        }
        assert!(!attempts.take(WINDOW_MS - 1, address(1), "a@b.c"));
        assert!(attempts.take(WINDOW_MS - 1, address(2), "a@b.c"), "somebody else is not locked out");
        assert!(attempts.take(WINDOW_MS, address(1), "a@b.c"));
        for _ in 0..LIMIT_PAIR {
            attempts.take(900 * WINDOW_MS, address(1), "a@b.c");
        }
        assert!(!attempts.take(900 * WINDOW_MS, address(1), "a@b.c"));
        assert!(attempts.take(WINDOW_MS, address(1), "a@b.c"), "the clock was set back");
    }

    #[test]
    fn one_address_cannot_walk_through_all_accounts() {
        let attempts = Attempts::default();
        let tried = (0..1_000).take_while(|n| attempts.take(0, address(1), &format!("{n}@b.c"))).count();
        assert_eq!(tried, 50);
    }

    #[test]
    fn what_was_right_does_not_count() {
        let attempts = Attempts::default();
        for _ in 0..1_000 {
            assert!(attempts.take(0, address(1), "a@b.c"));
            attempts.forgive(address(1), "a@b.c");
        }
    }

    #[test]
    fn memory_is_bounded() {
        let attempts = Attempts::default();
        for n in 0..30_000_u32 {
            attempts.take(0, IpAddr::from(n.to_be_bytes()), &n.to_string());
        }
        assert!(attempts.0.lock().unwrap().len() <= KEYS_MAX + 3);
    }
}
