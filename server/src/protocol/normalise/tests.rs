//! Every accepted shape of an event, and what becomes of broken ones.

use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::protocol::event::{Frame, Request, User};

const NOW: i64 = 1_795_168_800_000;

fn read(payload: Value) -> Event {
    event(payload, &Arrival { event_id: Uuid::from_u128(7), received_at: NOW, client_ip: Some("203.0.113.9") })
}

/// The paths of the notes a payload gets.
fn noted(payload: Value) -> Vec<String> {
    read(payload).notes.into_iter().map(|note| note.path).collect()
}

fn owned(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
}

#[test]
fn an_empty_event_has_defaults_and_no_notes() {
    let expected = Event {
        event_id: Uuid::from_u128(7),
        timestamp: NOW,
        level: Level::Error,
        platform: "other".to_owned(),
        ..Event::default()
    };
    assert_eq!(read(json!({})), expected);
    assert_eq!(noted(json!([1])), [""]);
}

#[test]
fn plain_fields_are_read() {
    let event =
        read(json!({"timestamp": "2026-11-20T09:59:00Z", "level": "Warn", "platform": "Python", "logger": "app",
        "transaction": "/cart", "server_name": "web-1", "release": "a/b", "dist": 7, "environment": "prod\n",
        "sdk": {"name": "sentry.python", "version": "2.0"}, "modules": {"a": "1", "b": null}}));
    assert_eq!((event.timestamp, event.level, event.platform.as_str()), (NOW - 60_000, Level::Warning, "python"));
    let names =
        [&event.release, &event.dist, &event.environment, &event.transaction, &event.logger, &event.server_name];
    assert_eq!(names.map(Option::as_deref), ["a-b", "7", "prod", "/cart", "app", "web-1"].map(Some));
    assert_eq!(event.sdk, Some(Sdk { name: "sentry.python".into(), version: Some("2.0".into()) }));
    assert_eq!(event.modules, BTreeMap::from([("a".to_owned(), "1".to_owned())]));
    assert_eq!(event.notes.len(), 1, "the release was repaired");
}

#[test]
fn levels_are_read_in_every_spelling() {
    for (word, level) in [
        (json!("fatal"), Level::Fatal),
        (json!("critical"), Level::Fatal),
        (json!("log"), Level::Info),
        (json!("debug"), Level::Debug),
        (json!(30), Level::Warning),
        (json!("??"), Level::Error),
        (json!(null), Level::Error),
    ] {
        assert_eq!(read(json!({"level": word})).level, level, "{word}");
    }
}

#[test]
fn impossible_times_become_the_time_of_arrival_with_a_note() {
    for sent in [json!(NOW / 1_000 + 120), json!(1), json!("yesterday"), json!({})] {
        let event = read(json!({"timestamp": sent}));
        assert_eq!((event.timestamp, event.notes.len()), (NOW, 1), "{sent}");
    }
}

#[test]
fn lists_of_exceptions_come_in_every_shape() {
    let one = json!({"type": "E", "value": 7, "module": "m", "thread_id": 3});
    for sent in [json!({"values": [null, one]}), json!([one, null]), one.clone(), json!({"values": [one]})] {
        let event = read(json!({"exception": sent}));
        let [exception] = &event.exceptions[..] else { panic!("{sent}") };
        assert_eq!((exception.kind.as_deref(), exception.value.as_deref()), (Some("E"), Some("7")));
        assert_eq!((exception.module.as_deref(), exception.thread_id.as_deref()), (Some("m"), Some("3")));
    }
    let old = read(json!({"sentry.interfaces.Exception": {"values": [one]}}));
    assert_eq!(old.exceptions.len(), 1);
    for sent in [json!({"values": null}), json!({}), json!(null), json!([])] {
        assert_eq!(read(json!({"exception": sent})).exceptions, vec![]);
    }
}

