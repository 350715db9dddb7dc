//! Whatever else strangers write that is read: security reports, crash reports, check-ins, keys, rules, user agents.
//! The first line of an input says which, the rest is what was sent.

use std::collections::BTreeMap;

use fieldfare::filters::Filters;
use fieldfare::grouping::{self, parameterise};
use fieldfare::ingest::admit::{self, CrashReport, File};
use fieldfare::monitors::{Config, Crontab, slug};
use fieldfare::protocol::check_in;
use fieldfare::protocol::crash_form::CrashForm;
use fieldfare::protocol::csp::Sender;
use fieldfare::protocol::dsn_auth::{self, Presented, PublicKey};
use fieldfare::protocol::json::Json;
use fieldfare::protocol::msgpack;
use fieldfare::protocol::normalise::{self, Arrival};
use fieldfare::protocol::user_agent::{Agent, Product, System};
use fieldfare::scrub::{self, Scrubber};
use fieldfare::source_maps::url;
use fieldfare::{clustering, latency};
use fieldfare_app::api::InboundFilters;
use serde_json::{Map, Value, json};

use crate::door::{ID, NOW, PLAIN, STRICT, door};
use crate::{event, first_line, parts, stored};

/// Levels of nested `MessagePack` that are followed.
const DEPTH: usize = 64;

/// Asks of one of them.
pub fn check(input: &[u8]) {
    let (kind, body) = first_line(input);
    let text = String::from_utf8_lossy(body);
    match kind {
        b"security" => security(body),
        b"minidump" => minidump(body),
        b"form" => form(body),
        b"msgpack" => packed(body),
        b"check-in" => check_ins(&text),
        b"schedule" => schedule(&text),
        b"feedback" => feedback(body),
        b"key" => key(&text),
        b"agent" => agent(&text),
        b"grouping" => grouping_rules(&text),
        b"scrubbing" => scrubbing_rules(&text),
        b"filters" => filters(&text),
        b"words" => words(&text),
        b"address" => address(&text),
        _ => {}
    }
}

fn security(body: &[u8]) {
    for policy in [&*PLAIN, &*STRICT] {
        let sender = Sender { release: Some("shop@1.0"), environment: None, user_agent: Some("Mozilla/5.0") };
        if let Ok(admitted) = admit::security(body, &sender, &door(policy), || ID) {
            assert!(admitted.parcel.events.len() <= 100 && admitted.event_id.is_none());
            stored::check(&admitted);
        }
    }
}

fn minidump(body: &[u8]) {
    let file = || File { content: body.to_vec(), ..File::default() };
    let said = json!({"exception": {"values": [{"type": "Crash"}]}, "contexts": {"os": {"name": "Linux"}}});
    for event in [Map::new(), said.as_object().cloned().unwrap_or_default()] {
        if let Ok(admitted) = admit::crash(CrashReport { event, dump: file(), files: Vec::new() }, &door(&PLAIN), ID) {
            assert_eq!((admitted.parcel.events.len(), admitted.uploads.len()), (1, 1));
            stored::check(&admitted);
        }
    }
}

/// Parts in lines of `name=value`; what begins with two underscores is a file.
fn form(body: &[u8]) {
    let mut form = CrashForm::default();
    for part in parts(body) {
        let at = part.iter().position(|byte| *byte == b'=').unwrap_or(part.len());
        let (name, value) = (String::from_utf8_lossy(&part[..at]), part.get(at + 1..).unwrap_or_default());
        if !name.starts_with("__") || !form.file(&name, value) {
            form.field(&name, String::from_utf8_lossy(value).into_owned());
        }
    }
    let json = Value::Object(form.into_event()).to_string();
    event::admission(json.as_bytes(), &door(&PLAIN));
}

fn packed(body: &[u8]) {
    let values = msgpack::read_all(body);
    assert_eq!(values.first(), msgpack::read(body).as_ref());
    // Each takes a byte at least.
    assert!(values.len() <= body.len());
    assert!(values.iter().all(|value| depth(value) <= DEPTH + 1));
}

fn depth(value: &Value) -> usize {
    match value {
        Value::Array(items) => 1 + items.iter().map(depth).max().unwrap_or_default(),
        Value::Object(fields) => 1 + fields.values().map(depth).max().unwrap_or_default(),
        _ => 1,
    }
}

/// Address, query and body of a plain request.
fn check_ins(text: &str) {
    let mut lines = text.splitn(3, '\n');
    let mut line = || lines.next().unwrap_or_default();
    let (name, query, body) = (line(), line(), line());
    let body = serde_json::from_str(body).unwrap_or_default();
    if let Ok(sent) = check_in::read(&check_in::of_request(name, query, body)) {
        stored::check(&admit::check_in(sent, &door(&PLAIN)));
    }
    if let Some(slug) = slug(name) {
        assert_eq!(fieldfare::monitors::slug(&slug).as_deref(), Some(&*slug));
    }
}

/// A crontab, or the settings of a monitor as JSON.
fn schedule(text: &str) {
    let settings = [
        serde_json::from_str(text).unwrap_or_default(),
        json!({"schedule": {"type": "crontab", "value": text}, "timezone": "America/New_York"}),
    ];
    for settings in settings {
        match Config::read(&settings) {
            Ok((config, _)) => stored::config(&config),
            Err(fault) => assert!(!fault.sentence().is_empty() && !fault.reason().is_empty()),
        }
    }
    if let Err(reason) = Crontab::parse(text) {
        assert!(!reason.is_empty());
    }
}

