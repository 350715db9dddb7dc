//! Why an event is in its issue: what counted, what did not, and the way to a rule of one's own.

use leptos::prelude::*;

use crate::api::{Component, Grouping};
use crate::routes;

#[component]
pub(super) fn WhyGrouped(
    grouping: Grouping,
    project: String,
    /// A line to begin a rule with.
    rule: String,
) -> impl IntoView {
    let Grouping { algorithm, fingerprint, client_fingerprint, is_current, explanation } = grouping;
    let editor = routes::project_section(&project, "grouping");
    let editor = routes::with_query(&editor, &[("line", Some(&rule))]);
    let client = (!client_fingerprint.is_empty()).then(|| {
        view! { <p class="quiet">"The client asked for the fingerprint "<span class="mono">{client_fingerprint.join(", ")}</span></p> }
    });
    let unmapped = explanation.unmapped.then(|| {
        view! {
            <p class="notice">
                <strong>"Unmapped."</strong>
                " The code is minified and no source map was found, so names of functions do not count. With a source map this issue continues under better names."
            </p>
        }
    });
    let older = (!is_current).then(|| {
        view! { <p class="quiet">"It has its fingerprint from rules or an algorithm before the present ones."</p> }
    });
    view! {
        <section class="why-grouped">
            <h2>"Why it was grouped"</h2>
            <p>{explanation.summary}" "<a href=editor>"Make this a rule"</a></p>
            {unmapped}
            {client}
            {older}
            <details class="part">
                <summary>"What counted, and what did not"</summary>
                <ul>{explanation.components.into_iter().map(row).collect_view()}</ul>
                <p class="quiet">{algorithm}" "<span class="mono">{fingerprint}</span></p>
            </details>
        </section>
    }
}

fn row(part: Component) -> impl IntoView {
    let class = if part.contributes { "counts" } else { "does-not-count" };
    view! {
        <li class=class>
            <span class="kind">{kind(&part.kind)}</span>
            <span class="mono">{part.value}</span>
            {part.reason.map(|reason| view! { <span class="reason">{reason}</span> })}
        </li>
    }
}

/// The kind in words.
fn kind(kind: &str) -> String {
    match kind {
        "family_detail" => "told apart by".to_owned(),
        "member" => "group member".to_owned(),
        other => other.to_owned(),
    }
}
