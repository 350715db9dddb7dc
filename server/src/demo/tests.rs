use std::collections::BTreeSet;

use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};

use super::*;
use crate::clock::DAY_MS;
use crate::store::connect;
use crate::store::entities::{attachment, event, feedback, incident, issue, notification, release};

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
    assert_eq!((errors, written), (28, 14));
    let versions: BTreeSet<String> =
        release::Entity::find().all(db).await.unwrap().into_iter().map(|row| row.version).collect();
    assert_eq!(Vec::from_iter(versions), ["shop@2.3.0", "shop@2.4.0", "shop@2.5.0"]);
    let regressed = issue::Entity::find().filter(issue::Column::Substatus.eq("regressed")).all(db).await.unwrap();
    assert!(matches!(&regressed[..], [one] if one.title.starts_with("IntegrityError")), "{regressed:#?}");
    assert_eq!(incident::Entity::find().count(db).await.unwrap(), 1);
    assert_eq!(attachment::Entity::find().count(db).await.unwrap(), 2);
    assert_eq!(notification::Entity::find().count(db).await.unwrap(), 0);
    assert!(feedback::Entity::find().count(db).await.unwrap() > written);
    let events = event::Entity::find().count(db).await.unwrap();
    assert!((800..3_000).contains(&events), "{events}");
    assert_eq!(fill(config(data.path()), NOW + DAY_MS).await.unwrap(), Filled::Before);
    assert_eq!(event::Entity::find().count(db).await.unwrap(), events);
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
