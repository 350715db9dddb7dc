//! Which releases a term of the query language means, as a SELECT of their ids.

use sea_orm::sea_query::{Expr, LikeExpr, Query, SelectStatement};
use sea_orm::{ColumnTrait, Condition};

use super::order::sort_key;
use crate::store::entities::{project, release};

/// The last release of a project that is in use, in the order of lists, for a query whose rows have a `project`.
pub(crate) const LATEST_OF_PROJECT: &str = "(SELECT r.id FROM \"release\" r WHERE r.project_id = project.id AND r.archived_at IS NULL \
     ORDER BY r.sort_key DESC NULLS LAST, COALESCE(r.released_at, r.first_seen) DESC, r.id DESC LIMIT 1)";

/// Ids of the releases meant by `2.4.0`, `shop@2.4.0`, `2.4.*`, `>=2.4.0` or `latest`.
pub(crate) fn ids_matching(text: &str) -> SelectStatement {
    Query::select()
        .column(release::Column::Id.as_column_ref())
        .from(release::Entity)
        .cond_where(condition(text.trim()))
        .to_owned()
}

fn condition(text: &str) -> Condition {
    if text == "latest" {
        return Condition::all().add(release::Column::Id.in_subquery(latest()));
    }
    match compared(text) {
        Some((compare, version)) => Condition::all().add(sort_key(version).map_or_else(nothing, compare)),
        None => named(text),
    }
}

fn latest() -> SelectStatement {
    Query::select().expr(Expr::cust(LATEST_OF_PROJECT)).from(project::Entity).to_owned()
}

type Compare = fn(String) -> Expr;

/// `>=2.4.0` as its comparison and its version.
fn compared(text: &str) -> Option<(Compare, &str)> {
    let comparisons: [(&str, Compare); 4] = [
        (">=", |key| release::Column::SortKey.gte(key)),
        ("<=", |key| release::Column::SortKey.lte(key)),
        (">", |key| release::Column::SortKey.gt(key)),
        ("<", |key| release::Column::SortKey.lt(key)),
    ];
    comparisons.into_iter().find_map(|(sign, compare)| Some((compare, text.strip_prefix(sign)?.trim())))
}

/// A version as it is, or behind the name of a package; `*` stands for anything.
fn named(text: &str) -> Condition {
    let pattern = escaped(text).replace('*', "%");
    let like = |pattern: String| release::Column::Version.like(LikeExpr::new(pattern).escape('\\'));
    let exact = if text.contains('*') { like(pattern.clone()) } else { release::Column::Version.eq(text) };
    Condition::any().add(exact).add(like(format!("%@{pattern}")))
}

fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_")
}

fn nothing() -> Expr {
    Expr::cust("1 = 0")
}
