use super::*;
use crate::grouping::{Family, Kind, Rules, group};
use crate::protocol::event::{CspReport, Event, Frame, Thread};

fn in_bundle(bundle: &str, function: &str, value: &str) -> Event {
    let path = format!("https://shop.example/assets/{bundle}");
    event(
        "javascript",
        vec![exception("TypeError", value, frames(&[&format!("{function} {path}"), &format!("t {path}")]))],
    )
}

#[test]
fn two_deploys_with_hashed_bundle_names_group_together() {
    let one = in_bundle("index-DbQ2xY9p.js", "Rt", "x is undefined");
    assert_together(&one, &in_bundle("index-B_x-3aQ1.js", "Xe", "x is undefined"));
    assert_apart(&one, &in_bundle("index-DbQ2xY9p.js", "Rt", "cannot read y of null"));
    assert_apart(&one, &in_bundle("checkout-DbQ2xY9p.js", "Rt", "x is undefined"));
    let grouping = keyed(&one);
    assert!(grouping.explanation.unmapped && grouping.system.is_none());
    assert_eq!(used(&grouping), ["TypeError", "x is undefined", "assets/index.js"]);
}

#[test]
fn a_source_mapped_stack_keeps_its_functions() {
    let mapped = |function: &str| {
        let lines =
            [format!("{function} webpack://shop/./src/cart.ts"), "submit webpack://shop/./src/form.ts".to_owned()];
        event("javascript", vec![exception("TypeError", "x", frames(&[&lines[0], &lines[1]]))])
    };
    let grouping = keyed(&mapped("pay"));
    assert!(!grouping.explanation.unmapped);
    assert_eq!(used(&grouping), ["TypeError", "submit in src/form.ts", "pay in src/cart.ts"]);
    assert_apart(&mapped("pay"), &mapped("load"));
}

#[test]
fn ids_in_messages_group_together() {
    let failed = |value: &str| event("python", vec![exception("OrderError", value, vec![])]);
    assert_together(&failed("order 1234 of a@b.io failed"), &failed("order 99 of x@y.org failed"));
    assert_apart(&failed("order 1234 failed"), &failed("payment 1234 failed"));
    assert_together(&message(None, "user 12 logged out"), &message(None, "user 7 logged out"));
}

#[test]
fn values_do_not_matter_where_frames_do() {
    let at = |value: &str, function: &str| {
        event("python", vec![exception("KeyError", value, frames(&[&format!("{function} shop/cart.py")]))])
    };
    assert_together(&at("'a'", "pay"), &at("'b'", "pay"));
    assert_apart(&at("'a'", "pay"), &at("'a'", "load"));
}

#[test]
fn different_bugs_with_the_same_type_split() {
    let at = |lines: &[&str]| event("python", vec![exception("ValueError", "bad", frames(lines))]);
    let library = ["-execute sqlalchemy/engine.py", "-run sqlalchemy/dialect.py"];
    let pay = at(&["main shop/app.py", "pay shop/cart.py", library[0], library[1]]);
    let load = at(&["main shop/app.py", "load shop/cart.py", library[0], library[1]]);
    assert_apart(&pay, &load);
}

#[test]
fn a_dozen_library_frames_at_the_throw_site_do_not_join_two_bugs() {
    let at = |function: &str| {
        let own = format!("{function} shop/cart.py");
        let library: Vec<String> = (0..12).map(|at| format!("-step{at} lib/engine.py")).collect();
        let lines: Vec<&str> = std::iter::once(&own).chain(&library).map(String::as_str).collect();
        event("python", vec![exception("ValueError", "bad", frames(&lines))])
    };
    assert_apart(&at("pay"), &at("load"));
}

#[test]
fn changed_in_app_marks_are_found_by_the_system_key() {
    let at = |mark: &str| {
        event("python", vec![exception("E", "", frames(&["pay shop/cart.py", &format!("{mark}call shop/shared.py")]))])
    };
    let (before, after) = (keyed(&at("")), keyed(&at("-")));
    assert_ne!(before.primary, after.primary);
    // Before the change every frame was in app, so its primary key is the later event's system key.
    assert_eq!(before.system.or(Some(before.primary)), after.system);
}

