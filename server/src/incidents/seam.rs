//! What incidents ask of issues.

use std::collections::HashMap;

use fieldfare_app::api::Issue;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect};

use crate::error::{Error, Result};
use crate::store::entities::{issue, member, project};

pub(super) type Names = HashMap<i64, String>;

pub(super) async fn rows(_db: &impl ConnectionTrait, _now: i64, _ids: &[i64]) -> Result<Vec<Issue>> {
    Ok(Vec::new())
}

pub(super) async fn members(db: &impl ConnectionTrait, ids: impl IntoIterator<Item = i64>) -> Result<Names> {
    let select = member::Entity::find()
        .select_only()
        .columns([member::Column::Id, member::Column::Name])
        .filter(member::Column::Id.is_in(ids));
    Ok(select.into_tuple::<(i64, String)>().all(db).await?.into_iter().collect())
}

pub(super) async fn short_ids(db: &impl ConnectionTrait, ids: impl IntoIterator<Item = i64>) -> Result<Names> {
    let select = project::Entity::find().select_only().columns([project::Column::Id, project::Column::Slug]);
    let slugs: Names = select.into_tuple::<(i64, String)>().all(db).await?.into_iter().collect();
    let select = issue::Entity::find()
        .select_only()
        .columns([issue::Column::Id, issue::Column::ProjectId, issue::Column::Number])
        .filter(issue::Column::Id.is_in(ids));
    let rows = select.into_tuple::<(i64, i64, i64)>().all(db).await?;
    Ok(rows
        .into_iter()
        .filter_map(|(id, project_id, number)| Some((id, short_id(slugs.get(&project_id)?, number))))
        .collect())
}

pub(super) fn short_id(slug: &str, number: i64) -> String {
    format!("{}-{number}", slug.to_uppercase())
}

pub(super) async fn issue(db: &impl ConnectionTrait, reference: &str) -> Result<issue::Model> {
    let missing = || Error::not_found("issue");
    if let Ok(id) = reference.parse::<i64>() {
        return issue::Entity::find_by_id(id).one(db).await?.ok_or_else(missing);
    }
    let (slug, number) = reference.rsplit_once('-').ok_or_else(missing)?;
    let number: i64 = number.parse().map_err(|_| missing())?;
    let found = project::Entity::find().filter(project::Column::Slug.eq(slug.to_lowercase())).one(db).await?;
    let project = found.ok_or_else(missing)?;
    let of_project = issue::Entity::find().filter(issue::Column::ProjectId.eq(project.id));
    of_project.filter(issue::Column::Number.eq(number)).one(db).await?.ok_or_else(missing)
}