#[test]
fn a_frame_is_read_whole() {
    let frame = json!({"filename": "a.py", "abs_path": "/a.py", "raw_function": "f", "module": "a", "package": "p",
        "platform": "python", "lineno": "3", "colno": 0, "pre_context": ["  x", null], "context_line": "    y  ",
        "post_context": ["z"], "in_app": true, "vars": {"n": null, "s": "a\u{0}b"}, "instruction_addr": "0x1"});
    let event = read(json!({"exception": [{"type": "E", "stacktrace": {"frames": [null, {"lineno": 1}, frame]}}]}));
    let expected = Frame {
        filename: Some("a.py".into()),
        abs_path: Some("/a.py".into()),
        function: Some("f".into()),
        module: Some("a".into()),
        package: Some("p".into()),
        platform: Some("python".into()),
        lineno: Some(3),
        colno: None,
        pre_context: vec!["  x".into(), String::new()],
        context_line: Some("    y".into()),
        post_context: vec!["z".into()],
        in_app: Some(true),
        vars: BTreeMap::from([("n".to_owned(), Value::Null), ("s".to_owned(), json!("ab"))]),
        instruction_addr: Some("0x1".into()),
        generated: None,
    };
    assert_eq!(event.exceptions[0].frames, [expected]);
    assert_eq!(event.notes[0].path, "exception.values.0.stacktrace.frames");
}

#[test]
fn the_middle_of_a_long_stack_is_cut() {
    let frames: Vec<Value> = (0..1_000).map(|n| json!({"function": n})).collect();
    let event = read(json!({"exception": [{"type": "E", "stacktrace": {"frames": frames}}]}));
    let frames = &event.exceptions[0].frames;
    assert_eq!(frames.first().unwrap().function.as_deref(), Some("0"));
    assert_eq!(frames.last().unwrap().function.as_deref(), Some("999"));
    assert_eq!((frames.len(), event.notes.len()), (250, 1));
}

#[test]
fn a_mechanism_is_read() {
    let event = read(json!({"exception": [
        {"type": "A", "mechanism": {"type": "chained", "handled": false, "exception_id": 1, "parent_id": 0,
            "source": "__cause__", "is_exception_group": true, "synthetic": true, "data": {"a": 1}, "help_link": "https://h.example",
            "meta": {"signal": {"number": 11}}}},
        {"type": "B", "mechanism": "generic"}]}));
    let mechanisms: Vec<_> = event.exceptions.into_iter().filter_map(|exception| exception.mechanism).collect();
    let first = &mechanisms[0];
    assert_eq!((first.handled, first.exception_id, first.parent_id), (Some(false), Some(1), Some(0)));
    assert!(first.is_exception_group && first.synthetic);
    assert_eq!(first.data["meta"], json!({"signal": {"number": 11}}));
    assert_eq!(first.data["help_link"], "https://h.example");
    assert_eq!(mechanisms[1].kind.as_deref(), Some("generic"));
}

#[test]
fn an_exception_without_a_stack_takes_that_of_its_thread() {
    let thread = |id: u8, flag: &str| json!({"id": id, flag: true, "stacktrace": {"frames": [{"function": flag}]}});
    let threads = json!({"values": [thread(1, "current"), thread(2, "crashed"), thread(3, "other")]});
    for (exception, expected) in [
        (json!({"type": "E", "thread_id": 3}), "other"),
        (json!({"type": "E", "thread_id": "9"}), "crashed"),
        (json!({"type": "E", "stacktrace": {"frames": [{"function": "own"}]}}), "own"),
    ] {
        let event = read(json!({"exception": [exception], "threads": threads}));
        assert_eq!(event.exceptions[0].frames[0].function.as_deref(), Some(expected));
        assert_eq!(event.threads.len(), 3);
    }
}

#[test]
fn a_stack_beside_the_exception_finds_its_place() {
    let stack = json!({"frames": [{"function": "f"}]});
    let with = read(json!({"exception": [{"type": "E"}], "stacktrace": stack}));
    assert_eq!(with.exceptions[0].frames.len(), 1);
    let without = read(json!({"message": "m", "stacktrace": stack}));
    assert!(without.threads[0].current && without.threads[0].frames.len() == 1);
}

#[test]
fn messages_come_in_every_shape() {
    for (payload, template, formatted) in [
        (json!({"message": "a"}), None, "a"),
        (json!({"message": {"message": "%s", "params": ["a"]}}), Some("%s"), "a"),
        (json!({"logentry": {"formatted": "a"}, "message": "b"}), None, "a"),
        (json!({"logentry": {"message": "%s", "formatted": "a"}}), Some("%s"), "a"),
        (json!({"logentry": null, "message": "b"}), None, "b"),
        (json!({"logentry": {}, "message": "b"}), None, "b"),
        (json!({"sentry.interfaces.Message": {"message": "a"}}), Some("a"), "a"),
    ] {
        let message = read(payload.clone()).message.expect("there is a message");
        assert_eq!((message.template.as_deref(), message.formatted.as_str()), (template, formatted), "{payload}");
    }
    assert_eq!(read(json!({"message": ["x"]})).message, None);
}

