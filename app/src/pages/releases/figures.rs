//! Where the figures of a release lead: to exactly what they count.

use crate::api::Release;
use crate::routes::{feedback_of, in_version, issues_of};

/// Addresses, one for each figure.
#[derive(Clone)]
pub(super) struct Figures {
    /// Whatever was seen in it.
    pub(super) all: String,
    /// Errors that were seen in it.
    pub(super) events: String,
    pub(super) new: String,
    /// Whatever came back in it.
    pub(super) regressed: String,
    /// What came back in it and is not new in it.
    pub(super) came_back: String,
    /// What was seen in it, is not new in it and did not come back in it.
    pub(super) ongoing: String,
    pub(super) feedback: String,
}

impl Figures {
    pub(super) fn of(release: &Release) -> Self {
        let (project, version) = (&release.project, &release.version);
        let seen = in_version("release", version);
        let (new, back) = (in_version("first_release", version), in_version("regressed_in", version));
        Self {
            all: issues_of(project, &seen),
            events: issues_of(project, &format!("kind:error {seen}")),
            new: issues_of(project, &new),
            regressed: issues_of(project, &back),
            came_back: issues_of(project, &format!("{back} -{new}")),
            ongoing: issues_of(project, &format!("{seen} -{new} -{back}")),
            feedback: feedback_of(project, &seen),
        }
    }
}
