//! Issues, the events they are clusters of, and the counters that pages read instead of events.

use crate::step::Step;

pub(crate) const STEP: Step = Step {
    name: "m0004_issues",
    up: &[
        "CREATE TABLE issue (
            id {id},
            project_id BIGINT NOT NULL,
            number BIGINT NOT NULL,
            kind TEXT NOT NULL,
            title TEXT NOT NULL,
            culprit TEXT,
            level TEXT NOT NULL,
            status TEXT NOT NULL,
            substatus TEXT,
            status_reason TEXT,
            priority TEXT NOT NULL,
            assignee_id BIGINT REFERENCES member (id) ON DELETE SET NULL,
            first_seen BIGINT NOT NULL,
            last_seen BIGINT NOT NULL,
            events BIGINT NOT NULL,
            users BIGINT NOT NULL,
            first_release_id BIGINT NOT NULL,
            last_release_id BIGINT NOT NULL,
            UNIQUE (project_id, number)
        )",
        "CREATE INDEX issue_by_last_seen ON issue (status, last_seen DESC, id)",
        "CREATE INDEX issue_by_project ON issue (project_id, status, last_seen DESC, id)",
        "CREATE INDEX issue_by_first_release ON issue (project_id, first_release_id)",
        // Which fingerprints lead to which issue; merging issues means pointing rows elsewhere.
        "CREATE TABLE group_hash (
            project_id BIGINT NOT NULL,
            hash {uuid} NOT NULL,
            issue_id BIGINT NOT NULL,
            PRIMARY KEY (project_id, hash)
        )",
        "CREATE INDEX group_hash_by_issue ON group_hash (issue_id)",
        // `payload` is the JSON as sent, zstd-compressed.
        "CREATE TABLE event (
            project_id BIGINT NOT NULL,
            event_id {uuid} NOT NULL,
            issue_id BIGINT NOT NULL,
            hash {uuid} NOT NULL,
            level TEXT NOT NULL,
            title TEXT NOT NULL,
            happened_at BIGINT NOT NULL,
            received_at BIGINT NOT NULL,
            release_id BIGINT NOT NULL,
            environment_id BIGINT NOT NULL,
            user_key TEXT,
            payload {bytes} NOT NULL,
            PRIMARY KEY (project_id, event_id)
        )",
        "CREATE INDEX event_by_issue ON event (issue_id, happened_at, event_id)",
        "CREATE TABLE issue_hour (
            project_id BIGINT NOT NULL,
            issue_id BIGINT NOT NULL,
            hour BIGINT NOT NULL,
            release_id BIGINT NOT NULL,
            environment_id BIGINT NOT NULL,
            events BIGINT NOT NULL,
            PRIMARY KEY (project_id, issue_id, hour, release_id, environment_id)
        )",
        "CREATE TABLE issue_release (
            project_id BIGINT NOT NULL,
            issue_id BIGINT NOT NULL,
            release_id BIGINT NOT NULL,
            events BIGINT NOT NULL,
            users BIGINT NOT NULL,
            first_seen BIGINT NOT NULL,
            last_seen BIGINT NOT NULL,
            PRIMARY KEY (project_id, issue_id, release_id)
        )",
        "CREATE INDEX issue_release_by_release ON issue_release (project_id, release_id, events DESC)",
        "CREATE TABLE issue_environment (
            project_id BIGINT NOT NULL,
            issue_id BIGINT NOT NULL,
            environment_id BIGINT NOT NULL,
            last_seen BIGINT NOT NULL,
            PRIMARY KEY (project_id, issue_id, environment_id)
        )",
        "CREATE TABLE issue_user (
            project_id BIGINT NOT NULL,
            issue_id BIGINT NOT NULL,
            user_hash BIGINT NOT NULL,
            release_id BIGINT NOT NULL,
            PRIMARY KEY (project_id, issue_id, user_hash, release_id)
        )",
        // The resolution in force; `kind` is now, release or next_release. Later than `release_id` means regression.
        "CREATE TABLE resolution (
            issue_id BIGINT NOT NULL PRIMARY KEY REFERENCES issue (id) ON DELETE CASCADE,
            kind TEXT NOT NULL,
            release_id BIGINT,
            member_id BIGINT,
            resolved_at BIGINT NOT NULL
        )",
        "CREATE TABLE regression (
            id {id},
            project_id BIGINT NOT NULL,
            issue_id BIGINT NOT NULL,
            release_id BIGINT NOT NULL,
            happened_at BIGINT NOT NULL,
            reason TEXT NOT NULL
        )",
        "CREATE INDEX regression_by_release ON regression (project_id, release_id)",
        "CREATE TABLE activity (
            id {id},
            issue_id BIGINT NOT NULL,
            member_id BIGINT,
            happened_at BIGINT NOT NULL,
            what TEXT NOT NULL
        )",
        "CREATE INDEX activity_by_issue ON activity (issue_id, id)",
    ],
    down: &[
        "DROP TABLE activity",
        "DROP TABLE regression",
        "DROP TABLE resolution",
        "DROP TABLE issue_user",
        "DROP TABLE issue_environment",
        "DROP TABLE issue_release",
        "DROP TABLE issue_hour",
        "DROP TABLE event",
        "DROP TABLE group_hash",
        "DROP TABLE issue",
    ],
};