fn feedback(body: &[u8]) {
    let Ok(report) = serde_json::from_slice::<Value>(body) else { return };
    let [first, second] = [(); 2].map(|()| admit::user_report(&report, &door(&PLAIN)));
    assert_eq!(first.as_ref().map(|it| it.event_id).ok(), second.as_ref().map(|it| it.event_id).ok());
    if let Ok(admitted) = first {
        stored::check(&admitted);
    }
}

/// A line for each place a key may be in.
fn key(text: &str) {
    let mut lines = text.split('\n');
    let presented = Presented {
        x_sentry_auth: lines.next(),
        authorization: lines.next(),
        query: lines.next(),
        dsn: lines.next(),
        path_key: lines.next(),
    };
    let found = dsn_auth::public_key(&presented);
    assert_eq!(found, dsn_auth::public_key(&presented));
    if let Some(at) = dsn_auth::sent_at(&presented) {
        fieldfare::protocol::drift::Drift::between(Some(&at), NOW);
    }
    let Some(key) = PublicKey::parse(text) else { return };
    let digits = text.trim().to_ascii_lowercase();
    let dsn = dsn_auth::dsn("https://fieldfare.example", &digits, 7);
    assert_eq!(dsn_auth::dsn_project(&dsn), Some("7"));
    let by_dsn = dsn_auth::public_key(&Presented { dsn: Some(&dsn), ..Presented::default() });
    assert_eq!(by_dsn, Ok(key));
}

fn agent(text: &str) {
    let agent = Agent::read(text);
    assert!(agent.browser.as_ref().is_none_or(|browser| text.contains(browser.version)));
    assert!(agent.device.is_none_or(|device| text.contains(device)));
    assert!(agent.browser.iter().filter_map(Product::major).count() <= 1);
    assert!(agent.os.iter().filter_map(System::version).count() <= 1);
    let payload = json!({"platform": "javascript", "request": {"headers": {"User-Agent": text}}});
    event::admission(payload.to_string().as_bytes(), &door(&STRICT));
}

/// An event that rules can match.
fn sample() -> Value {
    json!({
        "platform": "javascript", "release": "shop@1.0", "transaction": "/cart", "tags": {"plan": "pro"},
        "message": "order 17 of ACME-123456 failed", "extra": {"internal_id": 7, "list": [{"a": "b"}]},
        "exception": {"values": [{"type": "TypeError", "value": "timed out", "stacktrace": {"frames": [
            {"function": "pay", "filename": "src/generated/cart.js", "module": "cart", "in_app": true},
        ]}}]},
    })
}

fn lines_are_named(text: &str, lines: impl Iterator<Item = usize>) {
    let count = text.lines().count();
    lines.for_each(|line| assert!((1..=count).contains(&line), "line {line} of {count}"));
}

fn grouping_rules(text: &str) {
    let (rules, problems) = grouping::Rules::parse(text);
    lines_are_named(text, problems.iter().map(|problem| problem.line));
    let event = normalise::event(sample(), &Arrival { event_id: ID, received_at: NOW, client_ip: None });
    let grouping = grouping::group(&event, &rules);
    assert_eq!(grouping, grouping::group(&event, &rules));
    assert!(!grouping.fingerprint.is_empty());
}

fn scrubbing_rules(text: &str) {
    let (rules, problems) = scrub::Rules::parse(text);
    lines_are_named(text, problems.iter().map(|problem| problem.line));
    let scrubber = Scrubber { rules, ..Scrubber::default() };
    let (json, mut payload) = (sample().to_string(), Json::from(sample()));
    let done = scrubber.event(&mut payload, json.as_bytes());
    let payload = payload.into_value();
    assert!(done.remarks.len() <= 100 && done.count >= done.remarks.len());
    assert_eq!(payload["exception"]["values"][0]["stacktrace"]["frames"].as_array().map(Vec::len), Some(1));
}

fn filters(text: &str) {
    let settings = InboundFilters {
        messages: text.to_owned(),
        releases: text.to_owned(),
        addresses: text.to_owned(),
        ..InboundFilters::default()
    };
    let (filters, _) = Filters::new(&settings);
    let event = normalise::event(sample(), &Arrival { event_id: ID, received_at: NOW, client_ip: None });
    assert_eq!(filters.refuses(&event), filters.refuses(&event));
    filters.refuses_address("203.0.113.9".parse().ok());
}

/// What people and programs write, brought to what does not change from one to the next.
fn words(text: &str) {
    assert_eq!(clustering::near_duplicate_key(text), clustering::near_duplicate_key(text));
    assert_eq!(clustering::signature(text), clustering::signature(text));
    assert!(clustering::is_near_duplicate(text, text) || text.trim().is_empty());
    stored::text("a title", &clustering::title(&text.replace('\0', "")), 300);
    assert_eq!(parameterise(text), parameterise(text));
    for source in [None, Some("route"), Some("url")] {
        stored::text("a transaction", &latency::name(text, source), 200);
    }
    let mut prose = text.to_owned();
    Scrubber::default().prose(&mut prose);
}

/// An address, and a reference from there.
fn address(text: &str) {
    let (base, reference) = text.split_once('\n').unwrap_or((text, ""));
    let known: BTreeMap<_, _> = url::candidates(base).into_iter().map(|name| (name.len(), name)).collect();
    assert!(known.keys().all(|bytes| *bytes <= url::URL_BYTES_MAX + 2));
    assert_eq!(url::normal(url::normal(base)), url::normal(base));
    let meant = url::resolve(base, reference);
    assert!(meant.len() <= base.len() + reference.len() + 2);
    assert!(!url::file_name(base).contains('/'));
}
