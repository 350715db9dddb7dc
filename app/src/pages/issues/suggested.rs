//! Who should perhaps look at an issue, and leaving it to them.

use leptos::form::ActionForm;
use leptos::prelude::*;

use super::issue::Actions;
use crate::api::Suggestion;
use crate::components::SubmitButton;

#[component]
pub(super) fn Suggested(short_id: String, suggestions: Vec<Suggestion>, actions: Actions) -> impl IntoView {
    (!suggestions.is_empty()).then(|| {
        let rows = suggestions.into_iter().map(|suggestion| row(short_id.clone(), suggestion, actions)).collect_view();
        view! {
            <section class="suggested" aria-labelledby="suggested-heading">
                <h2 id="suggested-heading">"Who could look"</h2>
                <ul role="list">{rows}</ul>
            </section>
        }
        .into_any()
    })
}

fn row(short_id: String, suggestion: Suggestion, actions: Actions) -> AnyView {
    let Suggestion { assignee, name, reasons } = suggestion;
    let label = format!("Assign to {name}");
    view! {
        <li>
            <p><strong>{name}</strong>" "<span class="reason">{reasons.join("; ")}</span></p>
            <ActionForm action=actions.assign>
                <input type="hidden" name="short_id" value=short_id/>
                <input type="hidden" name="assignee" value=assignee/>
                <SubmitButton label look="secondary"/>
            </ActionForm>
        </li>
    }
    .into_any()
}
