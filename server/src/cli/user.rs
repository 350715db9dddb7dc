//! `fieldfare user`: the people who can sign in, for whoever runs the machine.

use anyhow::anyhow;
use clap::Subcommand;
use fieldfare_app::api::Role;

use super::init::password_from_stdin;
use super::output::say;
use crate::accounts::{self, NewMember, Password};
use crate::clock::Clock;
use crate::config::Config;
use crate::error::{Error, Result};
use crate::state::open_store;
use crate::store::Store;
use crate::store::entities::organization;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Show everybody
    List,
    /// Add somebody; the password is read from stdin
    Add {
        #[arg(long)]
        email: String,
        #[arg(long, default_value = "")]
        name: String,
        /// owner, admin, lead, developer or viewer
        #[arg(long, default_value = "developer", value_parser = role)]
        role: Role,
    },
    /// Give somebody a new password, read from stdin, and end their logins
    SetPassword {
        #[arg(long)]
        email: String,
    },
    /// Give somebody another role
    SetRole {
        #[arg(long)]
        email: String,
        /// owner, admin, lead, developer or viewer
        #[arg(long, value_parser = role)]
        role: Role,
    },
}

pub(super) async fn run(config: &Config, args: Args) -> anyhow::Result<()> {
    let store = open_store(config).await?;
    act(&store, args.action).await?;
    store.close().await;
    Ok(())
}

async fn act(store: &Store, action: Action) -> anyhow::Result<()> {
    match action {
        Action::List => return list(store).await,
        Action::Add { email, name, role } => {
            let password = Password::new("password", &password_from_stdin()?).await?;
            add(store, NewMember { email, name, password, role }).await?;
        }
        Action::SetPassword { email } => {
            let password = Password::new("password", &password_from_stdin()?).await?;
            let tx = store.begin().await?;
            accounts::set_password(&tx, &email, password).await?;
            tx.commit().await?;
        }
        Action::SetRole { email, role } => {
            let tx = store.begin().await?;
            accounts::set_role(&tx, &email, role).await?;
            tx.commit().await?;
        }
    }
    Ok(())
}

async fn list(store: &Store) -> anyhow::Result<()> {
    for member in accounts::all(store.reader()).await? {
        say(&format!("{:<9}  {}  {}", member.role.as_str(), member.email, member.name));
    }
    Ok(())
}

async fn add(store: &Store, new: NewMember) -> Result<()> {
    use sea_orm::EntityTrait;
    let tx = store.begin().await?;
    let organization = organization::Entity::find().one(&tx).await?;
    let organization = organization.ok_or_else(|| Error::not_found("organization yet: run `fieldfare init` first"))?;
    accounts::add(&tx, Clock::System.now(), organization.id, &new).await?;
    Ok(tx.commit().await?)
}

fn role(text: &str) -> anyhow::Result<Role> {
    text.parse().map_err(|()| anyhow!("must be owner, admin, lead, developer or viewer"))
}
