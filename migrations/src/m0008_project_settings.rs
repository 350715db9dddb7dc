//! What a project wants done with what it sends, each concern as one JSON document.

use crate::step::Step;

pub(crate) const STEP: Step = Step {
    name: "m0008_project_settings",
    up: &[
        // `name` is the concern, `value` the JSON of its type in the interface's api; no row means its default.
        "CREATE TABLE project_setting (
            project_id BIGINT NOT NULL REFERENCES project (id) ON DELETE CASCADE,
            name TEXT NOT NULL,
            value TEXT NOT NULL,
            changed_at BIGINT NOT NULL,
            PRIMARY KEY (project_id, name)
        )",
    ],
    down: &["DROP TABLE project_setting"],
};
