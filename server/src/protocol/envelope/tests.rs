//! Framing, by example and by chance.

use proptest::prelude::*;

use super::*;

/// What an envelope holds, as pairs of type and payload, and how many faults it has.
fn items(body: &[u8]) -> (Vec<(String, Vec<u8>)>, usize) {
    let envelope = parse(body).expect("the envelope's header is sound");
    let items = envelope.items.into_iter().map(|item| (item.header.kind, item.payload.to_vec())).collect();
    (items, envelope.faults.len())
}

fn expect(body: &str, expected: &[(&str, &str)], faults: usize) {
    let expected = expected.iter().map(|(kind, payload)| ((*kind).to_owned(), payload.as_bytes().to_vec())).collect();
    assert_eq!(items(body.as_bytes()), (expected, faults), "{body:?}");
}

#[test]
fn a_payload_ends_at_its_length_or_at_the_newline() {
    let two = "{}\n{\"type\":\"attachment\",\"length\":4}\na\r\n\n\n{\"type\":\"event\",\"length\":2}\n{}";
    expect(two, &[("attachment", "a\r\n\n"), ("event", "{}")], 0);
    expect(&format!("{two}\n"), &[("attachment", "a\r\n\n"), ("event", "{}")], 0);
    expect("{}\n{\"type\":\"event\"}\n{\"a\":1}\r\n", &[("event", "{\"a\":1}\r")], 0);
    expect("{}\n{\"type\":\"session\"}\n{}", &[("session", "{}")], 0);
    expect("{}\n{\"type\":\"event\",\"length\":null}\n{}", &[("event", "{}")], 0);
}

#[test]
fn an_envelope_may_hold_nothing() {
    for body in ["{}", "{}\n", "{}\n\n\n", "{\"event_id\":\"9ec79c33ec9942ab8353589fcb2e04dc\"}"] {
        expect(body, &[], 0);
    }
}

#[test]
fn an_item_may_be_empty() {
    let zero = "{\"type\":\"attachment\",\"length\":0}";
    expect(&format!("{{}}\n{zero}\n\n{zero}\n\n"), &[("attachment", ""), ("attachment", "")], 0);
    expect(&format!("{{}}\n{zero}\n\n{zero}"), &[("attachment", ""), ("attachment", "")], 0);
    expect("{}\n{\"type\":\"event\"}", &[("event", "")], 0);
}

#[test]
fn blank_lines_between_items_are_skipped() {
    let item = "{\"type\":\"event\",\"length\":2}\n{}\n";
    expect(&format!("{{}}\n\n \r\n{item}\n\n{item}"), &[("event", "{}"), ("event", "{}")], 0);
}

#[test]
fn types_nobody_knows_are_items_too() {
    expect("{}\n{\"type\":\"hologram\",\"x\":[1]}\n?\n", &[("hologram", "?")], 0);
}

#[test]
fn ten_thousand_small_items_are_read() {
    let body = format!("{{}}\n{}", "{\"type\":\"session\"}\n{}\n".repeat(10_000));
    assert_eq!(items(body.as_bytes()).0.len(), 10_000);
}

#[test]
fn a_broken_item_costs_only_itself() {
    let good = "{\"type\":\"event\",\"length\":2}\n{}\n";
    let broken = [
        "garbage\n",
        "{\"length\":3}\nabc\n",
        "[\"event\"]\nabc\n",
        "{\"type\":\"attachment\",\"length\":1}\nabc\n",
        "{\"type\":\"attachment\",\"length\":99999}\nabc\n",
        "{\"type\":\"attachment\",\"length\":18446744073709551615}\nabc\n",
        // The payload alone looks like a header, and believing it would swallow the next one.
        "{\"type\":\n{\"type\":\"feedback\",\"contexts\":{}}\n",
    ];
    for broken in broken {
        expect(&format!("{{}}\n{good}{broken}{good}"), &[("event", "{}"), ("event", "{}")], 1);
        expect(&format!("{{}}\n{good}{broken}"), &[("event", "{}")], 1);
    }
}

#[test]
fn an_overlong_header_is_a_fault() {
    let long = format!("{{\"type\":\"event\",\"x\":\"{}\"}}", "x".repeat(MAX_HEADER_BYTES));
    expect(&format!("{{}}\n{long}\n{{}}\n"), &[], 1);
    assert!(parse(long.as_bytes()).is_err());
}

#[test]
fn faults_are_bounded() {
    let body = format!("{{}}\n{}", "garbage\n{\"type\":\"event\",\"length\":2}\n{}\n".repeat(MAX_FAULTS * 2));
    let (items, faults) = items(body.as_bytes());
    assert_eq!((items.len(), faults), (MAX_FAULTS * 2, MAX_FAULTS));
}

#[test]
fn only_a_broken_first_line_fails_the_whole() {
    for body in ["", "\n", "[]\n", "not json\n{\"type\":\"event\"}\n{}", "{\"event_id\":\n", "\u{0}"] {
        assert!(parse(body.as_bytes()).is_err(), "{body:?}");
    }
}

