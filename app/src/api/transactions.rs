//! Response times of a release, by transaction.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::ApiError;

/// How long the transactions of one name took. Quantiles are at most 3.2 % from the true ones.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct Times {
    pub transactions: u64,
    pub failed: u64,
    /// Share from 0 to 1.
    pub failure_rate: f64,
    pub p50_ms: f64,
    pub p95_ms: f64,
    pub p99_ms: f64,
}

/// One transaction in a release and in the one before it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct TransactionTimes {
    pub name: String,
    #[serde(flatten)]
    pub times: Times,
    /// `None` if it was not seen there.
    pub previous: Option<Times>,
}

/// Response times of a release in one environment or in all.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct ResponseTimes {
    pub environment: Option<String>,
    /// Environments in which the release has transactions.
    pub environments: Vec<String>,
    /// Version of the release before it.
    pub previous: Option<String>,
    /// Most frequent first, at most 20.
    pub transactions: Vec<TransactionTimes>,
}

#[server(prefix = "/fn", endpoint = "release_transactions")]
pub async fn load_transactions(
    project: String,
    version: String,
    environment: Option<String>,
) -> Result<ResponseTimes, ApiError> {
    crate::backend::answer(async |backend| backend.transactions.of_release(project, version, environment).await).await
}
