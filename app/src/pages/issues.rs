//! The inbox, and the page of one issue.

mod assignees;
mod bulk;
mod comment;
mod danger;
mod event;
mod event_details;
mod filter;
mod grouping;
mod header;
mod inbox;
mod issue;
mod linked;
mod links;
mod priority;
mod settle;
mod state;
mod suggested;
mod take_along;
mod timeline;
mod triage;
mod views;
mod why_grouped;

pub(crate) use inbox::InboxPage;
pub(crate) use issue::IssuePage;
