//! Releases that are out of use: left out of lists, kept with everything that was heard of them.

use crate::step::Step;

pub(crate) const STEP: Step = Step {
    name: "m0018_release_archive",
    up: &[
        // NULL while it is in use.
        "ALTER TABLE release ADD COLUMN archived_at BIGINT",
    ],
    down: &["ALTER TABLE release DROP COLUMN archived_at"],
};
