//! Which mails the viewer gets, and whether mail goes anywhere.

use leptos::form::ActionForm;
use leptos::prelude::*;

use crate::api::{MailDelivery, MailPreferences, SaveMailPreferences};
use crate::components::{KeyValues, SubmitButton, grouped};
use crate::pages::outcome::Outcome;

#[component]
pub(super) fn MailForm(preferences: MailPreferences, save: ServerAction<SaveMailPreferences>) -> impl IntoView {
    view! {
        <section class="settings-section" aria-labelledby="mail-heading">
            <h2 id="mail-heading">"Mail to you"</h2>
            <ActionForm action=save attr:class="form">
                <fieldset>
                    <legend>"Write to me about"</legend>
                    {tick("new_issue", preferences.new_issue, "New issues", "Something that was never seen before.")}
                    {tick("regression", preferences.regression, "Regressions", "Something that was resolved and came back.")}
                    {tick("feedback", preferences.feedback, "New feedback", "Somebody used the feedback form.")}
                    {tick("incident", preferences.incident, "Incidents", "Declared, updated, resolved.")}
                    {tick("followed", preferences.followed, "Issues you follow", "What others say and do about them. You follow what you comment on, change, or are assigned to.")}
                    {tick("mention", preferences.mention, "Mentions", "A comment names you or a team of yours.")}
                </fieldset>
                <Outcome action=save done="Saved."/>
                <SubmitButton label="Save"/>
            </ActionForm>
        </section>
    }
    .into_any()
}

fn tick(name: &'static str, on: bool, label: &'static str, hint: &'static str) -> AnyView {
    let hint_id = format!("{name}-note");
    view! {
        <div class="tick">
            <input type="checkbox" id=name name=name value="on" checked=on aria-describedby=hint_id.clone()/>
            <label for=name>{label}</label>
            <p id=hint_id class="field-hint">{hint}</p>
        </div>
    }
    .into_any()
}

#[component]
pub(super) fn Delivery(delivery: MailDelivery) -> impl IntoView {
    let error = delivery.last_error.clone().map(|error| {
        view! { <p class="form-error">"The last attempt failed: "{error}</p> }
    });
    view! {
        <section class="settings-section" aria-labelledby="delivery-heading">
            <h2 id="delivery-heading">"Mail delivery"</h2>
            {way(&delivery)}
            {error}
            <KeyValues rows=numbers(&delivery)/>
        </section>
    }
    .into_any()
}

/// Where mail goes, in one paragraph.
fn way(delivery: &MailDelivery) -> AnyView {
    let set_up = view! {
        "Set "<code>"FIELDFARE_SMTP_URL"</code>" and "<code>"FIELDFARE_MAIL_FROM"</code>" to send it."
    };
    match (&delivery.smtp, &delivery.directory) {
        (Some(server), _) => view! { <p>"Mail is sent through "<code>{server.clone()}</code>"."</p> }.into_any(),
        (None, Some(directory)) => view! {
            <p class="notice">
                "No SMTP server is configured: mails are written to "<code>{directory.clone()}</code>" and nobody \
                 receives them. "{set_up}
            </p>
        }
        .into_any(),
        (None, None) => {
            view! { <p class="notice">"No SMTP server is configured, so no mail is sent. "{set_up}</p> }.into_any()
        }
    }
}

fn numbers(delivery: &MailDelivery) -> Vec<(String, String)> {
    let delivered = if delivery.smtp.is_some() { "Delivered" } else { "Written" };
    vec![
        ("From".to_owned(), delivery.from.clone()),
        ("Waiting".to_owned(), grouped(delivery.waiting)),
        (delivered.to_owned(), grouped(delivery.delivered)),
        ("Given up".to_owned(), grouped(delivery.given_up)),
    ]
}
