//! Events: what a client would have sent about one trouble.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::chance::Chance;
use super::envelope::seconds;
use super::frames::{Stacks, frames};
use super::people::Person;
use super::story::{Thrown, Trouble};

/// Where the shop lives.
pub(super) const SITE: &str = "https://www.fernbrook.example";
/// Between two breadcrumbs, milliseconds.
const CRUMB_PAUSE_MS: usize = 2_400;

/// A trouble with everything that is the same each time.
#[derive(Debug)]
pub(super) struct Script<'a> {
    pub(super) trouble: &'a Trouble,
    pub(super) project: &'static str,
    platform: &'a str,
    still: Value,
}

/// One time it happens.
#[derive(Debug)]
pub(super) struct Scene<'a> {
    pub(super) event_id: Uuid,
    /// Unix milliseconds.
    pub(super) at: i64,
    pub(super) release: &'a str,
    pub(super) environment: &'a str,
    /// Who is in front of it, signed in or not.
    pub(super) person: &'a Person,
}

impl<'a> Script<'a> {
    /// # Errors
    /// When the story names source that is not there.
    pub(super) fn of(project: &'static str, trouble: &'a Trouble, stacks: &Stacks) -> anyhow::Result<Self> {
        let platform = match &trouble.platform {
            Some(platform) => platform,
            None if project == "shop" => "python",
            None => "javascript",
        };
        let mut still = json!({
            "platform": platform,
            "level": trouble.level.as_deref().unwrap_or("error"),
            "transaction": trouble.transaction.as_deref().or(trouble.url.as_deref()),
            "logger": trouble.logger,
            "sdk": sdk(platform),
        });
        match &trouble.message {
            Some(message) => still["logentry"] = json!({ "message": message, "params": trouble.params }),
            None => still["exception"] = exceptions(trouble, stacks, platform)?,
        }
        if platform == "python" {
            still["modules"] =
                json!({ "django": "5.2.8", "psycopg": "3.2.12", "requests": "2.32.5", "celery": "5.5.3" });
        }
        Ok(Self { trouble, project, platform, still })
    }

    /// The event of one time it happens.
    pub(super) fn play(&self, scene: &Scene<'_>, chance: &mut Chance) -> Value {
        let mut event = self.still.clone();
        event["event_id"] = json!(scene.event_id.simple().to_string());
        event["timestamp"] = seconds(scene.at);
        event["release"] = json!(scene.release);
        event["environment"] = json!(scene.environment);
        event["breadcrumbs"] = json!({ "values": self.crumbs(scene.at, chance) });
        event["contexts"] = self.contexts(scene.person);
        event["tags"] = json!(self.tags(scene.person));
        if let Some(request) = self.request(scene.person) {
            event["request"] = request;
        }
        if !self.trouble.anonymous {
            event["user"] = scene.person.user();
        }
        if self.platform != "javascript" {
            let server = self.trouble.server.as_deref().unwrap_or("web");
            event["server_name"] = json!(format!("{server}-{}", 1 + chance.below(3)));
        }
        fill(&mut event, &details(scene.person, chance));
        event
    }

    fn request(&self, person: &Person) -> Option<Value> {
        let path = self.trouble.url.as_deref()?;
        let mut request = json!({
            "url": format!("{SITE}{path}"),
            "headers": { "User-Agent": person.agent(), "Referer": format!("{SITE}/") },
        });
        if let Some(method) = &self.trouble.method {
            request["method"] = json!(method);
            request["query_string"] = json!(self.trouble.query);
        }
        Some(request)
    }

    fn contexts(&self, person: &Person) -> Value {
        let runtime = match self.platform {
            "python" => ("CPython", "3.13.9"),
            "node" => ("node", "v22.21.1"),
            "rust" => ("rustc", "1.95.0"),
            _ => return person.contexts(),
        };
        json!({
            "runtime": { "name": runtime.0, "version": runtime.1 },
            "os": { "name": "Linux", "version": "6.12.48", "kernel_version": "6.12.48-1" },
        })
    }

    fn tags(&self, person: &Person) -> BTreeMap<&str, String> {
        let mut tags: BTreeMap<&str, String> =
            self.trouble.tags.iter().map(|(key, value)| (key.as_str(), value.clone())).collect();
        if self.platform == "javascript" {
            tags.extend([("browser", person.browser()), ("os", person.system())]);
        }
        tags
    }

