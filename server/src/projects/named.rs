//! The project that an address of Sentry's tools names.

use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect};

use crate::error::{Error, Result};
use crate::store::entities::{organization, project};

/// The id of a project: by its slug or its id, in the organization of this slug.
///
/// # Errors
/// [`Error::NotFound`] when there is no such organization or project.
pub async fn named(db: &impl ConnectionTrait, organization: &str, project: &str) -> Result<i64> {
    let owner = organization::Entity::find().filter(organization::Column::Slug.eq(organization.to_lowercase()));
    let owner = owner.one(db).await?.ok_or_else(|| Error::not_found("organization"))?;
    let select = project::Entity::find()
        .select_only()
        .column(project::Column::Id)
        .filter(project::Column::OrganizationId.eq(owner.id));
    let select = match project.parse::<i64>() {
        Ok(id) => select.filter(project::Column::Id.eq(id)),
        Err(_) => select.filter(project::Column::Slug.eq(project.to_lowercase())),
    };
    select.into_tuple().one(db).await?.ok_or_else(|| Error::not_found("project"))
}
