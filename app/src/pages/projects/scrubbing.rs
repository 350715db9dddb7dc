//! Secrets and addresses: what is taken out of events before they are stored.

use leptos::form::ActionForm;
use leptos::prelude::*;

use super::refusal::refusal;
use crate::api::{Protection, SaveScrubbing};
use crate::components::{SubmitButton, TextArea, Tick};
use crate::pages::outcome::Outcome;

/// What a rule can look like, as the empty field shows it.
const EXAMPLE: &str = "scrub key:internal_id\nscrub path:extra.payload.*\nscrub pattern:\"ACME-[0-9]{6}\"\n\
                       keep key:session_mode\nkeep path:contexts.app.*";

#[component]
pub(super) fn ScrubbingForm(slug: String, protection: Protection, save: ServerAction<SaveScrubbing>) -> impl IntoView {
    let rules = move || {
        let (stored, error) = (protection.rules.clone(), refusal(save.value().get(), "rules"));
        // What was typed stays when it was refused.
        let typed = save.input().get().map(|input| input.rules);
        let value = typed.filter(|_| error.is_some()).unwrap_or(stored);
        view! {
            <TextArea label="Own rules" name="rules" rows=6 value placeholder=EXAMPLE error
                hint="One a line: scrub or keep, then key:, path: or pattern:. * stands for anything; patterns are regular \
                      expressions. What is kept is kept, whatever else would take it."/>
        }
    };
    view! {
        <section class="settings-section" aria-labelledby="scrubbing-heading">
            <h2 id="scrubbing-heading">"Secrets"</h2>
            <p class="quiet">
                "Taken out before anything is stored, searched or shown; events that are stored already stay as they are. \
                 Attachments are files of any kind and are stored as they were sent."
            </p>
            <ActionForm action=save attr:class="form">
                <input type="hidden" name="slug" value=slug/>
                <Tick label="Take out secrets" name="scrub" on=protection.scrub
                    hint="Passwords, tokens, cookies, keys and card numbers, by the names of fields and by what they look like."/>
                <Tick label="Store network addresses" name="store_addresses" on=protection.store_addresses
                    hint="Without it, people whom the client does not name are told apart by a keyed hash of their address."/>
                {rules}
                <Outcome action=save done="Saved."/>
                <SubmitButton label="Save"/>
            </ActionForm>
        </section>
    }
    .into_any()
}