#[test]
fn recursion_depth_does_not_split() {
    let deep = |depth: usize| {
        let mut lines = vec!["main shop/app.py"];
        lines.extend(["walk shop/tree.py", "visit shop/tree.py"].repeat(depth));
        lines.push("read shop/leaf.py");
        event("python", vec![exception("ValueError", "bad", frames(&lines))])
    };
    assert_together(&deep(2), &deep(50));
    assert!(left_out(&keyed(&deep(3)), Kind::Frame).contains(&"recursion"));
}

#[test]
fn panic_machinery_is_left_out() {
    let panicked = |machinery: &[&str]| {
        let lines: Vec<&str> = ["shop::main src/main.rs", "shop::cart::pay::h0123456789abcdef src/cart.rs"]
            .iter()
            .chain(machinery)
            .copied()
            .collect();
        event("native", vec![exception("panic", "called unwrap on None", frames(&lines))])
    };
    let newer =
        panicked(&["core::option::unwrap_failed x.rs", "core::panicking::panic_fmt y.rs", "rust_begin_unwind z.rs"]);
    assert_together(&newer, &panicked(&["core::panicking::panic y.rs"]));
    let grouping = keyed(&newer);
    assert_eq!(used(&grouping), ["panic", "shop::cart::pay in src/cart.rs", "shop::main in src/main.rs"]);
    assert_eq!(grouping.explanation.summary, "Grouped by exception type and 2 in-app frames.");
    assert!(left_out(&grouping, Kind::Frame).contains(&"panic machinery"));
}

#[test]
fn only_the_nearest_frames_count() {
    let reached_from = |entry: &str| {
        let own: Vec<String> = (0..6).map(|at| format!("step{at} shop/cart.py")).collect();
        let entry = format!("{entry} shop/app.py");
        let lines: Vec<&str> = std::iter::once(&entry).chain(&own).map(String::as_str).collect();
        event("python", vec![exception("ValueError", "bad", frames(&lines))])
    };
    assert_together(&reached_from("web"), &reached_from("cron"));
    assert_eq!(left_out(&keyed(&reached_from("web")), Kind::Frame), ["beyond the 6 nearest frames"]);
}

#[test]
fn a_logged_template_beats_its_text() {
    let logged = |formatted: &str| message(Some("user %s left"), formatted);
    assert_together(&logged("user ann left"), &logged("user bob left"));
    let named = |logger: &str| Event { logger: Some(logger.into()), ..message(None, "gone") };
    assert_apart(&named("a"), &named("b"));
}

#[test]
fn security_reports_group_by_directive_and_origin() {
    let report = |blocked: &str, document: &str| Event {
        csp: Some(CspReport {
            document_uri: Some(document.into()),
            blocked_uri: Some(blocked.into()),
            effective_directive: "img-src".into(),
        }),
        ..Event::default()
    };
    let one = report("https://cdn.example/a.png", "https://shop.example/a");
    assert_together(&one, &report("https://cdn.example/b.png?x", "https://shop.example/b"));
    assert_apart(&one, &report("https://evil.example/a.png", "https://shop.example/a"));
}

#[test]
fn a_stack_on_the_thread_is_the_exceptions() {
    let thread = |id: &str, crashed, function: &str| Thread {
        id: Some(id.into()),
        crashed,
        frames: frames(&[&format!("{function} src/cart.c")]),
        ..Thread::default()
    };
    let mut raised = event("native", vec![exception("SIGSEGV", "", vec![])]);
    raised.threads = vec![thread("1", false, "draw"), thread("2", true, "pay")];
    assert_eq!(used(&keyed(&raised)), ["SIGSEGV", "pay in src/cart.c"]);
    raised.exceptions[0].thread_id = Some("1".into());
    assert_eq!(used(&keyed(&raised)), ["SIGSEGV", "draw in src/cart.c"]);
}

