//! Teams, whom an issue is left to, what is said about it, and who wants to hear of it.

use crate::step::Step;

pub(crate) const STEP: Step = Step {
    name: "m0021_people",
    up: &[
        "CREATE TABLE team (
            id {id},
            organization_id BIGINT NOT NULL REFERENCES organization (id),
            slug TEXT NOT NULL UNIQUE,
            name TEXT NOT NULL,
            created_at BIGINT NOT NULL
        )",
        "CREATE TABLE team_member (
            team_id BIGINT NOT NULL REFERENCES team (id) ON DELETE CASCADE,
            member_id BIGINT NOT NULL REFERENCES member (id) ON DELETE CASCADE,
            PRIMARY KEY (team_id, member_id)
        )",
        "CREATE INDEX team_member_by_member ON team_member (member_id)",
        // The projects a team looks after.
        "CREATE TABLE team_project (
            team_id BIGINT NOT NULL REFERENCES team (id) ON DELETE CASCADE,
            project_id BIGINT NOT NULL REFERENCES project (id) ON DELETE CASCADE,
            PRIMARY KEY (team_id, project_id)
        )",
        "CREATE INDEX team_project_by_project ON team_project (project_id)",
        // An issue is left to a member (`assignee_id`) or to a team, never to both.
        "ALTER TABLE issue ADD COLUMN team_id BIGINT",
        "CREATE INDEX issue_by_team ON issue (team_id) WHERE team_id IS NOT NULL",
        // `body` is Markdown as it was written.
        "CREATE TABLE comment (
            id {id},
            project_id BIGINT NOT NULL,
            issue_id BIGINT NOT NULL,
            member_id BIGINT,
            body TEXT NOT NULL,
            created_at BIGINT NOT NULL,
            edited_at BIGINT
        )",
        "CREATE INDEX comment_by_issue ON comment (issue_id, id)",
        // Who follows an issue and why: commented, assigned, mentioned, acted or asked. A row that is off is somebody
        // who left, and is not brought back by what they do not do themselves.
        "CREATE TABLE subscription (
            issue_id BIGINT NOT NULL,
            member_id BIGINT NOT NULL REFERENCES member (id) ON DELETE CASCADE,
            is_on BOOLEAN NOT NULL,
            reason TEXT NOT NULL,
            changed_at BIGINT NOT NULL,
            PRIMARY KEY (issue_id, member_id)
        )",
        "ALTER TABLE member ADD COLUMN mail_followed BOOLEAN NOT NULL DEFAULT TRUE",
        "ALTER TABLE member ADD COLUMN mail_mention BOOLEAN NOT NULL DEFAULT TRUE",
    ],
    down: &[
        "ALTER TABLE member DROP COLUMN mail_mention",
        "ALTER TABLE member DROP COLUMN mail_followed",
        "DROP TABLE subscription",
        "DROP TABLE comment",
        "DROP INDEX issue_by_team",
        "ALTER TABLE issue DROP COLUMN team_id",
        "DROP TABLE team_project",
        "DROP TABLE team_member",
        "DROP TABLE team",
    ],
};
