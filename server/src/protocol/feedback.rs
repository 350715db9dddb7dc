//! Feedback: what a user wrote, in the newer `feedback` item or the older `user_report`.

use serde_json::Value;
use uuid::Uuid;

use super::event::Event;
use super::normalise::{self, Arrival, clean, id, text_of};

/// Longest message, characters. Sentry's limit is 4,096; what a user took the time to write is not cut there.
const MESSAGE_CHARS: usize = 8_192;
/// Longest name or address of a reporter, characters.
const NAME_CHARS: usize = 256;
/// Longest address of a page, characters.
const URL_CHARS: usize = 2_048;

/// One piece of feedback, and the event fields that came with it.
#[derive(Clone, Debug)]
pub struct Feedback {
    pub event_id: Uuid,
    pub message: String,
    pub name: Option<String>,
    pub email: Option<String>,
    pub url: Option<String>,
    pub source: Option<String>,
    /// `bug`, `idea`, `question`, `praise`; `other` where the client did not say.
    pub kind: &'static str,
    /// 1 to 5.
    pub rating: Option<i32>,
    pub associated_event_id: Option<Uuid>,
    /// Release, environment, user, tags, contexts and time.
    pub event: Event,
}

/// Reads a `feedback` item.
///
/// # Errors
/// When there is no message.
pub fn feedback(payload: Value, arrival: &Arrival<'_>) -> Result<Feedback, &'static str> {
    let said = payload.pointer("/contexts/feedback").cloned().unwrap_or_default();
    let event = normalise::event(payload, arrival);
    let text = |name: &str, chars: usize| said.get(name).cloned().and_then(text_of).and_then(|text| clean(text, chars));
    let user = event.user.as_ref();
    let rating = said.get("rating").and_then(Value::as_i64).and_then(|rating| i32::try_from(rating).ok());
    Ok(Feedback {
        event_id: arrival.event_id,
        message: text("message", MESSAGE_CHARS).ok_or("empty_message")?,
        name: text("name", NAME_CHARS)
            .or_else(|| user.and_then(|user| user.name.clone().or_else(|| user.username.clone()))),
        email: text("contact_email", NAME_CHARS).or_else(|| user.and_then(|user| user.email.clone())),
        url: text("url", URL_CHARS).or_else(|| event.request.as_ref().and_then(|request| request.url.clone())),
        source: text("source", NAME_CHARS),
        kind: kind(text("type", NAME_CHARS).as_deref()),
        rating: rating.filter(|rating| (1..=5).contains(rating)),
        associated_event_id: said.get("associated_event_id").and_then(id),
        event,
    })
}

/// Reads a `user_report` item, which has no id of its own: it gets one from what it says, so that sending it twice
/// is one report.
///
/// # Errors
/// When there is no comment or no event it is about.
pub fn user_report(payload: &Value, arrival: &Arrival<'_>) -> Result<Feedback, &'static str> {
    let text =
        |name: &str, chars: usize| payload.get(name).cloned().and_then(text_of).and_then(|text| clean(text, chars));
    let about = payload.get("event_id").and_then(id).ok_or("missing_event_id")?;
    let message = text("comments", MESSAGE_CHARS).ok_or("empty_message")?;
    let event_id = report_id(about, &message);
    Ok(Feedback {
        event_id,
        message,
        name: text("name", NAME_CHARS),
        email: text("email", NAME_CHARS),
        url: None,
        source: Some("user_report".to_owned()),
        kind: "bug",
        rating: None,
        associated_event_id: Some(about),
        event: Event { event_id, timestamp: arrival.received_at, platform: "other".to_owned(), ..Event::default() },
    })
}

fn report_id(about: Uuid, message: &str) -> Uuid {
    let mut hasher = blake3::Hasher::new();
    hasher.update(about.as_bytes()).update(message.as_bytes());
    let digest = hasher.finalize();
    Uuid::from_bytes(digest.as_bytes()[..16].first_chunk().copied().unwrap_or_default())
}

fn kind(word: Option<&str>) -> &'static str {
    ["bug", "idea", "question", "praise"].into_iter().find(|kind| Some(*kind) == word).unwrap_or("other")
}
