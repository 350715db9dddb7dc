//! Conditions on the table `issue`.

use fieldfare_app::api::IssueKind;
use sea_orm::sea_query::{Expr, ExprTrait, Query as Sql, SelectStatement};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, DatabaseBackend, FromQueryResult};

use super::assigned::{to_anybody, to_team, to_teams_of};
use super::releases::releases;
use super::{Asker, compared, environments, joined, like, linked, matching, nothing, pair_in, projects, within};
use crate::error::Result;
use crate::search::groups::IssueSet;
use crate::search::query::{Assigned, Counter, Is, Leaf, Linked, Moment, Node, Query, Seen, Term, Versions};
use crate::store::entities::{event, feedback, issue, issue_environment, issue_release, member, project, regression};

/// Most issues that the tables name for one part of a search, those seen last first.
const ISSUES_MAX: u64 = 100_000;

/// The condition that a term makes; one that only the index can answer holds for nothing here.
pub(super) fn condition(term: &Term, asker: Asker<'_>) -> Condition {
    let expr = match term {
        Term::Is(is) => state(*is),
        Term::Kind(kind) => issue::Column::Kind.eq(kind.as_str()),
        Term::Level(level) => issue::Column::Level.eq(level.as_str()),
        Term::Priority(priority) => issue::Column::Priority.eq(priority.as_str()),
        Term::Assigned(whom) => assigned(whom, asker),
        Term::Linked(Linked::Incident) => issue::Column::Id.in_subquery(linked(None)),
        Term::Linked(Linked::Number(number)) => issue::Column::Id.in_subquery(linked(Some(*number))),
        Term::Release(seen, versions) => release(*seen, versions),
        Term::Environment(name) => in_environment(name),
        Term::Project(slug) => issue::Column::ProjectId.in_subquery(projects(slug)),
        Term::Issue(id) => return of_id(id),
        Term::Has(_) => return has_feedback(),
        Term::Count(Counter::Events, range) => return compared(issue::Column::Events, *range),
        Term::Count(Counter::Users, range) => return compared(issue::Column::Users, *range),
        Term::Time(Moment::FirstSeen, range) => return within(issue::Column::FirstSeen, range.window(asker.now)),
        Term::Time(Moment::LastSeen, range) => return within(issue::Column::LastSeen, range.window(asker.now)),
        Term::Time(Moment::Regressed, range) => {
            issue::Column::Id.in_subquery(regressed(within(regression::Column::HappenedAt, range.window(asker.now))))
        }
        Term::Age(range) => return within(issue::Column::FirstSeen, range.window(asker.now)),
        Term::Text(_) | Term::Phrase(_) | Term::User(_) | Term::Tag { .. } => nothing(),
    };
    Condition::all().add(expr)
}

/// Comparisons with columns that may be NULL are written so that their negation holds for NULL.
fn state(is: Is) -> Expr {
    match is {
        Is::Status(status) => issue::Column::Status.eq(status.as_str()),
        Is::Substatus(substatus) => Expr::cust("COALESCE(issue.substatus, '')").eq(substatus.as_str()),
        Is::Assigned => to_anybody(),
        Is::Unassigned => to_anybody().not(),
        Is::Linked => issue::Column::Id.in_subquery(linked(None)),
    }
}

fn assigned(whom: &Assigned, asker: Asker<'_>) -> Expr {
    let to = |condition: Condition| {
        let members = Sql::select()
            .column(member::Column::Id.as_column_ref())
            .from(member::Entity)
            .cond_where(condition)
            .to_owned();
        Expr::cust("COALESCE(issue.assignee_id, 0)").in_subquery(members)
    };
    match whom {
        Assigned::Nobody => to_anybody().not(),
        Assigned::Anybody => to_anybody(),
        Assigned::Me => to(Condition::all().add(member::Column::Id.eq(asker.viewer.member_id))),
        Assigned::Member(who) => to(of_member(who)),
        Assigned::MyTeams => to_teams_of(asker.viewer.member_id),
        Assigned::Team(slug) => to_team(slug),
    }
}

/// The condition on `member` that an address or a name makes; `*` stands for anything.
pub(in crate::search) fn of_member(who: &str) -> Condition {
    Condition::any().add(matching(member::Column::Email, &who.to_lowercase())).add(if who.contains('*') {
        like(member::Column::Name, who)
    } else {
        matching(member::Column::Name, who)
    })
}

fn release(seen: Seen, versions: &Versions) -> Expr {
    use issue::Column::{FirstReleaseId, Id, LastReleaseId, ProjectId};
    match seen {
        Seen::In => in_releases(versions),
        Seen::FirstIn => pair_in([ProjectId, FirstReleaseId], releases(versions)),
        Seen::LastIn => pair_in([ProjectId, LastReleaseId], releases(versions)),
        Seen::AgainIn => {
            let pair = [regression::Column::ProjectId, regression::Column::ReleaseId];
            Id.in_subquery(regressed(Condition::all().add(pair_in(pair, releases(versions)))))
        }
    }
}

/// Issues seen in a release, as an address names it.
pub(crate) fn in_release(version: &str) -> Expr {
    in_releases(&Versions::parse(version))
}

