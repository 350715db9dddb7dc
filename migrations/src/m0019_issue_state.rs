//! The state an issue is in as a row: since when, by whom, and what ends it.

use crate::step::Step;

pub(crate) const STEP: Step = Step {
    name: "m0019_issue_state",
    up: &[
        // Beside `issue.status`, which says what the state is; an issue that is still new has no row. `how` says how it is
        // resolved (now, release, next_release, commit) or until when it is archived (forever, escalating, events,
        // users, date). `release_id` is the release it is resolved in, else the last one known at the time; NULL while
        // no release holds the commit. `due_at` is when it ends by itself. An archived issue waits for `more_events` or
        // `more_users`, counted from `from_events` and `from_users`.
        "CREATE TABLE issue_state (
            issue_id BIGINT NOT NULL PRIMARY KEY REFERENCES issue (id) ON DELETE CASCADE,
            project_id BIGINT NOT NULL,
            how TEXT,
            since BIGINT NOT NULL,
            member_id BIGINT,
            release_id BIGINT,
            commit_sha TEXT,
            due_at BIGINT,
            from_events BIGINT NOT NULL,
            from_users BIGINT NOT NULL,
            more_events BIGINT,
            more_users BIGINT
        )",
        "CREATE INDEX issue_state_by_due ON issue_state (due_at) WHERE due_at IS NOT NULL",
        "CREATE INDEX issue_state_by_commit ON issue_state (project_id) WHERE how = 'commit'",
        "CREATE INDEX issue_by_newness ON issue (first_seen) WHERE substatus = 'new'",
        "INSERT INTO issue_state (issue_id, project_id, how, since, member_id, release_id, from_events, from_users)
            SELECT issue.id, issue.project_id, resolution.kind, resolution.resolved_at, resolution.member_id,
                resolution.release_id, issue.events, issue.users
            FROM resolution JOIN issue ON issue.id = resolution.issue_id",
        // What came back is called ongoing a week later.
        "INSERT INTO issue_state (issue_id, project_id, since, due_at, from_events, from_users)
            SELECT issue.id, issue.project_id, back.at, back.at + 604800000, issue.events, issue.users
            FROM issue JOIN (SELECT issue_id, MAX(happened_at) AS at FROM regression GROUP BY issue_id) AS back
                ON back.issue_id = issue.id
            WHERE issue.substatus = 'regressed' AND issue.id NOT IN (SELECT issue_id FROM issue_state)",
        "DROP TABLE resolution",
    ],
    down: &[
        "CREATE TABLE resolution (
            issue_id BIGINT NOT NULL PRIMARY KEY REFERENCES issue (id) ON DELETE CASCADE,
            kind TEXT NOT NULL,
            release_id BIGINT,
            member_id BIGINT,
            resolved_at BIGINT NOT NULL
        )",
        "INSERT INTO resolution (issue_id, kind, release_id, member_id, resolved_at)
            SELECT issue_id, CASE WHEN how <> 'commit' THEN how WHEN release_id IS NULL THEN 'now' ELSE 'release' END,
                release_id, member_id, since
            FROM issue_state WHERE how IN ('now', 'release', 'next_release', 'commit')",
        "UPDATE issue SET status = 'resolved' WHERE status = 'answered'",
        "DROP INDEX issue_by_newness",
        "DROP TABLE issue_state",
    ],
};
