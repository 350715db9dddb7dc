//! What was done to many issues at once, with what each was before, so that it can be undone.

use crate::step::Step;

pub(crate) const STEP: Step = Step {
    name: "m0024_bulk",
    up: &[
        // `what` is said without its subject ("resolved"); `into_issue_id` is where a merge went, else NULL.
        "CREATE TABLE bulk_change (
            id {id},
            member_id BIGINT NOT NULL,
            made_at BIGINT NOT NULL,
            what TEXT NOT NULL,
            into_issue_id BIGINT,
            undone_at BIGINT,
            put_back BIGINT NOT NULL DEFAULT 0
        )",
        "CREATE INDEX bulk_change_made ON bulk_change (made_at)",
        // The columns of `issue` and `issue_state` that triage changes, as they stood; `since` is NULL for an issue that
        // had no state row.
        "CREATE TABLE bulk_issue (
            bulk_id BIGINT NOT NULL,
            issue_id BIGINT NOT NULL,
            status TEXT NOT NULL,
            substatus TEXT,
            status_reason TEXT,
            priority TEXT NOT NULL,
            priority_reason TEXT NOT NULL,
            priority_member_id BIGINT,
            assignee_id BIGINT,
            team_id BIGINT,
            how TEXT,
            since BIGINT,
            member_id BIGINT,
            release_id BIGINT,
            commit_sha TEXT,
            due_at BIGINT,
            from_events BIGINT,
            from_users BIGINT,
            more_events BIGINT,
            more_users BIGINT,
            PRIMARY KEY (bulk_id, issue_id)
        )",
    ],
    down: &["DROP TABLE bulk_issue", "DROP TABLE bulk_change"],
};
