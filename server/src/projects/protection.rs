//! What a project wants taken out of its events or not let in, and trying it on one event.

use std::sync::Arc;
use std::time::Duration;

use fieldfare_app::api::{InboundFilters, Protection, ProtectionPage, Trial, Viewer};
use moka::sync::Cache;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};
use serde_json::Value;
use uuid::Uuid;

use super::{discarded, get, settings};
use crate::error::{Error, Result};
use crate::filters::Filters;
use crate::protocol::json::Json;
use crate::protocol::normalise::{self, Arrival};
use crate::scrub::Scrubber;
use crate::store::entities::{event, project};
use crate::store::{payload, project_settings};

/// Longest list of rules or patterns, bytes; a hundred long lines.
const TEXT_BYTES_MAX: usize = 32 * 1024;
/// Largest event that can be tried, bytes; as large as one that is let in.
const TRIED_BYTES_MAX: usize = 1024 * 1024;
/// How long an outcome can be looked at.
const TRIAL_FOR: Duration = Duration::from_secs(600);
/// Outcomes kept; each is at most as large as an event.
const TRIALS_MAX: u64 = 20;

/// Outcomes of trials, in memory only: what somebody pasted is nobody else's business, and not to be stored.
#[derive(Clone, Debug)]
pub struct Trials(Cache<(i64, Uuid), Arc<Trial>>);

impl Default for Trials {
    fn default() -> Self {
        Self(Cache::builder().max_capacity(TRIALS_MAX).time_to_live(TRIAL_FOR).build())
    }
}

/// Everything the page shows. `trial` is the id of an outcome, or nothing.
///
/// # Errors
/// When there is no such project.
pub async fn protection(
    db: &impl ConnectionTrait,
    viewer: &Viewer,
    slug: &str,
    trials: &Trials,
    trial: &str,
) -> Result<ProtectionPage> {
    let row = get(db, viewer, slug).await?;
    let trial = Uuid::try_parse(trial).ok().and_then(|id| trials.0.get(&(row.id, id)));
    Ok(ProtectionPage {
        protection: project_settings::load(db, row.id, Protection::CONCERN).await?,
        discarded: discarded::list(db, row.id).await?,
        project: row.name,
        trial: trial.map(|trial| Trial::clone(&trial)),
    })
}

/// Changes what is taken out. Answers the project's id.
///
/// # Errors
/// When the viewer may not, or a line of the rules cannot be read; says which and why.
pub async fn save_scrubbing(
    db: &impl ConnectionTrait,
    now: i64,
    viewer: &Viewer,
    slug: &str,
    (scrub, store_addresses, rules): (bool, bool, String),
) -> Result<i64> {
    let row = settings::led(db, viewer, slug).await?;
    let filters = project_settings::load::<Protection>(db, row.id, Protection::CONCERN).await?.filters;
    let rules = text("rules", rules)?;
    let wanted = Protection { scrub, store_addresses, rules, filters };
    let (_, problems) = Scrubber::of(&wanted);
    let problems = problems.into_iter().map(|problem| format!("line {}: {}", problem.line, problem.reason));
    refuse("rules", problems.collect())?;
    save(db, now, &row, &wanted).await
}

/// Changes what is not let in. Answers the project's id.
///
/// # Errors
/// When the viewer may not, or a line cannot be read; says which and why.
pub async fn save_filters(
    db: &impl ConnectionTrait,
    now: i64,
    viewer: &Viewer,
    slug: &str,
    filters: InboundFilters,
) -> Result<i64> {
    let row = settings::led(db, viewer, slug).await?;
    let stored: Protection = project_settings::load(db, row.id, Protection::CONCERN).await?;
    let filters = InboundFilters {
        messages: text("messages", filters.messages)?,
        releases: text("releases", filters.releases)?,
        addresses: text("addresses", filters.addresses)?,
        feedback: text("feedback", filters.feedback)?,
        ..filters
    };
    let (_, problems) = Filters::new(&filters);
    if let Some((field, _)) = problems.first() {
        let of_field = problems.iter().filter(|(it, _)| it == field).map(|(_, problem)| problem.clone());
        refuse(field, of_field.collect())?;
    }
    save(db, now, &row, &Protection { filters, ..stored }).await
}

async fn save(db: &impl ConnectionTrait, now: i64, row: &project::Model, wanted: &Protection) -> Result<i64> {
    project_settings::save(db, now, row.id, Protection::CONCERN, wanted).await?;
    Ok(row.id)
}

fn refuse(field: &str, problems: Vec<String>) -> Result<()> {
    if problems.is_empty() { Ok(()) } else { Err(Error::invalid(field, problems.join("; "))) }
}

/// A text of lines as browsers send it, with lines that end as lines do.
fn text(field: &str, sent: String) -> Result<String> {
    if sent.len() > TEXT_BYTES_MAX {
        return Err(Error::invalid(field, format!("must be at most {} kB", TEXT_BYTES_MAX / 1024)));
    }
    Ok(sent.replace("\r\n", "\n").trim_end().to_owned())
}

/// Does to an event what would be done on its way in, and remembers the outcome for a while. Answers its id.
///
/// # Errors
/// When there is no such project, the text is not an event, or there is no latest event to take instead.
pub async fn attempt(
    db: &impl ConnectionTrait,
    viewer: &Viewer,
    slug: &str,
    event: &str,
    (trials, id): (&Trials, Uuid),
) -> Result<Uuid> {
    let row = get(db, viewer, slug).await?;
    let settings = project_settings::load(db, row.id, Protection::CONCERN).await?;
    let payload = if event.trim().is_empty() { latest(db, row.id).await? } else { parse(event)? };
    trials.0.insert((row.id, id), Arc::new(rehearse(&settings, payload)));
    Ok(id)
}

fn parse(event: &str) -> Result<Value> {
    if event.len() > TRIED_BYTES_MAX {
        return Err(Error::invalid("event", "must be at most 1 MB"));
    }
    let value: Value =
        serde_json::from_str(event).map_err(|error| Error::invalid("event", format!("is not JSON: {error}")))?;
    if value.is_object() { Ok(value) } else { Err(Error::invalid("event", "is not a JSON object")) }
}

async fn latest(db: &impl ConnectionTrait, project_id: i64) -> Result<Value> {
    let of_project = event::Entity::find().filter(event::Column::ProjectId.eq(project_id));
    let found = of_project.order_by_desc(event::Column::ReceivedAt).one(db).await?;
    let row = found.ok_or_else(|| Error::invalid("event", "has to be pasted: the project has none yet"))?;
    Ok(payload::unpack(&row.payload)?)
}

fn rehearse(settings: &Protection, payload: Value) -> Trial {
    let (json, mut payload) = (payload.to_string(), Json::from(payload));
    let ((scrubber, _), (filters, _)) = (Scrubber::of(settings), Filters::new(&settings.filters));
    let sender = crate::scrub::sender(&payload, None);
    let scrubbed = scrubber.event(&mut payload, json.as_bytes());
    let json = serde_json::to_string_pretty(&payload).unwrap_or_default();
    let arrival = Arrival { event_id: Uuid::nil(), received_at: 0, client_ip: None };
    let refused = filters.refuses_address(sender).or_else(|| filters.refuses(&normalise::event(payload, &arrival)));
    Trial {
        refused: refused.map(|reason| reason.as_str().to_owned()),
        scrubbed: scrubbed.remarks.into_iter().map(|remark| (remark.dotted(), remark.rule)).collect(),
        count: scrubbed.count,
        json,
    }
}
