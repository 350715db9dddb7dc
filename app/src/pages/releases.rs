//! Releases: which there are, and how one fares beside the one before it.

mod compare;
mod detail;
mod figures;
mod health;
mod list;
mod response_times;

pub(crate) use detail::ReleasePage;
pub(crate) use list::ReleaseListPage;
