//! One piece of feedback, whole.

use leptos::prelude::*;

use super::{ReleaseChip, TimeAgo};
use crate::api::{Attachment, Feedback};
use crate::routes;

#[component]
pub(crate) fn FeedbackCard(feedback: Feedback) -> impl IntoView {
    let kind = feedback.kind;
    let address = routes::feedback(feedback.id);
    let release = feedback.release.clone().map(|version| (feedback.project.clone(), version));
    view! {
        <article class="feedback-card">
            <header>
                <span class=format!("feedback-type is-{kind}")>{kind.as_str()}</span>
                <strong>{reporter(&feedback)}</strong>
                {feedback.rating.map(rating)}
                <a class="quiet" href=address><TimeAgo at=feedback.created_at/></a>
            </header>
            <p class="message">{feedback.message}</p>
            {images(feedback.attachments)}
            <footer>
                {feedback.url.map(|url| view! { <span class="page" title="The page it was written on">{url}</span> })}
                {release.map(|(project, version)| view! { <ReleaseChip project version/> })}
                {feedback.environment.map(|name| view! { <span>{name}</span> })}
            </footer>
        </article>
    }
}

fn reporter(feedback: &Feedback) -> String {
    match (&feedback.name, &feedback.email) {
        (Some(name), Some(email)) => format!("{name} <{email}>"),
        (Some(one), None) | (None, Some(one)) => one.clone(),
        (None, None) => "Anonymous".to_owned(),
    }
}

fn rating(stars: u8) -> impl IntoView {
    let stars = usize::from(stars.min(5));
    let label = format!("{stars} of 5");
    view! { <span class="rating" role="img" aria-label=label>{"★".repeat(stars)}{"☆".repeat(5 - stars)}</span> }
}

fn images(attachments: Vec<Attachment>) -> impl IntoView {
    attachments
        .into_iter()
        .filter(|file| file.content_type.starts_with("image/"))
        .map(|file| {
            let address = file.url.clone();
            view! {
                <a class="screenshot" href=address rel="external">
                    <img src=file.url alt=file.name loading="lazy"/>
                </a>
            }
        })
        .collect_view()
}
