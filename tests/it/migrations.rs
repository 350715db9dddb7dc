//! The schema forward and back, and by two processes at once.

use std::path::Path;

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
    let at = at.restart_after(async |config| Box::pin(start_twice(database, config)).await).await;
    assert!(at.running.setup_url.is_some());
    let applied = Migrator::get_applied_migrations(at.state().store.writer()).await.expect("a list");
    assert_eq!(applied.len(), Migrator::migrations().len(), "each step was taken once");
}

/// From an empty database. On PostgreSQL processes share the database and nothing else; on SQLite only one of them can
/// have the data directory, but another command may migrate beside it.
async fn start_twice(database: Database, config: &Config) {
    let store = connect::open(&config.storage.data, config.storage.database_url.as_deref()).await.expect("a store");
    Migrator::down(store.writer(), None).await.expect("back to nothing");
    store.close().await;
    if database == Database::Sqlite {
        futures::join!(migrated(config), migrated(config));
        return;
    }
    let directories = [tempfile::tempdir().expect("a directory"), tempfile::tempdir().expect("a directory")];
    let start = async |data: &Path| {
        let mut config = config.clone();
        config.storage.data = data.to_owned();
        serve::start(config, Clock::System).await.expect("it starts")
    };
    let (one, other) = futures::join!(start(directories[0].path()), start(directories[1].path()));
    one.shutdown().await;
    other.shutdown().await;
}

async fn migrated(config: &Config) {
    let store = connect::open(&config.storage.data, config.storage.database_url.as_deref()).await.expect("a store");
    connect::migrate(&store).await.expect("migrated");
    store.close().await;
}
