use fieldfare_app::api::{IssueKind, Level, Priority, Status, Substatus};
use proptest::prelude::*;

use super::*;

fn text(word: &str) -> Node<Term> {
    Node::Term(Term::Text(word.to_owned()))
}

fn tag(key: &str, value: &str) -> Node<Term> {
    Node::Term(Term::Tag { key: key.to_owned(), value: value.to_owned() })
}

/// Which tree a query makes; no hints are given.
#[track_caller]
fn check(query: &str, expected: &[Node<Term>]) {
    let parsed = parse(query);
    let expected = Node::all(expected.to_vec()).unwrap_or_default();
    assert_eq!((parsed.tree, parsed.hints), (expected, vec![]), "{query}");
}

/// The canonical form of a query, and how it is said; no hints are given.
#[track_caller]
fn reads(query: &str, canonical: &str, words: &str) {
    let parsed = parse(query);
    assert_eq!((parsed.to_string().as_str(), parsed.in_words().as_str()), (canonical, words), "{query}");
    assert_eq!(parsed.hints, Vec::<String>::new(), "{query}");
    assert_eq!(parse(canonical).tree, parsed.tree, "{query}");
}

#[test]
fn words_and_phrases() {
    let phrase = |words: &str| Node::Term(Term::Phrase(words.to_owned()));
    check("", &[]);
    check("  checkout   hangs ", &[text("checkout"), text("hangs")]);
    check("\"payment declined\" now", &[phrase("payment declined"), text("now")]);
    check("-\"a b\" !c", &[phrase("a b").negated(), text("c").negated()]);
    check(r#""say \"hi\" to C:\\temp""#, &[phrase(r#"say "hi" to C:\temp"#)]);
}

#[test]
fn keys_with_a_meaning() {
    for (query, expected) in [
        ("is:Resolved", Term::Is(Is::Status(Status::Resolved))),
        ("is:escalating", Term::Is(Is::Substatus(Substatus::Escalating))),
        ("kind:feedback", Term::Kind(IssueKind::Feedback)),
        ("LEVEL:warn", Term::Level(Level::Warning)),
        ("priority:high", Term::Priority(Priority::High)),
        ("assignee:me", Term::Assigned(Assigned::Me)),
        ("assigned:none", Term::Assigned(Assigned::Nobody)),
        ("assigned:my_teams", Term::Assigned(Assigned::MyTeams)),
        ("assigned:any", Term::Assigned(Assigned::Anybody)),
        ("assigned:ada@acme.com", Term::Assigned(Assigned::Member("ada@acme.com".into()))),
        ("assigned:#Checkout", Term::Assigned(Assigned::Team("checkout".into()))),
        ("linked:incident", Term::Linked(Linked::Incident)),
        ("linked:#12", Term::Linked(Linked::Number(12))),
        ("release:shop@2.4.0+b", Term::Release(Seen::In, Versions::Named("shop@2.4.0+b".into()))),
        ("first_release:latest", Term::Release(Seen::FirstIn, Versions::Latest)),
        ("env:\"my env\"", Term::Environment("my env".into())),
        ("project:shop", Term::Project("shop".into())),
        ("issue:shop-12", Term::Issue("SHOP-12".into())),
        ("user.email:*@acme.com", Term::User("*@acme.com".into())),
        ("has:Screenshot", Term::Has("screenshot".into())),
        ("users:>10", Term::Count(Counter::Users, Range::Above(10))),
        ("timesSeen:10..1k", Term::Count(Counter::Events, Range::Between(10, 1_000))),
    ] {
        check(query, &[Node::Term(expected)]);
    }
}

#[test]
fn any_other_key_is_a_tag() {
    check("os.name:iOS url:/cart", &[tag("os.name", "iOS"), tag("url", "/cart")]);
    check("-browser:\"Chrome \\\"beta\\\" 12\" x", &[tag("browser", "Chrome \"beta\" 12").negated(), text("x")]);
    check("tags[level]:high tags[http]:x", &[tag("level", "high"), tag("http", "x")]);
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
        "checkout()",
        "a.map(b)[0]",
        "or",
    ] {
        check(pasted, &[text(pasted)]);
    }
    let words = ["TypeError:", "Cannot", "read", "properties", "of", "null"].map(text);
    check("TypeError: Cannot read properties - of null", &words);
    check("save(order, 5) failed", &["save", "order,", "5", "failed"].map(text));
}

