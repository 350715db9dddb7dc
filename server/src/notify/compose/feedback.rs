//! What an end user wrote.

use fieldfare_app::routes;
use sea_orm::{ConnectionTrait, EntityTrait};

use super::{Links, short_id, version};
use crate::error::{Error, Result};
use crate::notify::letter::{Body, Letter, words};
use crate::store::entities::{environment, event, feedback, issue, project};

pub(super) async fn new(db: &impl ConnectionTrait, links: Links<'_>, feedback_id: i64) -> Result<Letter> {
    let found = feedback::Entity::find_by_id(feedback_id).one(db).await?;
    let feedback = found.ok_or_else(|| Error::not_found("feedback"))?;
    let project = super::project(db, feedback.project_id).await?;
    let issue = super::issue(db, feedback.issue_id).await?;
    let release = version(db, feedback.release_id).await?;
    let environment = environment::Entity::find_by_id(feedback.environment_id).one(db).await?;
    let error = error_it_is_about(db, &feedback).await?;

    let mut body = opening(links, &project, &issue, &feedback, &release);
    body.fact("From", reporter(&feedback));
    body.fact("Page", feedback.url.clone().unwrap_or_default());
    body.linked_fact("Release", release.as_str(), links.to(&routes::release(&project.slug, &release)));
    body.fact("Environment", environment.map(|row| row.name).unwrap_or_default());
    body.fact("Kind", feedback.kind.clone());
    body.fact("Issue", issue.status_reason.clone().unwrap_or_default());
    body.fact("Rating", feedback.rating.map(|rating| format!("{rating} of 5")).unwrap_or_default());
    if let Some(error) = error {
        let short_id = short_id(&project, &error);
        body.linked_fact("Error", format!("{short_id} {}", error.title), links.issue(&short_id));
    }
    Ok(body.letter(format!("issue-{}", issue.id))?)
}

fn opening(
    links: Links<'_>,
    project: &project::Model,
    issue: &issue::Model,
    feedback: &feedback::Model,
    release: &str,
) -> Body {
    let on = if release.is_empty() { String::new() } else { format!(" on {release}") };
    let who = feedback.name.as_deref().map(str::trim).filter(|name| !name.is_empty()).unwrap_or("Somebody");
    let said = words(&feedback.message);
    Body {
        subject: format!("[{}] Feedback{on}: {said} ({})", project.slug, short_id(project, issue)),
        kicker: format!("New feedback in {}", project.name),
        title: format!("{who} wrote"),
        quote: feedback.message.clone(),
        action: "Open the feedback",
        url: links.to(&routes::feedback(feedback.id)),
        because: links.because("new feedback is switched on in your settings"),
        settings_url: links.settings(),
        unsubscribe_url: links.unsubscribe_url.to_owned(),
        ..Body::default()
    }
}

fn reporter(feedback: &feedback::Model) -> String {
    match (feedback.name.as_deref(), feedback.email.as_deref()) {
        (Some(name), Some(email)) => format!("{name} <{email}>"),
        (Some(one), None) | (None, Some(one)) => one.to_owned(),
        (None, None) => "somebody who left no name".to_owned(),
    }
}

/// The issue of the error the reporter met, if that has arrived.
async fn error_it_is_about(db: &impl ConnectionTrait, feedback: &feedback::Model) -> Result<Option<issue::Model>> {
    let Some(event_id) = feedback.associated_event_id else { return Ok(None) };
    let event = event::Entity::find_by_id((feedback.project_id, event_id)).one(db).await?;
    let Some(event) = event else { return Ok(None) };
    Ok(issue::Entity::find_by_id(event.issue_id).one(db).await?)
}
