//! Saving views, changing them, putting them in order.

use fieldfare_app::api::{Direction, IssueFilter, IssueSort, NewView, View, Viewer};
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::{ActiveModelTrait, EntityTrait};

use super::{SHARING, get, missing, of, rules, set_default};
use crate::error::{Error, Result};
use crate::store::Tx;
use crate::store::entities::saved_view;

/// What to change of a view; what is absent stays as it is.
#[derive(Clone, Debug, Default)]
pub struct Change {
    pub name: Option<String>,
    pub query: Option<String>,
    pub sort: Option<IssueSort>,
    /// Whether it is everybody's. Taken back, it becomes the viewer's own.
    pub shared: Option<bool>,
    /// Its place among the views of the same owner, from 0.
    pub position: Option<usize>,
}

/// Saves a view, after all others of its owner.
///
/// # Errors
/// [`Error::Forbidden`] when it is to be shared by somebody who may not, [`Error::Invalid`] for a name or a query that
/// cannot be, [`Error::Conflict`] when there are too many.
pub async fn create(tx: &Tx, now: i64, viewer: &Viewer, new: &NewView) -> Result<View> {
    let owner = owner(viewer, new.shared)?;
    let name = rules::name(&new.name)?;
    let siblings = of(tx, owner).await?;
    has_room(&siblings, &name, None)?;
    let row = saved_view::ActiveModel {
        id: NotSet,
        member_id: Set(owner),
        name: Set(name),
        query: Set(rules::query(&new.filter)?),
        sort: Set(new.filter.sort.unwrap_or(IssueSort::LastSeen).to_string()),
        position: Set(after(&siblings)),
        created_at: Set(now),
    };
    let id = row.insert(tx).await?.id.to_string();
    if new.default {
        set_default(tx, viewer, &id).await?;
    }
    get(tx, viewer, &id).await
}

/// Changes a view.
///
/// # Errors
/// [`Error::NotFound`] when there is none, or it is somebody else's; else as [`create`].
pub async fn update(tx: &Tx, viewer: &Viewer, id: &str, change: Change) -> Result<View> {
    let found = changeable(tx, viewer, id).await?;
    let view_id = found.id;
    let mut owner_id = found.member_id;
    let mut row: saved_view::ActiveModel = found.clone().into();
    if let Some(shared) = change.shared.filter(|shared| *shared == found.member_id.is_some()) {
        owner_id = owner(viewer, shared)?;
        row.member_id = Set(owner_id);
        row.position = Set(after(&of(tx, owner_id).await?));
    }
    let name = rules::name(change.name.as_deref().unwrap_or(&found.name))?;
    has_room(&of(tx, owner_id).await?, &name, Some(view_id))?;
    row.name = Set(name);
    if let Some(query) = change.query {
        row.query = Set(rules::query(&IssueFilter { query: Some(query), ..IssueFilter::default() })?);
    }
    if let Some(sort) = change.sort {
        row.sort = Set(sort.to_string());
    }
    row.update(tx).await?;
    if let Some(position) = change.position {
        place(tx, owner_id, view_id, position).await?;
    }
    get(tx, viewer, id).await
}

/// Moves a view past its neighbour.
///
/// # Errors
/// As [`delete`].
pub async fn shift(tx: &Tx, viewer: &Viewer, id: &str, direction: Direction) -> Result<()> {
    let found = changeable(tx, viewer, id).await?;
    let siblings = of(tx, found.member_id).await?;
    let at = siblings.iter().position(|row| row.id == found.id).unwrap_or(0);
    let to = match direction {
        Direction::Left => at.saturating_sub(1),
        Direction::Right => at + 1,
    };
    place(tx, found.member_id, found.id, to).await
}

/// Deletes a view. Inboxes that opened with it open with the first preset again.
///
/// # Errors
/// [`Error::NotFound`] when there is none, or it is somebody else's, [`Error::Forbidden`] for one that the viewer only sees.
pub async fn delete(tx: &Tx, viewer: &Viewer, id: &str) -> Result<()> {
    let found = changeable(tx, viewer, id).await?;
    saved_view::Entity::delete_by_id(found.id).exec(tx).await?;
    Ok(())
}

/// Whose a view is to be.
fn owner(viewer: &Viewer, shared: bool) -> Result<Option<i64>> {
    match shared {
        true if !viewer.role.may(SHARING) => Err(Error::Forbidden),
        true => Ok(None),
        false => Ok(Some(viewer.member_id)),
    }
}

async fn changeable(tx: &Tx, viewer: &Viewer, id: &str) -> Result<saved_view::Model> {
    let view = get(tx, viewer, id).await?;
    if !view.may_change {
        return Err(Error::Forbidden);
    }
    let id: i64 = view.id.parse().map_err(|_| missing())?;
    saved_view::Entity::find_by_id(id).one(tx).await?.ok_or_else(missing)
}

/// Refuses one view too many, and a second one of a name.
fn has_room(siblings: &[saved_view::Model], name: &str, itself: Option<i64>) -> Result<()> {
    let mut others = siblings.iter().filter(|row| Some(row.id) != itself);
    if others.clone().count() >= rules::VIEWS_MAX {
        return Err(Error::Conflict(format!("There are {} views already; delete one first.", rules::VIEWS_MAX)));
    }
    if others.any(|row| rules::is_same_name(&row.name, name)) {
        return Err(Error::invalid("name", "is the name of another view"));
    }
    Ok(())
}

fn after(siblings: &[saved_view::Model]) -> i64 {
    siblings.iter().map(|row| row.position).max().map_or(0, |last| last + 1)
}

/// Puts a view in its place and counts all of its owner's anew.
async fn place(tx: &Tx, owner: Option<i64>, id: i64, position: usize) -> Result<()> {
    let (mut moved, mut rows): (Vec<_>, Vec<_>) = of(tx, owner).await?.into_iter().partition(|row| row.id == id);
    if let Some(moved) = moved.pop() {
        rows.insert(position.min(rows.len()), moved);
    }
    for (position, row) in (0_i64..).zip(rows) {
        if row.position != position {
            saved_view::ActiveModel { position: Set(position), ..row.into() }.update(tx).await?;
        }
    }
    Ok(())
}
