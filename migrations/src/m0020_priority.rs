//! Why an issue has its priority, and who set it.

use crate::step::Step;

pub(crate) const STEP: Step = Step {
    name: "m0020_priority",
    up: &[
        // What its first event alone says; users and trend may raise `priority` above it.
        "ALTER TABLE issue ADD COLUMN start_priority TEXT NOT NULL DEFAULT 'medium'",
        "ALTER TABLE issue ADD COLUMN priority_reason TEXT NOT NULL DEFAULT ''",
        // Who set it; NULL while Fieldfare finds it.
        "ALTER TABLE issue ADD COLUMN priority_member_id BIGINT",
        "UPDATE issue SET start_priority = priority, priority_reason = CASE
            WHEN kind = 'feedback' THEN 'feedback'
            WHEN level = 'error' AND priority = 'high' THEN 'unhandled error'
            ELSE level END",
    ],
    down: &[
        "ALTER TABLE issue DROP COLUMN priority_member_id",
        "ALTER TABLE issue DROP COLUMN priority_reason",
        "ALTER TABLE issue DROP COLUMN start_priority",
    ],
};
