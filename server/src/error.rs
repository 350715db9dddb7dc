//! What can go wrong inside. Edges turn it into an answer; nothing else does.

use fieldfare_app::api::ApiError;
use sea_orm::DbErr;

/// The one error of every area.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is no such thing, or the viewer may not know of it; says which.
    #[error("no {0}")]
    NotFound(String),
    #[error("not allowed")]
    Forbidden,
    #[error("{field}: {reason}")]
    Invalid { field: String, reason: String },
    #[error("{0}")]
    Conflict(String),
    /// A bounded queue is full or the server is shutting down.
    #[error("unavailable")]
    Unavailable,
    /// Everything that is our fault. Logged once at the edge, never shown.
    #[error(transparent)]
    Other(#[from] anyhow::Error),
}

pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    pub fn not_found(what: impl Into<String>) -> Self {
        Self::NotFound(what.into())
    }

    pub fn invalid(field: impl Into<String>, reason: impl Into<String>) -> Self {
        Self::Invalid { field: field.into(), reason: reason.into() }
    }

    /// The error as a page or API caller may see it. Logs what is our fault, once, with a reference to quote.
    pub fn at_the_edge(self) -> ApiError {
        match self {
            Self::NotFound(what) => ApiError::NotFound(what),
            Self::Forbidden => ApiError::Forbidden,
            Self::Invalid { field, reason } => ApiError::Invalid { field, reason },
            Self::Conflict(what) => ApiError::Conflict(what),
            Self::Unavailable => ApiError::Unavailable,
            Self::Other(error) => {
                let reference = crate::ids::random_uuid().simple().to_string()[..8].to_owned();
                tracing::error!(%reference, error = format!("{error:#}"), "a request failed on our side");
                ApiError::Internal { reference }
            }
        }
    }
}

impl From<DbErr> for Error {
    fn from(error: DbErr) -> Self {
        Self::Other(anyhow::Error::new(error).context("database"))
    }
}

impl From<Error> for ApiError {
    fn from(error: Error) -> Self {
        error.at_the_edge()
    }
}
