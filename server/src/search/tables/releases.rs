//! Which releases a term of the query language means, as SELECTs.

use sea_orm::sea_query::{Expr, Query, SelectStatement};
use sea_orm::{ColumnTrait, Condition};

use super::like;
use crate::releases::order::sort_key;
use crate::search::query::{Range, Versions};
use crate::store::entities::{project, release};

/// The last release of a project that is in use, in the order of lists, for a query whose rows have a `project`.
pub(crate) const LATEST_OF_PROJECT: &str = "(SELECT r.id FROM \"release\" r WHERE r.project_id = project.id AND r.archived_at IS NULL \
     ORDER BY r.sort_key DESC NULLS LAST, COALESCE(r.released_at, r.first_seen) DESC, r.id DESC LIMIT 1)";

/// Projects and ids of the releases meant. Counters are found by both: they lead with the project.
pub(super) fn releases(versions: &Versions) -> SelectStatement {
    Query::select()
        .columns([release::Column::ProjectId, release::Column::Id].map(|column| column.as_column_ref()))
        .from(release::Entity)
        .cond_where(meant(versions))
        .to_owned()
}

/// The condition on `release` that a version, a pattern or a comparison makes.
pub(in crate::search) fn meant(versions: &Versions) -> Condition {
    match versions {
        Versions::Latest => Condition::all().add(release::Column::Id.in_subquery(latest())),
        Versions::Named(name) => named(name),
        Versions::Exactly(version) => Condition::all().add(release::Column::Version.eq(version)),
        Versions::Compared(range) => compared(range),
    }
}

fn latest() -> SelectStatement {
    Query::select().expr(Expr::cust(LATEST_OF_PROJECT)).from(project::Entity).to_owned()
}

/// A version as it is, or behind the name of a package; `*` stands for anything.
fn named(text: &str) -> Condition {
    let exact = if text.contains('*') {
        like(release::Column::Version, text)
    } else {
        Condition::all().add(release::Column::Version.eq(text))
    };
    Condition::any().add(exact).add(like(release::Column::Version, &format!("*@{text}")))
}

/// What is no version compares with nothing.
fn compared(range: &Range<String>) -> Condition {
    use release::Column::SortKey;
    let bounds = match range {
        Range::Is(at) => sort_key(at).map(|key| vec![SortKey.eq(key)]),
        Range::Above(at) => sort_key(at).map(|key| vec![SortKey.gt(key)]),
        Range::AtLeast(at) => sort_key(at).map(|key| vec![SortKey.gte(key)]),
        Range::Below(at) => sort_key(at).map(|key| vec![SortKey.lt(key)]),
        Range::AtMost(at) => sort_key(at).map(|key| vec![SortKey.lte(key)]),
        Range::Between(from, to) => {
            sort_key(from).zip(sort_key(to)).map(|(from, to)| vec![SortKey.gte(from), SortKey.lte(to)])
        }
    };
    bounds.unwrap_or_else(|| vec![super::nothing()]).into_iter().fold(Condition::all(), Condition::add)
}
