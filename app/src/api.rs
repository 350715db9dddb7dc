//! The contract between pages and server: per noun, the plain types that cross the wire and the server functions.
//!
//! The same types are what `/api/v1` answers with, so there is one shape per thing, not two. Every server function is
//! one line to a port (`crate::backend`) and has an explicit endpoint name, since open pages outlive deployments.

mod accounts;
mod arrivals;
mod bulk;
mod discussion;
mod error;
mod events;
mod feedback;
mod grouping;
mod incidents;
mod issues;
mod limits;
mod monitors;
mod overview;
mod ownership;
mod palette;
mod projects;
mod protection;
mod query;
mod releases;
mod search;
mod source_maps;
mod teams;
mod time;
mod transactions;
mod triage;
mod types;
mod views;

pub use accounts::*;
pub use arrivals::*;
pub use bulk::*;
pub use discussion::*;
pub use error::ApiError;
pub use events::*;
pub use feedback::*;
pub use grouping::*;
pub use incidents::*;
pub use issues::*;
pub use limits::*;
pub use monitors::*;
pub use overview::*;
pub use ownership::*;
pub use palette::*;
pub use projects::*;
pub use protection::*;
pub use query::*;
pub use releases::*;
pub use search::*;
pub use source_maps::*;
pub use teams::*;
pub use time::Timestamp;
pub use transactions::*;
pub use triage::*;
pub use types::*;
pub use views::*;
