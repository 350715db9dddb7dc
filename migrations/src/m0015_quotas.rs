//! How full the token buckets of quotas are, so that a restart does not refill them and processes share them.

use crate::step::Step;

pub(crate) const STEP: Step = Step {
    name: "m0015_quotas",
    up: &[
        // scope: organization (id 0), project or key. `level` counts 60,000 to a token, as of `counted_at`; it may be
        // below zero. A bucket without a row is full.
        "CREATE TABLE quota_bucket (
            scope TEXT NOT NULL,
            scope_id BIGINT NOT NULL,
            meter TEXT NOT NULL,
            level BIGINT NOT NULL,
            counted_at BIGINT NOT NULL,
            PRIMARY KEY (scope, scope_id, meter)
        )",
    ],
    down: &["DROP TABLE quota_bucket"],
};
