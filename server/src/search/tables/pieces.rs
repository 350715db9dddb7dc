//! Conditions on the table `feedback`. Release, environment and project are asked of the piece itself, everything else of its
//! issue.

use sea_orm::sea_query::{Expr, Query as Sql, SelectStatement};
use sea_orm::{ColumnTrait, Condition};

use super::releases::releases;
use super::{Asker, environments, issues, pair_in, projects};
use crate::search::query::{Seen, Term, Versions};
use crate::store::entities::{feedback, issue};

/// The condition that a term makes; one that only the index can answer holds for nothing here.
pub(super) fn condition(term: &Term, asker: Asker<'_>) -> Condition {
    let expr = match term {
        Term::Release(Seen::In, versions) => of_releases(versions),
        Term::Environment(name) => {
            pair_in([feedback::Column::ProjectId, feedback::Column::EnvironmentId], environments(name))
        }
        Term::Project(slug) => feedback::Column::ProjectId.in_subquery(projects(slug)),
        other => feedback::Column::IssueId.in_subquery(of_issues(other, asker)),
    };
    Condition::all().add(expr)
}

/// Pieces written in a release, as an address names it.
pub(crate) fn released_in(version: &str) -> Expr {
    of_releases(&Versions::parse(version))
}

fn of_releases(versions: &Versions) -> Expr {
    pair_in([feedback::Column::ProjectId, feedback::Column::ReleaseId], releases(versions))
}

fn of_issues(term: &Term, asker: Asker<'_>) -> SelectStatement {
    Sql::select()
        .column(issue::Column::Id.as_column_ref())
        .from(issue::Entity)
        .cond_where(issues::condition(term, asker))
        .to_owned()
}
