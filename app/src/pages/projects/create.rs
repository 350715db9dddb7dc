//! A new project. Goes on to the page with its snippets.

use leptos::form::ActionForm;
use leptos::prelude::*;
use leptos_meta::Title;

use super::snippets::platforms;
use crate::api::CreateProject;
use crate::components::{PageHeader, SelectField, SubmitButton, TextField};
use crate::pages::outcome::Outcome;

#[component]
pub(crate) fn NewProjectPage() -> impl IntoView {
    let create = ServerAction::<CreateProject>::new();
    view! {
        <Title text="New project"/>
        <PageHeader title="New project" subtitle="One application, with its own key, releases and issues."/>
        <ActionForm action=create attr:class="form">
            <TextField label="Name" name="name" required=true placeholder="Shop" autocomplete="off"
                hint="Its short name, as in SHOP-12, is made from this."/>
            <SelectField label="Platform" name="platform" options=platforms("")
                hint="Only decides which snippet comes first."/>
            <Outcome action=create/>
            <SubmitButton label="Create project"/>
        </ActionForm>
    }
    .into_any()
}
