//! What Sentry's tools upload: source maps in bundles, and what they say of releases.

use crate::step::Step;

pub(crate) const STEP: Step = Step {
    name: "m0013_source_maps",
    up: &[
        // Pieces of uploads that are not whole yet. `blob` is the name of the content in the blob store.
        "CREATE TABLE upload_chunk (
            sha1 TEXT NOT NULL PRIMARY KEY,
            blob TEXT NOT NULL,
            bytes BIGINT NOT NULL,
            uploaded_at BIGINT NOT NULL
        )",
        "CREATE INDEX upload_chunk_by_age ON upload_chunk (uploaded_at)",
        "CREATE INDEX upload_chunk_by_blob ON upload_chunk (blob)",
        // `release` and `dist` are empty where a bundle names none. A bundle counts once `ready_at` is set: until then
        // events that came before it are linked to the issues they will have with it.
        "CREATE TABLE artifact_bundle (
            id {id},
            project_id BIGINT NOT NULL REFERENCES project (id) ON DELETE CASCADE,
            sha1 TEXT NOT NULL,
            release TEXT NOT NULL,
            dist TEXT NOT NULL,
            files BIGINT NOT NULL,
            bytes BIGINT NOT NULL,
            uploaded_at BIGINT NOT NULL,
            ready_at BIGINT,
            UNIQUE (project_id, sha1, release, dist)
        )",
        // `url` begins with ~ where the file may be on any host. `map_url` is where the file says its source map is.
        "CREATE TABLE artifact_file (
            id {id},
            project_id BIGINT NOT NULL,
            bundle_id BIGINT NOT NULL REFERENCES artifact_bundle (id) ON DELETE CASCADE,
            kind TEXT NOT NULL,
            url TEXT NOT NULL,
            debug_id {uuid},
            map_url TEXT,
            blob TEXT NOT NULL,
            bytes BIGINT NOT NULL
        )",
        "CREATE INDEX artifact_file_by_debug_id ON artifact_file (project_id, debug_id)",
        "CREATE INDEX artifact_file_by_url ON artifact_file (project_id, url)",
        "CREATE INDEX artifact_file_by_bundle ON artifact_file (bundle_id)",
        "CREATE INDEX artifact_file_by_blob ON artifact_file (blob)",
        // What was looked for and not found; `key` is the hash of what was looked for.
        "CREATE TABLE source_map_miss (
            project_id BIGINT NOT NULL REFERENCES project (id) ON DELETE CASCADE,
            key {uuid} NOT NULL,
            url TEXT NOT NULL,
            debug_id {uuid},
            release TEXT,
            dist TEXT,
            reason TEXT NOT NULL,
            detail TEXT NOT NULL,
            events BIGINT NOT NULL,
            first_seen BIGINT NOT NULL,
            last_seen BIGINT NOT NULL,
            PRIMARY KEY (project_id, key)
        )",
        "CREATE TABLE deploy (
            id {id},
            project_id BIGINT NOT NULL REFERENCES project (id) ON DELETE CASCADE,
            release_id BIGINT NOT NULL,
            environment_id BIGINT NOT NULL,
            name TEXT,
            url TEXT,
            started_at BIGINT,
            finished_at BIGINT NOT NULL
        )",
        "CREATE INDEX deploy_by_release ON deploy (project_id, release_id, finished_at)",
        // `position` is where the commit stood in what the tool sent, the newest first.
        "CREATE TABLE release_commit (
            project_id BIGINT NOT NULL REFERENCES project (id) ON DELETE CASCADE,
            release_id BIGINT NOT NULL,
            position BIGINT NOT NULL,
            sha TEXT NOT NULL,
            repository TEXT NOT NULL,
            author_name TEXT,
            author_email TEXT,
            message TEXT,
            committed_at BIGINT,
            PRIMARY KEY (project_id, release_id, position)
        )",
    ],
    down: &[
        "DROP TABLE release_commit",
        "DROP TABLE deploy",
        "DROP TABLE source_map_miss",
        "DROP TABLE artifact_file",
        "DROP TABLE artifact_bundle",
        "DROP TABLE upload_chunk",
    ],
};
