//! One test binary: every behaviour through a door, on SQLite and on PostgreSQL.

mod accounts;
mod api;
mod arrivals;
mod boundaries;
mod browser;
mod bulk;
mod clients;
mod clock_jumps;
mod clocks;
mod comments;
mod endpoints;
mod escalation;
mod faults;
mod feedback;
mod figures;
mod following;
mod full_disk;
mod fuzz_seeds;
mod golden;
mod grouping;
mod grouping_quality;
mod hostile;
mod inbox;
mod incidents;
mod ingestion;
mod live;
mod mail;
mod merging;
mod migrations;
mod minidumps;
mod monitors;
mod ownership;
mod pages;
mod protection;
mod protocol;
mod query;
mod quotas;
mod releases;
mod reports;
mod retention;
mod search;
mod security_reports;
mod source_maps;
mod states;
mod teams;
mod timeline;
mod transactions;
mod triage;
mod uploads;
mod views;

/// Runs tests on both databases; each takes the [`fieldfare_tests::Database`] it is to use.
#[macro_export]
macro_rules! on_each_database {
    ($($test:ident),+ $(,)?) => {
        mod sqlite {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $test() { super::$test(fieldfare_tests::Database::Sqlite).await; })+
        }
        mod postgres {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $test() { super::$test(fieldfare_tests::Database::Postgres).await; })+
        }
    };
}
