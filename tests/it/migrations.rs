//! The schema forward and back, and by two processes at once.

use fieldfare::cli::serve;
use fieldfare::clock::Clock;
use fieldfare::config::Config;
use fieldfare::store::connect;
use fieldfare_migrations::Migrator;
use fieldfare_tests::{Database, Installation};
use sea_orm::ConnectionTrait;
use sea_orm_migration::MigratorTrait;

crate::on_each_database!(the_schema_goes_back_to_nothing_and_forward_again, two_processes_may_start_at_once);

async fn the_schema_goes_back_to_nothing_and_forward_again(database: Database) {
    let at = Installation::untouched(database).await;
    let at = at.restart_after(back_and_forth).await;
    let url = at.running.setup_url.as_deref().expect("a new installation again");
    let token = url.rsplit('=').next().expect("a token");
    let form = [
        ("token", token),
        ("organization", "Fernbrook"),
        ("email", "ada@example.org"),
        ("password", "correct horse battery"),
        ("project", "shop"),
        ("platform", "python"),
    ];
    let answer = at.post_form("/setup", &form, "").await;
    assert_eq!(answer.headers()["location"], "/projects/shop/start");
}

async fn back_and_forth(config: &Config) {
    let store = connect::open(&config.storage.data, config.storage.database_url.as_deref()).await.expect("a store");
    let steps = Migrator::migrations().len();
    for round in 0..2 {
        Migrator::down(store.writer(), None).await.expect("back to nothing");
        assert_eq!(Migrator::get_applied_migrations(store.writer()).await.expect("a list").len(), 0, "round {round}");
        assert!(store.writer().execute_unprepared("SELECT 1 FROM issue").await.is_err(), "no table is left");
        Migrator::up(store.writer(), None).await.expect("forward again");
    }
    for _ in 0..steps {
        Migrator::down(store.writer(), Some(1)).await.expect("one step back");
    }
    for _ in 0..steps {
        Migrator::up(store.writer(), Some(1)).await.expect("one step forward");
    }
    store.close().await;
}

async fn two_processes_may_start_at_once(database: Database) {
    let at = Installation::untouched(database).await;
    let at = at
        .restart_after(async |config| {
            let store = connect::open(&config.storage.data, config.storage.database_url.as_deref()).await;
            let store = store.expect("a store");
            Migrator::down(store.writer(), None).await.expect("back to nothing");
            store.close().await;
            let (one, other) = (tempfile::tempdir().expect("a directory"), tempfile::tempdir().expect("a directory"));
            let mut configs = [config.clone(), config.clone()];
            if database == Database::Postgres {
                // Processes share the database and nothing else.
                configs[0].storage.data = one.path().to_owned();
                configs[1].storage.data = other.path().to_owned();
                let [first, second] = configs;
                let started = futures::join!(serve::start(first, Clock::System), serve::start(second, Clock::System));
                for running in [started.0, started.1] {
                    running.expect("both start").shutdown().await;
                }
            } else {
                let opened = futures::join!(migrated(&configs[0]), migrated(&configs[1]));
                assert_eq!(opened, ((), ()));
            }
        })
        .await;
    assert!(at.running.setup_url.is_some());
    let applied = Migrator::get_applied_migrations(at.state().store.writer()).await.expect("a list");
    assert_eq!(applied.len(), Migrator::migrations().len(), "each step was taken once");
}

async fn migrated(config: &Config) {
    let store = connect::open(&config.storage.data, config.storage.database_url.as_deref()).await.expect("a store");
    connect::migrate(&store).await.expect("migrated");
    store.close().await;
}
