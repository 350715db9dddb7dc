//! The monitors and runs a batch touches, in memory: decisions are made here and nothing is read or written.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use uuid::Uuid;

use super::Recovered;
use crate::ingest::arrival::NewCheckIn;
use crate::monitors::{Config, Consequence, Outcome, Schedule, Standing, Watch, counts_for, expected_after, is_ahead};
use crate::protocol::check_in::Status;
use crate::store::entities::{check_in, monitor};
use crate::store::releases::NONE;

/// A monitor with its settings read.
pub(super) struct Entry {
    pub(super) row: monitor::Model,
    /// Its environment by name.
    pub(super) environment: String,
    pub(super) config: Config,
    pub(super) schedule: Schedule,
    pub(super) is_changed: bool,
}

/// A failure to be told of.
pub(super) struct Report {
    pub(super) monitor_id: i64,
    pub(super) slug: String,
    pub(super) environment: String,
    pub(super) config: Config,
    pub(super) schedule: Schedule,
    pub(super) outcome: Outcome,
    pub(super) at: i64,
    pub(super) run: check_in::Model,
    pub(super) release: Option<String>,
}

pub(super) struct Ledger {
    pub(super) project_id: i64,
    pub(super) monitors: BTreeMap<i64, Entry>,
    /// By slug and environment.
    pub(super) ids: HashMap<(String, i64), i64>,
    /// By monitor and id.
    pub(super) runs: HashMap<(i64, Uuid), check_in::Model>,
    /// Monitor, beginning and id of those that go on.
    open: BTreeSet<(i64, i64, Uuid)>,
    pub(super) touched: BTreeSet<(i64, Uuid)>,
    pub(super) reports: Vec<Report>,
    /// When each recovered, as far as it has not failed again.
    recovered: BTreeMap<i64, i64>,
}

impl Ledger {
    pub(super) fn new(project_id: i64) -> Self {
        Self {
            project_id,
            monitors: BTreeMap::new(),
            ids: HashMap::new(),
            runs: HashMap::new(),
            open: BTreeSet::new(),
            touched: BTreeSet::new(),
            reports: Vec::new(),
            recovered: BTreeMap::new(),
        }
    }

