//! Telling the story to an installation: what clients sent goes the way of every request, what members did is done
//! by them.

use std::collections::HashMap;

use anyhow::{Context, anyhow};
use fieldfare_app::api::{Decision, Viewer};
use futures::future::try_join_all;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use uuid::Uuid;

use super::build;
use super::plot::{Happening, Report, What};
use super::story::{Deed, Incident, Step};
use crate::clock::HOUR_MS;
use crate::incidents::{self, NewIncident, Update};
use crate::ingest::admit::{self, Door};
use crate::ingest::arrival::Parcel;
use crate::ingest::quota::Budget;
use crate::ingest::{mapping, watching};
use crate::issues::{self, Change, Timekeeper};
use crate::protocol::drift::Drift;
use crate::protocol::envelope;
use crate::source_maps;
use crate::state::State;
use crate::store::entities::{event, feedback};

/// What arrives within so many milliseconds is committed together, as the writer does when it is busy.
const GATHERED_MS: i64 = HOUR_MS / 2;

/// Who takes part: members by their first name in lower case, projects by slug.
#[derive(Debug)]
pub(super) struct Cast {
    pub(super) members: HashMap<String, Viewer>,
    pub(super) projects: HashMap<String, i64>,
}

/// Somebody who tells, and how far they got.
pub(super) struct Teller<'a> {
    state: &'a State,
    cast: &'a Cast,
    /// Project and id of the first report under each name.
    told: HashMap<&'a str, (i64, Uuid)>,
    /// Who looks at issues as time passes, and when they last did.
    timekeeper: (Timekeeper, i64),
    incident: Option<(i64, Update<'a>)>,
}

impl<'a> Teller<'a> {
    pub(super) fn new(state: &'a State, cast: &'a Cast) -> Self {
        let timekeeper = (Timekeeper::new(&state.store, &state.clock), 0);
        Self { state, cast, told: HashMap::new(), timekeeper, incident: None }
    }