    fn crumbs(&self, at: i64, chance: &mut Chance) -> Vec<Value> {
        let first = match self.platform {
            "javascript" => "fetch | GET https://api.fernbrook.example/basket [200]",
            "python" if self.trouble.server.is_none() => {
                "query | SELECT ... FROM django_session WHERE session_key = %s AND expire_date > %s"
            }
            _ => "log | started",
        };
        let lines: Vec<&str> = std::iter::once(first).chain(self.trouble.crumbs.iter().map(String::as_str)).collect();
        let mut at = at;
        let mut crumbs = Vec::with_capacity(lines.len());
        for line in lines.iter().rev() {
            at -= i64::try_from(chance.below(CRUMB_PAUSE_MS)).unwrap_or_default() + 20;
            crumbs.push(crumb(line, at));
        }
        crumbs.reverse();
        crumbs
    }
}

fn exceptions(trouble: &Trouble, stacks: &Stacks, platform: &str) -> anyhow::Result<Value> {
    let mut values = Vec::new();
    if let Some(cause) = &trouble.cause {
        values.push(exception(cause, frames(&cause.frames, stacks, platform)?));
    }
    let mut frames = frames(&trouble.thrown.frames, stacks, platform)?;
    let nearest = frames.iter_mut().rev().find(|frame| frame["in_app"] == json!(true));
    if let Some(frame) = nearest.filter(|_| !trouble.vars.is_empty()) {
        frame["vars"] = json!(trouble.vars);
    }
    let mut last = exception(&trouble.thrown, frames);
    let mechanism = trouble.mechanism.as_deref().unwrap_or(match platform {
        "python" if trouble.server.is_some() => "celery",
        "python" => "django",
        "rust" => "panic",
        _ => "onunhandledrejection",
    });
    last["mechanism"] = json!({ "type": mechanism, "handled": trouble.handled });
    values.push(last);
    Ok(json!({ "values": values }))
}

fn exception(thrown: &Thrown, frames: Vec<Value>) -> Value {
    json!({
        "type": thrown.kind,
        "value": thrown.value,
        "module": thrown.module,
        "stacktrace": { "frames": frames },
    })
}

fn sdk(platform: &str) -> Value {
    let (name, version) = match platform {
        "python" => ("sentry.python.django", "2.44.0"),
        "node" => ("sentry.javascript.node", "10.25.0"),
        "rust" => ("sentry.rust", "0.45.0"),
        _ => ("sentry.javascript.react", "10.25.0"),
    };
    json!({ "name": name, "version": version })
}

/// `category | message`; requests end in their status, navigations are `from -> to`.
fn crumb(line: &str, at: i64) -> Value {
    let (category, message) = line.split_once(" | ").unwrap_or(("log", line));
    let mut crumb = json!({ "timestamp": seconds(at), "category": category });
    let mut data = Map::new();
    if let Some((from, to)) = message.split_once(" -> ") {
        crumb["type"] = json!("navigation");
        data.extend([("from".to_owned(), json!(from)), ("to".to_owned(), json!(to))]);
    } else if matches!(category, "http" | "fetch") {
        let mut words = message.split(' ');
        crumb["type"] = json!("http");
        data.extend(["method", "url"].into_iter().filter_map(|key| Some((key.to_owned(), json!(words.next()?)))));
        let status: Option<u16> = words.next().and_then(|word| word.trim_matches(['[', ']']).parse().ok());
        data.extend(status.map(|status| ("status_code".to_owned(), json!(status))));
        crumb["level"] = json!(if status.is_some_and(|status| status < 400) { "info" } else { "error" });
    } else {
        crumb["message"] = json!(message);
    }
    if !data.is_empty() {
        crumb["data"] = Value::Object(data);
    }
    crumb
}

/// What stands in for the braces this time.
fn details(person: &Person, chance: &mut Chance) -> [(&'static str, String); 4] {
    [
        ("{n}", (2 + chance.below(90)).to_string()),
        ("{order}", format!("2511{:02}{:05}", 1 + chance.below(28), 1 + chance.below(400))),
        ("{hex}", format!("{:08x}", chance.below(1 << 32))),
        ("{email}", person.email.clone()),
    ]
}

fn fill(value: &mut Value, details: &[(&'static str, String)]) {
    match value {
        Value::String(text) if text.contains('{') => {
            for (name, detail) in details {
                *text = text.replace(name, detail);
            }
        }
        Value::Array(values) => values.iter_mut().for_each(|value| fill(value, details)),
        Value::Object(fields) => fields.values_mut().for_each(|value| fill(value, details)),
        _ => {}
    }
}
