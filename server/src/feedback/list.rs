//! The feedback inbox: one page of pieces that match, newest first.

use fieldfare_app::api::{FeedbackFilter, FeedbackList, Page, Viewer};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::rows;
use crate::error::Result;
use crate::issues::filter::environments;
use crate::issues::{self, Sources, filled, names};
use crate::search::tables::released_in;
use crate::search::{self, Asker, query};
use crate::store::entities::feedback;
use crate::store::paging::{self, PAGE_ROWS};

/// One page of the feedback that matches, with the choices the page offers.
///
/// # Errors
/// [`crate::error::Error::NotFound`] for an unknown project, [`crate::error::Error::Invalid`] for a cursor that is none.
pub async fn list(sources: Sources<'_>, now: i64, viewer: &Viewer, filter: &FeedbackFilter) -> Result<FeedbackList> {
    let db = sources.store.reader();
    let asked = query::parse(filter.query.as_deref().unwrap_or_default());
    let project_id = match filled(filter.project.as_deref()) {
        Some(slug) => Some(names::project(db, slug).await?.id),
        None => None,
    };
    let scope = project_id.map(|id| [id]);
    let scope = scope.as_ref().map(<[i64; 1]>::as_slice);
    let search::Asked { condition, hints } =
        sources.search.on_feedback(db, Asker { viewer, now }, &asked, scope).await?;
    let condition = condition.add(by_fields(filter, project_id));
    let ids = page_of_ids(db, condition, filled(filter.cursor.as_deref())).await?;
    let any = feedback::Entity::find().select_only().column(feedback::Column::Id);
    Ok(FeedbackList {
        feedback: Page { data: rows(db, &ids.data).await?, next: ids.next },
        hints,
        understood: asked.in_words(),
        projects: issues::projects(db).await?,
        anything: any.into_tuple::<i64>().one(db).await?.is_some(),
    })
}

fn by_fields(filter: &FeedbackFilter, project_id: Option<i64>) -> Condition {
    let release = filled(filter.release.as_deref());
    let environment = filled(filter.environment.as_deref());
    Condition::all()
        .add_option(project_id.map(|id| feedback::Column::ProjectId.eq(id)))
        .add_option(release.map(released_in))
        .add_option(environment.map(|name| feedback::Column::EnvironmentId.in_subquery(environments(name))))
        .add_option(filter.kind.map(|kind| feedback::Column::Kind.eq(kind.as_str())))
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