    /// Tells everything in order, moving the clock along. The writer must run meanwhile.
    ///
    /// # Errors
    /// When the story contradicts itself or the installation cannot be written.
    pub(super) async fn tell(&mut self, happenings: &'a [Happening<'a>]) -> anyhow::Result<()> {
        for group in happenings.chunk_by(go_together) {
            let until = group.last().map_or(0, |last| last.at);
            self.state.clock.advance((until - self.state.clock.now()).max(0));
            match group {
                [Happening { at, what: What::Deed(deed) }] => self.deed(*at, deed).await?,
                [Happening { at, what: What::Declared(incident) }] => self.declare(*at, incident).await?,
                [Happening { at, what: What::Step(step) }] => self.step(*at, step).await?,
                [Happening { at, what: What::Uploaded(release) }] => self.upload(*at, *release).await?,
                [Happening { at, what: What::Look }] => {
                    watching::look(&self.state.store, &self.state.ingest, *at).await?;
                }
                reports => self.reports(reports).await?,
            }
            self.look_at_issues(until).await?;
        }
        Ok(self.timekeeper.0.release().await?)
    }

    /// Once an hour, which is often enough for a story.
    async fn look_at_issues(&mut self, now: i64) -> anyhow::Result<()> {
        let (timekeeper, looked_at) = &mut self.timekeeper;
        if now - *looked_at >= HOUR_MS {
            timekeeper.round().await?;
            *looked_at = now;
        }
        Ok(())
    }

    async fn reports(&mut self, happenings: &'a [Happening<'a>]) -> anyhow::Result<()> {
        let mut parcels = Vec::with_capacity(happenings.len());
        for Happening { at, what } in happenings {
            let What::Report(report) = what else { continue };
            parcels.push(self.admit(*at, report).await?);
        }
        try_join_all(parcels.into_iter().map(|parcel| self.state.ingest.commit(parcel))).await?;
        Ok(())
    }

    async fn admit(&mut self, at: i64, report: &'a Report<'a>) -> anyhow::Result<Parcel> {
        let project_id = *self.cast.projects.get(report.project).context("a report to an unknown project")?;
        if let Some((name, event_id)) = report.names {
            self.told.entry(name).or_insert((project_id, event_id));
        }
        let parsed = envelope::parse(&report.envelope)?;
        let policy = self.state.policies.of(&self.state.store, project_id).await?;
        let door = Door {
            project_id,
            received_at: at,
            client: None,
            policy,
            drift: Drift::default(),
            budget: Budget::unlimited(),
        };
        let mut admitted = admit::envelope(&parsed, &door, crate::ids::random_uuid);
        mapping::apply(&mut admitted.parcel, &self.state.source_maps, &door.policy).await;
        Ok(admit::store_blobs(admitted, &self.state.blobs).await?)
    }

    /// Nothing came before these maps that they would have to be linked to, so they count at once.
    async fn upload(&self, now: i64, release: usize) -> anyhow::Result<()> {
        let (state, project_id) = (self.state, *self.cast.projects.get("storefront").context("no storefront")?);
        for file in build::uploads(release)? {
            state.source_maps.keep_file(now, project_id, file).await?;
        }
        for bundle in source_maps::pending(state.store.writer()).await? {
            source_maps::set_ready(state.store.writer(), now, bundle.id).await?;
        }
        state.source_maps.forget(project_id).await;
        Ok(())
    }

    async fn declare(&mut self, now: i64, told: &'a Incident) -> anyhow::Result<()> {
        let issue = self.issue(&told.issue).await?;
        let new = NewIncident { title: &told.title, severity: told.severity, note: &told.note, issue: &issue };
        let tx = self.state.store.begin().await?;
        let number = incidents::declare(&tx, self.member(&told.by)?, now, new).await?;
        tx.commit().await?;
        let status = fieldfare_app::api::IncidentStatus::Investigating;
        self.incident = Some((number, Update { status, severity: told.severity, note: "" }));
        Ok(())
    }

    async fn step(&mut self, now: i64, step: &'a Step) -> anyhow::Result<()> {
        let (number, before) = self.incident.context("a step of an incident that nobody declared")?;
        let viewer = self.member(&step.by)?;
        let link = match &step.link {
            Some(name) => Some(self.issue(name).await?),
            None => None,
        };
        let tx = self.state.store.begin().await?;
        if let Some(issue) = link {
            incidents::link(&tx, viewer, now, number, &issue).await?;
        }
        let after = Update {
            status: step.status.unwrap_or(before.status),
            severity: step.severity.unwrap_or(before.severity),
            note: &step.note,
        };
        if step.status.is_some() || step.severity.is_some() || !step.note.is_empty() {
            incidents::update(&tx, viewer, now, number, after).await?;
        }
        tx.commit().await?;
        self.incident = Some((number, after));
        Ok(())
    }

    async fn deed(&self, now: i64, deed: &Deed) -> anyhow::Result<()> {
        let (viewer, issue) = (self.member(&deed.by)?, self.issue(&deed.issue).await?);
        let assignee = match &deed.assign {
            Some(team) if team.starts_with('#') => Some(team.as_str()),
            Some(name) => Some(self.member(name)?.email.as_str()),
            None => None,
        };
        if let Some(comment) = &deed.says {
            issues::comments::add(&self.state.store, now, viewer, &issue, comment).await?;
        }
        let decision = deed.does.map(|does| Decision::read(does, "")).transpose()?;
        let change = Change { decision, assignee, ..Change::default() };
        issues::change(&self.state.store, now, viewer, &issue, change).await?;
        Ok(())
    }

    fn member(&self, name: &str) -> anyhow::Result<&'a Viewer> {
        self.cast.members.get(name).ok_or_else(|| anyhow!("nobody is called {name}"))
    }

    /// The issue that the first report under this name became, as areas take it.
    async fn issue(&self, name: &str) -> anyhow::Result<String> {
        let (project_id, event_id) = *self.told.get(name).with_context(|| format!("“{name}” did not happen yet"))?;
        let db = self.state.store.reader();
        if let Some(found) = event::Entity::find_by_id((project_id, event_id)).one(db).await? {
            return Ok(found.issue_id.to_string());
        }
        let said = feedback::Entity::find().filter(feedback::Column::ProjectId.eq(project_id));
        let found = said.filter(feedback::Column::EventId.eq(event_id)).one(db).await?;
        Ok(found.with_context(|| format!("“{name}” was not kept"))?.issue_id.to_string())
    }
}

/// Whether two happenings are committed together.
fn go_together(one: &Happening<'_>, next: &Happening<'_>) -> bool {
    let is_report = |happening: &Happening<'_>| matches!(happening.what, What::Report(_));
    is_report(one) && is_report(next) && one.at / GATHERED_MS == next.at / GATHERED_MS
}