#[test]
fn conditions_are_joined_and_grouped() {
    reads("a b OR c", "a b OR c", "(containing “a” and containing “b”) or containing “c”");
    reads("a AND (b OR c)", "a (b OR c)", "containing “a” and (containing “b” or “c”)");
    reads("((a)) (b (c))", "a b c", "containing “a” and containing “b” and containing “c”");
    reads("-(a b) -(-(c))", "-(a b) c", "not (containing “a” and containing “b”) and containing “c”");
    reads("-(->x)", "-(->x)", "not containing “->x”");
    reads("() a", "a", "containing “a”");
}

#[test]
fn lists_are_alternatives_of_one_key() {
    reads("release:[1.0, \"2 beta\"]", "release:[1.0,\"2 beta\"]", "seen in release 1.0 or release 2 beta");
    reads("level:error OR level:fatal", "level:[error,fatal]", "level is error or fatal");
    reads("-is:[resolved,archived] x", "-is:[resolved,archived] x", "not (resolved or archived) and containing “x”");
    reads("assigned:[me,none]", "assigned:[me,nobody]", "assigned to you or nobody");
    reads("tags[is]:[a,\"b,c\"]", "tags[is]:[a,\"b,c\"]", "is is a or b,c");
    reads("plan:\"[a]\"", "plan:\"[a]\"", "plan is [a]");
    reads("level:>=error", "level:[error,fatal]", "level is error or fatal");
    reads("priority:<high", "priority:[low,medium]", "priority is low or medium");
}

#[test]
fn comparisons_and_ranges() {
    reads(
        "is:unresolved (level:error OR users:>10)",
        "is:unresolved (level:error OR users:>10)",
        "unresolved and (level is error or users more than 10)",
    );
    reads("events:10..5", "events:5..10", "events from 5 to 10");
    reads("events:2k.. -users:3", "events:>=2000 -users:3", "events at least 2000 and not users exactly 3");
    reads("first_seen:-7d", "first_seen:-7d", "first seen in the last 7 days");
    reads("firstSeen:+24h", "first_seen:<-1d", "first seen more than 1 day ago");
    reads("last_seen:<2026-11-01", "last_seen:<2026-11-01", "last seen before 2026-11-01");
    reads(
        "last_seen:today regressed:-7d",
        "last_seen:today regressed:-7d",
        "last seen today and came back in the last 7 days",
    );
    reads("age:<7d", "age:<7d", "age less than 7 days");
    reads("release:>=2.4.0", "release:>=2.4.0", "seen in release 2.4.0 or later");
    reads("first_release:=2.4.0", "first_release:=2.4.0", "first seen in exactly release 2.4.0");
    reads("-release:2.4..2.5", "-release:2.4..2.5", "not seen in releases 2.4 to 2.5");
    reads("-level:error", "-level:error", "level is not error");
}

#[test]
fn what_is_not_understood_is_said() {
    for (query, canonical, hint) in [
        ("is:foo", "is:foo", "“is:foo” was searched as text: known are unresolved, "),
        ("is:\"foo bar\"", "\"is:foo bar\"", "“is:foo bar” was searched as text"),
        ("kind:x", "kind:x", "“kind:x” was searched as text: known are error, feedback."),
        ("level:bad", "level:bad", "“level:bad” was searched as text"),
        ("users:many", "users:many", "“users:many” was searched as text: it takes a number"),
        ("first_seen:soon", "first_seen:soon", "“first_seen:soon” was searched as text: it takes a time"),
        ("issue:12", "issue:12", "“issue:12” was searched as text: it takes a short id"),
        ("is:[new,foo]", "is:new", "“foo” in the list of “is:” was ignored: known are "),
        ("is:[] x", "x", "The list of “is:” is empty and was ignored."),
        ("is: new", "is: new", "“is:” needs its value right after the colon"),
        ("say \"cheese now", "say \"cheese now\"", "A quotation mark is never closed"),
        ("plan:[a b", "plan:\"[a\" b", "A list is never closed"),
        ("size:>5", "size:>5", "“size” is a tag; tags are texts, so “>5” was not compared"),
        ("(a OR b", "a OR b", "A parenthesis is never closed"),
        ("a OR b) c", "a OR b c", "A closing parenthesis closes nothing"),
        ("OR a", "a", "“OR” needs something on both sides"),
        ("a OR OR b", "a OR b", "“OR” needs something on both sides"),
    ] {
        let parsed = parse(query);
        assert_eq!(parsed.to_string(), canonical, "{query}");
        assert!(parsed.hints.len() == 1 && parsed.hints[0].starts_with(hint), "{query}: {:?}", parsed.hints);
        assert!(parsed.hints[0].ends_with('.'), "{query}: {:?}", parsed.hints);
    }
}

