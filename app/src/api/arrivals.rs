//! What arrives for a project, day by day, and what its clients could do better.

use std::fmt;
use std::str::FromStr;

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::types::named;
use super::{ApiError, Stats};

/// What arrived on one day, in UTC.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct DayOfArrivals {
    /// `2026-11-23`.
    pub day: String,
    /// Errors and feedback that were kept.
    pub accepted: u64,
    /// Errors and feedback that were refused, filtered or lost by a client.
    pub dropped: u64,
}

named! {
    /// What a client's reports may lack.
    SdkSubject {
        /// Events that name no release.
        Release = "release",
        /// Events that name no environment.
        Environment = "environment",
        /// Stack traces in which no frame is the application's own.
        InApp = "in_app",
        /// Minified code without a source map.
        SourceMaps = "source_maps",
        /// Clients whose clocks are wrong.
        Clock = "clock",
        /// Errors, and no sessions to tell how many runs went well.
        Sessions = "sessions",
    }
}

/// One thing to mend, with how far it reaches.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct SdkFinding {
    pub subject: SdkSubject,
    /// Events that have it, of those looked at.
    pub affected: u64,
    pub of: u64,
    /// Short id of an issue that shows it, and the event.
    pub example: Option<(String, String)>,
}

/// The page of a project's arrivals.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct Arrivals {
    /// The project's name.
    pub name: String,
    pub platform: String,
    /// The last 30 days, oldest first; none is left out.
    pub days: Vec<DayOfArrivals>,
    pub stats: Stats,
    /// Most events first.
    pub findings: Vec<SdkFinding>,
    /// Events of the last 7 days.
    pub recent: u64,
}

#[server(prefix = "/fn", endpoint = "project_arrivals")]
pub async fn load_arrivals(slug: String) -> Result<Arrivals, ApiError> {
    crate::backend::answer(async |backend| backend.projects.arrivals(slug).await).await
}
