//! The part of a query that SQL answers about issues: states, assignment, releases, environments.
//!
//! Words, tags and people are the search index's part; its answer comes in as a list of ids.

use fieldfare_app::api::{Status, Substatus, Viewer};
use sea_orm::sea_query::{Expr, ExprTrait, Query as Sql, SelectStatement};
use sea_orm::{ColumnTrait, Condition};

use super::assignment::to_anybody;
use crate::releases::matching::ids_matching;
use crate::search::query::{Assigned, Is, Query, Term, What};
use crate::store::entities::{environment, incident_issue, issue, issue_environment, issue_release, member, project};

/// All conditions of a query on the table `issue`.
pub(crate) fn matching(query: &Query, viewer: &Viewer) -> Condition {
    query.terms.iter().filter_map(|term| condition(term, viewer)).fold(Condition::all(), Condition::add)
}

/// Whether a query says which states it wants; one that says nothing is about unresolved issues.
pub(crate) fn names_no_state(query: &Query) -> bool {
    query.terms.is_empty()
}

/// Issues of one state.
pub(crate) fn of_status(status: Status) -> Expr {
    issue::Column::Status.eq(status.as_str())
}

/// Issues seen in a release.
pub(crate) fn in_release(version: &str) -> Expr {
    let seen = Sql::select()
        .column(issue_release::Column::IssueId.as_column_ref())
        .from(issue_release::Entity)
        .and_where(issue_release::Column::ReleaseId.in_subquery(ids_matching(version)))
        .to_owned();
    issue::Column::Id.in_subquery(seen)
}

/// Issues seen in an environment.
pub(crate) fn in_environment(name: &str) -> Expr {
    let seen = Sql::select()
        .column(issue_environment::Column::IssueId.as_column_ref())
        .from(issue_environment::Entity)
        .and_where(issue_environment::Column::EnvironmentId.in_subquery(environments(name)))
        .to_owned();
    issue::Column::Id.in_subquery(seen)
}

/// Ids of the environments of this name, in all projects.
pub(crate) fn environments(name: &str) -> SelectStatement {
    Sql::select()
        .column(environment::Column::Id.as_column_ref())
        .from(environment::Entity)
        .and_where(environment::Column::Name.eq(name))
        .to_owned()
}

/// Ids of the project of this slug.
pub(crate) fn projects(slug: &str) -> SelectStatement {
    Sql::select()
        .column(project::Column::Id.as_column_ref())
        .from(project::Entity)
        .and_where(project::Column::Slug.eq(slug.to_lowercase()))
        .to_owned()
}

fn condition(term: &Term, viewer: &Viewer) -> Option<Condition> {
    let expr = match &term.what {
        What::Is(is) => state(*is),
        What::Kind(kind) => issue::Column::Kind.eq(kind.as_str()),
        What::Release(version) => in_release(version),
        What::Environment(name) => in_environment(name),
        What::Level(level) => issue::Column::Level.eq(level.as_str()),
        What::Assigned(whom) => assigned(whom, viewer),
        What::Project(slug) => issue::Column::ProjectId.in_subquery(projects(slug)),
        What::Text(_) | What::Phrase(_) | What::User(_) | What::Has(_) | What::Tag { .. } => return None,
    };
    let condition = Condition::all().add(expr);
    Some(if term.negated { condition.not() } else { condition })
}

/// Comparisons with columns that may be NULL are written so that their negation holds for NULL.
fn state(is: Is) -> Expr {
    let substatus = |substatus: Substatus| Expr::cust("COALESCE(issue.substatus, '')").eq(substatus.as_str());
    match is {
        Is::Unresolved => of_status(Status::Unresolved),
        Is::Resolved => of_status(Status::Resolved),
        Is::Archived => of_status(Status::Archived),
        Is::Answered => of_status(Status::Answered),
        Is::New => substatus(Substatus::New),
        Is::Ongoing => substatus(Substatus::Ongoing),
        Is::Escalating => substatus(Substatus::Escalating),
        Is::Regressed => substatus(Substatus::Regressed),
        Is::Assigned => to_anybody(),
        Is::Unassigned => to_anybody().not(),
        Is::Linked => issue::Column::Id.in_subquery(linked()),
    }
}

fn linked() -> SelectStatement {
    Sql::select().column(incident_issue::Column::IssueId.as_column_ref()).from(incident_issue::Entity).to_owned()
}

fn assigned(whom: &Assigned, viewer: &Viewer) -> Expr {
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
        Assigned::Me => to(Condition::all().add(member::Column::Id.eq(viewer.member_id))),
        Assigned::Member(who) => {
            to(Condition::any().add(member::Column::Email.eq(who.to_lowercase())).add(member::Column::Name.eq(who)))
        }
    }
}
