//! One module per noun: loads data, lays out components.

mod feedback;
mod incidents;
mod issues;
mod keys_help;
mod layout;
mod login;
mod not_found;
mod outcome;
mod overview;
mod projects;
mod releases;
mod search;
mod settings;
mod setup;
mod unsubscribe;

pub(crate) use feedback::{FeedbackListPage, FeedbackPage};
pub(crate) use incidents::{DeclareIncidentPage, IncidentListPage, IncidentPage};
pub(crate) use issues::{InboxPage, IssuePage};
pub(crate) use layout::Layout;
pub(crate) use login::LoginPage;
pub(crate) use not_found::NotFoundPage;
pub(crate) use overview::OverviewPage;
pub(crate) use projects::{
    ArrivalsPage, GroupingPage, MonitorsPage, NewProjectPage, OwnershipPage, ProjectLimitsPage, ProjectPrivacyPage,
    ProjectSettingsPage, ProjectStartPage, SourceMapsPage,
};
pub(crate) use releases::{ReleaseListPage, ReleasePage};
pub(crate) use search::SearchPage;
pub(crate) use settings::{SettingsPage, TeamsPage};
pub(crate) use setup::SetupPage;
pub(crate) use unsubscribe::UnsubscribePage;