    /// The monitor a check-in is of, changed as it wants; a reason in one word when there is none.
    pub(super) fn monitor_of(&mut self, new: &NewCheckIn, environment_id: i64) -> Result<i64, &'static str> {
        let known = self.ids.get(&(new.sent.slug.clone(), environment_id)).copied();
        let entry = known.and_then(|id| self.monitors.get_mut(&id));
        match (entry, &new.sent.config) {
            (Some(entry), config) => {
                if let Some(Ok(config)) = config {
                    entry.configure(config, new.at);
                }
                Ok(entry.row.id)
            }
            (None, Some(Ok(_))) => Err("too_many_monitors"),
            (None, Some(Err(fault))) => Err(fault.reason()),
            (None, None) => Err("unknown_monitor"),
        }
    }

    /// Applies one check-in; a reason in one word when it says nothing new.
    pub(super) fn check_in(&mut self, monitor_id: i64, new: &NewCheckIn, release_id: i64) -> Result<(), &'static str> {
        let is_end = new.sent.status != Status::InProgress;
        let open = new.sent.id.is_none().then(|| self.latest_open(monitor_id)).flatten().filter(|_| is_end);
        let id = new.sent.id.or(open).unwrap_or_else(crate::ids::random_uuid);
        let Some(run) = self.runs.get(&(monitor_id, id)) else {
            self.begin(monitor_id, id, new, release_id);
            return Ok(());
        };
        match (run.status.as_str(), is_end) {
            // Also a beginning that arrives after its end.
            (_, false) => Ok(()),
            // What nobody heard of may still come, and counts; what took too long stays so.
            ("in_progress" | "unknown", true) => {
                self.end((monitor_id, id), new);
                Ok(())
            }
            ("timeout", true) if run.finished_at.is_none() => {
                self.end_late((monitor_id, id), new.at);
                Ok(())
            }
            _ => Err("duplicate"),
        }
    }

    /// Finds what should have come by now.
    pub(super) fn overdue(&mut self, watch: &Watch, now: i64) {
        let due = |entry: &&Entry| entry.row.due_at <= now;
        let late: Vec<i64> = self.monitors.values().filter(due).map(|entry| entry.row.id).collect();
        late.into_iter().for_each(|monitor_id| self.miss(monitor_id, watch, now));
        let due = |run: &&check_in::Model| run.due_at.is_some_and(|due_at| due_at <= now);
        let mut long: Vec<(i64, Uuid)> =
            self.runs.values().filter(due).map(|run| (run.monitor_id, run.check_in_id)).collect();
        long.sort_unstable();
        long.into_iter().for_each(|key| self.time_out(key, watch, now));
    }

    /// Waits for nothing that only a clock that was ahead can have led to.
    pub(super) fn come_back(&mut self, now: i64) {
        for entry in self.monitors.values_mut().filter(|it| is_ahead(&it.schedule, it.row.expected_at, now)) {
            entry.expect(entry.schedule.next_after(now));
        }
        for (key, run) in &mut self.runs {
            let Some(entry) = self.monitors.get(&key.0) else { continue };
            let latest = now.saturating_add(entry.config.max_runtime_ms());
            if run.due_at.is_some_and(|due_at| due_at > latest) {
                run.due_at = Some(latest);
                self.touched.insert(*key);
            }
        }
    }

    /// Notes to which issue the reports of a monitor lead; answers what led there before, if that was something else.
    pub(super) fn remember_issue(&mut self, monitor_id: i64, hash: Uuid) -> Option<Uuid> {
        let entry = self.monitors.get_mut(&monitor_id)?;
        let former = entry.row.issue_hash.replace(hash).filter(|former| *former != hash);
        entry.is_changed = true;
        former
    }

    pub(super) fn recovered(&self) -> Vec<Recovered> {
        let hash = |monitor_id: &i64| self.monitors.get(monitor_id)?.row.issue_hash;
        self.recovered.iter().filter_map(|(id, at)| Some(Recovered { hash: hash(id)?, at: *at })).collect()
    }

    /// Puts a run into the ledger, as it is now.
    pub(super) fn keep(&mut self, run: check_in::Model) {
        let place = (run.monitor_id, run.started_at, run.check_in_id);
        if run.status == "in_progress" {
            self.open.insert(place);
        } else {
            self.open.remove(&place);
        }
        self.runs.insert((run.monitor_id, run.check_in_id), run);
    }

    fn latest_open(&self, monitor_id: i64) -> Option<Uuid> {
        let all = (monitor_id, i64::MIN, Uuid::nil())..=(monitor_id, i64::MAX, Uuid::max());
        self.open.range(all).next_back().map(|(_, _, id)| *id)
    }

    /// A run nobody knew of: it has just begun, or is already over.
    fn begin(&mut self, monitor_id: i64, id: Uuid, new: &NewCheckIn, release_id: i64) {
        let Some(entry) = self.monitors.get_mut(&monitor_id) else { return };
        let is_end = new.sent.status != Status::InProgress;
        let expected = entry.row.expected_at;
        let run = check_in::Model {
            project_id: self.project_id,
            monitor_id,
            check_in_id: id,
            status: status(new.sent.status).to_owned(),
            started_at: new.at - new.sent.duration_ms.filter(|_| is_end).unwrap_or(0),
            finished_at: is_end.then_some(new.at),
            duration_ms: new.sent.duration_ms,
            expected_at: counts_for(&entry.schedule, expected, new.at).then_some(expected),
            due_at: (!is_end).then(|| new.at.saturating_add(entry.config.max_runtime_ms())),
            release_id,
        };
        entry.expect(expected_after(&entry.schedule, expected, new.at));
        self.record(run, new.at, new.place.release.clone());
    }

    /// A run that was begun is over.
    fn end(&mut self, key: (i64, Uuid), new: &NewCheckIn) {
        let Some(mut run) = self.runs.get(&key).cloned() else { return };
        status(new.sent.status).clone_into(&mut run.status);
        run.finished_at = Some(new.at);
        run.duration_ms = new.sent.duration_ms.or_else(|| Some((new.at - run.started_at).max(0)));
        run.due_at = None;
        self.record(run, new.at, new.place.release.clone());
    }

    /// A run is over that was given up; only how long it took is news.
    fn end_late(&mut self, key: (i64, Uuid), at: i64) {
        if let Some(run) = self.runs.get_mut(&key) {
            run.finished_at = Some(at);
            run.duration_ms = Some((at - run.started_at).max(0));
            self.touched.insert(key);
        }
    }

    fn miss(&mut self, monitor_id: i64, watch: &Watch, now: i64) {
        let Some(entry) = self.monitors.get_mut(&monitor_id) else { return };
        let (expected, due) = (entry.row.expected_at, entry.row.due_at);
        let was_heard = watch.heard(expected, due);
        // While nobody listened many may have been due; one line tells of all.
        entry.expect(entry.schedule.next_after(if was_heard { expected } else { expected.max(now) }));
        let run = check_in::Model {
            project_id: self.project_id,
            monitor_id,
            check_in_id: crate::ids::random_uuid(),
            status: if was_heard { "missed" } else { "unknown" }.to_owned(),
            started_at: expected,
            finished_at: None,
            duration_ms: None,
            expected_at: Some(expected),
            due_at: None,
            release_id: NONE,
        };
        self.record(run, now, None);
    }

    fn time_out(&mut self, key: (i64, Uuid), watch: &Watch, now: i64) {
        let Some(mut run) = self.runs.get(&key).cloned() else { return };
        let was_heard = watch.heard(run.started_at, run.due_at.unwrap_or(now));
        if was_heard { "timeout" } else { "unknown" }.clone_into(&mut run.status);
        run.due_at = None;
        self.record(run, now, None);
    }

    /// Keeps a run, and lets what it came to have its consequence.
    fn record(&mut self, run: check_in::Model, at: i64, release: Option<String>) {
        let (key, monitor_id) = ((run.monitor_id, run.check_in_id), run.monitor_id);
        self.touched.insert(key);
        self.keep(run.clone());
        let Some(entry) = self.monitors.get_mut(&monitor_id) else { return };
        entry.is_changed = true;
        entry.row.last_status = Some(run.status.clone());
        if matches!(run.status.as_str(), "in_progress" | "ok" | "error") {
            entry.row.last_check_in_at = Some(at);
        }
        let Some(outcome) = outcome(&run.status) else { return };
        match entry.follow(outcome) {
            Consequence::Nothing => {}
            Consequence::Resolve => {
                self.recovered.insert(monitor_id, at);
            }
            Consequence::Report => {
                self.recovered.remove(&monitor_id);
                if !entry.row.muted {
                    self.reports.push(entry.report(outcome, at, run, release));
                }
            }
        }
    }
}

