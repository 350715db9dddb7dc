//! Changing the viewer's password.

use leptos::form::ActionForm;
use leptos::prelude::*;

use crate::api::ChangePassword;
use crate::components::{SubmitButton, TextField};
use crate::pages::outcome::Outcome;

/// The server has the last word; this spares a round trip.
const PASSWORD_CHARS_MIN: u32 = 10;

#[component]
pub(super) fn PasswordForm(change: ServerAction<ChangePassword>) -> impl IntoView {
    view! {
        <section class="settings-section" aria-labelledby="password-heading">
            <h2 id="password-heading">"Password"</h2>
            <ActionForm action=change attr:class="form">
                <TextField label="Current password" name="current" kind="password" autocomplete="current-password"
                    required=true/>
                <TextField label="New password" name="new" kind="password" autocomplete="new-password" required=true
                    minlength=PASSWORD_CHARS_MIN hint=format!("At least {PASSWORD_CHARS_MIN} characters.")/>
                <Outcome action=change done="Your password is changed."/>
                <SubmitButton label="Change password"/>
            </ActionForm>
        </section>
    }
    .into_any()
}
