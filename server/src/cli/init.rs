//! `fieldfare init`: an installation that is ready to use, made by a program.

use std::io::Read;

use anyhow::Context;
use fieldfare_app::api::{Project, ProjectKey, Role};
use serde_json::json;

use super::output::say;
use crate::accounts::{self, NewMember, Password};
use crate::clock::Clock;
use crate::config::Config;
use crate::error::Result;
use crate::projects;
use crate::state::open_store;
use crate::store::Store;

/// What the organization is called when nobody says.
const DEFAULT_ORGANIZATION: &str = "My organization";
/// Most bytes of a password on stdin; far more than is accepted.
const PASSWORD_READ_BYTES: u64 = 10_000;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// E-mail address of the owner
    #[arg(long)]
    email: String,
    /// Read the owner's password from stdin; one who exists keeps theirs
    #[arg(long, required = true)]
    password_stdin: bool,
    /// Name of the organization, for when it is made
    #[arg(long, value_name = "NAME", default_value = DEFAULT_ORGANIZATION)]
    organization: String,
    /// Slug of the project
    #[arg(long, value_name = "SLUG")]
    project: String,
    /// What the project is written for, like python
    #[arg(long, default_value = "")]
    platform: String,
    /// Answer in JSON
    #[arg(long)]
    json: bool,
}

struct Made {
    organization: String,
    project: Project,
    key: ProjectKey,
    token: String,
}

pub(super) async fn run(config: Config, args: Args) -> anyhow::Result<()> {
    let password = Password::new("password", &password_from_stdin()?).await?;
    let store = open_store(&config).await?;
    let made = make(&store, &config, &args, password).await?;
    say(&if args.json { as_json(&made) } else { as_text(&made) });
    store.close().await;
    Ok(())
}

async fn make(store: &Store, config: &Config, args: &Args, password: Password) -> Result<Made> {
    let now = Clock::System.now();
    let url = config.web.url(config.web.listen);
    let tx = store.begin().await?;
    let organization_id = accounts::ensure_organization(&tx, now, &args.organization).await?;
    let owner = NewMember { email: args.email.clone(), name: String::new(), password, role: Role::Owner };
    let owner = accounts::ensure(&tx, now, organization_id, &owner).await?;
    let project = projects::ensure(&tx, now, organization_id, &args.project, &args.platform).await?;
    let key = projects::keys::ensure(&tx, now, project.id, &url).await?;
    let token = accounts::create_token(&tx, now, owner.id, "fieldfare init").await?;
    let organization = accounts::viewer(&tx, owner.id).await?.organization;
    tx.commit().await?;
    Ok(Made { organization, project, key, token })
}

fn as_json(made: &Made) -> String {
    let Made { organization, project, key, token } = made;
    json!({
        "organization": organization,
        "project": { "id": project.id, "slug": project.slug, "dsn": key.dsn, "public_key": key.public_key },
        "token": token,
    })
    .to_string()
}

fn as_text(made: &Made) -> String {
    let Made { organization, project, key, token } = made;
    format!(
        "organization  {organization}\nproject       {}\ndsn           {}\ntoken         {token}",
        project.slug, key.dsn
    )
}

/// The first line, so that `echo` and a file with a final newline both work.
pub(super) fn password_from_stdin() -> anyhow::Result<String> {
    let mut text = String::new();
    std::io::stdin().take(PASSWORD_READ_BYTES).read_to_string(&mut text).context("reading the password from stdin")?;
    Ok(text.lines().next().unwrap_or_default().to_owned())
}
