//! Changing the viewer's password.

use leptos::form::ActionForm;
use leptos::html::Form;
use leptos::prelude::*;

use crate::api::ChangePassword;
use crate::components::{SubmitButton, TextField};
use crate::pages::outcome::{Outcome, successes};

/// The server has the last word; this spares a round trip.
const PASSWORD_CHARS_MIN: u32 = 10;

#[component]
pub(super) fn PasswordForm(change: ServerAction<ChangePassword>) -> impl IntoView {
    let changed = successes(change);
    let form = NodeRef::<Form>::new();
    // Neither the old nor the new password stays in the page.
    Effect::new(move || {
        if let (1.., Some(form)) = (changed.get(), form.get_untracked()) {
            form.reset();
        }
    });
    view! {
        <section class="settings-section" aria-labelledby="password-heading">
            <h2 id="password-heading">"Password"</h2>
            <ActionForm action=change node_ref=form attr:class="form">
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
