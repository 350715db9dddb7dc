//! Response times: transactions as hourly counters.

use crate::step::Step;

pub(crate) const STEP: Step = Step {
    name: "m0011_transactions",
    up: &[
        // `histogram` holds the durations; see `server/src/latency.rs` for its form.
        "CREATE TABLE transaction_hour (
            project_id BIGINT NOT NULL,
            release_id BIGINT NOT NULL,
            environment_id BIGINT NOT NULL,
            hour BIGINT NOT NULL,
            name TEXT NOT NULL,
            transactions BIGINT NOT NULL,
            failed BIGINT NOT NULL,
            histogram {bytes} NOT NULL,
            PRIMARY KEY (project_id, release_id, environment_id, hour, name)
        )",
        "CREATE INDEX transaction_hour_by_age ON transaction_hour (hour)",
        // The names counted in an hour, so that a project that makes them up is held to a number of them.
        "CREATE TABLE transaction_name (
            project_id BIGINT NOT NULL,
            hour BIGINT NOT NULL,
            name TEXT NOT NULL,
            PRIMARY KEY (project_id, hour, name)
        )",
    ],
    down: &["DROP TABLE transaction_name", "DROP TABLE transaction_hour"],
};
