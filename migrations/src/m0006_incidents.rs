//! Incidents, what they are about, and what happened when.

use crate::step::Step;

pub(crate) const STEP: Step = Step {
    name: "m0006_incidents",
    up: &[
        "CREATE TABLE incident (
            id {id},
            organization_id BIGINT NOT NULL REFERENCES organization (id),
            number BIGINT NOT NULL,
            title TEXT NOT NULL,
            severity TEXT NOT NULL,
            status TEXT NOT NULL,
            declared_by BIGINT,
            declared_at BIGINT NOT NULL,
            resolved_at BIGINT,
            UNIQUE (organization_id, number)
        )",
        "CREATE TABLE incident_issue (
            incident_id BIGINT NOT NULL REFERENCES incident (id) ON DELETE CASCADE,
            issue_id BIGINT NOT NULL,
            linked_by BIGINT,
            linked_at BIGINT NOT NULL,
            PRIMARY KEY (incident_id, issue_id)
        )",
        "CREATE INDEX incident_issue_by_issue ON incident_issue (issue_id)",
        "CREATE TABLE incident_entry (
            id {id},
            incident_id BIGINT NOT NULL REFERENCES incident (id) ON DELETE CASCADE,
            member_id BIGINT,
            happened_at BIGINT NOT NULL,
            kind TEXT NOT NULL,
            text TEXT NOT NULL
        )",
        "CREATE INDEX incident_entry_by_incident ON incident_entry (incident_id, id)",
    ],
    down: &["DROP TABLE incident_entry", "DROP TABLE incident_issue", "DROP TABLE incident"],
};
