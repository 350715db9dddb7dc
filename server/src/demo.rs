//! The demo: one believable story of a web shop, told to an empty installation through the real pipeline.
//!
//! Owns what happens in the story and when. Knows nothing that others do not: it reports as clients do, and acts as
//! members do. The story is the same in every telling but for its date: it ends now.

mod build;
mod calendar;
mod chance;
mod envelope;
mod event;
mod frames;
mod jobs;
mod people;
mod plot;
mod screenshot;
mod sessions;
mod story;
mod teller;
#[cfg(test)]
mod tests;
mod transactions;

use std::collections::HashMap;

use anyhow::bail;
use fieldfare_app::api::{MailPreferences, Role, TeamDraft, Viewer};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ConnectionTrait, EntityTrait, PaginatorTrait};
use tokio_util::sync::CancellationToken;

use self::calendar::STORY_HOURS;
use self::story::{Rules, Story};
use self::teller::{Cast, Teller};
use crate::accounts::{self, NewMember, Password};
use crate::clock::{Clock, HOUR_MS};
use crate::config::Config;
use crate::ingest::Writer;
use crate::issues::ownership;
use crate::projects;
use crate::state::{State, open_store};
use crate::store::Tx;
use crate::store::entities::{installation_setting, member, project};

/// With which everybody may look at the demo.
pub const EMAIL: &str = "demo@fieldfare.example";
pub const PASSWORD: &str = "fernbrook-demo";

/// Whose installation it is.
const ORGANIZATION: &str = "Fernbrook";
/// The name the story uses, the full one, the address and the role of each member.
const MEMBERS: [(&str, &str, &str, Role); 3] = [
    ("ada", "Ada Brook", EMAIL, Role::Owner),
    ("grace", "Grace Okafor", "grace@fieldfare.example", Role::Lead),
    ("linus", "Linus Berg", "linus@fieldfare.example", Role::Developer),
];
/// Slug, name and platform of each project.
const PROJECTS: [(&str, &str, &str); 2] =
    [("shop", "Shop", "python-django"), ("storefront", "Storefront", "javascript-react")];

/// The setting that says how far the demo got.
const SETTING: &str = "demo";
const BEGUN: &str = "begun";
const TOLD: &str = "told";

/// What [`fill`] found to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Filled {
    /// The story was told.
    Now,
    /// It had been told before; nothing was changed.
    Before,
}

/// Tells the story to an empty installation. One that heard it already is left alone.
///
/// # Errors
/// When the installation holds anything else, or cannot be written.
pub async fn fill(config: Config, now: i64) -> anyhow::Result<Filled> {
    // The database alone: a server may run beside it, which holds the search index.
    let store = open_store(&config).await?;
    let is_told = is_told(store.reader()).await;
    store.close().await;
    if is_told? {
        return Ok(Filled::Before);
    }
    let (state, writer) = State::open(config, Clock::manual(now - STORY_HOURS * HOUR_MS)).await?;
    let told = Box::pin(begin(&state, writer, now)).await;
    state.store.close().await;
    told.map(|()| Filled::Now)
}

/// Whether the story was told; refuses an installation in which it cannot be.
async fn is_told(db: &impl ConnectionTrait) -> anyhow::Result<bool> {
    let setting = installation_setting::Entity::find_by_id(SETTING.to_owned()).one(db).await?;
    match setting.as_ref().map(|setting| setting.value.as_str()) {
        Some(TOLD) => Ok(true),
        Some(_) => bail!("filling this installation with the demo was interrupted: delete its data and begin again"),
        None if is_used(db).await? => {
            bail!(
                "this installation holds other data, and the demo fills only an empty one: choose another --data directory"
            )
        }
        None => Ok(false),
    }
}

async fn begin(state: &State, writer: Writer, now: i64) -> anyhow::Result<()> {
    let story = Story::read()?;
    let cast = prepare(state, &story).await?;
    let stop = CancellationToken::new();
    let telling = async {
        let told = tell(state, &cast, &story, now).await;
        stop.cancel();
        told
    };
    let ((), told) = tokio::join!(writer.run(stop.clone()), telling);
    told?;
    finish(state, &cast).await
}

async fn is_used(db: &impl ConnectionTrait) -> anyhow::Result<bool> {
    Ok(member::Entity::find().count(db).await? + project::Entity::find().count(db).await? > 0)
}

/// Makes organization, members, projects and teams, and notes that the demo is here, all or nothing.
async fn prepare(state: &State, story: &Story) -> anyhow::Result<Cast> {
    let now = state.clock.now();
    let password = Password::new("password", PASSWORD).await?;
    let tx = state.store.begin().await?;
    let organization_id = accounts::ensure_organization(&tx, now, ORGANIZATION).await?;
    let mut members: HashMap<String, Viewer> = HashMap::new();
    for (name, full, email, role) in MEMBERS {
        let new = NewMember { email: email.to_owned(), name: full.to_owned(), password: password.clone(), role };
        let member = accounts::add(&tx, now, organization_id, &new).await?;
        let viewer = accounts::viewer(&tx, member.id).await?;
        // Two weeks of mails are not worth sending; switched on again at the end.
        accounts::save_preferences(&tx, &viewer, mails(false)).await?;
        members.insert(name.to_owned(), viewer);
    }
    let mut ids = HashMap::new();
    for (slug, name, platform) in PROJECTS {
        let made = projects::ensure(&tx, now, organization_id, slug, platform).await?;
        projects::save(&tx, &members["ada"], slug, (name, platform), "").await?;
        ids.insert(slug.to_owned(), made.id);
    }
    divide_work(&tx, now, &members, story).await?;
    note(&tx, BEGUN).await?;
    tx.commit().await?;
    Ok(Cast { members, projects: ids })
}

/// Makes the teams, and says who looks after what.
async fn divide_work(tx: &Tx, now: i64, members: &HashMap<String, Viewer>, story: &Story) -> anyhow::Result<()> {
    let owner = &members["ada"];
    for team in &story.teams {
        let draft = TeamDraft {
            name: team.name.clone(),
            members: team.members.iter().map(|name| members[name].email.clone()).collect(),
            projects: team.projects.clone(),
            ..TeamDraft::default()
        };
        accounts::teams::create(tx, now, owner, &draft).await?;
    }
    for Rules { project, rules } in &story.rules {
        ownership::replace(tx, now, owner, project, (rules.trim(), true)).await?;
    }
    Ok(())
}

async fn tell(state: &State, cast: &Cast, story: &Story, now: i64) -> anyhow::Result<()> {
    let happenings = plot::plot(story, now)?;
    Teller::new(state, cast).tell(&happenings).await?;
    Ok(state.source_maps.write_misses().await?)
}

async fn finish(state: &State, cast: &Cast) -> anyhow::Result<()> {
    let tx = state.store.begin().await?;
    for viewer in cast.members.values() {
        accounts::save_preferences(&tx, viewer, mails(true)).await?;
    }
    note(&tx, TOLD).await?;
    Ok(tx.commit().await?)
}

fn mails(on: bool) -> MailPreferences {
    MailPreferences { new_issue: on, regression: on, feedback: on, incident: on, followed: on, mention: on }
}

async fn note(db: &impl ConnectionTrait, value: &str) -> anyhow::Result<()> {
    let row = installation_setting::ActiveModel { name: Set(SETTING.to_owned()), value: Set(value.to_owned()) };
    let conflict = OnConflict::column(installation_setting::Column::Name)
        .update_column(installation_setting::Column::Value)
        .to_owned();
    installation_setting::Entity::insert(row).on_conflict(conflict).exec_without_returning(db).await?;
    Ok(())
}
