//! The change sequence that search indexes follow, and the mails that are owed.

use crate::step::Step;

pub(crate) const STEP: Step = Step {
    name: "m0007_outbox",
    up: &[
        // `kind` is event, feedback, issue or incident; `event_id` names events, `subject_id` everything else.
        "CREATE TABLE change (
            seq {id},
            kind TEXT NOT NULL,
            project_id BIGINT NOT NULL,
            subject_id BIGINT NOT NULL,
            event_id {uuid}
        )",
        // `dedup` makes enqueuing the same thing for the same person twice impossible; `payload` is JSON.
        "CREATE TABLE notification (
            id {id},
            dedup TEXT NOT NULL UNIQUE,
            kind TEXT NOT NULL,
            member_id BIGINT NOT NULL,
            address TEXT NOT NULL,
            payload TEXT NOT NULL,
            created_at BIGINT NOT NULL,
            attempts INTEGER NOT NULL,
            next_attempt_at BIGINT NOT NULL,
            claimed_until BIGINT,
            delivered_at BIGINT,
            given_up_at BIGINT,
            last_error TEXT
        )",
        "CREATE INDEX notification_due ON notification (next_attempt_at) WHERE delivered_at IS NULL AND given_up_at IS NULL",
    ],
    down: &["DROP TABLE notification", "DROP TABLE change"],
};
