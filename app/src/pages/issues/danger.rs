//! Deleting an issue: asked twice, without needing a script for that.

use leptos::form::ActionForm;
use leptos::prelude::*;

use crate::api::{DeleteIssue, IssueKind};
use crate::components::{FormError, SubmitButton, Tick};

#[component]
pub(super) fn Danger(short_id: String, kind: IssueKind) -> impl IntoView {
    let delete = ServerAction::<DeleteIssue>::new();
    let refused = move || view! { <FormError error=delete.value().get().and_then(Result::err)/> };
    let discard = (kind == IssueKind::Error).then(|| {
        view! {
            <Tick label="Discard future events" name="discard" on=false
                hint="What is like it is counted and dropped from now on. The project's settings list it and allow it again."/>
        }
    });
    view! {
        <details class="danger">
            <summary>"Delete…"</summary>
            <p>"The issue and everything in it is deleted, for good. Leads may do this."</p>
            <ActionForm action=delete>
                <input type="hidden" name="short_id" value=short_id/>
                {discard}
                <SubmitButton label="Delete this issue" look="danger"/>
            </ActionForm>
            {refused}
        </details>
    }
    .into_any()
}
