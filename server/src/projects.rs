//! Projects: the applications that report to us, their keys and what became of what they sent.
//!
//! Knows nothing of requests: the address under which we are reached is an argument.

mod arrivals;
mod discarded;
pub mod dsn;
pub mod keys;
pub mod limits;
pub mod monitors;
mod named;
pub mod origins;
mod protection;
mod settings;
mod sight;
mod stats;

use fieldfare_app::api::{GroupingRules, GroupingSettings, Project, Role, Timestamp, Viewer};
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::{ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};

pub use arrivals::arrivals;
pub use discarded::allow_again;
pub use named::named;
pub use protection::{Trials, attempt, protection, save_filters, save_scrubbing};
pub use settings::{create_key, keys_of, revoke_key, save, settings};
pub use sight::first_sight;
pub use stats::stats;

use crate::error::{Error, Result};
use crate::grouping::Version;
use crate::slug;
use crate::store::entities::{member, project};
use crate::store::{Tx, project_settings};

/// Longest name of a project, characters; what fits a list.
const NAME_MAX: usize = 100;
/// Longest name of a platform, characters; Sentry's longest has 30.
const PLATFORM_MAX: usize = 40;
/// What a project is for when nobody says.
const DEFAULT_PLATFORM: &str = "other";

/// Every project, by name.
///
/// # Errors
/// When the database fails.
pub async fn list(db: &impl ConnectionTrait, _viewer: &Viewer) -> Result<Vec<Project>> {
    let rows = project::Entity::find().order_by_asc(project::Column::Name).order_by_asc(project::Column::Id);
    Ok(rows.all(db).await?.into_iter().map(from_row).collect())
}

/// The project of this slug.
///
/// # Errors
/// When there is none.
pub async fn get(db: &impl ConnectionTrait, _viewer: &Viewer, slug: &str) -> Result<project::Model> {
    find(db, slug).await?.ok_or_else(|| Error::not_found(format!("project {slug}")))
}

/// Makes a project with its first key; its slug comes from its name.
///
/// # Errors
/// When the viewer may not, or the name is not acceptable.
pub async fn create(tx: &Tx, now: i64, viewer: &Viewer, name: &str, platform: &str) -> Result<Project> {
    if !viewer.role.may(Role::Lead) {
        return Err(Error::Forbidden);
    }
    let found = member::Entity::find_by_id(viewer.member_id).one(tx).await?;
    let organization_id = found.ok_or(Error::Forbidden)?.organization_id;
    let taken: Vec<String> = project::Entity::find().all(tx).await?.into_iter().map(|row| row.slug).collect();
    let slug = slug::first_free(slug::from_name(name, "project"), |slug| taken.iter().any(|it| it == slug));
    insert(tx, now, organization_id, slug, (name, platform)).await.map(from_row)
}

/// The project of this slug, made with a first key if there is none.
///
/// # Errors
/// When the slug is not one.
pub async fn ensure(tx: &Tx, now: i64, organization_id: i64, slug: &str, platform: &str) -> Result<Project> {
    if let Some(found) = find(tx, slug).await? {
        return Ok(from_row(found));
    }
    if !slug::is_slug(slug) {
        return Err(Error::invalid("project", "must be lower-case letters, digits and single hyphens, like web-shop"));
    }
    insert(tx, now, organization_id, slug.to_owned(), (slug, platform)).await.map(from_row)
}

async fn insert(
    tx: &Tx,
    now: i64,
    organization_id: i64,
    slug: String,
    (name, platform): (&str, &str),
) -> Result<project::Model> {
    let row = project::ActiveModel {
        id: NotSet,
        organization_id: Set(organization_id),
        slug: Set(slug),
        name: Set(normal_name(name)?),
        platform: Set(normal_platform(platform)?),
        allowed_origins: Set(String::new()),
        issue_count: Set(0),
        created_at: Set(now),
    };
    let made = row.insert(tx).await?;
    keys::create(tx, now, made.id, "Default").await?;
    let rules = GroupingRules { algorithm: Version::NEWEST.name().to_owned(), ..GroupingRules::default() };
    project_settings::save(tx, now, made.id, "grouping", &GroupingSettings { rules, former: None }).await?;
    Ok(made)
}

async fn find(db: &impl ConnectionTrait, slug: &str) -> Result<Option<project::Model>> {
    Ok(project::Entity::find().filter(project::Column::Slug.eq(slug)).one(db).await?)
}

fn from_row(row: project::Model) -> Project {
    let created_at = Timestamp(row.created_at);
    Project { id: row.id, slug: row.slug, name: row.name, platform: row.platform, created_at }
}

fn normal_name(name: &str) -> Result<String> {
    let name = name.trim();
    if name.is_empty() || name.chars().count() > NAME_MAX || name.chars().any(char::is_control) {
        return Err(Error::invalid("name", format!("must be 1 to {NAME_MAX} characters on one line")));
    }
    Ok(name.to_owned())
}

fn normal_platform(platform: &str) -> Result<String> {
    let platform = platform.trim();
    let is_word = platform.chars().all(|char| char.is_ascii_alphanumeric() || "-_.".contains(char));
    if platform.len() > PLATFORM_MAX || !is_word {
        return Err(Error::invalid("platform", "must be a word, like python"));
    }
    Ok(if platform.is_empty() { DEFAULT_PLATFORM } else { platform }.to_owned())
}
