//! What can go wrong between a page and the server, in words a page can show.

use std::fmt;

use leptos::prelude::{FromServerFnError, ServerFnErrorErr};
use leptos::server_fn::codec::JsonEncoding;
use serde::{Deserialize, Serialize};

/// The one error that crosses the wire. Never carries internals: those are logged where they happen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ApiError {
    /// Nobody is signed in.
    Unauthorized,
    /// Signed in, but not allowed to.
    Forbidden,
    /// There is no such thing; says which.
    NotFound(String),
    /// A field was wrong; nothing was changed.
    Invalid { field: String, reason: String },
    /// Somebody or something got there first.
    Conflict(String),
    /// Overloaded or shutting down; trying again later will do.
    Unavailable,
    /// Our fault; the reference is in the server's log.
    Internal { reference: String },
    /// The request did not reach the server, or the answer did not make sense.
    Transport(String),
}

impl fmt::Display for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unauthorized => f.write_str("Please sign in."),
            Self::Forbidden => f.write_str("Your role does not allow this."),
            Self::NotFound(what) => write!(f, "There is no {what} here."),
            Self::Invalid { field, reason } => write!(f, "{field}: {reason}"),
            Self::Conflict(what) => f.write_str(what),
            Self::Unavailable => f.write_str("The server is busy. Try again in a moment."),
            Self::Internal { reference } => write!(f, "Something went wrong on the server (reference {reference})."),
            Self::Transport(what) => write!(f, "The server could not be reached: {what}"),
        }
    }
}

impl std::error::Error for ApiError {}

impl FromServerFnError for ApiError {
    type Encoder = JsonEncoding;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        match error {
            ServerFnErrorErr::Args(reason) | ServerFnErrorErr::MissingArg(reason) => {
                Self::Invalid { field: "form".into(), reason }
            }
            other => Self::Transport(other.to_string()),
        }
    }
}
