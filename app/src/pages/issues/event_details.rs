//! The smaller parts of an event: what was sent along, and what Fieldfare made of it.

use std::collections::BTreeMap;

use leptos::prelude::*;
use serde_json::Value;

use crate::api::{Attachment, Note, Request, TakenOut, User};
use crate::components::{KeyValues, value_text};
use crate::routes;

#[component]
pub(super) fn Attachments(attachments: Vec<Attachment>) -> impl IntoView {
    (!attachments.is_empty()).then(|| {
        let files = attachments.into_iter().map(|file| view! { <AttachedFile file/> }).collect_view();
        view! { <section class="attachments"><h2>"Attachments"</h2><ul>{files}</ul></section> }
    })
}

#[component]
fn AttachedFile(file: Attachment) -> impl IntoView {
    let size = size(file.bytes);
    let image = file.content_type.starts_with("image/").then(|| {
        let (source, alt) = (file.url.clone(), file.name.clone());
        view! { <img src=source alt=alt loading="lazy"/> }
    });
    view! {
        <li>
            <a href=file.url rel="external">{image}{file.name}</a>
            <span class="quiet">{format!("{}, {size}", file.content_type)}</span>
        </li>
    }
}

/// `183211` as `178.9 KiB`.
fn size(bytes: u64) -> String {
    match bytes {
        0..1_024 => format!("{bytes} B"),
        1_024..1_048_576 => format!("{:.1} KiB", bytes as f64 / 1_024.0),
        _ => format!("{:.1} MiB", bytes as f64 / 1_048_576.0),
    }
}

#[component]
pub(super) fn Tags(tags: BTreeMap<String, String>) -> impl IntoView {
    (!tags.is_empty()).then(|| {
        let tags = tags.into_iter().map(|(key, value)| {
            let query = format!("{key}:\"{}\"", value.replace('"', ""));
            view! { <li><a href=routes::issues_matching(&query)><span>{key}</span><b>{value}</b></a></li> }
        });
        view! { <section class="tags"><h2>"Tags"</h2><ul>{tags.collect_view()}</ul></section> }
    })
}

#[component]
pub(super) fn RequestView(request: Option<Request>) -> impl IntoView {
    request.map(|request| {
        let line = format!("{} {}", request.method.unwrap_or_default(), request.url.unwrap_or_default());
        let body = request.data.map(|data| ("Body".to_owned(), value_text(&data)));
        view! {
            <section class="request">
                <h2>"Request"</h2>
                <p class="mono">{line.trim().to_owned()}</p>
                {part("Query", request.query)}
                {part("Headers", request.headers)}
                {part("Cookies", request.cookies)}
                {part("Body", body.into_iter().collect())}
                {part("Environment", texts(request.env))}
            </section>
        }
    })
}

/// A part that is read only when the rest did not tell.
fn part(title: &'static str, rows: Vec<(String, String)>) -> impl IntoView {
    (!rows.is_empty()).then(|| {
        let title = format!("{title} ({})", rows.len());
        view! { <details class="part"><summary>{title}</summary><KeyValues rows/></details> }
    })
}

fn texts(values: BTreeMap<String, Value>) -> Vec<(String, String)> {
    values.into_iter().map(|(key, value)| (key, value_text(&value))).collect()
}

#[component]
pub(super) fn UserView(user: Option<User>) -> impl IntoView {
    user.map(|user| {
        let named = [
            ("ID", user.id),
            ("E-mail", user.email),
            ("User name", user.username),
            ("Name", user.name),
            ("Address", user.ip_address),
        ];
        let named = named.into_iter().filter_map(|(key, value)| value.map(|value| (key.to_owned(), value)));
        let rows = named.chain(texts(user.data)).collect();
        view! { <section><h2>"User"</h2><KeyValues rows/></section> }
    })
}

#[component]
pub(super) fn Contexts(contexts: BTreeMap<String, Value>) -> impl IntoView {
    (!contexts.is_empty()).then(|| {
        let parts = contexts.into_iter().map(|(name, value)| {
            let rows = match value {
                Value::Object(fields) => fields.into_iter().map(|(key, value)| (key, value_text(&value))).collect(),
                other => vec![("value".to_owned(), value_text(&other))],
            };
            view! { <div><h3>{name}</h3><KeyValues rows/></div> }
        });
        view! { <section class="contexts"><h2>"Contexts"</h2><div>{parts.collect_view()}</div></section> }
    })
}

#[component]
pub(super) fn More(extra: BTreeMap<String, Value>, modules: BTreeMap<String, String>) -> impl IntoView {
    (!extra.is_empty() || !modules.is_empty()).then(|| {
        view! {
            <section class="more">
                <h2>"More"</h2>
                {part("Extra", texts(extra))}
                {part("Modules", modules.into_iter().collect())}
            </section>
        }
    })
}

#[component]
pub(super) fn Notes(notes: Vec<Note>) -> impl IntoView {
    (!notes.is_empty()).then(|| {
        let rows = notes.into_iter().map(|note| (note.path, note.reason)).collect();
        view! {
            <section>
                <h2>"Changed on arrival"</h2>
                <KeyValues rows/>
            </section>
        }
    })
}

/// Where secrets were; quiet, as it is meant to be so.
#[component]
pub(super) fn TakenOutList(taken_out: Vec<TakenOut>) -> impl IntoView {
    (!taken_out.is_empty()).then(|| {
        let rows = taken_out.into_iter().map(|one| {
            let rule = format!("scrubbed by rule {}", one.rule);
            view! { <li><span class="mono">{one.path}</span>" "<span class="scrub-badge">{rule}</span></li> }
        });
        view! { <section class="taken-out"><h2>"Taken out before it was stored"</h2><ul>{rows.collect_view()}</ul></section> }
    })
}

#[cfg(test)]
mod tests {
    #[test]
    fn sizes_are_short() {
        for (bytes, text) in [(0, "0 B"), (1_023, "1023 B"), (183_211, "178.9 KiB"), (3_145_728, "3.0 MiB")] {
            assert_eq!(super::size(bytes), text);
        }
    }
}
