//! Name, platform and origins of a project.

use leptos::form::ActionForm;
use leptos::prelude::*;

use super::snippets::platforms;
use crate::api::{Project, SaveProject};
use crate::components::{SelectField, SubmitButton, TextArea, TextField};
use crate::pages::outcome::Outcome;

#[component]
pub(super) fn GeneralForm(project: Project, origins: Vec<String>, save: ServerAction<SaveProject>) -> impl IntoView {
    let options = platforms(&project.platform);
    view! {
        <section class="settings-section" aria-labelledby="general-heading">
            <h2 id="general-heading">"General"</h2>
            <ActionForm action=save attr:class="form">
                <input type="hidden" name="slug" value=project.slug/>
                <TextField label="Name" name="name" value=project.name required=true/>
                <SelectField label="Platform" name="platform" value=project.platform options/>
                <TextArea label="Allowed origins" name="origins" rows=3 value=origins.join("\n")
                    placeholder="https://shop.example.org"
                    hint="Where browsers may report from, one per line; https://*.example.org is allowed. Empty means anywhere."/>
                <Outcome action=save done="Saved."/>
                <SubmitButton label="Save"/>
            </ActionForm>
        </section>
    }
    .into_any()
}
