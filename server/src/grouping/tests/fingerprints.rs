use super::*;
use crate::grouping::{Rules, Version, group};
use crate::protocol::event::Event;

fn with_fingerprint(parts: &[&str], function: &str) -> Event {
    let raised = exception("ValueError", "bad", frames(&[&format!("{function} shop/cart.py")]));
    Event { fingerprint: parts.iter().map(|part| (*part).to_owned()).collect(), ..event("python", vec![raised]) }
}

#[test]
fn a_clients_fingerprint_replaces_the_content() {
    assert_together(&with_fingerprint(&["db"], "pay"), &with_fingerprint(&["db"], "load"));
    assert_apart(&with_fingerprint(&["db"], "pay"), &with_fingerprint(&["cache"], "pay"));
    assert_apart(&with_fingerprint(&["ab", "c"], "pay"), &with_fingerprint(&["a", "bc"], "pay"));
    let grouping = keyed(&with_fingerprint(&["db", "{{ type }}"], "pay"));
    assert_eq!(grouping.fingerprint, ["db", "ValueError"]);
    assert_eq!(grouping.explanation.summary, "Grouped by the fingerprint the client sent.");
}

#[test]
fn the_default_fingerprint_is_none() {
    assert_together(&with_fingerprint(&["{{ default }}"], "pay"), &with_fingerprint(&[], "pay"));
    assert_together(&with_fingerprint(&["{{default}}"], "pay"), &with_fingerprint(&[], "pay"));
}

#[test]
fn the_default_can_be_refined() {
    let refined = |tenant, function| with_fingerprint(&["{{ default }}", tenant], function);
    assert_apart(&refined("a", "pay"), &refined("b", "pay"));
    assert_apart(&refined("a", "pay"), &refined("a", "load"));
    assert_together(&refined("a", "pay"), &refined("a", "pay"));
}

#[test]
fn a_rule_comes_before_the_client() {
    let (rules, problems) = Rules::parse("type:Value* -> values, {{ function }}");
    assert_eq!(problems, []);
    let grouping = group(&with_fingerprint(&["db"], "pay"), &rules);
    assert_eq!(grouping.fingerprint, ["values", "pay"]);
    assert!(grouping.explanation.summary.contains("rule on line 1"));
}

#[test]
fn a_rule_decides_whose_code_a_frame_is() {
    let (rules, _) = Rules::parse("path:shop/shared* -> @not-in-app");
    let raised = exception("ValueError", "bad", frames(&["pay shop/cart.py", "call shop/shared.py"]));
    assert_eq!(used(&group(&event("python", vec![raised]), &rules)), ["ValueError", "pay in shop/cart.py"]);
}

#[test]
fn another_version_makes_other_keys_but_a_fingerprint_outlives_it() {
    let under = |event: &Event, version| group(event, &Rules::default().with_version(version));
    let event = with_fingerprint(&[], "pay");
    let (one, other) = (under(&event, Version::Ff1), under(&event, Version::Test));
    assert_ne!(one.primary, other.primary);
    assert_eq!((one.algorithm, other.algorithm), ("ff-1", "test"));
    let event = with_fingerprint(&["mine"], "pay");
    assert_eq!(under(&event, Version::Ff1).primary, under(&event, Version::Test).primary);
}
