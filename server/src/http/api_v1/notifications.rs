//! The outbox, for administrators who ask what became of a mail.

use axum::Json;
use axum::extract::State as Shared;
use fieldfare_app::api::{Page, Role, Timestamp};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::problem::{Answer, Params, ProblemDocument};
use crate::error::Result;
use crate::http::visitor::SignedIn;
use crate::issues::require;
use crate::state::State;
use crate::store::entities::notification;
use crate::store::paging::{self, PAGE_ROWS};

/// What became of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum Delivery {
    Waiting,
    Delivered,
    GivenUp,
}

/// One message owed to one recipient.
#[derive(Serialize, ToSchema)]
pub(super) struct Notification {
    id: i64,
    /// `new_issue`, `regression`, `new_feedback`, `incident_declared`, …
    kind: String,
    address: String,
    state: Delivery,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    #[schema(value_type = Option<String>, format = DateTime)]
    delivered_at: Option<Timestamp>,
    attempts: u32,
    last_error: Option<String>,
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct ListParams {
    cursor: Option<String>,
}

#[utoipa::path(get, path = "/notifications", tag = "notifications", params(ListParams),
    responses((status = 200, body = Page<Notification>), (status = 403, body = ProblemDocument)))]
pub(super) async fn list(
    Shared(state): Shared<State>,
    SignedIn(viewer): SignedIn,
    Params(params): Params<ListParams>,
) -> Answer<Page<Notification>> {
    require(&viewer, Role::Admin)?;
    Ok(Json(page(state.store.reader(), params.cursor.as_deref()).await?))
}

async fn page(db: &impl ConnectionTrait, cursor: Option<&str>) -> Result<Page<Notification>> {
    let mut select = notification::Entity::find();
    if let Some((_, id)) = paging::given(cursor)? {
        select = select.filter(notification::Column::Id.lt(id));
    }
    let rows = select.order_by_desc(notification::Column::Id).limit(PAGE_ROWS + 1).all(db).await?;
    let (rows, next) = paging::cut(rows, PAGE_ROWS, |row| (0, row.id));
    Ok(Page { data: rows.into_iter().map(shown).collect(), next })
}

fn shown(row: notification::Model) -> Notification {
    Notification {
        id: row.id,
        state: match (row.delivered_at, row.given_up_at) {
            (Some(_), _) => Delivery::Delivered,
            (None, Some(_)) => Delivery::GivenUp,
            (None, None) => Delivery::Waiting,
        },
        created_at: Timestamp(row.created_at),
        delivered_at: row.delivered_at.map(Timestamp),
        attempts: u32::try_from(row.attempts).unwrap_or(0),
        kind: row.kind,
        address: row.address,
        last_error: row.last_error,
    }
}
