//! Places by a few letters of their names, as one types. Reads the tables and not the search index: people type the
//! beginnings and the middles of words, and the index holds whole ones.

use fieldfare_app::api::{Destination, IssueKind, Viewer};
use fieldfare_app::routes;
use sea_orm::sea_query::{Expr, ExprTrait, Func, LikeExpr, SimpleExpr};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, IntoSimpleExpr, QueryFilter, QueryOrder, QuerySelect,
};

use crate::error::Result;
use crate::issues::{self, names};
use crate::store::entities::{incident, issue, project, release};

/// Rows of each kind; five kinds make a screenful.
const EACH: u64 = 6;
/// Longest text that is looked for, characters; a title is not longer.
const TEXT_CHARS_MAX: usize = 200;

/// What has `text` in its name: projects, issues (latest seen first; a short id finds its issue), releases, incidents.
/// An empty text finds the projects.
///
/// # Errors
/// When the database fails.
pub async fn destinations(db: &impl ConnectionTrait, _viewer: &Viewer, text: &str) -> Result<Vec<Destination>> {
    let text: String = text.trim().chars().take(TEXT_CHARS_MAX).collect();
    let slugs = names::projects(db).await?;
    let mut found = of_projects(db, &text).await?;
    if text.is_empty() {
        return Ok(found);
    }
    found.extend(of_issues(db, &text, &slugs).await?);
    found.extend(of_releases(db, &text, &slugs).await?);
    found.extend(of_incidents(db, &text).await?);
    Ok(found)
}

async fn of_projects(db: &impl ConnectionTrait, text: &str) -> Result<Vec<Destination>> {
    let named = Condition::any().add(has(project::Column::Name, text)).add(has(project::Column::Slug, text));
    let rows = project::Entity::find().filter(named).order_by_asc(project::Column::Name).limit(EACH).all(db).await?;
    let place = |row: project::Model| Destination {
        kind: "project".to_owned(),
        path: routes::with_query(routes::ISSUES, &[("project", Some(&row.slug))]),
        name: row.name,
        detail: row.slug,
    };
    Ok(rows.into_iter().map(place).collect())
}

async fn of_issues(db: &impl ConnectionTrait, text: &str, slugs: &names::Names) -> Result<Vec<Destination>> {
    let mut named = Condition::any().add(has(issue::Column::Title, text));
    if let Some((slug, number)) = short_id(text) {
        let of_slug = slugs.iter().filter(|(_, known)| known.eq_ignore_ascii_case(slug)).map(|(id, _)| *id);
        named = named.add(issue::Column::Number.eq(number).and(issue::Column::ProjectId.is_in(of_slug)));
    }
    let rows = issue::Entity::find()
        .filter(issue::Column::Status.ne(issues::MERGED))
        .filter(named)
        .order_by_desc(issue::Column::LastSeen)
        .limit(EACH)
        .all(db)
        .await?;
    let place = |row: issue::Model| {
        let short_id = names::short_id(slugs.get(&row.project_id).map_or("", String::as_str), row.number);
        let is_feedback = row.kind == IssueKind::Feedback.as_str();
        let kind = if is_feedback { "feedback" } else { "issue" }.to_owned();
        Destination { kind, path: routes::issue(&short_id), name: row.title, detail: short_id }
    };
    Ok(rows.into_iter().map(place).collect())
}

async fn of_releases(db: &impl ConnectionTrait, text: &str, slugs: &names::Names) -> Result<Vec<Destination>> {
    let rows = release::Entity::find()
        .filter(has(release::Column::Version, text))
        .order_by_desc(release::Column::LastSeen)
        .limit(EACH)
        .all(db)
        .await?;
    let place = |row: release::Model| {
        let slug = slugs.get(&row.project_id).cloned().unwrap_or_default();
        let path = routes::release(&slug, &row.version);
        Destination { kind: "release".to_owned(), path, name: row.version, detail: slug }
    };
    Ok(rows.into_iter().map(place).collect())
}

async fn of_incidents(db: &impl ConnectionTrait, text: &str) -> Result<Vec<Destination>> {
    let rows = incident::Entity::find()
        .filter(has(incident::Column::Title, text))
        .order_by_desc(incident::Column::Number)
        .limit(EACH)
        .all(db)
        .await?;
    let place = |row: incident::Model| Destination {
        kind: "incident".to_owned(),
        path: routes::incident(row.number),
        name: row.title,
        detail: format!("#{}", row.number),
    };
    Ok(rows.into_iter().map(place).collect())
}

/// Whether a column contains the text, in either case. Signs that stand for others stand for themselves here.
fn has(column: impl IntoSimpleExpr, text: &str) -> SimpleExpr {
    let plain = text.to_lowercase().replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
    Expr::expr(Func::lower(column.into_simple_expr())).like(LikeExpr::new(format!("%{plain}%")).escape('\\'))
}

/// `SHOP-12` in its parts.
fn short_id(text: &str) -> Option<(&str, i64)> {
    let (slug, number) = text.rsplit_once('-')?;
    Some((slug, number.parse().ok()?))
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_short_id_ends_in_its_number() {
        assert_eq!(super::short_id("web-shop-12"), Some(("web-shop", 12)));
        assert_eq!(super::short_id("timeout"), None);
        assert_eq!(super::short_id("web-shop"), None);
    }
}
