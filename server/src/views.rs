//! Views: queries with a name, one member's own or everybody's, and which of them a member's inbox opens with.
//!
//! Knows queries as texts, and how two are joined; what they find is not known here.

mod change;
mod opening;
mod rules;

use fieldfare_app::api::{IssueSort, PRESETS, Role, View, ViewKind, Viewer};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};

pub use change::{Change, create, delete, shift, update};
pub use opening::set_default;

use crate::error::{Error, Result};
use crate::store::entities::saved_view;
use opening::Opening;

/// What sharing a view and changing a shared one needs.
pub const SHARING: Role = Role::Lead;

/// Every view the viewer has, in the order of the tabs: presets, shared ones, their own.
///
/// # Errors
/// When the database fails.
pub async fn list(db: &impl ConnectionTrait, viewer: &Viewer) -> Result<Vec<View>> {
    let opening = opening::of(db, viewer).await?;
    let presets = PRESETS.map(|(id, name, query)| View {
        id: id.to_owned(),
        name: name.to_owned(),
        query: query.to_owned(),
        sort: IssueSort::LastSeen,
        kind: ViewKind::Preset,
        is_default: opening == Opening::Preset(id.to_owned()),
        may_change: false,
    });
    let mut views: Vec<View> = presets.into();
    for owner in [None, Some(viewer.member_id)] {
        views.extend(of(db, owner).await?.into_iter().map(|row| shown(row, viewer, &opening)));
    }
    Ok(views)
}

/// One of the viewer's views.
///
/// # Errors
/// [`Error::NotFound`] when there is none, or it is somebody else's.
pub async fn get(db: &impl ConnectionTrait, viewer: &Viewer, id: &str) -> Result<View> {
    let views = list(db, viewer).await?;
    views.into_iter().find(|view| view.id == id).ok_or_else(missing)
}

/// The saved views of a member, or of everybody, in order.
async fn of(db: &impl ConnectionTrait, member_id: Option<i64>) -> Result<Vec<saved_view::Model>> {
    let rows = saved_view::Entity::find().filter(owned_by(member_id));
    let ordered = rows.order_by_asc(saved_view::Column::Position).order_by_asc(saved_view::Column::Id);
    Ok(ordered.all(db).await?)
}

fn owned_by(member_id: Option<i64>) -> Condition {
    let owner = saved_view::Column::MemberId;
    Condition::all().add(member_id.map_or_else(|| owner.is_null(), |id| owner.eq(id)))
}

fn shown(row: saved_view::Model, viewer: &Viewer, opening: &Opening) -> View {
    let shared = row.member_id.is_none();
    View {
        is_default: *opening == Opening::Saved(row.id),
        id: row.id.to_string(),
        name: row.name,
        query: row.query,
        sort: row.sort.parse().unwrap_or(IssueSort::LastSeen),
        kind: if shared { ViewKind::Shared } else { ViewKind::Own },
        may_change: !shared || viewer.role.may(SHARING),
    }
}

fn missing() -> Error {
    Error::not_found("view")
}
