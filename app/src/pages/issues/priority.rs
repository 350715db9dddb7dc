//! Setting how soon somebody should look at an issue.

use leptos::prelude::*;

use super::issue::Actions;
use crate::api::Priority;
use crate::components::{SubmitButton, priority_name};

#[component]
pub(super) fn PriorityForm(
    short_id: String,
    priority: Priority,
    is_automatic: bool,
    actions: Actions,
) -> impl IntoView {
    let automatic = match is_automatic {
        true => format!("Automatic ({priority})"),
        false => "Automatic".to_owned(),
    };
    let option = |value: &'static str, label: String, selected: bool| {
        view! { <option value=value selected=selected>{label}</option> }
    };
    let levels = Priority::ALL
        .iter()
        .rev()
        .map(|level| option(level.as_str(), priority_name(*level).to_owned(), !is_automatic && *level == priority));
    let levels = levels.collect_view();
    view! {
        <ActionForm action=actions.prioritise attr:class="assign field">
            <input type="hidden" name="short_id" value=short_id/>
            <select name="priority" aria-label="Priority">
                {option("", automatic, is_automatic)}
                {levels}
            </select>
            <SubmitButton label="Set priority" look="secondary"/>
        </ActionForm>
    }
}
