//! Settings of the person looking, and what the installation has: members and projects.

mod mail;
mod password;
mod people;
mod teams;

use leptos::prelude::*;
use leptos_meta::Title;

use crate::api::{ChangePassword, SaveMailPreferences, list_projects, load_account_settings};
use crate::components::{Load, PageHeader};
use crate::pages::outcome::successes;
use mail::{Delivery, MailForm};
use password::PasswordForm;
use people::{Members, Projects};
pub(crate) use teams::TeamsPage;

#[component]
pub(crate) fn SettingsPage() -> impl IntoView {
    let save = ServerAction::<SaveMailPreferences>::new();
    let change = ServerAction::<ChangePassword>::new();
    let saved = successes(save);
    let account =
        Resource::new(move || saved.get(), async |_| Ok((load_account_settings().await?, list_projects().await?)));
    view! {
        <Title text="Settings"/>
        <PageHeader title="Settings"/>
        <Load resource=account view=move |(account, projects)| view! {
            <div class="settings-page">
                <Projects projects/>
                <MailForm preferences=account.preferences save/>
                <Delivery delivery=account.delivery/>
                <PasswordForm change/>
                <Members members=account.members/>
            </div>
        }.into_any()/>
    }
    .into_any()
}
