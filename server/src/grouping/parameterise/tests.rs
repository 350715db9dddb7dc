use super::*;

#[test]
fn what_changes_is_replaced() {
    for (text, expected) in TABLE {
        assert_eq!(parameterise(text), *expected, "{text}");
    }
}

const TABLE: &[(&str, &str)] = &[
    ("", ""),
    ("plain words stay", "plain words stay"),
    ("order 1234 not found", "order <int> not found"),
    ("balance is -12", "balance is <int>"),
    ("sum 1,234,567 and 1_000", "sum <int> and <int>"),
    ("ratio 0.75 or -1.5e-7", "ratio <float> or <float>"),
    ("order_42 and node-7", "order_<int> and node-<int>"),
    ("utf8 and sha256 stay", "utf8 and sha256 stay"),
    ("the 22nd try", "the <ordinal> try"),
    ("GET https://example.org/a?b=1 failed", "GET <url> failed"),
    ("see (http://localhost:8080/x).", "see (<url>)."),
    ("postgres://u:p@db/x refused", "<url> refused"),
    ("user ann.lee+x@example.co.uk is gone", "user <email> is gone"),
    ("to 7ann@example.org", "to <email>"),
    ("connect 10.0.0.12:5432 refused", "connect <ip> refused"),
    ("from ::1 and fe80::1ff:fe23:4567:890a", "from <ip> and <ip>"),
    ("[2001:db8:85a3:8d3:1319:8a2e:370:7348]:443", "[<ip>]:<int>"),
    ("nic 00:1B:44:11:3a:B7 down", "nic <mac> down"),
    ("std::io::Error in dad::cafe", "std::io::Error in dad::cafe"),
    ("id 550e8400-e29b-41d4-a716-446655440000 gone", "id <uuid> gone"),
    ("id f50e8400-e29b-41d4-a716-446655440000 gone", "id <uuid> gone"),
    ("commit 4185d9aa and deadbeef", "commit <hex> and deadbeef"),
    ("sha da39a3ee5e6b4b0d3255bfef95601890afd80709", "sha <hex>"),
    ("at 0x7ffd1234abcd", "at <hex>"),
    ("token eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9", "token <id>"),
    ("data aGVsbG8gd29ybGQgaGVsbG8gd29ybGQ5Cg==", "data <id>"),
    ("customer cus_NffrFeUfNV2Hib missing", "customer cus_<id> missing"),
    ("no-such-option-with-a-long-name", "no-such-option-with-a-long-name"),
    ("2024-01-31T12:34:56.789Z started", "<date> started"),
    ("on 2024-01-31 12:34:56+02:00", "on <date>"),
    ("on 2024-01-31", "on <date>"),
    ("on 31.01.2024 and 1/31/2024", "on <date> and <date>"),
    ("Mon, 02 Jan 2006 15:04:05 GMT is past", "<date> is past"),
    ("Jan  2 15:04:05 host died", "<date> host died"),
    ("Tue Jan  2 15:04:05 2024", "<date>"),
    ("31 January 2024", "<date>"),
    ("at 12:34:56 PM sharp", "at <time> sharp"),
    ("may 5 fail", "<date> fail"),
    ("it may fail", "it may fail"),
    ("took 12ms", "took <duration>"),
    ("after 1.5s or 1h30m", "after <duration> or <duration>"),
    ("wrote 12MB of 4.5 KiB, 100 bytes", "wrote <size> of <size>, <size>"),
    ("needs 1.2.3 not v2.0.0-rc.1", "needs <version> not <version>"),
    ("open /home/ann/app/report12.csv failed", "open <path>/report.csv failed"),
    (r"open C:\Users\ann\report12.csv failed", "open <path>/report.csv failed"),
    ("open ./data/x.json: no such file", "open <path>/x.json: no such file"),
    ("in /srv/app/main.py:12", "in <path>/main.py:<int>"),
    ("GET /api/v1/orders/1234 404", "GET /api/v1/orders/<id> <int>"),
    ("and/or 1/2", "and/or <int>/<int>"),
    ("name=\"Ann\" rank='x y'", "name=<str> rank=<str>"),
    ("missing key: 'colour'", "missing key: <str>"),
    ("no column \"colour\"", "no column \"colour\""),
    ("debug=true force=False", "debug=<bool> force=<bool>"),
    ("true story", "true story"),
    (r#"{"user": "ann", "age": 12, "ok": true}"#, r#"{"user": <str>, "age": <int>, "ok": <bool>}"#),
    ("first 1\n\n  second 2\nthird 3", "first <int> second <int>"),
    ("tabs\tand   spaces", "tabs and spaces"),
    ("größe 12 überschritten", "größe <int> überschritten"),
    ("50% of 3/4", "<int>% of <int>/<int>"),
    ("list index [3] out of range (0..7)", "list index [<int>] out of range (<int>..<int>)"),
];

#[test]
fn a_long_text_is_cut_at_a_character() {
    let long = parameterise(&"ü ".repeat(4_000));
    assert!(long.chars().count() <= CHARS_MAX);
}

#[test]
fn an_unclosed_quote_ends_with_the_text() {
    assert_eq!(parameterise("name=\"Ann was cut"), "name=<str>");
}
