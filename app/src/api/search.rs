//! One search over everything.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::{ApiError, HitKind, Timestamp};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct Hit {
    pub kind: HitKind,
    /// Event id, feedback id, short id or incident number, by kind.
    pub id: String,
    /// Short id of the issue it belongs to; empty for incidents.
    pub issue: String,
    pub title: String,
    /// HTML: escaped text with the words found in `<b>`.
    pub snippet: String,
    pub release: Option<String>,
    pub environment: Option<String>,
    #[cfg_attr(feature = "ssr", schema(value_type = String, format = DateTime))]
    pub at: Timestamp,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct SearchResults {
    /// Best first.
    pub data: Vec<Hit>,
    pub next: Option<String>,
    /// How the query was read, in words: `unresolved and level is error`.
    pub understood: String,
    /// What the query language could not use, and why, in whole sentences.
    pub hints: Vec<String>,
    pub total: u64,
}

#[server(prefix = "/fn", endpoint = "search_everything")]
pub async fn search_everything(query: String, cursor: Option<String>) -> Result<SearchResults, ApiError> {
    crate::backend::answer(async |backend| backend.search.search(query, cursor).await).await
}
