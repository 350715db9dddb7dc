//! The story as it is written down: plain values, read from the files under `story/`.

use std::collections::BTreeMap;

use anyhow::Context;
use fieldfare_app::api::{IncidentStatus, Severity, Triage};
use serde::Deserialize;
use serde::de::DeserializeOwned;

/// Everything the story tells.
#[derive(Debug)]
pub(super) struct Story {
    /// By project.
    pub(super) troubles: Vec<(&'static str, Troubles)>,
    pub(super) feedback: Vec<Said>,
    pub(super) deeds: Vec<Deed>,
    pub(super) teams: Vec<Team>,
    pub(super) rules: Vec<Rules>,
    pub(super) incident: Incident,
}

/// What goes wrong in one project.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Troubles {
    pub(super) stacks: BTreeMap<String, Vec<String>>,
    #[serde(rename = "error")]
    pub(super) errors: Vec<Trouble>,
}

/// One problem, however often it happens.
#[derive(Debug, Deserialize)]
pub(super) struct Trouble {
    /// By which the rest of the story refers to it.
    pub(super) name: String,
    pub(super) platform: Option<String>,
    #[serde(flatten)]
    pub(super) thrown: Thrown,
    pub(super) cause: Option<Thrown>,
    pub(super) message: Option<String>,
    #[serde(default)]
    pub(super) params: Vec<String>,
    pub(super) level: Option<String>,
    pub(super) logger: Option<String>,
    #[serde(default)]
    pub(super) handled: bool,
    pub(super) mechanism: Option<String>,
    pub(super) transaction: Option<String>,
    /// What kind of machine it happens on.
    pub(super) server: Option<String>,
    pub(super) method: Option<String>,
    /// The path of the page.
    pub(super) url: Option<String>,
    #[serde(default)]
    pub(super) query: String,
    #[serde(default)]
    pub(super) vars: BTreeMap<String, String>,
    #[serde(default)]
    pub(super) crumbs: Vec<String>,
    #[serde(default)]
    pub(super) tags: BTreeMap<String, String>,
    /// Events a day in each release, if it had all the traffic.
    pub(super) rate: [f64; 3],
    /// Events an hour while payments fail.
    #[serde(default)]
    pub(super) flood: f64,
    /// Whether it is seen while testing as well.
    #[serde(default)]
    pub(super) staging: bool,
    /// Whether nobody is signed in.
    #[serde(default)]
    pub(super) anonymous: bool,
}

/// An exception.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Thrown {
    #[serde(rename = "type")]
    pub(super) kind: Option<String>,
    #[serde(default)]
    pub(super) value: String,
    pub(super) module: Option<String>,
    #[serde(default)]
    pub(super) frames: Vec<String>,
}

/// One piece of feedback.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Said {
    pub(super) hours: f64,
    pub(super) project: String,
    pub(super) from: String,
    pub(super) kind: String,
    pub(super) rating: Option<u8>,
    pub(super) page: String,
    /// The error its author met a moment before.
    pub(super) about: Option<String>,
    pub(super) screenshot: Option<String>,
    pub(super) message: String,
}

/// What a member does to an issue.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Deed {
    pub(super) hours: f64,
    pub(super) by: String,
    /// Name of a trouble or of who wrote.
    pub(super) issue: String,
    pub(super) does: Option<Triage>,
    /// Name of a member, or `#team`.
    pub(super) assign: Option<String>,
    /// A comment, as Markdown.
    pub(super) says: Option<String>,
}

/// Members who look after something together.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Team {
    pub(super) name: String,
    pub(super) members: Vec<String>,
    pub(super) projects: Vec<String>,
}

/// The ownership rules of a project.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Rules {
    pub(super) project: String,
    pub(super) rules: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Incident {
    pub(super) title: String,
    pub(super) severity: Severity,
    pub(super) by: String,
    pub(super) hours: f64,
    pub(super) issue: String,
    pub(super) note: String,
    #[serde(rename = "step")]
    pub(super) steps: Vec<Step>,
}

/// What a member adds to the incident.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Step {
    pub(super) hours: f64,
    pub(super) by: String,
    pub(super) link: Option<String>,
    pub(super) status: Option<IncidentStatus>,
    pub(super) severity: Option<Severity>,
    #[serde(default)]
    pub(super) note: String,
}

#[derive(Deserialize)]
struct Writings {
    feedback: Vec<Said>,
}

#[derive(Deserialize)]
struct Deeds {
    deed: Vec<Deed>,
    incident: Incident,
}

#[derive(Deserialize)]
struct Teams {
    team: Vec<Team>,
    rules: Vec<Rules>,
}

impl Story {
    /// Reads the story.
    ///
    /// # Errors
    /// When one of its files is not as agreed; they are part of the program, so a test notices first.
    pub(super) fn read() -> anyhow::Result<Self> {
        let Writings { feedback } = file("feedback", include_str!("story/feedback.toml"))?;
        let Deeds { deed: deeds, incident } = file("deeds", include_str!("story/deeds.toml"))?;
        let Teams { team: teams, rules } = file("teams", include_str!("story/teams.toml"))?;
        let troubles = vec![
            ("shop", file("shop", include_str!("story/shop.toml"))?),
            ("storefront", file("storefront", include_str!("story/storefront.toml"))?),
        ];
        Ok(Self { troubles, feedback, deeds, incident, teams, rules })
    }
}

fn file<T: DeserializeOwned>(name: &str, text: &str) -> anyhow::Result<T> {
    toml::from_str(text).with_context(|| format!("reading {name}.toml of the demo"))
}
