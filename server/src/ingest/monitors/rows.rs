//! The rows behind the ledger: loaded for a batch, made where a client asks for it, saved.

use std::collections::{BTreeSet, HashMap};

use sea_orm::sea_query::OnConflict;
use sea_orm::{
    ActiveModelTrait, ActiveValue::NotSet, ActiveValue::Set, ColumnTrait, EntityTrait, IntoActiveModel, PaginatorTrait,
    QueryFilter, QueryOrder, QuerySelect,
};
use uuid::Uuid;

use super::ledger::{Entry, Ledger};
use crate::error::Result;
use crate::ingest::arrival::NewCheckIn;
use crate::ingest::names::Names;
use crate::monitors::Config;
use crate::store::Tx;
use crate::store::entities::{check_in, environment, monitor};

/// Monitors of one project, each environment by itself. More are made up by a program.
const MONITORS_MAX: u64 = 1_000;
/// Overdue monitors, and overdue runs, looked at in one batch; the others wait for the next.
const OVERDUE_MAX: u64 = 500;
/// Runs in progress that are looked at to find the latest of a monitor.
const OPEN_MAX: u64 = 2_000;
/// Rows in one statement: ten binds each.
const ROWS_PER_STATEMENT: usize = 1_000;

/// Loads what the check-ins are about and, with `overdue`, what was due by then.
pub(super) async fn load(
    tx: &Tx,
    names: &Names,
    ledger: &mut Ledger,
    check_ins: &[&NewCheckIn],
    overdue: Option<i64>,
) -> Result<()> {
    let project_id = ledger.project_id;
    let slugs: BTreeSet<&str> = check_ins.iter().map(|one| one.sent.slug.as_str()).collect();
    let of_project = || monitor::Entity::find().filter(monitor::Column::ProjectId.eq(project_id));
    let mut monitors = Vec::new();
    if !slugs.is_empty() {
        let places: BTreeSet<i64> = check_ins.iter().map(|one| names.ids(project_id, &one.place).1).collect();
        let here = of_project().filter(monitor::Column::EnvironmentId.is_in(places));
        monitors.extend(here.filter(monitor::Column::Slug.is_in(slugs)).all(tx).await?);
        load_runs(tx, ledger, &monitors, check_ins).await?;
    }
    if let Some(now) = overdue {
        let due = of_project().filter(monitor::Column::DueAt.lte(now)).order_by_asc(monitor::Column::DueAt);
        monitors.extend(due.limit(OVERDUE_MAX).all(tx).await?);
        let runs = overdue_runs(tx, project_id, now).await?;
        let of_runs = of_project().filter(monitor::Column::Id.is_in(runs.iter().map(|run| run.monitor_id)));
        monitors.extend(of_runs.all(tx).await?);
        remember(ledger, runs);
    }
    enter(tx, ledger, monitors).await
}

/// Loads whatever waits for a time to come, where the clock was set back.
pub(super) async fn load_ahead(tx: &Tx, ledger: &mut Ledger, now: i64) -> Result<()> {
    let project_id = ledger.project_id;
    let monitors = monitor::Entity::find()
        .filter(monitor::Column::ProjectId.eq(project_id))
        .filter(monitor::Column::DueAt.gt(now))
        .limit(MONITORS_MAX);
    let monitors = monitors.all(tx).await?;
    let runs = check_in::Entity::find()
        .filter(check_in::Column::ProjectId.eq(project_id))
        .filter(check_in::Column::DueAt.gt(now))
        .order_by_desc(check_in::Column::DueAt)
        .limit(OPEN_MAX);
    remember(ledger, runs.all(tx).await?);
    enter(tx, ledger, monitors).await
}

/// The runs the check-ins name, and those in progress for the ones that name none.
async fn load_runs(tx: &Tx, ledger: &mut Ledger, of: &[monitor::Model], check_ins: &[&NewCheckIn]) -> Result<()> {
    let monitors: Vec<i64> = of.iter().map(|row| row.id).collect();
    let select = || {
        check_in::Entity::find()
            .filter(check_in::Column::ProjectId.eq(ledger.project_id))
            .filter(check_in::Column::MonitorId.is_in(monitors.iter().copied()))
    };
    let mut found = Vec::new();
    let ids: Vec<Uuid> = check_ins.iter().filter_map(|one| one.sent.id).collect();
    for chunk in ids.chunks(ROWS_PER_STATEMENT) {
        found.extend(select().filter(check_in::Column::CheckInId.is_in(chunk.iter().copied())).all(tx).await?);
    }
    if check_ins.iter().any(|one| one.sent.id.is_none()) {
        let open = select().filter(check_in::Column::DueAt.is_not_null());
        found.extend(open.order_by_desc(check_in::Column::StartedAt).limit(OPEN_MAX).all(tx).await?);
    }
    remember(ledger, found);
    Ok(())
}

