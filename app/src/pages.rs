//! One module per noun: loads data, lays out components.

mod issues;
mod layout;
mod login;
mod not_found;
mod overview;
mod setup;

pub(crate) use issues::{InboxPage, IssuePage};
pub(crate) use layout::Layout;
pub(crate) use login::LoginPage;
pub(crate) use not_found::NotFoundPage;
pub(crate) use overview::OverviewPage;
pub(crate) use setup::SetupPage;
