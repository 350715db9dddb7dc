//! Releases, environments, and the sessions run in them.

use crate::step::Step;

pub(crate) const STEP: Step = Step {
    name: "m0003_releases",
    up: &[
        // `sort_key` orders versions as text where they parse as semver, NULL where they do not.
        "CREATE TABLE release (
            id {id},
            project_id BIGINT NOT NULL,
            version TEXT NOT NULL,
            sort_key TEXT,
            first_seen BIGINT NOT NULL,
            last_seen BIGINT NOT NULL,
            released_at BIGINT,
            UNIQUE (project_id, version)
        )",
        "CREATE TABLE environment (
            id {id},
            project_id BIGINT NOT NULL,
            name TEXT NOT NULL,
            UNIQUE (project_id, name)
        )",
        // One row per session that sends updates, so that a session changes its status but is counted once.
        "CREATE TABLE session (
            project_id BIGINT NOT NULL,
            sid {uuid} NOT NULL,
            release_id BIGINT NOT NULL,
            environment_id BIGINT NOT NULL,
            started BIGINT NOT NULL,
            status TEXT NOT NULL,
            errors BIGINT NOT NULL,
            user_hash BIGINT,
            updated_at BIGINT NOT NULL,
            PRIMARY KEY (project_id, sid)
        )",
        "CREATE INDEX session_by_age ON session (updated_at)",
        // `errored` counts sessions that ended well but met errors; the five kinds never overlap.
        "CREATE TABLE session_hour (
            project_id BIGINT NOT NULL,
            release_id BIGINT NOT NULL,
            environment_id BIGINT NOT NULL,
            hour BIGINT NOT NULL,
            sessions BIGINT NOT NULL,
            errored BIGINT NOT NULL,
            unhandled BIGINT NOT NULL,
            crashed BIGINT NOT NULL,
            abnormal BIGINT NOT NULL,
            PRIMARY KEY (project_id, release_id, environment_id, hour)
        )",
        // A word of PostgreSQL, hence the quotes.
        "CREATE TABLE \"session_user\" (
            project_id BIGINT NOT NULL,
            release_id BIGINT NOT NULL,
            environment_id BIGINT NOT NULL,
            user_hash BIGINT NOT NULL,
            crashed BOOLEAN NOT NULL,
            PRIMARY KEY (project_id, release_id, environment_id, user_hash)
        )",
    ],
    down: &[
        "DROP TABLE \"session_user\"",
        "DROP TABLE session_hour",
        "DROP TABLE session",
        "DROP TABLE environment",
        "DROP TABLE release",
    ],
};
