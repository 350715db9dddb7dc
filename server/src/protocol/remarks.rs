//! What was taken out of a payload, as its `_meta` says it: a tree that mirrors the payload, with remarks under `""`.

use serde_json::{Map, Value};

use super::event::TakenOut;

/// Remarks that are read; more would tell nothing new.
const REMARKS_MAX: usize = 100;
/// Levels of the tree that are followed.
const DEPTH_MAX: usize = 32;
/// Longest name of a rule, characters.
const RULE_CHARS: usize = 200;

/// Reads the remarks of a payload: which rule replaced or removed something where. Those of clients are among them.
pub(super) fn read(meta: Option<Value>) -> Vec<TakenOut> {
    let mut found = Vec::new();
    if let Some(Value::Object(tree)) = meta {
        walk(&tree, &mut Vec::new(), &mut found);
    }
    found.sort_by(|one, other| one.path.cmp(&other.path));
    found
}

fn walk<'a>(tree: &'a Map<String, Value>, path: &mut Vec<&'a str>, found: &mut Vec<TakenOut>) {
    for (key, below) in tree {
        let Value::Object(below) = below else { continue };
        if found.len() >= REMARKS_MAX {
            return;
        }
        if key.is_empty() {
            found.extend(rules(below).map(|rule| TakenOut { path: path.join(".").replace('\0', ""), rule }));
        } else if path.len() < DEPTH_MAX {
            path.push(key);
            walk(below, path, found);
            path.pop();
        }
    }
    found.truncate(REMARKS_MAX);
}

fn rules(own: &Map<String, Value>) -> impl Iterator<Item = String> {
    let remarks = own.get("rem").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let rule = |remark: &Value| {
        let rule = remark.get(0)?.as_str()?;
        matches!(remark.get(1)?.as_str()?, "s" | "x" | "m" | "p")
            .then(|| rule.chars().filter(|char| !char.is_control()).take(RULE_CHARS).collect())
    };
    let mut rules: Vec<String> = remarks.iter().filter_map(rule).collect();
    rules.dedup();
    rules.into_iter()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn remarks_are_found_wherever_they_are() {
        let meta = json!({"message": {"": {"rem": [["@card", "s", 1, 2], ["@card", "s", 5, 9], ["x"], 7]}},
            "extra": {"a.b": {"0": {"": {"rem": [["@ip", "x"], ["!raw", "a"]]}}}, "c": 1}, "": {"rem": {}}});
        let found = read(Some(meta)).into_iter().map(|one| (one.path, one.rule)).collect::<Vec<_>>();
        let expected = [("extra.a.b.0", "@ip"), ("message", "@card")];
        assert_eq!(found, expected.map(|(path, rule)| (path.to_owned(), rule.to_owned())));
        for odd in [json!(null), json!(7), json!({"a": []}), json!({"": 1})] {
            assert_eq!(read(Some(odd)), []);
        }
    }

    #[test]
    fn many_and_deep_remarks_are_bounded() {
        let own = json!({"rem": [["r", "x"]]});
        let many: Value = (0..500).map(|n| (n.to_string(), json!({"": own}))).collect::<Map<_, _>>().into();
        assert_eq!(read(Some(many)).len(), REMARKS_MAX);
        let deep = (0..100).fold(json!({"": own}), |tree, _| json!({"a": tree}));
        assert_eq!(read(Some(deep)), []);
    }
}
