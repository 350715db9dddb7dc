//! A stored event as pages and the API show it: the payload normalised anew, in the words of the contract.

use fieldfare_app::api;
use fieldfare_app::api::{Timestamp, Values};
use serde_json::Value;

use super::rows::word;
use crate::grouping::{Component, Kind, Rules, group};
use crate::protocol::normalise::{self, Arrival};
use crate::protocol::{event as wire, title};
use crate::store::entities::event;

/// The event of a row and its payload. What only tables know (issue, neighbours, attachments, feedback) is left empty.
pub(super) fn event(row: &event::Model, payload: Value, rules: &Rules) -> api::Event {
    let event = normalised(row, payload);
    let (grouping, culprit) = (grouping(row, &event, rules), title::culprit(&event));
    let told_by_exceptions = event.exceptions.iter().any(|exception| !exception.frames.is_empty());
    let threads = if told_by_exceptions { Vec::new() } else { event.threads };
    api::Event {
        event_id: row.event_id.simple().to_string(),
        issue: String::new(),
        project: String::new(),
        title: row.title.clone(),
        culprit,
        level: word(&row.level, api::Level::Error),
        platform: event.platform,
        timestamp: Timestamp(row.happened_at),
        received_at: Timestamp(row.received_at),
        release: event.release,
        dist: event.dist,
        environment: event.environment,
        transaction: event.transaction,
        server_name: event.server_name,
        logger: event.logger,
        sdk: event.sdk.map(sdk),
        message: event.message.map(|message| message.formatted),
        user: event.user.map(user),
        tags: event.tags.into_iter().collect(),
        exception: Values { values: event.exceptions.into_iter().map(exception).collect() },
        threads: threads.into_iter().filter_map(thread).collect(),
        breadcrumbs: Values { values: event.breadcrumbs.into_iter().map(breadcrumb).collect() },
        contexts: event.contexts,
        extra: event.extra,
        modules: event.modules,
        request: event.request.map(request),
        attachments: Vec::new(),
        feedback: Vec::new(),
        grouping,
        taken_out: event.taken_out.into_iter().map(|one| api::TakenOut { path: one.path, rule: one.rule }).collect(),
        notes: event.notes.into_iter().map(|note| api::Note { path: note.path, reason: note.reason }).collect(),
        previous: None,
        next: None,
        raw: None,
    }
}

/// The event as the normaliser of today reads it.
fn normalised(row: &event::Model, payload: Value) -> wire::Event {
    let arrival = Arrival { event_id: row.event_id, received_at: row.received_at, client_ip: None };
    normalise::event(payload, &arrival)
}

/// Why the event is in its group, explained anew; the fingerprint is the one it was stored under.
fn grouping(row: &event::Model, event: &wire::Event, rules: &Rules) -> api::Grouping {
    let grouping = group(event, rules);
    let is_current = uuid::Uuid::from(grouping.primary) == row.hash;
    let components = grouping.explanation.components.into_iter().map(component).collect();
    api::Grouping {
        algorithm: grouping.algorithm.to_owned(),
        fingerprint: row.hash.simple().to_string(),
        client_fingerprint: event.fingerprint.clone(),
        is_current,
        explanation: api::Explanation {
            summary: grouping.explanation.summary,
            components,
            unmapped: grouping.explanation.unmapped,
        },
    }
}

fn component(component: Component) -> api::Component {
    let normalised = component.from.map(|from| format!("was: {from}"));
    let reason = component.reason.map(std::borrow::Cow::into_owned);
    api::Component {
        kind: kind(component.kind),
        value: component.value,
        contributes: component.contributes,
        reason: reason.or(normalised),
    }
}

/// The kind as it is written in JSON.
fn kind(kind: Kind) -> String {
    serde_json::to_value(kind).ok().and_then(|kind| kind.as_str().map(str::to_owned)).unwrap_or_default()
}

fn sdk(sdk: wire::Sdk) -> String {
    match sdk.version {
        Some(version) => format!("{} {version}", sdk.name),
        None => sdk.name,
    }
}

fn user(user: wire::User) -> api::User {
    api::User {
        id: user.id,
        email: user.email,
        username: user.username,
        name: user.name,
        ip_address: user.ip_address,
        data: user.data,
    }
}

fn exception(exception: wire::Exception) -> api::Exception {
    let (mechanism, handled) = match exception.mechanism {
        Some(mechanism) => (mechanism.kind, mechanism.handled),
        None => (None, None),
    };
    api::Exception {
        kind: exception.kind,
        value: exception.value,
        module: exception.module,
        mechanism,
        handled,
        stacktrace: stacktrace(exception.frames),
    }
}

fn stacktrace(frames: Vec<wire::Frame>) -> api::Stacktrace {
    api::Stacktrace { frames: frames.into_iter().map(frame).collect() }
}

fn frame(frame: wire::Frame) -> api::Frame {
    api::Frame {
        in_app: frame.in_app.unwrap_or(true),
        filename: frame.filename,
        abs_path: frame.abs_path,
        function: frame.function,
        module: frame.module,
        lineno: frame.lineno,
        colno: frame.colno,
        pre_context: frame.pre_context,
        context_line: frame.context_line,
        post_context: frame.post_context,
        vars: frame.vars,
        generated: frame.generated.map(|place| api::Generated {
            path: place.path.unwrap_or_default(),
            function: place.function,
            lineno: place.lineno,
            colno: place.colno,
        }),
    }
}

/// A thread under its name; threads without frames tell nothing.
fn thread(thread: wire::Thread) -> Option<(String, api::Stacktrace)> {
    if thread.frames.is_empty() {
        return None;
    }
    let name = thread.name.or(thread.id).unwrap_or_else(|| "unnamed thread".to_owned());
    let name = if thread.crashed { format!("{name} (crashed)") } else { name };
    Some((name, stacktrace(thread.frames)))
}

fn breadcrumb(crumb: wire::Breadcrumb) -> api::Breadcrumb {
    api::Breadcrumb {
        timestamp: crumb.timestamp.map(Timestamp),
        kind: crumb.kind,
        category: crumb.category,
        level: level(crumb.level),
        message: crumb.message,
        data: crumb.data,
    }
}

fn level(level: wire::Level) -> api::Level {
    match level {
        wire::Level::Debug => api::Level::Debug,
        wire::Level::Info => api::Level::Info,
        wire::Level::Warning => api::Level::Warning,
        wire::Level::Error => api::Level::Error,
        wire::Level::Fatal => api::Level::Fatal,
    }
}

fn request(request: wire::Request) -> api::Request {
    api::Request {
        method: request.method,
        url: request.url,
        query: request.query,
        headers: request.headers,
        cookies: request.cookies,
        env: request.env,
        data: request.body,
    }
}