#[test]
fn the_header_is_read_leniently() {
    let id = Uuid::from_u128(0x9ec7_9c33_ec99_42ab_8353_589f_cb2e_04dc);
    let table = [
        ("{\"event_id\":\"9ec79c33ec9942ab8353589fcb2e04dc\"}", Some(id)),
        ("\u{feff}{\"event_id\":\"9ec79c33-ec99-42ab-8353-589fcb2e04dc\",\"trace\":{}}", Some(id)),
        ("{\"event_id\":\"nonsense\"}", None),
        ("{\"event_id\":7}", None),
    ];
    for (line, expected) in table {
        assert_eq!(parse(line.as_bytes()).map(|envelope| envelope.header.event_id), Ok(expected), "{line}");
    }
    let header = parse(b"{\"dsn\":\"https://k@h/1\",\"sent_at\":\"2026-01-01T00:00:00Z\"}\r\n").unwrap().header;
    assert_eq!(header.dsn.as_deref(), Some("https://k@h/1"));
    assert_eq!(header.sent_at.as_deref(), Some("2026-01-01T00:00:00Z"));
}

#[test]
fn an_item_header_is_read_leniently() {
    let line = b"{}\n{\"type\":\"attachment\",\"length\":\"1\",\"filename\":\"a.png\",\"content_type\":7,\
        \"attachment_type\":\"event.minidump\",\"item_count\":3}\nx\n";
    let header = parse(line).unwrap().items.remove(0).header;
    assert_eq!((header.length, header.item_count), (Some(1), Some(3)));
    assert_eq!((header.filename.as_deref(), header.content_type), (Some("a.png"), None));
    assert_eq!(header.attachment_type.as_deref(), Some("event.minidump"));
}

/// An item with its length, whatever its payload.
fn framed(payload: &[u8]) -> Vec<u8> {
    let header = format!("{{\"type\":\"attachment\",\"length\":{}}}\n", payload.len());
    [header.as_bytes(), payload, b"\n"].concat()
}

/// An item that ends at the newline, so its payload has none.
fn unframed(payload: &[u8]) -> Vec<u8> {
    [b"{\"type\":\"event\"}\n".as_slice(), payload, b"\n"].concat()
}

fn line() -> impl Strategy<Value = Vec<u8>> {
    proptest::collection::vec(any::<u8>().prop_filter("a newline ends it", |byte| *byte != b'\n'), 0..40)
}

fn broken() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        "[a-z \\[\"]{1,30}".prop_filter("blank lines are no fault", |text| !text.trim().is_empty()),
        (1_000_usize..usize::MAX).prop_map(|length| format!("{{\"type\":\"event\",\"length\":{length}}}\nabc")),
        Just("{\"type\":\"event\",\"length\":2}\nabcdef".to_owned()),
        Just("{\"kind\":\"event\"}\nabcdef".to_owned()),
    ]
    .prop_map(|text| format!("{text}\n").into_bytes())
}

proptest! {
    #[test]
    fn no_bytes_make_it_panic(body: Vec<u8>, tail: Vec<u8>) {
        let _ = parse(&body);
        let _ = parse(&[b"{}\n".as_slice(), &body].concat());
        let _ = parse(&[b"{}\n".as_slice(), &framed(&body), &tail].concat());
    }

    #[test]
    fn sound_items_come_back_in_order(payloads in proptest::collection::vec((line(), any::<bool>()), 0..8)) {
        let mut body = b"{}\n".to_vec();
        for (payload, with_length) in &payloads {
            body.extend(if *with_length { framed(payload) } else { unframed(payload) });
        }
        let (found, faults) = items(&body);
        prop_assert_eq!(faults, 0);
        let found: Vec<Vec<u8>> = found.into_iter().map(|(_, payload)| payload).collect();
        let sent: Vec<Vec<u8>> = payloads.into_iter().map(|(payload, _)| payload).collect();
        prop_assert_eq!(found, sent);
    }

    #[test]
    fn a_broken_item_never_takes_those_before_it(
        before in proptest::collection::vec((line(), any::<bool>()), 0..6),
        broken in broken(),
        after in proptest::collection::vec(line(), 0..6),
    ) {
        let mut body = b"{}\n".to_vec();
        for (payload, with_length) in &before {
            body.extend(if *with_length { framed(payload) } else { unframed(payload) });
        }
        body.extend(broken);
        body.extend(after.iter().flat_map(|payload| framed(payload)));
        let (found, faults) = items(&body);
        prop_assert!(faults >= 1);
        let found: Vec<Vec<u8>> = found.into_iter().map(|(_, payload)| payload).collect();
        let sent: Vec<Vec<u8>> = before.into_iter().map(|(payload, _)| payload).chain(after).collect();
        prop_assert_eq!(found, sent);
    }
}