#[test]
fn a_query_has_limits() {
    let long = parse(&"ä".repeat(MAX_QUERY_BYTES));
    assert_eq!((long.tree.terms().count(), long.hints.len()), (1, 1));
    let many = parse(&"a ".repeat(MAX_TERMS + 1));
    assert_eq!((many.tree.terms().count(), many.hints.len()), (MAX_TERMS, 1));
    let listed = parse(&format!("plan:[{}]", "a,".repeat(MAX_TERMS + 1)));
    assert_eq!((listed.tree.terms().count(), listed.hints.len()), (MAX_TERMS, 1));
    let deep = parse(&format!("{}a OR b{}", "(x (".repeat(MAX_DEPTH), "))".repeat(MAX_DEPTH)));
    assert_eq!(deep.hints, [format!("Parentheses more than {MAX_DEPTH} deep were ignored.")]);
    assert_eq!(parse(&deep.to_string()).tree, deep.tree);
    let hints: String = (0..MAX_TERMS).map(|number| format!("is:x{number} ")).collect();
    assert_eq!(parse(&hints).hints.len(), MAX_HINTS);
}

#[test]
fn a_query_is_divided_between_index_and_tables() {
    let leaves = |node: &Node<Leaf>| format!("{node:?}").replace("Term(", "").replace(')', "");
    let divided = |query: &str| {
        let split = parse(query).for_tables();
        let parts = split.parts.into_iter().map(|part| {
            let tree = |tree| Query { tree, hints: Vec::new() }.to_string();
            let unwanted = part.unwanted.map(|unwanted| format!(" without {}", tree(unwanted)));
            format!("{}{}", tree(part.wanted), unwanted.unwrap_or_default())
        });
        (parts.collect::<Vec<_>>(), leaves(&split.tree))
    };
    assert_eq!(divided("is:new level:error").0, Vec::<String>::new());
    assert_eq!(divided("a is:new b -c").0, ["a b without c"], "one document has both words");
    assert_eq!(divided("-a is:new -b").0, ["a OR b"]);
    assert_eq!(divided("a (b OR plan:x) is:new").0, ["a (b OR plan:x)"]);
    assert_eq!(divided("is:new OR a OR b").0, ["a OR b"]);
    assert_eq!(divided("a (b OR is:new)").0, ["a", "b"]);
    let often: Vec<String> = (0..12).map(|number| format!("(a{number} OR is:new)")).collect();
    let split = parse(&often.join(" ")).for_tables();
    assert_eq!((split.parts.len(), split.hints.len()), (8, 1));
    let parts = parse("checkout is:new (users:>5 OR -is:linked)").for_index().parts;
    assert_eq!(parts.len(), 1, "one question to the tables: {parts:?}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, ..ProptestConfig::default() })]

    #[test]
    fn anything_can_be_parsed(query in ".*") {
        stable(&query)?;
    }

    #[test]
    fn anything_near_the_language_can_be_parsed(
        query in "([-!(]{0,2}(is|user|release|users|age|first_seen|level|os|tags\\[is\\]|x)?[:\\[(]?[\"\\\\ a-zä:*/\\[\\],.<>=0-9()-]{0,8}( OR | AND |[ )])?){0,12}"
    ) {
        stable(&query)?;
    }

    #[test]
    fn a_plain_word_is_kept_as_it_was_written(word in "[a-z0-9][a-zA-Z0-9_.]{0,20}") {
        prop_assert_eq!(parse(&word).tree, text(&word));
    }
}

/// Printed and read again, a query is the same, and prints the same.
fn stable(query: &str) -> Result<(), TestCaseError> {
    let parsed = parse(query);
    prop_assert!(parsed.tree.terms().count() <= MAX_TERMS);
    let printed = parsed.to_string();
    // The canonical form of a query near the limit may be longer than the limit.
    if printed.len() <= MAX_QUERY_BYTES {
        let again = parse(&printed);
        prop_assert_eq!(&again.tree, &parsed.tree, "{} -> {}", query, printed);
        prop_assert_eq!(again.to_string(), printed);
    }
    Ok(())
}
