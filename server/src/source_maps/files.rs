//! Files uploaded one by one for a release, as tools did before there were bundles. They share one bundle a release.

use fieldfare_app::api::Timestamp;
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::archive::{FILE_BYTES_MAX, Member, from_content};
use super::insert::{self, Name, Stored};
use super::{SourceMaps, url};
use crate::error::{Error, Result};
use crate::protocol::names;
use crate::store::Tx;
use crate::store::entities::{artifact_bundle, artifact_file};

/// Files of a release that are listed.
const LISTED_MAX: u64 = 1_000;

/// A file to be kept.
#[derive(Clone, Debug)]
pub struct NewFile {
    pub release: String,
    pub dist: Option<String>,
    /// `~/js/app.js`
    pub name: String,
    /// What a `Sourcemap` header says.
    pub map_url: Option<String>,
    pub content: Vec<u8>,
}

/// A file that is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    pub id: i64,
    pub name: String,
    pub dist: Option<String>,
    pub bytes: i64,
    pub uploaded_at: Timestamp,
    /// The hash of its content.
    pub digest: String,
}

impl SourceMaps {
    /// Keeps one file of a release, in the place of one of the same name.
    ///
    /// # Errors
    /// When the release or the file is not acceptable, or it cannot be stored.
    pub async fn keep_file(&self, now: i64, project_id: i64, file: NewFile) -> Result<File> {
        let release = names::release(&file.release).ok_or_else(|| Error::invalid("version", "is no version"))?;
        if file.content.len() as u64 > FILE_BYTES_MAX {
            return Err(Error::invalid("file", format!("must have at most {FILE_BYTES_MAX} bytes")));
        }
        let dist = file.dist.as_deref().and_then(names::dist).unwrap_or_default();
        let name = Name { sha1: String::new(), release, dist };
        let _one = self.assembling.lock().await;
        let mut stored = Vec::new();
        for member in from_content(member(file)) {
            stored.push(self.keep(member).await?);
        }
        let tx = self.store.begin().await?;
        let kept = place(&tx, now, project_id, &name, &stored).await?;
        crate::releases::register(&tx, now, project_id, &name.release).await?;
        tx.commit().await?;
        self.forget(project_id).await;
        self.arrived.notify_one();
        Ok(shown(kept, &name.dist, now))
    }

    /// The files of a release, the newest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn files(&self, project_id: i64, release: &str) -> Result<Vec<File>> {
        let bundles = artifact_bundle::Entity::find()
            .filter(artifact_bundle::Column::ProjectId.eq(project_id))
            .filter(artifact_bundle::Column::Release.eq(names::release(release).unwrap_or_default()))
            .order_by_desc(artifact_bundle::Column::Id)
            .limit(LISTED_MAX)
            .all(self.store.reader())
            .await?;
        let mut files = Vec::new();
        for bundle in bundles {
            let rows = artifact_file::Entity::find()
                .filter(artifact_file::Column::BundleId.eq(bundle.id))
                .order_by_desc(artifact_file::Column::Id)
                .limit(LISTED_MAX - files.len() as u64)
                .all(self.store.reader())
                .await?;
            files.extend(rows.into_iter().map(|row| shown(row, &bundle.dist, bundle.uploaded_at)));
        }
        Ok(files)
    }
}

fn member(file: NewFile) -> Member {
    let kind = if url::normal(&file.name).ends_with(".map") { "source_map" } else { "minified_source" };
    Member { kind: kind.to_owned(), url: file.name, debug_id: None, map_url: file.map_url, content: file.content }
}

/// Puts files into the release's bundle and answers the first of them.
async fn place(tx: &Tx, now: i64, project_id: i64, name: &Name, files: &[Stored]) -> Result<artifact_file::Model> {
    let bundle_id = match insert::find(tx, project_id, name).await? {
        Some(bundle) => bundle.id,
        None => insert::insert(tx, now, project_id, name, &[]).await?,
    };
    let urls = files.iter().map(|file| file.url.as_str());
    artifact_file::Entity::delete_many()
        .filter(artifact_file::Column::BundleId.eq(bundle_id))
        .filter(artifact_file::Column::Url.is_in(urls))
        .exec(tx)
        .await?;
    let mut kept = None;
    for file in files {
        let row =
            artifact_file::Entity::insert(insert::row(project_id, bundle_id, file)).exec_with_returning(tx).await?;
        kept.get_or_insert(row);
    }
    count(tx, now, bundle_id).await?;
    kept.ok_or_else(|| anyhow::anyhow!("a file became none").into())
}

/// Counts a bundle's files anew; events that came before are linked to it again.
async fn count(tx: &impl ConnectionTrait, now: i64, bundle_id: i64) -> Result<()> {
    let sizes: Vec<i64> = artifact_file::Entity::find()
        .select_only()
        .column(artifact_file::Column::Bytes)
        .filter(artifact_file::Column::BundleId.eq(bundle_id))
        .into_tuple()
        .all(tx)
        .await?;
    let change = artifact_bundle::ActiveModel {
        files: Set(i64::try_from(sizes.len()).unwrap_or(i64::MAX)),
        bytes: Set(sizes.iter().sum()),
        uploaded_at: Set(now),
        ready_at: Set(None),
        ..artifact_bundle::ActiveModel::default()
    };
    let this = Expr::col(artifact_bundle::Column::Id).eq(bundle_id);
    artifact_bundle::Entity::update_many().set(change).filter(this).exec(tx).await?;
    Ok(())
}

fn shown(row: artifact_file::Model, dist: &str, uploaded_at: i64) -> File {
    File {
        id: row.id,
        name: row.url,
        dist: Some(dist.to_owned()).filter(|dist| !dist.is_empty()),
        bytes: row.bytes,
        uploaded_at: Timestamp(uploaded_at),
        digest: row.blob,
    }
}
