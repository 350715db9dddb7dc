//! The tables of Fieldfare: one file per step, forward and back, on SQLite and PostgreSQL.
//!
//! A step is plain SQL, since that is what a person debugging a database at night reads. The few places where the two
//! databases differ are written in braces and filled in by [`step`]. Conventions: times are Unix milliseconds in
//! `*_at`/`*_seen`/`started`; `hour` is hours since the epoch; hashes and event ids are 128-bit UUID columns; 0 stands
//! for "no release" and "no environment" in keys of counters, since NULL is never equal to itself; words of a closed
//! set are stored as text, as the API writes them.

mod m0001_accounts;
mod m0002_projects;
mod m0003_releases;
mod m0004_issues;
mod m0005_feedback;
mod m0006_incidents;
mod m0007_outbox;
mod m0008_project_settings;
mod m0010_monitors;
mod m0011_transactions;
mod m0012_protection;
mod m0013_source_maps;
mod m0014_grouping;
mod m0015_quotas;
mod m0016_retention;
mod m0017_sampling;
mod m0018_release_archive;
mod m0019_issue_state;
mod m0020_priority;
mod m0021_people;
mod m0022_mail_about_issues;
mod m0023_views;
mod m0024_bulk;
mod step;

use sea_orm_migration::prelude::*;

/// All steps, in order.
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m0001_accounts::STEP),
            Box::new(m0002_projects::STEP),
            Box::new(m0003_releases::STEP),
            Box::new(m0004_issues::STEP),
            Box::new(m0005_feedback::STEP),
            Box::new(m0006_incidents::STEP),
            Box::new(m0007_outbox::STEP),
            Box::new(m0008_project_settings::STEP),
            Box::new(m0010_monitors::STEP),
            Box::new(m0011_transactions::STEP),
            Box::new(m0012_protection::STEP),
            Box::new(m0013_source_maps::STEP),
            Box::new(m0014_grouping::STEP),
            Box::new(m0015_quotas::STEP),
            Box::new(m0016_retention::STEP),
            Box::new(m0017_sampling::STEP),
            Box::new(m0018_release_archive::STEP),
            Box::new(m0019_issue_state::STEP),
            Box::new(m0020_priority::STEP),
            Box::new(m0021_people::STEP),
            Box::new(m0022_mail_about_issues::STEP),
            Box::new(m0023_views::STEP),
            Box::new(m0024_bulk::STEP),
        ]
    }
}
