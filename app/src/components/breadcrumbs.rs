//! What happened before an event, oldest first.

use leptos::prelude::*;

use super::{LevelMark, value_text};
use crate::api::{Breadcrumb, Timestamp};

/// So many of the last ones are shown at once.
const SHOWN: usize = 12;

#[component]
pub(crate) fn Breadcrumbs(crumbs: Vec<Breadcrumb>) -> impl IntoView {
    let mut earlier = crumbs;
    let last = earlier.split_off(earlier.len().saturating_sub(SHOWN));
    let line = |crumb| view! { <Crumb crumb/> };
    let folded = (!earlier.is_empty()).then(|| {
        let title = format!("{} earlier", earlier.len());
        view! { <details><summary>{title}</summary><ol>{earlier.into_iter().map(line).collect_view()}</ol></details> }
    });
    view! {
        <section class="breadcrumbs">
            <h2>"Breadcrumbs"</h2>
            {folded}
            <ol>{last.into_iter().map(line).collect_view()}</ol>
        </section>
    }
}

#[component]
fn Crumb(crumb: Breadcrumb) -> impl IntoView {
    let text = headline(&crumb);
    let time = crumb.timestamp.map(|at| {
        view! { <time datetime=at.to_string() title=at.readable()>{clock(at)}</time> }
    });
    view! {
        <li>
            <span class="time">{time}</span>
            <LevelMark level=crumb.level/>
            <span class="category">{crumb.category.unwrap_or(crumb.kind)}</span>
            <span class="text">{text}</span>
        </li>
    }
}

/// `01:02:03`, in UTC.
fn clock(at: Timestamp) -> String {
    at.readable().get(11..19).unwrap_or_default().to_owned()
}

/// The message and what was sent along, on one line.
fn headline(crumb: &Breadcrumb) -> String {
    let field = |key| crumb.data.get(key).map(value_text).unwrap_or_default();
    if crumb.data.contains_key("url") {
        return join([
            &field("method"),
            &field("url"),
            &field("status_code"),
            crumb.message.as_deref().unwrap_or_default(),
        ]);
    }
    if crumb.data.contains_key("to") {
        return format!("{} → {}", field("from"), field("to"));
    }
    let data =
        crumb.data.iter().map(|(key, value)| format!("{key}={}", value_text(value))).collect::<Vec<_>>().join(" ");
    join([crumb.message.as_deref().unwrap_or_default(), &data, "", ""])
}

fn join(parts: [&str; 4]) -> String {
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::Level;
    use serde_json::json;

    #[test]
    fn a_headline_says_the_most_on_one_line() {
        for (message, data, expected) in [
            (None, json!({"method": "POST", "url": "/pay", "status_code": 504}), "POST /pay 504"),
            (None, json!({"from": "/cart", "to": "/checkout"}), "/cart → /checkout"),
            (Some("slow"), json!({"ms": 31}), "slow ms=31"),
        ] {
            let data = serde_json::from_value(data).unwrap();
            let message = message.map(str::to_owned);
            let crumb =
                Breadcrumb { timestamp: None, kind: "x".into(), category: None, level: Level::Info, message, data };
            assert_eq!(headline(&crumb), expected);
        }
    }
}