impl Entry {
    pub(super) fn new(row: monitor::Model, environment: String, (config, schedule): (Config, Schedule)) -> Self {
        Self { row, environment, config, schedule, is_changed: false }
    }

    /// Takes over settings that have changed since.
    pub(super) fn configure(&mut self, config: &Config, at: i64) {
        let stored = config.stored();
        let Some((config, schedule)) = Config::from_stored(&stored).filter(|_| *config != self.config) else { return };
        (self.config, self.schedule, self.row.config) = (config, schedule, stored);
        self.expect(self.schedule.next_after(at));
    }

    pub(super) fn expect(&mut self, at: i64) {
        self.row.expected_at = at;
        self.row.due_at = at.saturating_add(self.config.margin_ms());
        self.is_changed = true;
    }

    fn follow(&mut self, outcome: Outcome) -> Consequence {
        let small = |count: i64| u32::try_from(count).unwrap_or(u32::MAX);
        let (failures, successes) = (small(self.row.failures), small(self.row.successes));
        let standing = Standing { failures, successes, failing: self.row.failing };
        let thresholds = (self.config.failure_issue_threshold, self.config.recovery_threshold);
        let (standing, consequence) = standing.after(outcome, thresholds.0, thresholds.1);
        self.row.failures = i64::from(standing.failures);
        self.row.successes = i64::from(standing.successes);
        self.row.failing = standing.failing;
        consequence
    }

    fn report(&self, outcome: Outcome, at: i64, run: check_in::Model, release: Option<String>) -> Report {
        Report {
            monitor_id: self.row.id,
            slug: self.row.slug.clone(),
            environment: self.environment.clone(),
            config: self.config.clone(),
            schedule: self.schedule.clone(),
            outcome,
            at,
            run,
            release,
        }
    }
}

fn status(sent: Status) -> &'static str {
    match sent {
        Status::InProgress => "in_progress",
        Status::Ok => "ok",
        Status::Error => "error",
    }
}

/// What a stored status counts as; a run that goes on, or that nobody heard of, as nothing.
fn outcome(status: &str) -> Option<Outcome> {
    Some(match status {
        "ok" => Outcome::Ok,
        "error" => Outcome::Error,
        "missed" => Outcome::Missed,
        "timeout" => Outcome::Timeout,
        _ => return None,
    })
}