#[test]
fn families_meet_whatever_the_browser_says() {
    let raised = |kind: &str, value: &str| {
        event("javascript", vec![exception(kind, value, frames(&["pay https://shop.example/cart.js"]))])
    };
    for (kind, value, family) in [
        ("TypeError", "Failed to fetch", Family::Network),
        ("TypeError", "Load failed", Family::Network),
        ("TypeError", "NetworkError when attempting to fetch resource.", Family::Network),
        ("ChunkLoadError", "Loading chunk 12 failed. (https://x/12.js)", Family::ChunkLoad),
        ("TypeError", "error loading dynamically imported module: https://x/y.js", Family::ChunkLoad),
        ("Error", "Script error.", Family::ScriptError),
        ("Error", "ResizeObserver loop limit exceeded", Family::ResizeObserver),
        ("Error", "Minified React error #418; visit https://x", Family::Hydration),
        ("Error", "connect ECONNREFUSED db.internal:5432", Family::Unreachable),
    ] {
        let event = raised(kind, value);
        let grouping = keyed(&event);
        assert_eq!(used(&grouping).first(), Some(&family.name()), "{value}");
        let off = group(&event, &Rules::default().without_family(family));
        assert_ne!(off.primary, grouping.primary, "{value}");
    }
    assert_apart(&raised("Error", "connect ECONNREFUSED db:5432"), &raised("Error", "connect ECONNREFUSED cache:6379"));
}

#[test]
fn a_stack_overflow_groups_by_its_cycle() {
    let overflow = |functions: [&str; 2], last: &str| {
        let lines: Vec<String> = functions.iter().map(|function| format!("{function} shop/tree.py")).collect();
        let mut lines: Vec<&str> = lines.iter().map(String::as_str).collect::<Vec<_>>().repeat(40);
        lines.push(last);
        event("python", vec![exception("RecursionError", "maximum recursion depth exceeded", frames(&lines))])
    };
    let one = overflow(["walk", "visit"], "len shop/a.py");
    assert_together(&one, &overflow(["visit", "walk"], "hash shop/b.py"));
    assert_apart(&one, &overflow(["parse", "expect"], "len shop/a.py"));
}

#[test]
fn an_event_without_content_has_a_group_too() {
    let grouping = keyed(&Event::default());
    assert_eq!(grouping.explanation.summary, "Grouped by having no content.");
    let nameless = event("native", vec![exception("", "", vec![Frame::default()])]);
    assert!(!keyed(&nameless).explanation.summary.is_empty());
}

#[test]
fn an_explanation_survives_being_stored() {
    let explanation = keyed(&in_bundle("index-DbQ2xY9p.js", "Rt", "order 12 failed")).explanation;
    let json = serde_json::to_string(&explanation).unwrap();
    assert!(
        json.contains(r#"{"kind":"message","value":"order <int> failed","contributes":true,"from":"order 12 failed"}"#),
        "{json}"
    );
    assert_eq!(serde_json::from_str::<crate::grouping::Explanation>(&json).unwrap(), explanation);
}

/// Keys are stored. If this fails, the change needs a new version of the algorithm, not new numbers here.
#[test]
fn keys_never_change_within_a_version() {
    let raised = event("python", vec![exception("KeyError", "'a'", frames(&["main shop/app.py", "pay shop/cart.py"]))]);
    let fingerprint = Event { fingerprint: vec!["db".into()], ..raised.clone() };
    for (event, key) in [
        (raised, "86bd72b3c9187db773a417884e11f0ab"),
        (message(None, "user 12 logged out"), "2d9f7ef0d60e3d8760210bf0f54436f0"),
        (in_bundle("index-DbQ2xY9p.js", "Rt", "x is undefined"), "7a24159995391195746c828f9c0f805d"),
        (fingerprint, "3b89bb5a9d92a5f20650cdc8ad52a414"),
    ] {
        assert_eq!(keyed(&event).primary.to_string(), key);
    }
}

#[test]
fn functions_without_names_leave_the_text_and_the_file() {
    let anonymous = |value: &str| event("node", vec![exception("Error", value, frames(&["<anonymous> src/cart.js"]))]);
    let grouping = keyed(&anonymous("order 12 failed"));
    assert_eq!(used(&grouping), ["Error", "order <int> failed", "src/cart.js"]);
    assert!(!grouping.explanation.unmapped);
    assert_apart(&anonymous("order 12 failed"), &anonymous("cart 12 failed"));
}