fn in_releases(versions: &Versions) -> Expr {
    let seen = Sql::select()
        .column(issue_release::Column::IssueId.as_column_ref())
        .from(issue_release::Entity)
        .and_where(pair_in([issue_release::Column::ProjectId, issue_release::Column::ReleaseId], releases(versions)))
        .to_owned();
    issue::Column::Id.in_subquery(seen)
}

/// Issues seen in an environment.
pub(crate) fn in_environment(name: &str) -> Expr {
    use issue_environment::Column::{EnvironmentId, IssueId, ProjectId};
    let seen = Sql::select()
        .column(IssueId.as_column_ref())
        .from(issue_environment::Entity)
        .and_where(pair_in([ProjectId, EnvironmentId], environments(name)))
        .to_owned();
    issue::Column::Id.in_subquery(seen)
}

fn regressed(condition: Condition) -> SelectStatement {
    Sql::select()
        .column(regression::Column::IssueId.as_column_ref())
        .from(regression::Entity)
        .cond_where(condition)
        .to_owned()
}

/// The issue of a short id.
fn of_id(id: &str) -> Condition {
    let parts = id.rsplit_once('-').and_then(|(slug, number)| Some((slug, number.parse::<i64>().ok()?)));
    let Some((slug, number)) = parts else { return Condition::all().add(nothing()) };
    let slug = project::Column::Slug.eq(slug.to_lowercase());
    let project =
        Sql::select().column(project::Column::Id.as_column_ref()).from(project::Entity).and_where(slug).to_owned();
    Condition::all().add(issue::Column::ProjectId.in_subquery(project)).add(issue::Column::Number.eq(number))
}

/// Errors that somebody wrote about, and whatever was written.
fn has_feedback() -> Condition {
    let same = |of: event::Column, as_in: feedback::Column| Expr::col(of.as_column_ref()).equals(as_in.as_column_ref());
    let about = Sql::select()
        .column(event::Column::IssueId.as_column_ref())
        .from(feedback::Entity)
        .inner_join(
            event::Entity,
            same(event::Column::ProjectId, feedback::Column::ProjectId)
                .and(same(event::Column::EventId, feedback::Column::AssociatedEventId)),
        )
        .to_owned();
    Condition::any().add(issue::Column::Kind.eq(IssueKind::Feedback.as_str())).add(issue::Column::Id.in_subquery(about))
}

/// The time since when whatever meets a query must have been seen last, as far as the query says so: what was first seen
/// lately was also seen lately.
pub(super) fn seen_since(tree: &Node<Leaf>, now: i64) -> Option<Expr> {
    oldest(tree, now).map(|from| issue::Column::LastSeen.gte(from))
}

fn oldest(node: &Node<Leaf>, now: i64) -> Option<i64> {
    match node {
        Node::All(inner) => inner.iter().filter_map(|each| oldest(each, now)).max(),
        Node::Any(inner) => inner.iter().map(|each| oldest(each, now)).collect::<Option<Vec<_>>>()?.into_iter().min(),
        Node::Term(Leaf::Own(Term::Time(Moment::FirstSeen | Moment::LastSeen, range))) => range.window(now).from,
        Node::Term(Leaf::Own(Term::Age(range))) => range.window(now).from,
        Node::Term(_) | Node::Not(_) => None,
    }
}

/// Says that [`ids_of`] left some out.
pub(in crate::search) fn cut_hint(tree: &Node<Term>) -> String {
    let words = Query { tree: tree.clone(), hints: Vec::new() };
    format!("More than {ISSUES_MAX} issues meet “{words}”; only the {ISSUES_MAX} seen last were looked at.")
}

#[derive(FromQueryResult)]
struct Listed {
    ids: Option<String>,
    issues: i64,
}

/// The issues that meet conditions of the tables, as a set, and whether there are more of them. They come as one text: a row
/// for each would take longer than finding them.
///
/// # Errors
/// When the database fails.
pub(in crate::search) async fn ids_of(
    db: &impl ConnectionTrait,
    asker: Asker<'_>,
    tree: &Node<Term>,
) -> Result<(IssueSet, bool)> {
    let backend = db.get_database_backend();
    let some = Sql::select()
        .expr_as(issue::Column::Id.into_expr(), "id")
        .from(issue::Entity)
        .cond_where(joined(tree, &|term: &Term| condition(term, asker)))
        .order_by(issue::Column::LastSeen.as_column_ref(), sea_orm::Order::Desc)
        .limit(ISSUES_MAX)
        .to_owned();
    let list = match backend {
        DatabaseBackend::Postgres => "string_agg(CAST(meant.id AS TEXT), ',')",
        _ => "group_concat(meant.id)",
    };
    let select = Sql::select()
        .expr_as(Expr::cust(list), "ids")
        .expr_as(Expr::cust("COUNT(*)"), "issues")
        .from_subquery(some, "meant")
        .to_owned();
    let found = Listed::find_by_statement(backend.build(&select)).one(db).await?;
    let Some(Listed { ids, issues }) = found else { return Ok((IssueSet::default(), false)) };
    let ids = ids.unwrap_or_default();
    let set = ids.split(',').filter_map(|id| id.parse().ok()).collect();
    Ok((set, issues.unsigned_abs() == ISSUES_MAX))
}
