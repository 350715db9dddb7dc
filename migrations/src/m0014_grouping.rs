//! Issues that were merged, and the parts they are made of, so that a merge can be undone without loss.

use crate::step::Step;

pub(crate) const STEP: Step = Step {
    name: "m0014_grouping",
    up: &[
        // An issue without rows here is of one piece. One with rows is the sum of its parts: its own, and those of the
        // issues merged into it. `home_issue_id` is the issue the part is when it stands alone.
        "CREATE TABLE issue_part (
            id {id},
            project_id BIGINT NOT NULL,
            issue_id BIGINT NOT NULL,
            home_issue_id BIGINT NOT NULL,
            first_release_id BIGINT NOT NULL
        )",
        "CREATE INDEX issue_part_by_issue ON issue_part (issue_id)",
        "CREATE INDEX issue_part_by_home ON issue_part (home_issue_id)",
        // NULL while the issue is of one piece.
        "ALTER TABLE group_hash ADD COLUMN part_id BIGINT",
        // The counters of a part, each in the shape of the counter of the same name.
        "CREATE TABLE part_hour (
            project_id BIGINT NOT NULL,
            part_id BIGINT NOT NULL,
            hour BIGINT NOT NULL,
            release_id BIGINT NOT NULL,
            environment_id BIGINT NOT NULL,
            events BIGINT NOT NULL,
            PRIMARY KEY (project_id, part_id, hour, release_id, environment_id)
        )",
        // Without users, which `part_user` counts.
        "CREATE TABLE part_release (
            project_id BIGINT NOT NULL,
            part_id BIGINT NOT NULL,
            release_id BIGINT NOT NULL,
            events BIGINT NOT NULL,
            first_seen BIGINT NOT NULL,
            last_seen BIGINT NOT NULL,
            PRIMARY KEY (project_id, part_id, release_id)
        )",
        "CREATE TABLE part_environment (
            project_id BIGINT NOT NULL,
            part_id BIGINT NOT NULL,
            environment_id BIGINT NOT NULL,
            last_seen BIGINT NOT NULL,
            PRIMARY KEY (project_id, part_id, environment_id)
        )",
        "CREATE TABLE part_user (
            project_id BIGINT NOT NULL,
            part_id BIGINT NOT NULL,
            user_hash BIGINT NOT NULL,
            release_id BIGINT NOT NULL,
            PRIMARY KEY (project_id, part_id, user_hash, release_id)
        )",
        // An issue that is away in another one; its row stays, with the status `merged`, and this is what it stood at.
        "CREATE TABLE issue_merge (
            issue_id BIGINT NOT NULL PRIMARY KEY,
            into_issue_id BIGINT NOT NULL,
            status TEXT NOT NULL,
            substatus TEXT,
            status_reason TEXT,
            merged_at BIGINT NOT NULL
        )",
    ],
    down: &[
        "DROP TABLE issue_merge",
        "DROP TABLE part_user",
        "DROP TABLE part_environment",
        "DROP TABLE part_release",
        "DROP TABLE part_hour",
        "ALTER TABLE group_hash DROP COLUMN part_id",
        "DROP TABLE issue_part",
    ],
};
