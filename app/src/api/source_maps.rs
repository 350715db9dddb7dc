//! Uploaded source maps of a project, and those its events looked for in vain.

use std::fmt;
use std::str::FromStr;

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::types::named;
use super::{ApiError, Timestamp};

named! {
    /// Why a script's frames were not mapped.
    MissReason {
        /// The project has no uploads at all.
        NothingUploaded = "nothing_uploaded",
        /// No upload has this debug id, and none of the event's release has a file of this address.
        UnknownDebugId = "unknown_debug_id",
        /// A file of this address belongs to another release or distribution.
        OtherRelease = "other_release",
        NotInRelease = "not_in_release",
        /// The script was uploaded, its map was not.
        WithoutMap = "without_map",
        /// The map cannot be read.
        Broken = "broken",
        /// Neither debug id nor release.
        NothingToGoBy = "nothing_to_go_by",
        /// It was uploaded after the event.
        UploadedSince = "uploaded_since",
    }
}

impl MissReason {
    /// What a developer can do about it.
    pub fn advice(self) -> &'static str {
        match self {
            Self::NothingUploaded => {
                "Upload the maps when you build: `sentry-cli sourcemaps inject` and `upload`, or a bundler plugin."
            }
            Self::UnknownDebugId => {
                "This very build was not uploaded. Upload what you deploy, after `sentry-cli sourcemaps inject`, and do not build again in between."
            }
            Self::OtherRelease => "Give the upload the release (and dist) that the SDK reports, or use debug ids.",
            Self::NotInRelease => "Upload the file for this release; a `--url-prefix` makes the addresses agree.",
            Self::WithoutMap => "Let the bundler write source maps, and upload them together with the scripts.",
            Self::Broken => "Build and upload again; the map must be a JSON file of version 3.",
            Self::NothingToGoBy => "Run `sentry-cli sourcemaps inject` on the build, or set `release` in the SDK.",
            Self::UploadedSince => "Nothing to do.",
        }
    }
}

/// One upload of scripts and their maps.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct ArtifactBundle {
    pub id: i64,
    /// `None` where only debug ids say what it belongs to.
    pub release: Option<String>,
    pub dist: Option<String>,
    pub files: u64,
    pub bytes: u64,
    #[cfg_attr(feature = "ssr", schema(value_type = String, format = DateTime))]
    pub uploaded_at: Timestamp,
    /// Whether arriving events are mapped with it already.
    pub ready: bool,
}

/// A script whose map was looked for and not found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct SourceMapMiss {
    pub url: String,
    pub debug_id: Option<String>,
    pub release: Option<String>,
    pub dist: Option<String>,
    pub reason: MissReason,
    pub detail: String,
    /// The address of an uploaded file of the same name.
    pub similar: Option<String>,
    pub events: u64,
    #[cfg_attr(feature = "ssr", schema(value_type = String, format = DateTime))]
    pub first_seen: Timestamp,
    #[cfg_attr(feature = "ssr", schema(value_type = String, format = DateTime))]
    pub last_seen: Timestamp,
}

/// What the page of a project's source maps shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct SourceMapReport {
    /// Slug and name of the project.
    pub project: String,
    pub name: String,
    /// The newest first.
    pub bundles: Vec<ArtifactBundle>,
    /// The latest first.
    pub misses: Vec<SourceMapMiss>,
}

/// The report with what an upload has to be told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceMapPage {
    pub report: SourceMapReport,
    /// The slug of the organization.
    pub organization: String,
    /// The address under which this installation is reached, without a trailing slash.
    pub public_url: String,
}

#[server(prefix = "/fn", endpoint = "source_maps")]
pub async fn load_source_maps(slug: String) -> Result<SourceMapPage, ApiError> {
    crate::backend::answer(async |backend| backend.source_maps.report(slug).await).await
}

#[server(prefix = "/fn", endpoint = "delete_artifact_bundle")]
pub async fn delete_artifact_bundle(slug: String, bundle: i64) -> Result<(), ApiError> {
    crate::backend::answer(async |backend| backend.source_maps.delete(slug, bundle).await).await
}
