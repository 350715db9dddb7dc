//! What each filter takes and what it leaves.

use serde_json::{Value, json};
use uuid::Uuid;

use super::*;
use crate::protocol::normalise::{self, Arrival};

fn event(payload: Value) -> Event {
    normalise::event(payload, &Arrival { event_id: Uuid::nil(), received_at: 0, client_ip: None })
}

fn everything() -> InboundFilters {
    InboundFilters {
        noise: true,
        localhost: true,
        legacy_browsers: true,
        messages: "*timed out*\n# a comment\n\nKeyError: 'a'".to_owned(),
        releases: "shop@0.*".to_owned(),
        addresses: "192.0.2.0/24\n2001:db8::7".to_owned(),
        ..InboundFilters::default()
    }
}

fn browser(agent: &str) -> Value {
    json!({"platform": "javascript", "message": "x", "request": {"headers": {"user-agent": agent}}})
}

fn thrown_at(place: &str) -> Value {
    let frames =
        json!([{"abs_path": "https://shop.example/a.js", "function": "a"}, {"abs_path": place, "function": "b"}]);
    json!({"platform": "javascript", "exception": [{"type": "E", "value": "v", "stacktrace": {"frames": frames}}]})
}

#[test]
fn each_filter_takes_what_it_is_for() {
    let googlebot = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)";
    let old = "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/49.0.2623.75 Safari/537.36";
    let new = "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36";
    let explorer = "Mozilla/5.0 (Windows NT 6.1; Trident/7.0; rv:11.0) like Gecko";
    let at = |url: &str| json!({"request": {"url": url}});
    let (filters, problems) = Filters::new(&everything());
    assert_eq!(problems, []);
    for (payload, expected) in [
        (browser(googlebot), Some(Reason::Crawler)),
        (browser(old), Some(Reason::LegacyBrowser)),
        (browser(explorer), Some(Reason::LegacyBrowser)),
        (browser(new), None),
        (json!({"platform": "python", "request": {"headers": {"User-Agent": googlebot}}}), None),
        (thrown_at("chrome-extension://abc/x.js"), Some(Reason::Extension)),
        (thrown_at("safari-web-extension://abc/x.js"), Some(Reason::Extension)),
        (thrown_at("https://shop.example/b.js"), None),
        (
            json!({"platform": "javascript", "exception": {"value": "Extension context invalidated."}}),
            Some(Reason::Extension),
        ),
        (json!({"platform": "javascript", "message": "ResizeObserver loop limit exceeded"}), Some(Reason::Noise)),
        (json!({"platform": "node", "message": "ResizeObserver loop limit exceeded"}), None),
        (at("http://localhost:3000/a"), Some(Reason::Localhost)),
        (at("http://shop.localhost/"), Some(Reason::Localhost)),
        (at("http://[::1]:80/"), Some(Reason::Localhost)),
        (at("http://127.0.0.1"), Some(Reason::Localhost)),
        (at("http://localhost.example.org/"), None),
        (json!({"server_name": "localhost"}), Some(Reason::Localhost)),
        (json!({"message": "request Timed Out after 3 s"}), Some(Reason::Message)),
        (json!({"exception": {"type": "KeyError", "value": "'a'"}}), Some(Reason::Message)),
        (json!({"exception": {"type": "KeyError", "value": "'b'"}}), None),
        (json!({"release": "shop@0.9"}), Some(Reason::Release)),
        (json!({"release": "shop@1.9"}), None),
        (json!({}), None),
    ] {
        assert_eq!(filters.refuses(&event(payload.clone())), expected, "{payload}");
    }
}

#[test]
fn addresses_are_filtered_in_both_families() {
    let (filters, _) = Filters::new(&everything());
    for (address, expected) in
        [("192.0.2.9", true), ("::ffff:192.0.2.9", true), ("192.0.3.9", false), ("2001:db8::7", true), ("::1", false)]
    {
        let refused = filters.refuses_address(address.parse().ok());
        assert_eq!(refused, expected.then_some(Reason::Address), "{address}");
    }
    assert_eq!(filters.refuses_address(None), None);
}

#[test]
fn what_is_off_takes_nothing() {
    let off = InboundFilters { crawlers: false, extensions: false, ..InboundFilters::default() };
    let (filters, _) = Filters::new(&off);
    for payload in [
        browser("Mozilla/5.0 (compatible; Googlebot/2.1)"),
        thrown_at("moz-extension://abc/x.js"),
        json!({"platform": "javascript", "message": "ResizeObserver loop limit exceeded"}),
        json!({"request": {"url": "http://localhost/"}}),
    ] {
        assert_eq!(filters.refuses(&event(payload)), None);
    }
}

#[test]
fn lines_that_cannot_be_read_are_named() {
    let settings = InboundFilters {
        addresses: "10.0.0.0/8\nnowhere\n10.0.0.0/99".to_owned(),
        messages: "x".repeat(400),
        releases: "a\n".repeat(120),
        ..InboundFilters::default()
    };
    let (_, problems) = Filters::new(&settings);
    let fields: Vec<&str> = problems.iter().map(|(field, _)| *field).collect();
    assert_eq!(fields, ["messages", "releases", "addresses", "addresses"]);
    assert!(problems[2].1.contains("line 2"));
}
