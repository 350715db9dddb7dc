use proptest::prelude::*;

use super::*;

fn yes(what: What) -> Term {
    Term { negated: false, what }
}

fn no(what: What) -> Term {
    Term { negated: true, what }
}

fn text(word: &str) -> Term {
    yes(What::Text(word.to_owned()))
}

fn tag(key: &str, value: &str) -> What {
    What::Tag { key: key.to_owned(), value: value.to_owned() }
}

#[track_caller]
fn check(query: &str, expected: &[Term]) {
    let parsed = parse(query);
    assert_eq!((parsed.terms.as_slice(), parsed.hints), (expected, vec![]), "{query}");
}

#[test]
fn words_and_phrases() {
    check("", &[]);
    check("  checkout   hangs ", &[text("checkout"), text("hangs")]);
    check("\"payment declined\" now", &[yes(What::Phrase("payment declined".into())), text("now")]);
    check("-\"a b\" !c", &[no(What::Phrase("a b".into())), no(What::Text("c".into()))]);
}

#[test]
fn keys_with_a_meaning() {
    check("is:unresolved -is:Linked", &[yes(What::Is(Is::Unresolved)), no(What::Is(Is::Linked))]);
    check("kind:feedback project:shop", &[yes(What::Kind(IssueKind::Feedback)), yes(What::Project("shop".into()))]);
    check(
        "release:>=2.4.0 release:shop@2.4.0+b",
        &[yes(What::Release(">=2.4.0".into())), yes(What::Release("shop@2.4.0+b".into()))],
    );
    check(
        "env:production environment:\"my env\"",
        &[yes(What::Environment("production".into())), yes(What::Environment("my env".into()))],
    );
    check("level:warn LEVEL:Fatal", &[yes(What::Level(Level::Warning)), yes(What::Level(Level::Fatal))]);
    check("user.email:*@acme.com user:7", &[yes(What::User("*@acme.com".into())), yes(What::User("7".into()))]);
    check(
        "assigned:me assigned:none !assigned:ada@acme.com",
        &[
            yes(What::Assigned(Assigned::Me)),
            yes(What::Assigned(Assigned::Nobody)),
            no(What::Assigned(Assigned::Member("ada@acme.com".into()))),
        ],
    );
    check("has:screenshot", &[yes(What::Has("screenshot".into()))]);
}

#[test]
fn any_other_key_is_a_tag() {
    check("os.name:iOS url:/cart", &[yes(tag("os.name", "iOS")), yes(tag("url", "/cart"))]);
    check("-browser:\"Chrome \\\"beta\\\" 12\" x", &[no(tag("browser", "Chrome \"beta\" 12")), text("x")]);
}

#[test]
fn pasted_text_stays_text() {
    for pasted in [
        "http://x.org/a?b=c:d",
        "TypeError:",
        "KeyError:x",
        "std::fmt::Error",
        "C:\\temp\\a",
        "12:30:01",
        "localhost:8000/a",
        "src/cart.js:42:7",
        "cart.py:12",
        "{\"a\":1}",
        "it's",
        "->x",
    ] {
        check(pasted, &[text(pasted)]);
    }
    let words = ["TypeError:", "Cannot", "read", "properties", "of", "null"].map(text);
    check("TypeError: Cannot read properties - of null", &words);
}

#[test]
fn what_is_not_understood_is_text_with_a_hint() {
    for (query, terms, hint) in [
        ("is:foo", vec![text("is:foo")], "“is:foo” is not a state and was searched as text; known are unresolved, "),
        ("kind:x", vec![text("kind:x")], "“kind:x” is not a kind of issue"),
        ("level:bad", vec![text("level:bad")], "“level:bad” is not a level"),
        ("is: new", vec![text("is:"), text("new")], "“is:” needs its value right after the colon"),
        ("say \"cheese now", vec![text("say"), text("cheese"), text("now")], "A quotation mark is never closed"),
        ("tag:\"a b", vec![text("tag:\"a"), text("b")], "A quotation mark is never closed"),
    ] {
        let parsed = parse(query);
        assert_eq!(parsed.terms, terms, "{query}");
        assert!(parsed.hints.len() == 1 && parsed.hints[0].starts_with(hint), "{query}: {:?}", parsed.hints);
    }
}

#[test]
fn a_query_has_limits() {
    let long = parse(&"ä".repeat(MAX_QUERY_BYTES));
    assert_eq!((long.terms.len(), long.hints.len()), (1, 1));
    let many = parse(&"a ".repeat(MAX_TERMS + 1));
    assert_eq!((many.terms.len(), many.hints.len()), (MAX_TERMS, 1));
    assert_eq!(parse(&"is: ".repeat(MAX_TERMS)).hints.len(), MAX_HINTS);
}

proptest! {
    #[test]
    fn anything_can_be_parsed(query in ".*") {
        prop_assert!(parse(&query).terms.len() <= MAX_TERMS);
    }

    #[test]
    fn anything_near_the_language_can_be_parsed(
        query in "([-!]?(is|user|release|os|x)?:?[\"\\\\ a-zä:*/-]{0,6}[ ]?){0,12}"
    ) {
        prop_assert!(parse(&query).terms.len() <= MAX_TERMS);
    }

    #[test]
    fn a_plain_word_is_kept_as_it_was_written(word in "[a-z0-9][a-zA-Z0-9_.]{0,20}") {
        prop_assert_eq!(parse(&word).terms, vec![text(&word)]);
    }
}
