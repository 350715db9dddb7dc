//! What end users wrote, and the files that came with it or with events.

use crate::step::Step;

pub(crate) const STEP: Step = Step {
    name: "m0005_feedback",
    up: &[
        // `signature` is the similarity hash of the message; `payload` the JSON as sent, zstd-compressed.
        "CREATE TABLE feedback (
            id {id},
            project_id BIGINT NOT NULL,
            event_id {uuid} NOT NULL,
            issue_id BIGINT NOT NULL,
            message TEXT NOT NULL,
            name TEXT,
            email TEXT,
            url TEXT,
            source TEXT,
            kind TEXT NOT NULL,
            rating INTEGER,
            release_id BIGINT NOT NULL,
            environment_id BIGINT NOT NULL,
            associated_event_id {uuid},
            signature BIGINT NOT NULL,
            created_at BIGINT NOT NULL,
            payload {bytes} NOT NULL,
            UNIQUE (project_id, event_id)
        )",
        "CREATE INDEX feedback_by_error ON feedback (project_id, associated_event_id)",
        "CREATE INDEX feedback_by_issue ON feedback (issue_id, created_at)",
        "CREATE INDEX feedback_by_release ON feedback (project_id, release_id)",
        // `blob` is the BLAKE3 hash of the content, its name in the blob store. An attachment may arrive before its event.
        "CREATE TABLE attachment (
            id {id},
            project_id BIGINT NOT NULL,
            event_id {uuid} NOT NULL,
            name TEXT NOT NULL,
            content_type TEXT NOT NULL,
            kind TEXT NOT NULL,
            bytes BIGINT NOT NULL,
            blob TEXT NOT NULL,
            created_at BIGINT NOT NULL,
            UNIQUE (project_id, event_id, name, blob)
        )",
    ],
    down: &["DROP TABLE attachment", "DROP TABLE feedback"],
};
