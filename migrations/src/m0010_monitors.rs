//! Cron monitors and their check-ins.

use crate::step::Step;

pub(crate) const STEP: Step = Step {
    name: "m0010_monitors",
    up: &[
        // `config` is the JSON of the protocol's monitor_config. `failures` and `successes` count in a row; `failing`
        // says that there is an open issue, to which `issue_hash` leads. `due_at` is when `expected_at` was missed.
        "CREATE TABLE monitor (
            id {id},
            project_id BIGINT NOT NULL,
            slug TEXT NOT NULL,
            environment_id BIGINT NOT NULL,
            config TEXT NOT NULL,
            muted BOOLEAN NOT NULL,
            failing BOOLEAN NOT NULL,
            failures BIGINT NOT NULL,
            successes BIGINT NOT NULL,
            issue_hash {uuid},
            last_check_in_at BIGINT,
            last_status TEXT,
            expected_at BIGINT NOT NULL,
            due_at BIGINT NOT NULL,
            created_at BIGINT NOT NULL,
            UNIQUE (project_id, slug, environment_id)
        )",
        "CREATE INDEX monitor_by_due ON monitor (due_at)",
        // One row per run, and per run that did not happen. `due_at` is when one in progress has taken too long.
        "CREATE TABLE check_in (
            project_id BIGINT NOT NULL,
            monitor_id BIGINT NOT NULL,
            check_in_id {uuid} NOT NULL,
            status TEXT NOT NULL,
            started_at BIGINT NOT NULL,
            finished_at BIGINT,
            duration_ms BIGINT,
            expected_at BIGINT,
            due_at BIGINT,
            release_id BIGINT NOT NULL,
            PRIMARY KEY (project_id, monitor_id, check_in_id)
        )",
        "CREATE INDEX check_in_by_time ON check_in (project_id, monitor_id, started_at DESC)",
        "CREATE INDEX check_in_by_due ON check_in (due_at) WHERE due_at IS NOT NULL",
        "CREATE INDEX check_in_by_age ON check_in (started_at)",
    ],
    down: &["DROP TABLE check_in", "DROP TABLE monitor"],
};
