//! The plot: what happens when, from the first release to now. Pure.

use serde_json::json;
use uuid::Uuid;

use super::calendar::{RELEASES, STORY_HOURS, flood, newest, rhythm, shares};
use super::chance::Chance;
use super::envelope::{Envelope, id_of, seconds};
use super::event::{SITE, Scene, Script};
use super::jobs;
use super::people::Person;
use super::screenshot;
use super::sessions::Sessions;
use super::story::{Deed, Incident, Said, Step, Story};
use super::transactions::Transactions;
use crate::clock::HOUR_MS;

/// How long people take to complain, milliseconds.
const COMPLAINT_MS: i64 = 95_000;
/// How long before a release its source maps are uploaded, milliseconds.
const UPLOAD_MS: i64 = 600_000;
/// Every so many events is one of the test environment, for troubles seen there.
const STAGING_EVERY: usize = 6;

/// Something that happens.
#[derive(Debug)]
pub(super) struct Happening<'a> {
    /// Unix milliseconds.
    pub(super) at: i64,
    pub(super) what: What<'a>,
}

#[derive(Debug)]
pub(super) enum What<'a> {
    Report(Report<'a>),
    /// The build of this release uploads its source maps.
    Uploaded(usize),
    /// Somebody looks whether a job is overdue.
    Look,
    Deed(&'a Deed),
    Declared(&'a Incident),
    Step(&'a Step),
}

/// Something a client sends.
#[derive(Debug)]
pub(super) struct Report<'a> {
    pub(super) project: &'a str,
    pub(super) envelope: Vec<u8>,
    /// The name of the trouble or of who wrote, and the id it is sent under.
    pub(super) names: Option<(&'a str, Uuid)>,
}

/// Everything that happens, in order, ending at `now`.
///
/// # Errors
/// When the story contradicts itself; a test reads it.
pub(super) fn plot(story: &Story, now: i64) -> anyhow::Result<Vec<Happening<'_>>> {
    let scripts = scripts(story)?;
    let mut happenings = Vec::new();
    for script in &scripts {
        happenings.extend(occurrences(script, now));
    }
    for said in &story.feedback {
        happenings.extend(feedback(said, &scripts, now)?);
    }
    for project in ["shop", "storefront"] {
        happenings.extend(sessions(project, now));
        happenings.extend(transactions(project, now));
    }
    happenings.extend(jobs::happenings(now));
    happenings.extend(uploads(now));
    let (incident, ago) = (&story.incident, |hours: f64| now - ms(hours));
    happenings.extend(story.deeds.iter().map(|deed| Happening { at: ago(deed.hours), what: What::Deed(deed) }));
    happenings.push(Happening { at: ago(incident.hours), what: What::Declared(incident) });
    happenings.extend(incident.steps.iter().map(|step| Happening { at: ago(step.hours), what: What::Step(step) }));
    happenings.sort_by_key(|happening| happening.at);
    Ok(happenings)
}

fn scripts(story: &Story) -> anyhow::Result<Vec<Script<'_>>> {
    let all = story.troubles.iter().flat_map(|(project, troubles)| {
        troubles.errors.iter().map(|trouble| Script::of(project, trouble, &troubles.stacks))
    });
    all.collect()
}

/// Every time one trouble happens.
fn occurrences<'a>(script: &Script<'a>, now: i64) -> Vec<Happening<'a>> {
    let mut chance = Chance::of(&script.trouble.name);
    let mut owed = [(); 3].map(|()| chance.fraction());
    let mut happenings = Vec::new();
    for hour in 0..STORY_HOURS {
        let begins = now - (STORY_HOURS - hour) * HOUR_MS;
        let hours_ago = hours((STORY_HOURS - hour) * HOUR_MS - HOUR_MS / 2);
        let shares = shares(script.project, hours_ago);
        for (release, (version, _)) in RELEASES.into_iter().enumerate() {
            let steady = script.trouble.rate[release] / 24.0 * rhythm(begins) * shares[release];
            let worst = if release == 2 { script.trouble.flood * flood(hours_ago) } else { 0.0 };
            owed[release] += (steady + worst) * (0.5 + chance.fraction());
            while owed[release] >= 1.0 {
                owed[release] -= 1.0;
                let at = begins + i64::try_from(chance.below(HOUR_MS as usize)).unwrap_or_default();
                let is_test = script.trouble.staging && happenings.len() % STAGING_EVERY == STAGING_EVERY - 1;
                let environment = if is_test { "staging" } else { "production" };
                let name = format!("{} {}", script.trouble.name, happenings.len());
                let person = Person::any(&mut chance);
                let scene = Scene { event_id: id_of(&name), at, release: version, environment, person: &person };
                happenings.push(event(script, &scene, &mut chance));
            }
        }
    }
    happenings
}

