//! The words of an event, or of the event fields of a piece of feedback.
//!
//! Taken from the normalised event, on arrival as when the index is made anew, so that both find the same. Source lines and
//! variables are most of an event and are left out.

use serde_json::Value;

use crate::protocol::event::{Event, Exception, Frame};

/// Frames of one exception that are indexed, from where it was raised; the rest is framework.
const MAX_FRAMES: usize = 10;
/// Exceptions of one chain that are indexed, the last ones raised.
const MAX_EXCEPTIONS: usize = 5;
/// Contexts that are asked for as tags, each as `name version` and by its name alone.
const NAMED_CONTEXTS: [(&str, &str); 3] = [("os", "os.name"), ("browser", "browser.name"), ("runtime", "runtime.name")];

/// What is searched of an event or of a piece of feedback.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EventText {
    /// Exceptions and messages, one a line.
    pub(super) body: String,
    /// Functions, files, the transaction, the page.
    pub(super) code: Vec<String>,
    pub(super) people: Vec<String>,
    pub(super) tags: Vec<(String, String)>,
    pub(super) has_stacktrace: bool,
}

impl EventText {
    /// The words of an event.
    pub fn of(event: &Event) -> Self {
        let mut text = Self::default();
        for exception in &event.exceptions[event.exceptions.len().saturating_sub(MAX_EXCEPTIONS)..] {
            text.add_exception(exception);
        }
        if let Some(message) = &event.message {
            text.add_line(message.formatted.clone());
        }
        text.has_stacktrace |= event.threads.iter().any(|thread| !thread.frames.is_empty());
        let page = event.request.as_ref().and_then(|request| request.url.as_ref());
        let code = [event.transaction.as_ref(), event.logger.as_ref(), event.server_name.as_ref(), page];
        text.code.extend(code.into_iter().flatten().cloned());
        if let Some(user) = &event.user {
            let people = [&user.id, &user.email, &user.username, &user.name, &user.ip_address];
            text.people.extend(people.into_iter().flatten().cloned());
        }
        text.tags.clone_from(&event.tags);
        text.add_contexts(event);
        text
    }

    fn add_exception(&mut self, exception: &Exception) {
        let line = match (&exception.kind, &exception.value) {
            (Some(kind), Some(value)) => Some(format!("{kind}: {value}")),
            (kind, value) => kind.as_ref().or(value.as_ref()).cloned(),
        };
        if let Some(line) = line {
            self.add_line(line);
        }
        self.has_stacktrace |= !exception.frames.is_empty();
        let any_in_app = exception.frames.iter().any(is_in_app);
        for frame in exception.frames.iter().rev().filter(|frame| is_in_app(frame) || !any_in_app).take(MAX_FRAMES) {
            let file = frame.filename.as_ref().or(frame.module.as_ref());
            for word in [frame.function.as_ref(), file].into_iter().flatten() {
                if !self.code.contains(word) {
                    self.code.push(word.clone());
                }
            }
        }
    }

    /// One line more, unless it says what is said already.
    fn add_line(&mut self, line: String) {
        if line.is_empty() || self.body.contains(&line) {
            return;
        }
        if !self.body.is_empty() {
            self.body.push('\n');
        }
        self.body.push_str(&line);
    }

    /// What SDKs say in contexts is asked for as tags; a tag of that name wins.
    fn add_contexts(&mut self, event: &Event) {
        let field =
            |context: &str, name: &str| event.contexts.get(context).and_then(|context| text(context.get(name)?));
        for (context, by_name) in NAMED_CONTEXTS {
            let (name, version) = (field(context, "name"), field(context, "version"));
            if let (Some(name), Some(version)) = (&name, &version) {
                self.add_tag(context, Some(format!("{name} {version}")));
            }
            self.add_tag(by_name, name);
        }
        self.add_tag("device", field("device", "model"));
        self.add_tag("device.family", field("device", "family"));
    }

    fn add_tag(&mut self, key: &str, value: Option<String>) {
        if let Some(value) = value.filter(|_| !self.tags.iter().any(|(known, _)| known == key)) {
            self.tags.push((key.to_owned(), value));
        }
    }
}

fn is_in_app(frame: &Frame) -> bool {
    frame.in_app == Some(true)
}

fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use uuid::Uuid;

    use super::*;
    use crate::protocol::normalise::{self, Arrival};

    fn read(payload: Value) -> EventText {
        let arrival = Arrival { event_id: Uuid::nil(), received_at: 0, client_ip: None };
        EventText::of(&normalise::event(payload, &arrival))
    }

    #[test]
    fn what_is_searched_is_found_in_every_shape() {
        let text = read(json!({"exception": {"values": [
                {"type": "ValueError", "value": "bad id", "stacktrace": {"frames": [
                    {"function": "main", "filename": "lib.py", "in_app": false, "vars": {"a": [1, {}]}},
                    {"function": "findUserById", "filename": "app/users.py", "in_app": true, "lineno": 3}]}},
                {"type": "RuntimeError", "value": 7, "stacktrace": null}]},
              "logentry": {"message": "login %s", "formatted": "login failed"}, "transaction": "/login",
              "user": {"id": 42, "email": "ada@acme.com", "geo": {}}, "request": {"url": "http://x/login"},
              "tags": [["plan", "pro"], ["broken"], {"key": "a", "value": "b"}],
              "contexts": {"os": {"name": "iOS", "version": "17"}, "browser": "odd", "device": {"model": "X"}}}));
        assert_eq!(text.body, "ValueError: bad id\nRuntimeError: 7\nlogin failed");
        assert_eq!(text.code, ["findUserById", "app/users.py", "/login", "http://x/login"]);
        assert_eq!(text.people, ["42", "ada@acme.com"]);
        let tags: Vec<String> = text.tags.iter().map(|(key, value)| format!("{key}={value}")).collect();
        assert_eq!(tags, ["plan=pro", "a=b", "os=iOS 17", "os.name=iOS", "device=X"]);
        assert!(text.has_stacktrace);
    }

    #[test]
    fn odd_shapes_lose_only_themselves() {
        let one =
            read(json!({"exception": {"type": "E", "value": "v"}, "message": "hello", "tags": {"a": 1, "b": null}}));
        assert_eq!(one.body, "E: v\nhello");
        assert_eq!(one.tags, [("a".to_owned(), "1".to_owned())]);
        let odd = json!({"exception": 3, "message": [], "request": [1], "contexts": 1.5, "transaction": null,
            "logentry": null, "stacktrace": true});
        assert_eq!(read(odd), EventText::default());
        assert_eq!(read(json!([1])), EventText::default());
    }
}
