//! Which view a member's inbox opens with.

use fieldfare_app::api::{PRESETS, Viewer};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ConnectionTrait, EntityTrait};

use super::missing;
use crate::error::Result;
use crate::store::Tx;
use crate::store::entities::default_view;

/// A view by what it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Opening {
    Preset(String),
    Saved(i64),
}

impl Opening {
    /// What an inbox opens with unless somebody says otherwise.
    fn first() -> Self {
        Self::Preset(PRESETS[0].0.to_owned())
    }

    pub(super) fn parse(id: &str) -> Option<Self> {
        let is_preset = PRESETS.iter().any(|(preset, ..)| *preset == id);
        if is_preset { Some(Self::Preset(id.to_owned())) } else { id.parse().ok().map(Self::Saved) }
    }
}

/// The viewer's choice.
pub(super) async fn of(db: &impl ConnectionTrait, viewer: &Viewer) -> Result<Opening> {
    let row = default_view::Entity::find_by_id(viewer.member_id).one(db).await?;
    let chosen = row.and_then(|row| row.view_id.map(Opening::Saved).or_else(|| Opening::parse(&row.preset?)));
    Ok(chosen.unwrap_or_else(Opening::first))
}

/// Makes the viewer's inbox open with a view.
///
/// # Errors
/// [`crate::error::Error::NotFound`] when there is no such view, or it is somebody else's.
pub async fn set_default(tx: &Tx, viewer: &Viewer, id: &str) -> Result<()> {
    let view = super::get(tx, viewer, id).await?;
    let (preset, view_id) = match Opening::parse(&view.id).ok_or_else(missing)? {
        Opening::Preset(preset) => (Some(preset), None),
        Opening::Saved(id) => (None, Some(id)),
    };
    let row =
        default_view::ActiveModel { member_id: Set(viewer.member_id), preset: Set(preset), view_id: Set(view_id) };
    let replaced = OnConflict::column(default_view::Column::MemberId)
        .update_columns([default_view::Column::Preset, default_view::Column::ViewId])
        .to_owned();
    default_view::Entity::insert(row).on_conflict(replaced).exec_without_returning(tx).await?;
    Ok(())
}
