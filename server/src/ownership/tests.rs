use serde_json::json;
use uuid::Uuid;

use super::*;
use crate::protocol::normalise::{self, Arrival};

fn subject() -> Subject<'static> {
    Subject {
        paths: vec!["src/checkout/cart.py", "/srv/app/src/views.py"],
        modules: vec!["shop.checkout.cart"],
        url: Some("https://shop.example.org/cart/pay"),
        release: Some("shop@2.4.0"),
        tags: vec![("browser", "Chrome Mobile 120"), ("region", "eu")],
    }
}

#[test]
fn each_field_is_matched_by_its_own_kind_of_pattern() {
    for (condition, expected) in [
        ("path:src/checkout/**", Some("src/checkout/cart.py")),
        ("path:views.py", Some("/srv/app/src/views.py")),
        ("path:src/login/**", None),
        ("module:shop.checkout.*", Some("shop.checkout.cart")),
        ("module:checkout", None),
        ("url:*/cart/*", Some("https://shop.example.org/cart/pay")),
        ("url:/cart", None),
        ("release:shop@2.*", Some("shop@2.4.0")),
        ("tags.browser:\"chrome mobile*\"", Some("Chrome Mobile 120")),
        ("tag.REGION:e?", Some("eu")),
        ("tags.region:us", None),
        ("tags.missing:*", None),
    ] {
        let (rules, problems) = Rules::parse(&format!("{condition} #web"));
        assert_eq!(problems, [], "{condition}");
        let found = rules.deciding(&subject());
        assert_eq!(found.map(|found| found.value).as_deref(), expected, "{condition}");
    }
}

#[test]
fn the_last_rule_that_matches_decides() {
    let text =
        "path:** #web\n\n# whoever looks after paying\npath:src/checkout/** #payments ada@acme.com\nurl:*/login* #web";
    let (rules, problems) = Rules::parse(text);
    assert_eq!(problems, []);
    let decides = rules.deciding(&subject()).unwrap();
    assert_eq!((decides.rule.line, &*decides.rule.condition), (4, "path:src/checkout/**"));
    let owners: Vec<String> = decides.rule.owners.iter().map(Owner::to_string).collect();
    assert_eq!(owners, ["#payments", "ada@acme.com"]);
    let lines: Vec<usize> = rules.matching(&subject()).iter().map(|found| found.rule.line).collect();
    assert_eq!(lines, [1, 4]);
    assert_eq!(rules.deciding(&Subject::default()), None);
}

#[test]
fn a_line_that_cannot_be_read_is_reported_and_the_others_stay() {
    let long = format!("path:{} #web", "a".repeat(3_000));
    let many = format!("path:a {}", "#web ".repeat(11));
    for (line, expected) in [
        ("path:src/**", "names no owner"),
        ("src/** #web", "is not a condition"),
        ("file:src/** #web", "there is no field `file`"),
        ("tags.:x #web", "there is no field `tags.`"),
        ("path: #web", "nothing stands behind `path:`"),
        ("path:a bob", "`bob` is neither a #team nor an e-mail address"),
        ("path:a @bob", "neither"),
        ("path:a #", "neither"),
        ("path:a #Two_words", "neither"),
        ("path:a a@b@c", "neither"),
        ("path:\"a b #web", "a quote is not closed"),
        ("\"\" ", "is empty"),
        (&long, "longer than"),
        (&many, "more than 10 owners"),
    ] {
        let (rules, problems) = Rules::parse(&format!("path:a #web\n{line}\npath:b BO@Acme.com"));
        assert_eq!(problems.len(), 1, "{line}");
        assert!(problems[0].line == 2 && problems[0].reason.contains(expected), "{line}: {problems:?}");
        let owners: Vec<&Owner> = rules.iter().flat_map(|rule| &rule.owners).collect();
        assert_eq!(owners, [&Owner::Team("web".into()), &Owner::Member("bo@acme.com".into())], "{line}");
    }
}

#[test]
fn there_is_an_end_to_rules() {
    let (rules, problems) = Rules::parse(&"path:a #web\n".repeat(202));
    assert_eq!(rules.iter().count(), 200);
    assert_eq!(problems.iter().map(|problem| problem.line).collect::<Vec<_>>(), [201, 202]);
}

#[test]
fn of_an_event_the_frames_of_the_application_count() {
    let frame = |name: &str, in_app: bool| json!({"filename": name, "module": format!("m.{name}"), "in_app": in_app});
    let payload = json!({
        "exception": [{"type": "E", "stacktrace": {"frames": [
            frame("main.py", true), frame("cart.py", true), frame("lib/http.py", false),
        ]}}],
        "request": {"url": "https://shop.example.org/cart?step=2"},
        "release": "2.4.0", "environment": "staging", "tags": {"level": "mine", "region": "eu"},
    });
    let arrival = Arrival { event_id: Uuid::nil(), received_at: 0, client_ip: None };
    let event = normalise::event(payload, &arrival);
    let subject = Subject::of_event(&event);
    assert_eq!(subject.paths, ["cart.py", "main.py"], "nearest to the throw first");
    assert_eq!(subject.modules, ["m.cart.py", "m.main.py"]);
    assert_eq!((subject.url, subject.release), (Some("https://shop.example.org/cart"), Some("2.4.0")));
    let of =
        |key: &str| subject.tags.iter().filter(|(name, _)| *name == key).map(|(_, value)| *value).collect::<Vec<_>>();
    assert_eq!((of("environment"), of("level"), of("region")), (vec!["staging"], vec!["mine"], vec!["eu"]));
    let foreign = normalise::event(
        json!({"exception": [{"type": "E", "stacktrace": {"frames": [frame("lib/http.py", false)]}}]}),
        &arrival,
    );
    assert_eq!(Subject::of_event(&foreign).paths, ["lib/http.py"], "better than nothing");
}
