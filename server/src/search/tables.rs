//! What SQL answers of a query: conditions on the tables `issue` and `feedback`. Each holds for every row or does not; none
//! is ever NULL, so that its negation is its opposite.

mod assigned;
mod issues;
mod pieces;
mod releases;

use fieldfare_app::api::Viewer;
use sea_orm::sea_query::{Expr, ExprTrait, Func, LikeExpr, Query as Sql, SelectStatement};
use sea_orm::{ColumnTrait, Condition, DatabaseBackend};

use super::query::{Leaf, Node, Range, Window};
use crate::store::entities::{environment, incident, incident_issue, project};

pub(super) use issues::{cut_hint, ids_of, of_member};
pub(crate) use issues::{in_environment, in_release};
pub(crate) use pieces::released_in;
pub(crate) use releases::LATEST_OF_PROJECT;
pub(super) use releases::meant;

/// Who asks, and when: `assigned:me` and `first_seen:-7d` depend on it.
#[derive(Clone, Copy, Debug)]
pub struct Asker<'a> {
    pub viewer: &'a Viewer,
    /// Unix milliseconds.
    pub now: i64,
}

/// The rows that a condition is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Rows {
    Issues,
    Feedback,
}

/// The condition that a divided query makes; `found` are the rows that the index found for each of its parts.
pub(super) fn condition(
    tree: &Node<Leaf>,
    rows: Rows,
    asker: Asker<'_>,
    (backend, found): (DatabaseBackend, &[Vec<i64>]),
) -> Condition {
    let leaf = |leaf: &Leaf| match (leaf, rows) {
        (Leaf::Own(term), Rows::Issues) => issues::condition(term, asker),
        (Leaf::Own(term), Rows::Feedback) => pieces::condition(term, asker),
        (Leaf::Part(at), Rows::Issues) => among("issue.id", found.get(*at).map_or(&[][..], Vec::as_slice), backend),
        (Leaf::Part(at), Rows::Feedback) => {
            among("feedback.id", found.get(*at).map_or(&[][..], Vec::as_slice), backend)
        }
    };
    let condition = joined(tree, &leaf);
    // What must have been seen lately can be looked for among what was seen lately, which an index orders.
    let since = (rows == Rows::Issues).then(|| issues::seen_since(tree, asker.now)).flatten();
    condition.add_option(since)
}

fn joined<T>(node: &Node<T>, leaf: &impl Fn(&T) -> Condition) -> Condition {
    match node {
        Node::All(inner) => inner.iter().map(|each| joined(each, leaf)).fold(Condition::all(), Condition::add),
        Node::Any(inner) => {
            let any = inner.iter().map(|each| joined(each, leaf)).fold(Condition::any(), Condition::add);
            Condition::all().add(any)
        }
        Node::Not(inner) => Condition::all().add(joined(inner, leaf).not()),
        Node::Term(term) => Condition::all().add(leaf(term)),
    }
}

/// Rows whose number is one of these. One bound document, so that the statement is the same however many there are.
fn among(column: &str, ids: &[i64], backend: DatabaseBackend) -> Condition {
    let ids = ids.iter().map(i64::to_string).collect::<Vec<_>>().join(",");
    let rows = match backend {
        DatabaseBackend::Postgres => "SELECT CAST(value AS BIGINT) FROM json_array_elements_text(CAST($1 AS json))",
        _ => "SELECT value FROM json_each(?)",
    };
    Condition::all().add(Expr::cust_with_values(format!("{column} IN ({rows})"), [format!("[{ids}]")]))
}

/// Ids of the environments of this name, in all projects; `*` stands for anything.
pub(crate) fn environments(name: &str) -> SelectStatement {
    Sql::select()
        .columns([environment::Column::ProjectId, environment::Column::Id].map(|column| column.as_column_ref()))
        .from(environment::Entity)
        .cond_where(matching(environment::Column::Name, name))
        .to_owned()
}

/// The condition on `project` that a slug makes; `*` stands for anything.
pub(super) fn of_slug(slug: &str) -> Condition {
    matching(project::Column::Slug, &slug.to_lowercase())
}

fn projects(slug: &str) -> SelectStatement {
    Sql::select().column(project::Column::Id.as_column_ref()).from(project::Entity).cond_where(of_slug(slug)).to_owned()
}

/// Issues linked to incidents, or to the one of a number.
fn linked(number: Option<i64>) -> SelectStatement {
    let mut select = Sql::select();
    select.column(incident_issue::Column::IssueId.as_column_ref()).from(incident_issue::Entity);
    if let Some(number) = number {
        let incidents = Sql::select()
            .column(incident::Column::Id.as_column_ref())
            .from(incident::Entity)
            .and_where(incident::Column::Number.eq(number))
            .to_owned();
        select.and_where(incident_issue::Column::IncidentId.in_subquery(incidents));
    }
    select
}

/// A text as it is, or as a pattern where it has an asterisk.
fn matching(column: impl ColumnTrait, text: &str) -> Condition {
    if text.contains('*') { like(column, text) } else { Condition::all().add(column.eq(text)) }
}

/// `*` stands for anything; capitals do not matter, as they do not to the index.
pub(super) fn like(column: impl ColumnTrait, pattern: &str) -> Condition {
    let escaped = pattern.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_").replace('*', "%");
    // SQLite knows the small letters of English only.
    let lower = Expr::from(Func::lower(column.into_expr())).like(LikeExpr::new(escaped.to_lowercase()).escape('\\'));
    Condition::any().add(column.like(LikeExpr::new(escaped).escape('\\'))).add(lower)
}

/// Pairs of a project and something of it, of which a SELECT gives those that are meant.
fn pair_in(pair: [impl ColumnTrait; 2], meant: SelectStatement) -> Expr {
    Expr::tuple(pair.map(|column| Expr::col(column.as_column_ref()))).in_subquery(meant)
}

fn compared(column: impl ColumnTrait, range: Range<u64>) -> Condition {
    let number = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
    let all = Condition::all();
    match range.map(number) {
        Range::Is(at) => all.add(column.eq(at)),
        Range::Above(at) => all.add(column.gt(at)),
        Range::AtLeast(at) => all.add(column.gte(at)),
        Range::Below(at) => all.add(column.lt(at)),
        Range::AtMost(at) => all.add(column.lte(at)),
        Range::Between(from, to) => all.add(column.gte(from)).add(column.lte(to)),
    }
}

fn within(column: impl ColumnTrait, window: Window) -> Condition {
    let from = window.from.map(|from| column.gte(from));
    Condition::all().add_option(from).add_option(window.until.map(|until| column.lt(until)))
}

fn nothing() -> Expr {
    Expr::cust("1 = 0")
}
