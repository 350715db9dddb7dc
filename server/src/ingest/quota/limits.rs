//! What clients are told of limits that are used up.

use std::collections::BTreeMap;

use super::meter::{Scope, Slot};

/// The limits that are used up, as one answer announces them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Limits(BTreeMap<(Scope, &'static str), i64>);

/// One limit that is used up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit {
    pub slot: Slot,
    /// Until one more may come.
    pub seconds: i64,
}

impl Limits {
    pub fn add(&mut self, limit: Limit) {
        let seconds = self.0.entry((limit.slot.scope, limit.slot.meter.categories())).or_default();
        *seconds = limit.seconds.max(*seconds);
    }

    pub fn extend(&mut self, limits: impl IntoIterator<Item = Limit>) {
        limits.into_iter().for_each(|limit| self.add(limit));
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The longest wait.
    pub fn retry_after(&self) -> i64 {
        self.0.values().copied().max().unwrap_or(0)
    }

    /// As `X-Sentry-Rate-Limits` has it: seconds, categories, scope and reason of each.
    pub fn header(&self) -> String {
        let each = |(&(scope, categories), seconds): (&(Scope, &str), &i64)| {
            format!("{seconds}:{categories}:{}:quota", scope.as_str())
        };
        self.0.iter().map(each).collect::<Vec<_>>().join(", ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::quota::Meter;

    #[test]
    fn limits_are_announced_as_clients_read_them() {
        let limit = |scope, meter, seconds| Limit { slot: Slot { scope, id: 7, meter }, seconds };
        let mut limits = Limits::default();
        assert!(limits.is_empty());
        limits.extend([
            limit(Scope::Project, Meter::Error, 30),
            limit(Scope::Key, Meter::Attachment, 2),
            limit(Scope::Key, Meter::AttachmentBytes, 90),
            limit(Scope::Organization, Meter::Session, 1),
        ]);
        assert_eq!(
            limits.header(),
            "1:session:organization:quota, 30:error;default:project:quota, 90:attachment:key:quota"
        );
        assert_eq!(limits.retry_after(), 90);
    }
}
