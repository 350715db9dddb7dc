//! What a flood was counted as beyond what is stored of it, so that an issue can say so.

use crate::step::Step;

pub(crate) const STEP: Step = Step {
    name: "m0017_sampling",
    up: &[
        // Events that were counted and not stored, by hash: a merge or a split then takes them along. `hour`,
        // `first_at` and `last_at` are of their arrival.
        "CREATE TABLE sampled_hour (
            project_id BIGINT NOT NULL,
            hash {uuid} NOT NULL,
            hour BIGINT NOT NULL,
            events BIGINT NOT NULL,
            first_at BIGINT NOT NULL,
            last_at BIGINT NOT NULL,
            PRIMARY KEY (project_id, hash, hour)
        )",
    ],
    down: &["DROP TABLE sampled_hour"],
};
