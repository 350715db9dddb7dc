//! One piece of feedback: the words first, then everything that helps to understand them.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;

use super::list::kind_name;
use crate::api::{AssociatedError, Attachment, Feedback, FeedbackDetail, get_feedback};
use crate::components::{KeyValues, Load, PageHeader, ReleaseChip, TimeAgo};
use crate::routes;

#[component]
pub(crate) fn FeedbackPage() -> impl IntoView {
    let params = use_params_map();
    // No row has the id 0, and what is no number gets the same answer.
    let id = Memo::new(move |_| params.read().get("id").and_then(|id| id.parse::<i64>().ok()).unwrap_or(0));
    let detail = Resource::new(move || id.get(), get_feedback);
    view! { <Load resource=detail view=|detail| view! { <Detail detail/> }.into_any()/> }.into_any()
}

#[component]
fn Detail(detail: FeedbackDetail) -> impl IntoView {
    let feedback = detail.feedback;
    let title = format!("Feedback from {}", reporter(&feedback));
    let declare = routes::with_query(routes::DECLARE_INCIDENT, &[("issue", Some(&feedback.issue))]);
    view! {
        <Title text=title.clone()/>
        <PageHeader title>
            <a class="button" href=declare>"Declare incident"</a>
        </PageHeader>
        <div class="feedback-page">
            <div class="feedback-main">
                <p class="feedback-meta">
                    {kind_name(feedback.kind)}" · "<TimeAgo at=feedback.created_at/>" · "
                    <a href=routes::with_query(routes::FEEDBACK, &[("project", Some(&feedback.project))])>{feedback.project.clone()}</a>
                    {feedback.rating.map(|rating| format!(" · rated {rating} of 5"))}
                </p>
                <blockquote class="feedback-message">{feedback.message.clone()}</blockquote>
                {similar(&feedback.issue, detail.similar)}
                {associated(detail.error, feedback.associated_event_id.clone())}
                {attachments(feedback.attachments.clone())}
            </div>
            <aside class="feedback-side" aria-label="Context">
                {context(&feedback)}
                {facts("Client", detail.client)}
                {facts("Tags", detail.tags.into_iter().collect())}
            </aside>
        </div>
    }
    .into_any()
}

fn similar(issue: &str, count: u64) -> AnyView {
    let words = match count {
        0 => "Nobody else has said this so far. It is kept in".to_owned(),
        1 => "One other person said nearly the same:".to_owned(),
        more => format!("{more} others said nearly the same:"),
    };
    view! { <p class="feedback-similar">{words}" "<a href=routes::issue(issue)>{issue.to_owned()}</a></p> }.into_any()
}

fn associated(error: Option<AssociatedError>, event_id: Option<String>) -> Option<AnyView> {
    let what = match (error, event_id) {
        (Some(error), _) => view! {
            <p>
                <a href=routes::issue_event(&error.issue, &error.event_id)>{error.title}</a>" "
                <span class="short-id">{error.issue}</span>
            </p>
        }
        .into_any(),
        (None, Some(event_id)) => view! {
            <p>"It names the event "<code>{event_id}</code>", which has not arrived."</p>
        }
        .into_any(),
        (None, None) => return None,
    };
    Some(view! { <section class="feedback-error"><h2>"The error it belongs to"</h2>{what}</section> }.into_any())
}

fn attachments(attachments: Vec<Attachment>) -> Option<AnyView> {
    if attachments.is_empty() {
        return None;
    }
    let (pictures, files): (Vec<_>, Vec<_>) =
        attachments.into_iter().partition(|file| file.content_type.starts_with("image/"));
    let pictures = pictures.into_iter().map(picture).collect_view();
    let files = files.into_iter().map(|file| view! {
        <li><a href=file.url rel="external">{file.name}</a>" "<span class="quiet">{readable_bytes(file.bytes)}</span></li>
    });
    let files = files.collect_view();
    Some(view! { <section><h2>"Attachments"</h2>{pictures}<ul class="feedback-files" role="list">{files}</ul></section> }.into_any())
}

fn picture(file: Attachment) -> AnyView {
    let alt = format!("Attached picture {}", file.name);
    let address = file.url.clone();
    view! {
        <figure class="feedback-picture">
            <a href=address rel="external"><img src=file.url alt=alt loading="lazy"/></a>
            <figcaption>{format!("{}, {}. Opens in full size.", file.name, readable_bytes(file.bytes))}</figcaption>
        </figure>
    }
    .into_any()
}

fn context(feedback: &Feedback) -> AnyView {
    let chip =
        feedback.release.clone().map(|version| view! { <ReleaseChip project=feedback.project.clone() version/> });
    let page = feedback.url.clone().map(page_address);
    let mail = feedback.email.clone().map(|email| (format!("mailto:{email}"), email));
    let mail = mail.map(|(address, email)| view! { <a href=address>{email}</a> });
    view! {
        <section>
            <h2>"Context"</h2>
            <dl class="feedback-context">
                <dt>"Reporter"</dt><dd>{feedback.name.clone().unwrap_or_else(|| "not given".to_owned())}</dd>
                <dt>"E-mail"</dt><dd>{mail.map_or_else(|| "not given".into_any(), IntoAny::into_any)}</dd>
                <dt>"Page"</dt><dd>{page.unwrap_or_else(|| "not known".into_any())}</dd>
                <dt>"Release"</dt><dd>{chip.map_or_else(|| "not known".into_any(), IntoAny::into_any)}</dd>
                <dt>"Environment"</dt><dd>{feedback.environment.clone().unwrap_or_else(|| "not known".to_owned())}</dd>
                <dt>"Sent by"</dt><dd>{source_name(feedback.source.as_deref())}</dd>
            </dl>
        </section>
    }
    .into_any()
}

/// A link for addresses of the web; anything else a reporter's client claims stays text.
fn page_address(url: String) -> AnyView {
    if url.starts_with("https://") || url.starts_with("http://") {
        let text = url.clone();
        view! { <a href=url rel="noreferrer noopener external" target="_blank">{text}</a> }.into_any()
    } else {
        url.into_any()
    }
}

fn facts(title: &'static str, rows: Vec<(String, String)>) -> Option<AnyView> {
    (!rows.is_empty()).then(|| view! { <section><h2>{title}</h2><KeyValues rows/></section> }.into_any())
}

fn reporter(feedback: &Feedback) -> String {
    let given = |text: &Option<String>| text.clone().filter(|text| !text.trim().is_empty());
    given(&feedback.name).or_else(|| given(&feedback.email)).unwrap_or_else(|| "somebody".to_owned())
}

fn source_name(source: Option<&str>) -> String {
    match source {
        Some("widget") => "the feedback button".to_owned(),
        Some("user_report" | "crash_report_form") => "a crash report form".to_owned(),
        Some(other) => other.to_owned(),
        None => "not known".to_owned(),
    }
}

fn readable_bytes(bytes: u64) -> String {
    match bytes {
        0..1_000 => format!("{bytes} bytes"),
        1_000..1_000_000 => format!("{} kB", bytes / 1_000),
        _ => format!("{:.1} MB", bytes as f64 / 1_000_000.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_readable() {
        for (bytes, text) in [(0, "0 bytes"), (999, "999 bytes"), (84_311, "84 kB"), (2_450_000, "2.5 MB")] {
            assert_eq!(readable_bytes(bytes), text);
        }
    }
}
