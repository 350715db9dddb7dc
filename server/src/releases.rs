//! Releases: their order, their counts, their health. Knows sessions and issues as counters only; takes no decision
//! about issues and writes nothing.

pub mod order;

use order::ReleaseOrder;

use crate::store::entities::release;

impl<'a> From<&'a release::Model> for ReleaseOrder<'a> {
    fn from(row: &'a release::Model) -> Self {
        Self { version: &row.version, released_at: row.released_at, first_seen: row.first_seen }
    }
}
