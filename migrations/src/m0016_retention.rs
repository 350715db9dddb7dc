//! What retention has to remember: who is at it, which files nobody names any more, how old changes are.

use crate::step::Step;

pub(crate) const STEP: Step = Step {
    name: "m0016_retention",
    up: &[
        // Work that one process at a time does; whoever holds it renews it before `held_until`.
        "CREATE TABLE job_lease (
            name TEXT NOT NULL PRIMARY KEY,
            holder {uuid} NOT NULL,
            held_until BIGINT NOT NULL
        )",
        // Files whose last row went. `modified` is the file's own time then: a file written since is in use again.
        "CREATE TABLE blob_orphan (
            blob TEXT NOT NULL PRIMARY KEY,
            orphaned_at BIGINT NOT NULL,
            modified BIGINT NOT NULL
        )",
        "CREATE INDEX blob_orphan_by_age ON blob_orphan (orphaned_at)",
        // Changes carry no time; a mark says that every change up to `seq` was there at `noted_at`.
        "CREATE TABLE change_mark (
            seq BIGINT NOT NULL PRIMARY KEY,
            noted_at BIGINT NOT NULL
        )",
        "CREATE INDEX attachment_by_blob ON attachment (blob)",
    ],
    down: &[
        "DROP INDEX attachment_by_blob",
        "DROP TABLE change_mark",
        "DROP TABLE blob_orphan",
        "DROP TABLE job_lease",
    ],
};
