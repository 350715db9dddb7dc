//! The feedback inbox: one page of pieces that match, newest first.

use fieldfare_app::api::{FeedbackFilter, FeedbackList, Page, Viewer};
use sea_orm::sea_query::{Query as Sql, SelectStatement};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::rows;
use crate::error::Result;
use crate::issues::filter::{environments, matching, projects};
use crate::issues::{self, Sources, filled, names};
use crate::releases::matching::ids_matching;
use crate::search::query::{self, Query, Term, What};
use crate::store::entities::{feedback, issue};
use crate::store::paging::{self, PAGE_ROWS};

/// Most pieces the search index may name for one query; beyond them a query is too vague to be a list.
const INDEX_FEEDBACK_MAX: usize = 1_000;

/// One page of the feedback that matches, with the choices the page offers.
///
/// # Errors
/// [`crate::error::Error::NotFound`] for an unknown project, [`crate::error::Error::Invalid`] for a cursor that is none.
pub async fn list(sources: Sources<'_>, viewer: &Viewer, filter: &FeedbackFilter) -> Result<FeedbackList> {
    let db = sources.store.reader();
    let asked = query::parse(filter.query.as_deref().unwrap_or_default());
    let project_id = match filled(filter.project.as_deref()) {
        Some(slug) => Some(names::project(db, slug).await?.id),
        None => None,
    };
    let mut condition = by_query(&asked, viewer).add(by_fields(filter, project_id));
    let scope = project_id.map(|id| [id]);
    let scope = scope.as_ref().map(<[i64; 1]>::as_slice);
    if let Some(ids) = sources.search.feedback_ids(&asked, scope, INDEX_FEEDBACK_MAX).await? {
        condition = condition.add(feedback::Column::Id.is_in(ids));
    }
    let ids = page_of_ids(db, condition, filled(filter.cursor.as_deref())).await?;
    let any = feedback::Entity::find().select_only().column(feedback::Column::Id);
    Ok(FeedbackList {
        feedback: Page { data: rows(db, &ids.data).await?, next: ids.next },
        hints: asked.hints,
        projects: issues::projects(db).await?,
        anything: any.into_tuple::<i64>().one(db).await?.is_some(),
    })
}

fn by_fields(filter: &FeedbackFilter, project_id: Option<i64>) -> Condition {
    let release = filled(filter.release.as_deref());
    let environment = filled(filter.environment.as_deref());
    Condition::all()
        .add_option(project_id.map(|id| feedback::Column::ProjectId.eq(id)))
        .add_option(release.map(|version| feedback::Column::ReleaseId.in_subquery(ids_matching(version))))
        .add_option(environment.map(|name| feedback::Column::EnvironmentId.in_subquery(environments(name))))
        .add_option(filter.kind.map(|kind| feedback::Column::Kind.eq(kind.as_str())))
}

/// Release, environment and project are asked of the piece itself, states and assignment of its issue.
fn by_query(asked: &Query, viewer: &Viewer) -> Condition {
    asked.terms.iter().filter_map(|term| by_term(term, viewer)).fold(Condition::all(), Condition::add)
}

fn by_term(term: &Term, viewer: &Viewer) -> Option<Condition> {
    let expr = match &term.what {
        What::Release(version) => feedback::Column::ReleaseId.in_subquery(ids_matching(version)),
        What::Environment(name) => feedback::Column::EnvironmentId.in_subquery(environments(name)),
        What::Project(slug) => feedback::Column::ProjectId.in_subquery(projects(slug)),
        What::Is(_) | What::Assigned(_) | What::Level(_) | What::Kind(_) => {
            feedback::Column::IssueId.in_subquery(issues_matching(&term.what, viewer))
        }
        What::Text(_) | What::Phrase(_) | What::User(_) | What::Has(_) | What::Tag { .. } => return None,
    };
    let condition = Condition::all().add(expr);
    Some(if term.negated { condition.not() } else { condition })
}

fn issues_matching(what: &What, viewer: &Viewer) -> SelectStatement {
    let asked = Query { terms: vec![Term { negated: false, what: what.clone() }], hints: Vec::new() };
    Sql::select()
        .column(issue::Column::Id.as_column_ref())
        .from(issue::Entity)
        .cond_where(matching(&asked, viewer))
        .to_owned()
}

async fn page_of_ids(db: &impl ConnectionTrait, condition: Condition, cursor: Option<&str>) -> Result<Page<i64>> {
    use feedback::Column::{CreatedAt, Id};
    let mut select = feedback::Entity::find()
        .select_only()
        .columns([Id, CreatedAt])
        .filter(condition)
        .order_by_desc(CreatedAt)
        .order_by_desc(Id)
        .limit(PAGE_ROWS + 1);
    if let Some(cursor) = cursor {
        let (at, id) = paging::read(cursor)?;
        select = select.filter(CreatedAt.lte(at)).filter(Condition::any().add(CreatedAt.lt(at)).add(Id.lt(id)));
    }
    let keys = select.into_tuple::<(i64, i64)>().all(db).await?;
    let (keys, next) = paging::cut(keys, PAGE_ROWS, |(id, at)| (*at, *id));
    Ok(Page { data: keys.into_iter().map(|(id, _)| id).collect(), next })
}
