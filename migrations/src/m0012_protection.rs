//! Fingerprints that are dropped since their issues were deleted that way, and issues whose rows are still being deleted.

use crate::step::Step;

pub(crate) const STEP: Step = Step {
    name: "m0012_protection",
    up: &[
        // `title` is that of the issue that was deleted, so that people know what they would let in again.
        "CREATE TABLE discarded_hash (
            project_id BIGINT NOT NULL,
            hash {uuid} NOT NULL,
            title TEXT NOT NULL,
            member_id BIGINT,
            discarded_at BIGINT NOT NULL,
            PRIMARY KEY (project_id, hash)
        )",
        // Issues that are gone, whose events and counters go in the background.
        "CREATE TABLE issue_deletion (
            issue_id BIGINT NOT NULL PRIMARY KEY,
            project_id BIGINT NOT NULL,
            asked_at BIGINT NOT NULL
        )",
    ],
    down: &["DROP TABLE issue_deletion", "DROP TABLE discarded_hash"],
};
