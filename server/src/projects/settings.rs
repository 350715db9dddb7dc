//! What leads decide about a project.

use fieldfare_app::api::{ProjectKey, ProjectSettings, Role, Viewer};
use sea_orm::ActiveValue::Set;
use sea_orm::{ActiveModelTrait, ConnectionTrait};

use super::{from_row, get, keys, normal_name, normal_platform, origins, stats};
use crate::error::{Error, Result};
use crate::store::entities::project;

/// Everything the settings page of a project shows.
///
/// # Errors
/// When there is no such project.
pub async fn settings(
    db: &impl ConnectionTrait,
    now: i64,
    viewer: &Viewer,
    slug: &str,
    public_url: &str,
) -> Result<ProjectSettings> {
    let row = get(db, viewer, slug).await?;
    Ok(ProjectSettings {
        keys: keys::list(db, row.id, public_url).await?,
        stats: stats(db, now, viewer, Some(row.id)).await?,
        allowed_origins: origins::stored(&row.allowed_origins),
        project: from_row(row),
        public_url: public_url.to_owned(),
    })
}

/// Every key of a project, oldest first.
///
/// # Errors
/// When there is no such project.
pub async fn keys_of(
    db: &impl ConnectionTrait,
    viewer: &Viewer,
    slug: &str,
    public_url: &str,
) -> Result<Vec<ProjectKey>> {
    let row = get(db, viewer, slug).await?;
    keys::list(db, row.id, public_url).await
}

/// Changes what a project is called and who may report to it. `origins` is one per line.
///
/// # Errors
/// When the viewer may not, or a field is not acceptable.
pub async fn save(
    db: &impl ConnectionTrait,
    viewer: &Viewer,
    slug: &str,
    (name, platform): (&str, &str),
    origins: &str,
) -> Result<()> {
    let mut row: project::ActiveModel = led(db, viewer, slug).await?.into();
    row.name = Set(normal_name(name)?);
    row.platform = Set(normal_platform(platform)?);
    row.allowed_origins = Set(origins::parse(origins)?.join("\n"));
    row.update(db).await?;
    Ok(())
}

/// Makes another key for a project.
///
/// # Errors
/// When the viewer may not, or the label is not acceptable.
pub async fn create_key(db: &impl ConnectionTrait, now: i64, viewer: &Viewer, slug: &str, label: &str) -> Result<()> {
    let project = led(db, viewer, slug).await?;
    keys::create(db, now, project.id, label).await.map(|_| ())
}

/// Ends a key: what clients send with it is refused from now on.
///
/// # Errors
/// When the viewer may not, or the project has no such key.
pub async fn revoke_key(db: &impl ConnectionTrait, now: i64, viewer: &Viewer, slug: &str, key_id: i64) -> Result<()> {
    let project = led(db, viewer, slug).await?;
    keys::revoke(db, now, project.id, key_id).await
}

/// The project, for somebody who may change it.
pub(super) async fn led(db: &impl ConnectionTrait, viewer: &Viewer, slug: &str) -> Result<project::Model> {
    if viewer.role.may(Role::Lead) { get(db, viewer, slug).await } else { Err(Error::Forbidden) }
}