#[test]
fn tags_come_in_every_shape() {
    for (sent, kept) in [
        (json!({"a": 1, "b": true, "c": null, "d": " "}), owned(&[("a", "1"), ("b", "true")])),
        (json!([["a", "x"], ["b"], null, [null, "y"], ["a", "z"], ["c", [1]]]), owned(&[("a", "z"), ("c", "[1]")])),
        (json!("nonsense"), vec![]),
        (json!(null), vec![]),
    ] {
        let mut tags = read(json!({"tags": sent})).tags;
        tags.sort();
        assert_eq!(tags, kept, "{sent}");
    }
    let long = read(json!({"tags": {"a": "ä".repeat(300)}})).tags.remove(0).1;
    assert_eq!((long.chars().count(), long.ends_with('…')), (TAG_CHARS, true));
}

#[test]
fn a_request_is_read_in_every_shape() {
    let expected = Request {
        method: Some("POST".into()),
        url: Some("https://shop.example/cart".into()),
        query: owned(&[("q", "a b"), ("r", "")]),
        headers: owned(&[("Accept", "a, b")]),
        cookies: owned(&[("s", "1")]),
        env: BTreeMap::from([("SERVER_NAME".to_owned(), json!("w"))]),
        body: Some(json!({"n": 1})),
    };
    for extra in [
        json!({"url": "https://shop.example/cart?q=a+b&r#top", "headers": {"Accept": ["a", "b"]}, "cookies": "s=1"}),
        json!({"url": "https://shop.example/cart", "query_string": "?q=a%20b&r=", "headers": [["Accept", "a, b"]],
            "cookies": {"s": 1}}),
        json!({"url": "https://shop.example/cart", "query_string": [["q", "a b"], ["r", ""]],
            "headers": {"Accept": "a, b"}, "cookies": [["s", "1"]]}),
    ] {
        let mut request = json!({"method": "POST", "env": {"SERVER_NAME": "w"}, "data": {"n": 1}});
        request.as_object_mut().unwrap().extend(extra.as_object().cloned().unwrap());
        assert_eq!(read(json!({"request": request})).request, Some(expected.clone()), "{extra}");
    }
    assert_eq!(noted(json!({"request": "GET /"})), ["request"]);
}

#[test]
fn the_address_of_a_user_comes_from_who_knows_it() {
    let served = json!({"env": {"REMOTE_ADDR": "198.51.100.1"}});
    for (payload, address) in [
        (json!({"user": {"ip_address": "2001:DB8::1"}, "request": served}), Some("2001:db8::1")),
        (json!({"user": {"ip_address": "{{ auto }}"}, "request": served}), Some("203.0.113.9")),
        (json!({"user": {"id": 1}, "request": served}), Some("198.51.100.1")),
        (json!({"user": {"ip_address": null}, "platform": "javascript"}), None),
        (json!({"platform": "javascript"}), None),
        (json!({"platform": "javascript", "sdk": {"name": "x", "settings": {"infer_ip": "never"}}}), None),
        (json!({"platform": "python", "sdk": {"name": "x", "settings": {"infer_ip": "auto"}}}), Some("203.0.113.9")),
        (json!({"platform": "python"}), None),
        (json!({"user": {"ip_address": "somewhere"}}), None),
    ] {
        let user = read(payload.clone()).user.unwrap_or_default();
        assert_eq!(user.ip_address.as_deref(), address, "{payload}");
    }
}

#[test]
fn what_else_is_known_of_a_user_is_kept() {
    let event = read(json!({"user": {"id": 7, "email": "a@b.c", "username": "ada", "name": "Ada", "plan": "pro",
        "geo": {"city": "Bern"}, "data": {"seats": 3}, "segment": null}}));
    let expected = User {
        id: Some("7".into()),
        email: Some("a@b.c".into()),
        username: Some("ada".into()),
        name: Some("Ada".into()),
        ip_address: None,
        data: BTreeMap::from([
            ("plan".to_owned(), json!("pro")),
            ("geo".to_owned(), json!({"city": "Bern"})),
            ("seats".to_owned(), json!(3)),
        ]),
    };
    assert_eq!(event.user, Some(expected));
    assert_eq!(read(json!({"user": {"id": null, "data": {}}})).user, None);
}

