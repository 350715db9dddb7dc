//! Whether the clock can be believed when it says that something is old.
//!
//! A machine that starts with the wrong year, or whose clock is set wrong for a moment, must not lose what it keeps.
//! So nothing goes by its age until the clock has gone on for a while without a leap; what is deleted an hour late hurts
//! nobody. A server that was off for days looks just the same, and waits the same hour.

use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, EntityTrait};
use serde::{Deserialize, Serialize};

use crate::clock::{DAY_MS, HOUR_MS};
use crate::error::Result;
use crate::store::Store;
use crate::store::entities::installation_setting::{ActiveModel, Column, Entity};

/// The longest step between two looks that is no leap, ms: looks are a minute apart, but one may take hours where much
/// is removed.
const LEAP_MS: i64 = DAY_MS;
/// How far a clock may be set back without it being a leap, ms: clocks are corrected all the time.
const CORRECTION_MS: i64 = 60_000;
/// How long the clock must have gone on without a leap, ms: whoever sets clocks right has done so by then.
const PATIENCE_MS: i64 = HOUR_MS;

/// What the clock said at the last look, and when it last leapt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Steadiness {
    at: i64,
    since: i64,
}

/// What a look at the clock found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Found {
    Steady,
    /// It has gone on, but not for long enough yet.
    Waiting,
    /// By so many milliseconds, backwards if negative.
    Leap(i64),
}

/// Looks at the clock, for the work that notes what it said in this setting.
///
/// # Errors
/// When the database fails.
pub async fn look(store: &Store, setting: &str, now: i64) -> Result<Found> {
    let stored = Entity::find_by_id(setting.to_owned()).one(store.reader()).await?;
    // What cannot be read was written by another version; an hour is no great loss.
    let before: Option<Steadiness> = stored.and_then(|row| serde_json::from_str(&row.value).ok());
    let (after, found) = before.unwrap_or(Steadiness::beginning(now)).look(now);
    let value = serde_json::to_string(&after).map_err(anyhow::Error::from)?;
    let row = ActiveModel { name: Set(setting.to_owned()), value: Set(value) };
    let conflict = OnConflict::column(Column::Name).update_column(Column::Value).to_owned();
    Entity::insert(row).on_conflict(conflict).exec_without_returning(store.writer()).await?;
    Ok(found)
}

impl Steadiness {
    fn beginning(now: i64) -> Self {
        Self { at: now, since: now }
    }

    /// Looks at the clock.
    fn look(self, now: i64) -> (Self, Found) {
        let step = now.saturating_sub(self.at);
        if !(-CORRECTION_MS..=LEAP_MS).contains(&step) {
            return (Self::beginning(now), Found::Leap(step));
        }
        let found = if now.saturating_sub(self.since) >= PATIENCE_MS { Found::Steady } else { Found::Waiting };
        (Self { at: now, since: self.since }, found)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_is_believed_once_it_has_gone_on_for_an_hour() {
        let mut clock = Steadiness::beginning(0);
        for (now, expected, why) in [
            (60_000, Found::Waiting, "it has only begun"),
            (HOUR_MS, Found::Steady, "an hour"),
            (HOUR_MS - 60_000, Found::Waiting, "a correction by a minute is no leap"),
            (HOUR_MS + DAY_MS - 60_000, Found::Steady, "nor is a round that took a day"),
            (400 * DAY_MS, Found::Leap(399 * DAY_MS - HOUR_MS + 60_000), "a year"),
            (400 * DAY_MS + 60_000, Found::Waiting, "somebody may set it right"),
            (3 * DAY_MS, Found::Leap(-397 * DAY_MS - 60_000), "and did"),
            (3 * DAY_MS + 60_000, Found::Waiting, "that was a leap, too"),
            (3 * DAY_MS + HOUR_MS, Found::Steady, "an hour after it"),
        ] {
            let (after, found) = clock.look(now);
            assert_eq!(found, expected, "{why}");
            clock = after;
        }
    }
}