async fn overdue_runs(tx: &Tx, project_id: i64, now: i64) -> Result<Vec<check_in::Model>> {
    let due = check_in::Entity::find()
        .filter(check_in::Column::ProjectId.eq(project_id))
        .filter(check_in::Column::DueAt.lte(now))
        .order_by_asc(check_in::Column::DueAt);
    Ok(due.limit(OVERDUE_MAX).all(tx).await?)
}

fn remember(ledger: &mut Ledger, runs: Vec<check_in::Model>) {
    runs.into_iter().for_each(|run| ledger.keep(run));
}

/// Puts monitors into the ledger, each with the name of its environment.
async fn enter(tx: &Tx, ledger: &mut Ledger, rows: Vec<monitor::Model>) -> Result<()> {
    let places: BTreeSet<i64> = rows.iter().map(|row| row.environment_id).collect();
    let places = environment::Entity::find().filter(environment::Column::Id.is_in(places)).all(tx).await?;
    let mut names: HashMap<i64, String> = places.into_iter().map(|row| (row.id, row.name)).collect();
    for row in rows {
        let Some(config) = Config::from_stored(&row.config) else {
            // Only if a later version wrote it, or a time zone was abolished.
            tracing::error!(monitor.id = row.id, "the schedule of a monitor cannot be read");
            continue;
        };
        let name = names.entry(row.environment_id).or_default().clone();
        ledger.ids.insert((row.slug.clone(), row.environment_id), row.id);
        ledger.monitors.insert(row.id, Entry::new(row, name, config));
    }
    Ok(())
}

/// Makes the monitors that check-ins describe and nobody knows. Before any is applied: clients send the end of a short
/// run beside its beginning, and only the beginning brings the schedule.
pub(super) async fn make_missing(tx: &Tx, names: &Names, ledger: &mut Ledger, check_ins: &[&NewCheckIn]) -> Result<()> {
    let mut count = None;
    for new in check_ins {
        let (_, environment_id) = names.ids(ledger.project_id, &new.place);
        let is_known = ledger.ids.contains_key(&(new.sent.slug.clone(), environment_id));
        let Some(Ok(config)) = new.sent.config.as_ref().filter(|_| !is_known) else { continue };
        let before = match count {
            Some(before) => before,
            None => count_of(tx, ledger.project_id).await?,
        };
        if before < MONITORS_MAX {
            make(tx, ledger, new, (environment_id, config)).await?;
            count = Some(before + 1);
        } else {
            count = Some(before);
        }
    }
    Ok(())
}

async fn count_of(tx: &Tx, project_id: i64) -> Result<u64> {
    Ok(monitor::Entity::find().filter(monitor::Column::ProjectId.eq(project_id)).count(tx).await?)
}

async fn make(tx: &Tx, ledger: &mut Ledger, new: &NewCheckIn, (environment_id, config): (i64, &Config)) -> Result<()> {
    let stored = config.stored();
    let read =
        Config::from_stored(&stored).ok_or_else(|| anyhow::anyhow!("a schedule does not survive being stored"))?;
    let expected_at = read.1.next_after(new.at);
    let row = monitor::ActiveModel {
        id: NotSet,
        project_id: Set(ledger.project_id),
        slug: Set(new.sent.slug.clone()),
        environment_id: Set(environment_id),
        config: Set(stored),
        muted: Set(false),
        failing: Set(false),
        failures: Set(0),
        successes: Set(0),
        issue_hash: Set(None),
        last_check_in_at: Set(None),
        last_status: Set(None),
        expected_at: Set(expected_at),
        due_at: Set(expected_at.saturating_add(read.0.margin_ms())),
        created_at: Set(new.at),
    };
    let row = monitor::Entity::insert(row).exec_with_returning(tx).await?;
    ledger.ids.insert((row.slug.clone(), environment_id), row.id);
    ledger.monitors.insert(row.id, Entry::new(row, new.sent.environment.clone(), read));
    Ok(())
}

pub(super) async fn save(tx: &Tx, ledger: &Ledger) -> Result<()> {
    for entry in ledger.monitors.values().filter(|entry| entry.is_changed) {
        let mut row = entry.row.clone().into_active_model().reset_all();
        // Decided by people, who may do so at this very moment.
        (row.slug, row.muted) = (NotSet, NotSet);
        monitor::Entity::update(row).exec(tx).await?;
    }
    use check_in::Column as C;
    let conflict = OnConflict::columns([C::ProjectId, C::MonitorId, C::CheckInId])
        .update_columns([C::Status, C::FinishedAt, C::DurationMs, C::DueAt])
        .to_owned();
    let touched: Vec<_> = ledger.touched.iter().filter_map(|key| ledger.runs.get(key)).collect();
    for chunk in touched.chunks(ROWS_PER_STATEMENT) {
        let rows = chunk.iter().map(|run| check_in::Model::clone(run).into_active_model().reset_all());
        check_in::Entity::insert_many(rows).on_conflict(conflict.clone()).exec_without_returning(tx).await?;
    }
    Ok(())
}
