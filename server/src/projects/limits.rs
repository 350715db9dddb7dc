//! What leads decide about how much their project may send and how long it is kept.

use fieldfare_app::api::{LimitSettings, Rates, RetentionSettings, SpikeProtection, Viewer};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};

use super::settings::led;
use crate::error::{Error, Result};
use crate::store::entities::{project, project_key};
use crate::store::{Tx, project_settings};

/// Highest limit of anything in a minute; above, a bucket's arithmetic would not be exact.
const RATE_MAX: u32 = 1_000_000_000;
/// Longest time anything is kept when it is said at all, days: a century.
const DAYS_MAX: u32 = 36_500;

/// What a project may send.
///
/// # Errors
/// When the database fails.
pub async fn limits(db: &impl ConnectionTrait, project: &project::Model) -> Result<LimitSettings> {
    project_settings::load(db, project.id, project_settings::LIMITS).await
}

/// How long what it sent is kept.
///
/// # Errors
/// When the database fails.
pub async fn retention(db: &impl ConnectionTrait, project: &project::Model) -> Result<RetentionSettings> {
    project_settings::load(db, project.id, project_settings::RETENTION).await
}

/// Id and label of every key of a project that works, oldest first.
///
/// # Errors
/// When the database fails.
pub async fn working_keys(db: &impl ConnectionTrait, project: &project::Model) -> Result<Vec<(i64, String)>> {
    let rows = project_key::Entity::find()
        .filter(project_key::Column::ProjectId.eq(project.id))
        .filter(project_key::Column::RevokedAt.is_null())
        .order_by_asc(project_key::Column::Id);
    Ok(rows.all(db).await?.into_iter().map(|key| (key.id, key.label)).collect())
}

/// Changes what a project may send, and answers the project's id.
///
/// # Errors
/// When the viewer may not, or a limit is not acceptable.
pub async fn change_limits(
    tx: &Tx,
    now: i64,
    viewer: &Viewer,
    slug: &str,
    change: impl FnOnce(&mut LimitSettings),
) -> Result<i64> {
    let project = led(tx, viewer, slug).await?;
    let mut settings = limits(tx, &project).await?;
    change(&mut settings);
    let keys = working_keys(tx, &project).await?;
    check(&settings, &keys)?;
    settings.keys.retain(|_, rates| *rates != Rates::default());
    project_settings::save(tx, now, project.id, project_settings::LIMITS, &settings).await?;
    Ok(project.id)
}

/// Changes how long what a project sent is kept.
///
/// # Errors
/// When the viewer may not, or a limit is not acceptable.
pub async fn save_retention(
    tx: &Tx,
    now: i64,
    viewer: &Viewer,
    slug: &str,
    settings: &RetentionSettings,
) -> Result<()> {
    let project = led(tx, viewer, slug).await?;
    for (field, days) in [("days", settings.days), ("feedback_days", settings.feedback_days)] {
        if days.is_some_and(|days| days > DAYS_MAX) {
            return Err(Error::invalid(field, format!("must be {DAYS_MAX} at most, or empty")));
        }
    }
    project_settings::save(tx, now, project.id, project_settings::RETENTION, settings).await
}

fn check(settings: &LimitSettings, keys: &[(i64, String)]) -> Result<()> {
    if let Some(unknown) = settings.keys.keys().find(|id| !keys.iter().any(|(known, _)| known == *id)) {
        return Err(Error::invalid("keys", format!("the project has no working key {unknown}")));
    }
    settings.keys.values().chain([&settings.project]).try_for_each(check_rates)?;
    let SpikeProtection { kept_per_minute, .. } = settings.spikes;
    in_range("kept_per_minute", kept_per_minute)
}

fn check_rates(rates: &Rates) -> Result<()> {
    let Rates { errors, transactions, attachments, attachment_megabytes, .. } = *rates;
    in_range("errors", errors)?;
    in_range("transactions", transactions)?;
    in_range("attachments", attachments)?;
    in_range("attachment_megabytes", attachment_megabytes.map(|megabytes| megabytes.saturating_mul(1_000)))?;
    in_range("sessions", rates.sessions)?;
    in_range("feedback", rates.feedback)?;
    in_range("check_ins", rates.check_ins)?;
    in_range("security_reports", rates.security_reports)
}

fn in_range(field: &str, rate: Option<u32>) -> Result<()> {
    match rate {
        Some(rate) if rate > RATE_MAX => Err(Error::invalid(field, "is too large to be a limit; leave it empty")),
        _ => Ok(()),
    }
}
