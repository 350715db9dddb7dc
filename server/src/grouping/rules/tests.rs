use super::*;
use crate::protocol::event::Exception;

fn event() -> Event {
    let frame =
        Frame { function: Some("pay".into()), abs_path: Some("/srv/generated/cart.py".into()), ..Frame::default() };
    let exception = Exception {
        kind: Some("DatabaseError".into()),
        value: Some("query timed out".into()),
        frames: vec![frame],
        ..Exception::default()
    };
    Event {
        exceptions: vec![exception],
        release: Some("shop@2.0.0".into()),
        tags: vec![("tenant".into(), "acme".into())],
        ..Event::default()
    }
}

#[test]
fn the_first_rule_whose_conditions_all_hold_decides() {
    for (text, expected) in [
        ("type:DatabaseError -> db", Some("db")),
        ("error.type:database* -> db", Some("db")),
        (r#"type:DatabaseError value:"*timed out*" -> slow"#, Some("slow")),
        ("type:DatabaseError value:nothing -> slow", None),
        ("!type:DatabaseError -> other", None),
        ("!release:*-dev tags.tenant:acme -> acme", Some("acme")),
        ("path:*/generated/* function:p?y -> generated", Some("generated")),
        ("level:error -> one\nlevel:error -> two", Some("one")),
        ("# level:error -> one", None),
        ("message:*timed* -> slow", Some("slow")),
    ] {
        let (rules, problems) = Rules::parse(text);
        assert_eq!(problems, [], "{text}");
        let found = rules.fingerprint(&event()).map(|rule| rule.fingerprint.join("|"));
        assert_eq!(found.as_deref(), expected, "{text}");
    }
}

#[test]
fn a_fingerprint_may_have_several_parts() {
    let (rules, _) = Rules::parse(r#"type:* -> {{ default }}, "one, two""#);
    let expected = ["{{ default }}", "one, two"];
    assert_eq!(rules.fingerprint(&event()).unwrap().fingerprint, expected);
}

#[test]
fn frames_and_families_have_rules_too() {
    let (rules, problems) = Rules::parse("path:*/generated/* -> @not-in-app\nfamily:network -> @off");
    assert_eq!(problems, []);
    assert_eq!(rules.in_app(&event().exceptions[0].frames[0]), Some(false));
    assert_eq!(rules.in_app(&Frame::default()), None);
    assert!(!rules.is_on(Family::Network) && rules.is_on(Family::ChunkLoad));
}

#[test]
fn a_line_that_cannot_be_read_is_reported_and_skipped() {
    let text = "type:A\nnonsense:x -> y\n-> y\ntype:A ->\nrelease:1 -> @in-app\nfamily:x -> @off\ntype:A -> @what\ntype:* -> kept";
    let (rules, problems) = Rules::parse(text);
    assert_eq!(problems.iter().map(|problem| problem.line).collect::<Vec<_>>(), [1, 2, 3, 4, 5, 6, 7]);
    assert_eq!(rules.fingerprint(&event()).unwrap().fingerprint, ["kept"]);
}
