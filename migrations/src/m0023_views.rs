//! Queries that were given a name, and which of them a member's inbox opens with; indexes for queries by
//! release and environment.

use crate::step::Step;

pub(crate) const STEP: Step = Step {
    name: "m0023_views",
    up: &[
        // Without a member it is everybody's. `position` orders the views of one member, and those of everybody.
        "CREATE TABLE saved_view (
            id {id},
            member_id BIGINT REFERENCES member (id) ON DELETE CASCADE,
            name TEXT NOT NULL,
            query TEXT NOT NULL,
            sort TEXT NOT NULL,
            position BIGINT NOT NULL,
            created_at BIGINT NOT NULL
        )",
        "CREATE INDEX saved_view_by_member ON saved_view (member_id, position)",
        // Either a preset, by its name, or a saved view.
        "CREATE TABLE default_view (
            member_id BIGINT NOT NULL PRIMARY KEY REFERENCES member (id) ON DELETE CASCADE,
            preset TEXT,
            view_id BIGINT REFERENCES saved_view (id) ON DELETE CASCADE
        )",
        // Hold all that is asked for, and nothing that changes: a row more for each release and environment of an issue.
        "CREATE INDEX issue_release_of_release ON issue_release (project_id, release_id, issue_id)",
        "CREATE INDEX issue_environment_of_environment ON issue_environment (project_id, environment_id, issue_id)",
    ],
    down: &[
        "DROP INDEX issue_environment_of_environment",
        "DROP INDEX issue_release_of_release",
        "DROP TABLE default_view",
        "DROP TABLE saved_view",
    ],
};
