use std::collections::BTreeSet;

use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder};

use super::*;
use crate::clock::DAY_MS;
use crate::protocol::json::Json;
use crate::protocol::mapped;
use crate::store::entities::{
    activity, artifact_bundle, attachment, check_in, comment, event, feedback, incident, issue, monitor, notification,
    release, source_map_miss, subscription, transaction_hour,
};
use crate::store::{connect, payload};

/// A Tuesday in November 2025, in the afternoon.
const NOW: i64 = 1_763_475_000_000;

fn config(data: &std::path::Path) -> Config {
    Config::of([("data", data.to_str().unwrap())]).unwrap()
}

#[tokio::test]
async fn the_story_is_told_once() {
    let data = tempfile::tempdir().unwrap();
    assert_eq!(fill(config(data.path()), NOW).await.unwrap(), Filled::Now);
    let store = connect::open(data.path(), None).await.unwrap();
    let db = store.reader();
    let count = |kind: &'static str| issue::Entity::find().filter(issue::Column::Kind.eq(kind)).count(db);
    let (errors, written) = (count("error").await.unwrap(), count("feedback").await.unwrap());
    assert_eq!((errors, written), (30, 14));
    let versions: BTreeSet<String> =
        release::Entity::find().all(db).await.unwrap().into_iter().map(|row| row.version).collect();
    assert_eq!(Vec::from_iter(versions), ["shop@2.3.0", "shop@2.4.0", "shop@2.5.0"]);
    let regressed = issue::Entity::find().filter(issue::Column::Substatus.eq("regressed")).all(db).await.unwrap();
    assert!(matches!(&regressed[..], [one] if one.title.starts_with("IntegrityError")), "{regressed:#?}");
    assert_eq!(incident::Entity::find().count(db).await.unwrap(), 1);
    assert_eq!(attachment::Entity::find().count(db).await.unwrap(), 2);
    assert_eq!(notification::Entity::find().count(db).await.unwrap(), 0);
    assert!(feedback::Entity::find().count(db).await.unwrap() > written);
    jobs_ran(db).await;
    people_spoke(db).await;
    scripts_were_mapped(db).await;
    assert!(transaction_hour::Entity::find().count(db).await.unwrap() > 1_000);
    let events = event::Entity::find().count(db).await.unwrap();
    assert!((800..3_000).contains(&events), "{events}");
    assert_eq!(fill(config(data.path()), NOW + DAY_MS).await.unwrap(), Filled::Before);
    assert_eq!(event::Entity::find().count(db).await.unwrap(), events);
}

async fn jobs_ran(db: &impl ConnectionTrait) {
    let monitors = monitor::Entity::find().order_by_asc(monitor::Column::Slug).all(db).await.unwrap();
    let failing: Vec<_> = monitors.iter().map(|row| (row.slug.as_str(), row.failing)).collect();
    assert_eq!(failing, [("invoice-export", true), ("price-feed", false), ("stock-sync", false)]);
    for (status, runs) in [("missed", 1), ("timeout", 1), ("unknown", 0), ("in_progress", 0)] {
        let found = check_in::Entity::find().filter(check_in::Column::Status.eq(status));
        assert_eq!(found.count(db).await.unwrap(), runs, "{status}");
    }
}

async fn people_spoke(db: &impl ConnectionTrait) {
    assert_eq!(comment::Entity::find().count(db).await.unwrap(), 5);
    let owned = activity::Entity::find().filter(activity::Column::What.contains("of the ownership rules"));
    let owned = owned.order_by_asc(activity::Column::Id).all(db).await.unwrap();
    assert!(owned.len() >= 5 && owned.iter().all(|line| line.member_id.is_none()), "{owned:#?}");
    let teams = issue::Entity::find().filter(issue::Column::TeamId.is_not_null());
    assert!(teams.count(db).await.unwrap() >= 3);
    assert!(subscription::Entity::find().count(db).await.unwrap() > 10);
}

async fn scripts_were_mapped(db: &impl ConnectionTrait) {
    let bundles = artifact_bundle::Entity::find().all(db).await.unwrap();
    assert_eq!(bundles.iter().filter(|bundle| bundle.ready_at.is_some()).count(), 3);
    let misses = source_map_miss::Entity::find().all(db).await.unwrap();
    let scripts: BTreeSet<_> =
        misses.iter().map(|miss| (miss.url.rsplit('/').next().unwrap(), miss.reason.as_str())).collect();
    assert_eq!(Vec::from_iter(scripts), [("consent.js", "not_in_release"), ("routes.js", "without_map")]);
    let events = event::Entity::find().all(db).await.unwrap();
    let mapped =
        events.iter().filter(|row| mapped::is_mapped(&Json::from(payload::unpack(&row.payload).unwrap()))).count();
    assert!(mapped > 200, "{mapped}");
}

#[tokio::test]
async fn an_installation_in_use_is_refused() {
    let data = tempfile::tempdir().unwrap();
    let (state, _) = State::open(config(data.path()), Clock::manual(NOW)).await.unwrap();
    let tx = state.store.begin().await.unwrap();
    let organization_id = accounts::ensure_organization(&tx, NOW, "Somebody").await.unwrap();
    projects::ensure(&tx, NOW, organization_id, "own", "").await.unwrap();
    tx.commit().await.unwrap();
    state.store.close().await;
    let error = fill(config(data.path()), NOW).await.unwrap_err();
    assert!(error.to_string().contains("other data"), "{error}");
}
