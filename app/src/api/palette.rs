//! Where one can go from anywhere, by a few letters of its name.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::ApiError;

/// A place in the application.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct Destination {
    /// `issue`, `feedback`, `release`, `project` or `incident`.
    pub kind: String,
    pub name: String,
    /// What tells it from others of the same name: short id, project.
    pub detail: String,
    /// Path of its page.
    pub path: String,
}

/// Issues, releases, projects and incidents whose names contain `text`, at most a screenful.
#[server(prefix = "/fn", endpoint = "find_destinations")]
pub async fn find_destinations(text: String) -> Result<Vec<Destination>, ApiError> {
    crate::backend::answer(async |backend| backend.overview.destinations(text).await).await
}
