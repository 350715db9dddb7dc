//! The words of a stored payload.
//!
//! Reads only what is searched, skipping the rest without building it: source lines and variables are most of an event,
//! and normalising whole events again would cost several times as much. Anything of an unexpected shape is left out.
//! Knows the shapes SDKs send, not the tables.

mod lenient;

use serde::Deserialize;

use lenient::{Many, Object, OrNothing, Pairs, Text};

use crate::protocol::user_agent::Agent;

/// Frames of one exception that are indexed, from where it was raised; the rest is framework.
const MAX_FRAMES: usize = 10;
/// Exceptions of one chain that are indexed, the last ones raised.
const MAX_EXCEPTIONS: usize = 5;
/// Tags of one event that are indexed; SDKs send a dozen.
const MAX_TAGS: usize = 100;

/// What is searched of an event or of a piece of feedback.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct EventText {
    /// Exceptions and messages, one a line.
    pub(super) body: String,
    /// Functions, files, the transaction, the page.
    pub(super) code: Vec<String>,
    pub(super) people: Vec<String>,
    pub(super) tags: Vec<(String, String)>,
    pub(super) has_stacktrace: bool,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Payload {
    exception: Many<Exception>,
    message: OrNothing<Message>,
    logentry: OrNothing<Message>,
    transaction: Text,
    culprit: Text,
    logger: Text,
    server_name: Text,
    request: OrNothing<Request>,
    user: OrNothing<User>,
    tags: Pairs,
    contexts: OrNothing<Contexts>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Exception {
    #[serde(rename = "type")]
    kind: Text,
    value: Text,
    stacktrace: OrNothing<Stacktrace>,
    /// Set where what looked like one exception was the list around them.
    values: Many<Exception>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Stacktrace {
    frames: Many<Frame>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Frame {
    function: Text,
    filename: Text,
    module: Text,
    in_app: Text,
}

/// A message is a text or an object around one.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Message {
    formatted: Text,
    message: Text,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Request {
    url: Text,
    headers: Pairs,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct User {
    id: Text,
    email: Text,
    username: Text,
    name: Text,
    ip_address: Text,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Contexts {
    os: OrNothing<Named>,
    browser: OrNothing<Named>,
    runtime: OrNothing<Named>,
    device: OrNothing<Device>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Named {
    name: Text,
    version: Text,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Device {
    family: Text,
    model: Text,
}

/// The words of a payload; none if it is not even JSON.
pub(super) fn read(json: &[u8]) -> EventText {
    serde_json::from_slice(json).map(|OrNothing(payload)| of(payload)).unwrap_or_default()
}

fn of(payload: Payload) -> EventText {
    let mut text = EventText::default();
    let mut exceptions: Vec<Exception> = payload.exception.0.into_iter().flat_map(unfold).collect();
    for exception in exceptions.drain(exceptions.len().saturating_sub(MAX_EXCEPTIONS)..) {
        add_exception(&mut text, exception);
    }
    for message in [payload.logentry.0, payload.message.0] {
        add_line(&mut text.body, message.formatted.0.or(message.message.0));
    }
    let agent = payload.request.0.headers.0.iter().find(|(name, _)| name.eq_ignore_ascii_case("user-agent"));
    let agent = agent.map(|(_, header)| header.clone());
    let code = [payload.transaction, payload.culprit, payload.logger, payload.server_name, payload.request.0.url];
    text.code.extend(code.into_iter().filter_map(|word| word.0));
    let user = payload.user.0;
    let people = [user.id, user.email, user.username, user.name, user.ip_address];
    text.people.extend(people.into_iter().filter_map(|word| word.0));
    text.tags = payload.tags.0;
    text.tags.truncate(MAX_TAGS);
    let contexts = payload.contexts.0;
    add_contexts(
        &mut text.tags,
        agent.map_or_else(Contexts::default, |header| contexts.lacking(&Agent::read(&header))),
    );
    add_contexts(&mut text.tags, contexts);
    text
}

fn unfold(mut exception: Exception) -> Vec<Exception> {
    let values = std::mem::take(&mut exception.values.0);
    if values.is_empty() { vec![exception] } else { values }
}

fn add_exception(text: &mut EventText, exception: Exception) {
    let line = match (exception.kind.0, exception.value.0) {
        (Some(kind), Some(value)) => Some(format!("{kind}: {value}")),
        (kind, value) => kind.or(value),
    };
    add_line(&mut text.body, line);
    let frames = exception.stacktrace.0.frames.0;
    text.has_stacktrace |= !frames.is_empty();
    let any_in_app = frames.iter().any(Frame::is_in_app);
    for frame in frames.into_iter().rev().filter(|frame| frame.is_in_app() || !any_in_app).take(MAX_FRAMES) {
        for word in [frame.function.0, frame.filename.0.or(frame.module.0)].into_iter().flatten() {
            if !text.code.contains(&word) {
                text.code.push(word);
            }
        }
    }
}

/// One line more, unless it says what is said already.
fn add_line(body: &mut String, line: Option<String>) {
    let Some(line) = line.filter(|line| !line.is_empty() && !body.contains(line.as_str())) else { return };
    if !body.is_empty() {
        body.push('\n');
    }
    body.push_str(&line);
}

/// What SDKs say in contexts is asked for as tags; a tag of that name wins.
fn add_contexts(tags: &mut Vec<(String, String)>, contexts: Contexts) {
    let mut add = |key: &str, value: Option<String>| {
        if let Some(value) = value.filter(|_| !tags.iter().any(|(known, _)| known == key)) {
            tags.push((key.to_owned(), value));
        }
    };
    for (key, named) in [("os", contexts.os.0), ("browser", contexts.browser.0), ("runtime", contexts.runtime.0)] {
        let whole = match (&named.name.0, &named.version.0) {
            (Some(name), Some(version)) => Some(format!("{name} {version}")),
            _ => None,
        };
        add(key, whole);
        add(&format!("{key}.name"), named.name.0);
    }
    add("device", contexts.device.0.model.0);
    add("device.family", contexts.device.0.family.0);
}

impl Frame {
    fn is_in_app(&self) -> bool {
        self.in_app.0.as_deref() == Some("true")
    }
}

impl Contexts {
    /// What is not said here, but in the request.
    fn lacking(&self, agent: &Agent<'_>) -> Self {
        let named = |name: &str, version: Option<String>| {
            OrNothing(Named { name: Text(Some(name.to_owned())), version: Text(version.filter(|it| !it.is_empty())) })
        };
        let os = agent.os.filter(|_| self.os.0.name.0.is_none());
        let browser = agent.browser.filter(|_| self.browser.0.name.0.is_none());
        let device = agent.device.filter(|_| self.device.0.model.0.is_none());
        Self {
            os: os.map(|os| named(os.name, os.version())).unwrap_or_default(),
            browser: browser.map(|it| named(it.name, Some(it.version.to_owned()))).unwrap_or_default(),
            device: OrNothing(Device { model: Text(device.map(str::to_owned)), family: Text(None) }),
            ..Self::default()
        }
    }
}

impl Object for Message {
    fn from_text(text: &str) -> Self {
        Self { formatted: Text(Some(text.to_owned())), message: Text(None) }
    }
}

impl Object for Payload {}
impl Object for Exception {}
impl Object for Stacktrace {}
impl Object for Frame {}
impl Object for Request {}
impl Object for User {}
impl Object for Contexts {}
impl Object for Named {}
impl Object for Device {}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str) -> EventText {
        super::read(json.as_bytes())
    }

    #[test]
    fn what_is_searched_is_found_in_every_shape() {
        let text = read(
            r#"{"exception": {"values": [
                {"type": "ValueError", "value": "bad id", "stacktrace": {"frames": [
                    {"function": "main", "filename": "lib.py", "in_app": false, "vars": {"a": [1, {}]}},
                    {"function": "findUserById", "filename": "app/users.py", "in_app": true, "lineno": 3}]}},
                {"type": "RuntimeError", "value": 7, "stacktrace": null}]},
              "logentry": {"message": "login %s", "formatted": "login failed"}, "transaction": "/login",
              "user": {"id": 42, "email": "ada@acme.com", "geo": {}}, "request": {"url": "http://x/login"},
              "tags": [["plan", "pro"], ["broken"], {"key": "a", "value": "b"}],
              "contexts": {"os": {"name": "iOS", "version": "17"}, "browser": "odd", "device": {"model": "X"}}}"#,
        );
        assert_eq!(text.body, "ValueError: bad id\nRuntimeError: 7\nlogin failed");
        assert_eq!(text.code, ["findUserById", "app/users.py", "/login", "http://x/login"]);
        assert_eq!(text.people, ["42", "ada@acme.com"]);
        let tags: Vec<String> = text.tags.iter().map(|(key, value)| format!("{key}={value}")).collect();
        assert_eq!(tags, ["plan=pro", "a=b", "os=iOS 17", "os.name=iOS", "device=X"]);
        assert!(text.has_stacktrace);
    }

    #[test]
    fn a_user_agent_is_searched_where_no_context_is() {
        let agent = "Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0";
        let text = read(&format!(
            r#"{{"request": {{"headers": {{"User-Agent": "{agent}"}}}}, "contexts": {{"os": {{"name": "Debian"}}}}}}"#
        ));
        let tags: Vec<String> = text.tags.iter().map(|(key, value)| format!("{key}={value}")).collect();
        assert_eq!(tags, ["browser=Firefox 133.0", "browser.name=Firefox", "os.name=Debian"]);
    }

    #[test]
    fn odd_shapes_lose_only_themselves() {
        let one =
            read(r#"{"exception": {"type": "E", "value": "v"}, "message": "hello", "tags": {"a": 1, "b": null}}"#);
        assert_eq!(one.body, "E: v\nhello");
        assert_eq!(one.tags, [("a".to_owned(), "1".to_owned())]);
        let odd = r#"{"exception": 3, "message": [], "user": "x", "tags": "no", "request": [1], "contexts": 1.5,
            "transaction": {}, "logentry": null, "stacktrace": true}"#;
        assert_eq!(read(odd), EventText::default());
        let list = read(r#"{"exception": [null, 1, {"type": "A"}, {"values": [{"type": "B"}]}]}"#);
        assert_eq!(list.body, "A\nB");
        assert_eq!(read("[1]"), EventText::default());
        assert_eq!(read("{"), EventText::default());
    }
}
