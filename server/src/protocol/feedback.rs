//! Feedback: what a user wrote, in the newer `feedback` item or the older `user_report`.

use serde_json::Value;
use uuid::Uuid;

use super::event::Event;
use super::json::Json;
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
pub fn feedback(payload: Json<'_>, arrival: &Arrival<'_>) -> Result<Feedback, &'static str> {
    let said = payload.at(&["contexts", "feedback"]).cloned().unwrap_or_default().into_value();
    let event = normalise::event(payload, arrival);
    let text = |name: &str, chars: usize| said.get(name).cloned().and_then(text_of).and_then(|text| clean(text, chars));
    let user = event.user.as_ref();
    let rating = text("rating", NAME_CHARS).and_then(|rating| rating.parse().ok());
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
    let (name, email) = (text("name", NAME_CHARS), text("email", NAME_CHARS));
    let event_id = report_id(about, email.as_deref().or(name.as_deref()), &message);
    Ok(Feedback {
        event_id,
        message,
        name,
        email,
        // Not in the protocol: said of reports that come through a form of ours.
        url: text("url", URL_CHARS),
        source: text("source", NAME_CHARS).or_else(|| Some("user_report".to_owned())),
        kind: "bug",
        rating: None,
        associated_event_id: Some(about),
        event: Event { event_id, timestamp: arrival.received_at, platform: "other".to_owned(), ..Event::default() },
    })
}

/// One person saying one thing about one event. Whoever says something else about it afterwards is heard again.
fn report_id(about: Uuid, who: Option<&str>, message: &str) -> Uuid {
    let who = who.unwrap_or_default().to_lowercase();
    let mut hasher = blake3::Hasher::new();
    // The NUL ends the name: no text here holds one.
    hasher.update(about.as_bytes()).update(who.as_bytes()).update(&[0]).update(message.as_bytes());
    let digest = hasher.finalize();
    Uuid::from_bytes(digest.as_bytes()[..16].first_chunk().copied().unwrap_or_default())
}

/// The context's `type` is by habit the name of the context, so other words are common and mean nothing.
fn kind(word: Option<&str>) -> &'static str {
    ["bug", "idea", "question", "praise"].into_iter().find(|kind| Some(*kind) == word).unwrap_or("other")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const ARRIVAL: Arrival<'static> =
        Arrival { event_id: Uuid::from_u128(1), received_at: 1_795_168_800_000, client_ip: None };

    fn read(said: Value, rest: Value) -> Result<Feedback, &'static str> {
        let mut payload = json!({"type": "feedback", "contexts": {"feedback": said}});
        payload.as_object_mut().unwrap().extend(rest.as_object().cloned().unwrap());
        feedback(payload.into(), &ARRIVAL)
    }

    #[test]
    fn everything_that_was_said_is_read() {
        let said = json!({"message": " It hangs.\nOften. ", "name": "Ada", "contact_email": "ada@example.org",
            "url": "https://shop.example/cart", "source": "widget", "type": "idea", "rating": "4",
            "associated_event_id": "9ec79c33ec9942ab8353589fcb2e04dc"});
        let read = read(said, json!({"release": "shop@1.0", "tags": {"a": "b"}})).unwrap();
        assert_eq!((read.event_id, read.message.as_str()), (ARRIVAL.event_id, "It hangs.\nOften."));
        assert_eq!((read.name.as_deref(), read.email.as_deref()), (Some("Ada"), Some("ada@example.org")));
        assert_eq!((read.url.as_deref(), read.source.as_deref()), (Some("https://shop.example/cart"), Some("widget")));
        assert_eq!((read.kind, read.rating), ("idea", Some(4)));
        assert_eq!(
            read.associated_event_id.map(|id| id.simple().to_string()).unwrap(),
            "9ec79c33ec9942ab8353589fcb2e04dc"
        );
        assert_eq!(read.event.release.as_deref(), Some("shop@1.0"));
    }

    #[test]
    fn what_was_not_said_is_taken_from_the_event() {
        let rest =
            json!({"user": {"username": "ada", "email": "a@b.c"}, "request": {"url": "https://shop.example/?q=1"}});
        let read = read(json!({"message": "x", "type": "feedback", "rating": 6}), rest).unwrap();
        assert_eq!((read.name.as_deref(), read.email.as_deref()), (Some("ada"), Some("a@b.c")));
        assert_eq!(read.url.as_deref(), Some("https://shop.example/"));
        assert_eq!((read.kind, read.rating), ("other", None));
    }

    #[test]
    fn feedback_without_words_is_refused() {
        for said in [json!({}), json!({"message": " \n"}), json!({"message": null}), json!(7), json!(null)] {
            assert_eq!(read(said, json!({})).map(|read| read.message), Err("empty_message"));
        }
    }

    #[test]
    fn the_same_report_has_the_same_id() {
        let report_by = |name: &str, comments: &str| {
            let payload = json!({"event_id": "9ec79c33ec9942ab8353589fcb2e04dc", "name": name, "comments": comments});
            user_report(&payload, &ARRIVAL).unwrap()
        };
        let report = |comments: &str| report_by("Ada", comments);
        assert_eq!(report("broken").event_id, report_by("ada", "broken").event_id);
        assert_ne!(report("broken").event_id, report("other").event_id);
        assert_ne!(report("broken").event_id, report_by("Bo", "broken").event_id);
        let associated = report("broken").associated_event_id.map(|id| id.simple().to_string());
        assert_eq!(associated.as_deref(), Some("9ec79c33ec9942ab8353589fcb2e04dc"));
        assert!(user_report(&json!({"comments": "x"}), &ARRIVAL).is_err());
        assert!(user_report(&json!({"event_id": "9ec79c33ec9942ab8353589fcb2e04dc"}), &ARRIVAL).is_err());
    }
}