fn event<'a>(script: &Script<'a>, scene: &Scene<'_>, chance: &mut Chance) -> Happening<'a> {
    let envelope = Envelope::new(Some(scene.event_id)).json("event", &script.play(scene, chance));
    let names = Some((script.trouble.name.as_str(), scene.event_id));
    let report = Report { project: script.project, envelope: envelope.into_bytes(), names };
    Happening { at: scene.at, what: What::Report(report) }
}

/// What somebody wrote, and the error they met before.
fn feedback<'a>(said: &'a Said, scripts: &[Script<'a>], now: i64) -> anyhow::Result<Vec<Happening<'a>>> {
    let at = now - ms(said.hours);
    let person = Person::named(&said.from);
    let event_id = id_of(&format!("{} writes", said.from));
    let release = newest(said.hours);
    let mut payload = json!({
        "event_id": event_id.simple().to_string(),
        "timestamp": seconds(at),
        "platform": "javascript",
        "release": release,
        "environment": "production",
        "user": person.user(),
        "contexts": person.contexts(),
        "request": { "url": format!("{SITE}{}", said.page), "headers": { "User-Agent": person.agent() } },
        "tags": { "browser": person.browser(), "os": person.system() },
    });
    payload["contexts"]["feedback"] = json!({
        "message": said.message,
        "name": person.name,
        "contact_email": person.email,
        "url": format!("{SITE}{}", said.page),
        "source": "widget",
        "type": said.kind,
        "rating": said.rating,
    });
    let mut happenings = Vec::new();
    if let Some(about) = &said.about {
        let script = scripts.iter().find(|script| script.trouble.name == *about && script.project == said.project);
        let script = script.ok_or_else(|| anyhow::anyhow!("{} writes about “{about}”, which is nothing", said.from))?;
        let event_id = id_of(&format!("{} meets {about}", said.from));
        let scene = Scene { event_id, at: at - COMPLAINT_MS, release, environment: "production", person: &person };
        happenings.push(event(script, &scene, &mut Chance::of(&said.from)));
        payload["contexts"]["feedback"]["associated_event_id"] = json!(event_id.simple().to_string());
    }
    let mut envelope = Envelope::new(Some(event_id)).json("feedback", &payload);
    if let Some(png) = said.screenshot.as_deref().and_then(screenshot::png) {
        envelope = envelope.screenshot(&png);
    }
    let names = Some((said.from.as_str(), event_id));
    let report = Report { project: &said.project, envelope: envelope.into_bytes(), names };
    happenings.push(Happening { at, what: What::Report(report) });
    Ok(happenings)
}

fn sessions(project: &'static str, now: i64) -> Vec<Happening<'static>> {
    let mut sessions = Sessions::of(project);
    let mut hour = |hour: i64| {
        let begins = now - (STORY_HOURS - hour) * HOUR_MS;
        let hours_ago = hours((STORY_HOURS - hour) * HOUR_MS - HOUR_MS / 2);
        let items = sessions.hour(begins, hours_ago);
        let envelope = items.iter().fold(Envelope::new(None), |envelope, item| envelope.json("sessions", item));
        let report = Report { project, envelope: envelope.into_bytes(), names: None };
        Happening { at: begins + HOUR_MS - 1, what: What::Report(report) }
    };
    (0..STORY_HOURS).map(&mut hour).collect()
}

/// What was answered in each hour, and how fast.
fn transactions(project: &'static str, now: i64) -> Vec<Happening<'static>> {
    let mut transactions = Transactions::of(project);
    let mut hour = |hour: i64| {
        let begins = now - (STORY_HOURS - hour) * HOUR_MS;
        let hours_ago = hours((STORY_HOURS - hour) * HOUR_MS - HOUR_MS / 2);
        let items = transactions.hour(begins, hours_ago);
        let envelope = items.iter().fold(Envelope::new(None), |envelope, item| envelope.json("transaction", item));
        let report = Report { project, envelope: envelope.into_bytes(), names: None };
        Happening { at: begins + HOUR_MS - 1, what: What::Report(report) }
    };
    (0..STORY_HOURS).map(&mut hour).collect()
}

/// Source maps are there before their release goes live.
fn uploads(now: i64) -> Vec<Happening<'static>> {
    let begins = now - STORY_HOURS * HOUR_MS;
    let upload = |(release, (_, live))| Happening {
        at: (now - ms(live) - UPLOAD_MS).max(begins),
        what: What::Uploaded(release),
    };
    RELEASES.into_iter().enumerate().map(upload).collect()
}

#[expect(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "hours of two weeks")]
fn ms(hours: f64) -> i64 {
    (hours * HOUR_MS as f64) as i64
}

#[expect(clippy::cast_precision_loss, reason = "milliseconds of two weeks")]
fn hours(ms: i64) -> f64 {
    ms as f64 / HOUR_MS as f64
}
