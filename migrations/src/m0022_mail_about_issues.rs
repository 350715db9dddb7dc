//! Which issue a mail is about, so that the issue can say which mails were sent.

use crate::step::Step;

pub(crate) const STEP: Step = Step {
    name: "m0022_mail_about_issues",
    up: &[
        // NULL for what is about no issue, and for what was owed before this step.
        "ALTER TABLE notification ADD COLUMN issue_id BIGINT",
        "CREATE INDEX notification_by_issue ON notification (issue_id, created_at) WHERE issue_id IS NOT NULL",
    ],
    down: &["DROP INDEX notification_by_issue", "ALTER TABLE notification DROP COLUMN issue_id"],
};
