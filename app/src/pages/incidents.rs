//! Incidents: the list, one being run, and declaring a new one.

mod declare;
mod detail;
mod duration;
mod links;
mod list;

pub(crate) use declare::DeclareIncidentPage;
pub(crate) use detail::IncidentPage;
pub(crate) use list::IncidentListPage;
