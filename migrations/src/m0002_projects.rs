//! Projects, their keys, and what became of what they sent.

use crate::step::Step;

pub(crate) const STEP: Step = Step {
    name: "m0002_projects",
    up: &[
        // `issue_count` numbers the issues: SHOP-1, SHOP-2, …; numbers are never used twice.
        "CREATE TABLE project (
            id {id},
            organization_id BIGINT NOT NULL REFERENCES organization (id),
            slug TEXT NOT NULL UNIQUE,
            name TEXT NOT NULL,
            platform TEXT NOT NULL,
            allowed_origins TEXT NOT NULL,
            issue_count BIGINT NOT NULL,
            created_at BIGINT NOT NULL
        )",
        "CREATE TABLE project_key (
            id {id},
            project_id BIGINT NOT NULL REFERENCES project (id) ON DELETE CASCADE,
            public_key TEXT NOT NULL UNIQUE,
            label TEXT NOT NULL,
            created_at BIGINT NOT NULL,
            revoked_at BIGINT
        )",
        // outcome: accepted, dropped or skipped. `reason` is empty for accepted; for skipped the category is the item type.
        "CREATE TABLE outcome_hour (
            project_id BIGINT NOT NULL,
            hour BIGINT NOT NULL,
            outcome TEXT NOT NULL,
            category TEXT NOT NULL,
            reason TEXT NOT NULL,
            quantity BIGINT NOT NULL,
            PRIMARY KEY (project_id, hour, outcome, category, reason)
        )",
    ],
    down: &["DROP TABLE outcome_hour", "DROP TABLE project_key", "DROP TABLE project"],
};
