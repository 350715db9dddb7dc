//! Where the map of a script is: by debug id, else by release, distribution and address. When there is none, why.

use fieldfare_app::api::MissReason;
use sea_orm::sea_query::{Query, SelectStatement};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use super::url;
use crate::error::Result;
use crate::store::entities::{artifact_bundle, artifact_file};

/// Files looked at for one debug id or address; the newest count.
const FILES_MAX: u64 = 20;
/// The word for a script in the manifest of a bundle.
const SCRIPT: &str = "minified_source";
/// The word for a map.
const MAP: &str = "source_map";

/// What is looked for: one script of one project, as an event names it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Sought {
    pub(super) project_id: i64,
    pub(super) path: String,
    pub(super) debug_id: Option<Uuid>,
    pub(super) release: Option<String>,
    pub(super) dist: Option<String>,
    /// The newest bundle of the project, so that an answer does not outlive an upload.
    pub(super) newest: i64,
    /// A bundle that counts although it is not ready yet.
    pub(super) unready: Option<i64>,
}

/// Blobs of a map and, if it is there, of the script it belongs to.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Found {
    pub(super) map: String,
    pub(super) script: Option<String>,
}

/// Why there is no map, and what more there is to say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Missing {
    pub(super) reason: MissReason,
    pub(super) detail: String,
}

impl Missing {
    pub(super) fn nothing_uploaded() -> Self {
        Self { reason: MissReason::NothingUploaded, detail: "nothing is uploaded for this project".to_owned() }
    }
}

pub(super) type Answer = std::result::Result<Found, Missing>;

/// Looks for the map of a script.
pub(super) async fn find(db: &impl ConnectionTrait, sought: &Sought) -> Result<Answer> {
    let mut without_map = None;
    for files in [by_debug_id(db, sought).await?, by_address(db, sought).await?] {
        if let Some(found) = pair(db, sought, &files).await? {
            return Ok(Ok(found));
        }
        without_map = without_map.or_else(|| files.into_iter().find(|file| file.kind == SCRIPT));
    }
    if let Some(script) = without_map {
        let detail = match script.map_url {
            Some(map) => format!("{} was uploaded and names {map:.200} as its source map, which was not", script.url),
            None => format!("{} was uploaded, but it names no source map and none came with it", script.url),
        };
        return Ok(Err(Missing { reason: MissReason::WithoutMap, detail }));
    }
    why(db, sought).await.map(Err)
}

async fn by_debug_id(db: &impl ConnectionTrait, sought: &Sought) -> Result<Vec<artifact_file::Model>> {
    let Some(debug_id) = sought.debug_id else { return Ok(Vec::new()) };
    files(db, sought, artifact_file::Column::DebugId.eq(debug_id).into(), counting(sought)).await
}

async fn by_address(db: &impl ConnectionTrait, sought: &Sought) -> Result<Vec<artifact_file::Model>> {
    if sought.release.is_none() {
        return Ok(Vec::new());
    }
    let scripts = url::candidates(&sought.path);
    // A map may be uploaded alone, beside where its script would be.
    let maps = scripts.iter().map(|script| format!("{script}.map"));
    let addresses: Vec<String> = scripts.iter().cloned().chain(maps).collect();
    files(db, sought, artifact_file::Column::Url.is_in(addresses).into(), in_release(sought)).await
}

async fn files(
    db: &impl ConnectionTrait,
    sought: &Sought,
    which: Condition,
    bundles: SelectStatement,
) -> Result<Vec<artifact_file::Model>> {
    Ok(artifact_file::Entity::find()
        .filter(artifact_file::Column::ProjectId.eq(sought.project_id))
        .filter(which)
        .filter(artifact_file::Column::BundleId.in_subquery(bundles))
        .order_by_desc(artifact_file::Column::Id)
        .limit(FILES_MAX)
        .all(db)
        .await?)
}

/// The map among files of one script, or the one the script names.
async fn pair(db: &impl ConnectionTrait, sought: &Sought, files: &[artifact_file::Model]) -> Result<Option<Found>> {
    let script = files.iter().find(|file| file.kind == SCRIPT);
    let blob = script.map(|script| script.blob.clone());
    if let Some(map) = files.iter().find(|file| file.kind == MAP) {
        return Ok(Some(Found { map: map.blob.clone(), script: blob }));
    }
    let Some((script, reference)) = script.and_then(|script| Some((script, script.map_url.as_deref()?))) else {
        return Ok(None);
    };
    let addresses = url::candidates(&url::resolve(&script.url, reference));
    let is_there = Condition::all()
        .add(artifact_file::Column::Url.is_in(addresses))
        .add(artifact_file::Column::Kind.eq(MAP))
        .add(artifact_file::Column::BundleId.eq(script.bundle_id));
    let mut maps = self::files(db, sought, is_there, counting(sought)).await?;
    Ok(maps.pop().map(|map| Found { map: map.blob, script: blob }))
}

/// Bundles that count.
fn counting(sought: &Sought) -> SelectStatement {
    use artifact_bundle::Column as C;
    let ready = Condition::any().add(C::ReadyAt.is_not_null()).add_option(sought.unready.map(|id| C::Id.eq(id)));
    Query::select()
        .column(C::Id)
        .from(artifact_bundle::Entity)
        .cond_where(C::ProjectId.eq(sought.project_id))
        .cond_where(ready)
        .to_owned()
}

/// Those of them that were uploaded for this release and distribution. A bundle that names no distribution is for all.
fn in_release(sought: &Sought) -> SelectStatement {
    use artifact_bundle::Column as C;
    let dists: Vec<&str> = sought.dist.as_deref().into_iter().chain([""]).collect();
    let mut bundles = counting(sought);
    bundles.cond_where(C::Release.eq(sought.release.as_deref().unwrap_or_default())).cond_where(C::Dist.is_in(dists));
    bundles
}

async fn why(db: &impl ConnectionTrait, sought: &Sought) -> Result<Missing> {
    let missing = |reason, detail: String| Ok(Missing { reason, detail });
    if sought.newest == 0 {
        return Ok(Missing::nothing_uploaded());
    }
    if let Some(other) = elsewhere(db, sought).await? {
        let detail = match other.dist.as_str() {
            "" => format!("a file of this address was uploaded for release {}", other.release),
            dist => format!("a file of this address was uploaded for release {}, distribution {dist}", other.release),
        };
        return missing(MissReason::OtherRelease, detail);
    }
    match (sought.debug_id, &sought.release) {
        (Some(debug_id), _) => {
            missing(MissReason::UnknownDebugId, format!("no upload of this project has the debug id {debug_id}"))
        }
        (None, None) => missing(MissReason::NothingToGoBy, "the event has no debug id and no release".to_owned()),
        (None, Some(release)) => {
            missing(MissReason::NotInRelease, format!("release {release} has no uploaded file of this address"))
        }
    }
}

/// The newest bundle of another release that has a file of this address.
async fn elsewhere(db: &impl ConnectionTrait, sought: &Sought) -> Result<Option<artifact_bundle::Model>> {
    let which = artifact_file::Column::Url.is_in(url::candidates(&sought.path)).into();
    let mut named = counting(sought);
    named.cond_where(artifact_bundle::Column::Release.ne(""));
    let Some(file) = files(db, sought, which, named).await?.into_iter().next() else { return Ok(None) };
    Ok(artifact_bundle::Entity::find_by_id(file.bundle_id).one(db).await?)
}
