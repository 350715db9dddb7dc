//! The inbox, and the page of one issue.

mod activity;
mod bulk;
mod danger;
mod event;
mod event_details;
mod filter;
mod grouping;
mod header;
mod inbox;
mod issue;
mod links;
mod priority;
mod settle;
mod state;
mod triage;
mod views;
mod why_grouped;

pub(crate) use inbox::InboxPage;
pub(crate) use issue::IssuePage;
