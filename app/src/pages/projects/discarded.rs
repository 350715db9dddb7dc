//! Fingerprints whose events are dropped since their issues were deleted that way.

use leptos::form::ActionForm;
use leptos::prelude::*;

use crate::api::{AllowAgain, Discarded};
use crate::components::{SubmitButton, TimeAgo};
use crate::pages::outcome::Outcome;

#[component]
pub(super) fn DiscardedList(slug: String, discarded: Vec<Discarded>, allow: ServerAction<AllowAgain>) -> impl IntoView {
    let content = if discarded.is_empty() {
        view! { <p class="quiet">"None. An issue can be deleted so that what is like it is dropped from then on."</p> }
            .into_any()
    } else {
        table(&slug, discarded, allow)
    };
    view! {
        <section class="settings-section" aria-labelledby="discarded-heading">
            <h2 id="discarded-heading">"Discarded issues"</h2>
            {content}
            <Outcome action=allow/>
        </section>
    }
    .into_any()
}

fn table(slug: &str, discarded: Vec<Discarded>, allow: ServerAction<AllowAgain>) -> AnyView {
    let rows = discarded.into_iter().map(|one| row(slug.to_owned(), one, allow)).collect_view();
    view! {
        <table class="data-table" aria-labelledby="discarded-heading">
            <thead>
                <tr>
                    <th scope="col">"Issue"</th>
                    <th scope="col">"Fingerprint"</th>
                    <th scope="col">"Discarded"</th>
                    <th scope="col"><span class="visually-hidden">"Allow again"</span></th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </table>
    }
    .into_any()
}

fn row(slug: String, one: Discarded, allow: ServerAction<AllowAgain>) -> AnyView {
    let short = one.fingerprint.get(..8).unwrap_or_default().to_owned();
    let by = one.by.map(|name| format!(" by {name}"));
    view! {
        <tr>
            <th scope="row">{one.title}</th>
            <td class="mono" data-label="Fingerprint" title=one.fingerprint.clone()>{short}</td>
            <td data-label="Discarded"><TimeAgo at=one.discarded_at/>{by}</td>
            <td>
                <ActionForm action=allow>
                    <input type="hidden" name="slug" value=slug/>
                    <input type="hidden" name="fingerprint" value=one.fingerprint/>
                    <SubmitButton label="Allow again" look="secondary"/>
                </ActionForm>
            </td>
        </tr>
    }
    .into_any()
}