#[test]
fn breadcrumbs_keep_their_order_and_the_newest() {
    let crumbs: Vec<Value> = (0..120).map(|n| json!({"timestamp": 120 - n, "message": n})).collect();
    let event = read(json!({"breadcrumbs": {"values": crumbs}}));
    let ends = [event.breadcrumbs.first(), event.breadcrumbs.last()].map(|crumb| crumb.unwrap().message.clone());
    assert_eq!((event.breadcrumbs.len(), ends), (100, [Some("20".to_owned()), Some("119".to_owned())]));
    let one = &read(json!({"breadcrumbs": [null, {"type": "http", "data": {"url": "/"}}]})).breadcrumbs[0];
    assert_eq!((one.kind.as_str(), one.level, one.timestamp), ("http", Level::Info, None));
}

#[test]
fn fingerprints_are_texts() {
    for (sent, kept) in [
        (json!(["{{ default }}", 7, true, null]), vec!["{{ default }}", "7", "true"]),
        (json!("one"), vec!["one"]),
        (json!({}), vec![]),
    ] {
        assert_eq!(read(json!({"fingerprint": sent})).fingerprint, kept);
    }
}

#[test]
fn broken_parts_are_dropped_and_noted() {
    let payload = json!({"exception": [7], "request": 7, "user": 7, "tags": 7, "extra": 7, "contexts": {"os": 7, "gpu": null},
        "modules": 7, "debug_meta": 7, "csp": {}, "errors": [{"type": "too_large", "name": "extra"}]});
    let mut paths = noted(payload);
    paths.sort();
    let expected = [
        "contexts.os",
        "csp",
        "debug_meta",
        "exception.values.0",
        "extra",
        "extra",
        "modules",
        "request",
        "tags",
        "user",
    ];
    assert_eq!(paths, expected);
}

#[test]
fn large_parts_are_cut_and_noted() {
    let event = read(json!({"extra": {"big": "x".repeat(50_000)}, "contexts": {"os": {"name": "y".repeat(50_000)}}}));
    assert!(event.extra["big"].as_str().unwrap().len() < 17_000);
    assert!(event.contexts["os"]["name"].as_str().unwrap().len() < 17_000);
    assert_eq!(event.notes.len(), 2);
}

#[test]
fn notes_are_bounded() {
    let errors: Vec<Value> = (0..500).map(|_| json!({"type": "t", "name": "n"})).collect();
    assert_eq!(noted(json!({"errors": errors})).len(), MAX_NOTES);
}

/// JSON of any shape whose keys are those an event may have.
fn json_like_an_event() -> impl Strategy<Value = Value> {
    let keys = prop::sample::select(vec![
        "exception",
        "values",
        "type",
        "value",
        "stacktrace",
        "frames",
        "lineno",
        "threads",
        "message",
        "logentry",
        "params",
        "request",
        "url",
        "query_string",
        "cookies",
        "headers",
        "env",
        "user",
        "ip_address",
        "data",
        "tags",
        "contexts",
        "breadcrumbs",
        "timestamp",
        "level",
        "release",
        "csp",
        "debug_meta",
        "images",
        "mechanism",
        "fingerprint",
        "extra",
        "sdk",
        "errors",
        "\u{0}",
    ]);
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".{0,12}".prop_map(Value::from),
        "[%{}()s0-9?=&#]{0,12}".prop_map(Value::from),
        "[a=;&\u{0}]{0,8}".prop_map(Value::from),
    ];
    leaf.prop_recursive(5, 64, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::vec((keys.clone(), inner), 0..6)
                .prop_map(|fields| fields.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()),
        ]
    })
}

fn has_nul(value: &Value) -> bool {
    match value {
        Value::String(text) => text.contains('\0'),
        Value::Array(items) => items.iter().any(has_nul),
        Value::Object(fields) => fields.iter().any(|(name, value)| name.contains('\0') || has_nul(value)),
        _ => false,
    }
}

proptest! {
    #[test]
    fn no_payload_makes_it_panic_or_leaves_nul(payload in json_like_an_event()) {
        let event = read(payload);
        let _ = (crate::protocol::title::title(&event), crate::protocol::title::culprit(&event));
        prop_assert!(!has_nul(&serde_json::to_value(&event).unwrap()));
    }
}
