//! The keys of a project. A revoked key stays in the list: clients may still be knocking with it.

use leptos::form::ActionForm;
use leptos::prelude::*;

use crate::api::{CreateKey, ProjectKey, RevokeKey};
use crate::components::{CodeBlock, SubmitButton, TextField, TimeAgo};
use crate::pages::outcome::Outcome;

#[component]
pub(super) fn Keys(
    slug: String,
    keys: Vec<ProjectKey>,
    create: ServerAction<CreateKey>,
    revoke: ServerAction<RevokeKey>,
) -> impl IntoView {
    let none = keys.iter().all(|key| key.revoked_at.is_some());
    let rows = keys.into_iter().map(|key| row(&slug, key, revoke)).collect_view();
    view! {
        <section class="settings-section" aria-labelledby="keys-heading">
            <h2 id="keys-heading">"Keys"</h2>
            <p class="quiet">"A client reports with a DSN. It can only send, never read, so it may be in public code."</p>
            {none.then(|| view! { <p class="notice">"No key works: nothing can be reported until you create one."</p> })}
            <table class="data-table key-table" aria-labelledby="keys-heading">
                <thead>
                    <tr>
                        <th scope="col">"Label"</th>
                        <th scope="col">"DSN"</th>
                        <th scope="col">"Created"</th>
                        <th scope="col"><span class="visually-hidden">"Revoke"</span></th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
            <Outcome action=revoke/>
            <ActionForm action=create attr:class="form key-form">
                <input type="hidden" name="slug" value=slug/>
                <TextField label="New key" name="label" placeholder="Mobile app" required=true autocomplete="off"/>
                <SubmitButton label="Create key" look="secondary"/>
            </ActionForm>
            <Outcome action=create/>
        </section>
    }
    .into_any()
}

fn row(slug: &str, key: ProjectKey, revoke: ServerAction<RevokeKey>) -> AnyView {
    let class = if key.revoked_at.is_some() { "is-revoked" } else { "" };
    let state = match key.revoked_at {
        Some(at) => view! { <span class="quiet">"revoked "<TimeAgo at/></span> }.into_any(),
        None => revoke_form(slug.to_owned(), key.id, &key.label, revoke),
    };
    let dsn = match key.revoked_at {
        Some(_) => view! { <code>{key.public_key}</code> }.into_any(),
        None => view! { <CodeBlock text=key.dsn/> }.into_any(),
    };
    view! {
        <tr class=class>
            <th scope="row">{key.label}</th>
            <td data-label="DSN">{dsn}</td>
            <td data-label="Created"><TimeAgo at=key.created_at/></td>
            <td>{state}</td>
        </tr>
    }
    .into_any()
}

/// Asks before it does it, without needing a script for that.
fn revoke_form(slug: String, key: i64, label: &str, revoke: ServerAction<RevokeKey>) -> AnyView {
    let button = format!("Revoke {label}");
    view! {
        <details class="revoke">
            <summary aria-label=button.clone()>"Revoke…"</summary>
            <p>"Whatever still reports with this key will be refused, for good."</p>
            <ActionForm action=revoke>
                <input type="hidden" name="slug" value=slug/>
                <input type="hidden" name="key" value=key.to_string()/>
                <SubmitButton label=button look="danger"/>
            </ActionForm>
        </details>
    }
    .into_any()
}
