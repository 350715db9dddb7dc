//! Changing the viewer's password.

use leptos::form::ActionForm;
use leptos::prelude::*;

use crate::api::ChangePassword;
use crate::components::{SubmitButton, TextField};
use crate::pages::outcome::{Outcome, successes};

/// The server has the last word; this spares a round trip.
const PASSWORD_CHARS_MIN: u32 = 10;

#[component]
pub(super) fn PasswordForm(change: ServerAction<ChangePassword>) -> impl IntoView {
    let changed = successes(change);
    // Made anew once the password is changed, so that neither the old nor the new one stays in the page.
    let fields = move || {
        changed.track();
        view! {
            <TextField label="Current password" name="current" kind="password" autocomplete="current-password" required=true/>
            <TextField label="New password" name="new" kind="password" autocomplete="new-password" required=true
                minlength=PASSWORD_CHARS_MIN hint=format!("At least {PASSWORD_CHARS_MIN} characters.")/>
        }
    };
    view! {
        <section class="settings-section" aria-labelledby="password-heading">
            <h2 id="password-heading">"Password"</h2>
            <ActionForm action=change attr:class="form">
                {fields}
                <Outcome action=change done="Your password is changed."/>
                <SubmitButton label="Change password"/>
            </ActionForm>
        </section>
    }
    .into_any()
}
