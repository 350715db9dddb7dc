//! It reads what `serde_json` reads, and writes it the same.

use proptest::prelude::*;
use serde_json::json;

use super::*;

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        (-1e9..1e9).prop_map(|number: f64| Value::from(number)),
        ".*".prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 32, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::hash_map(".*", inner, 0..6).prop_map(|fields| fields.into_iter().collect()),
        ]
    })
}

proptest! {
    #[test]
    fn what_is_read_is_the_same_value(value in any_json()) {
        let text = value.to_string();
        let read = Json::parse(text.as_bytes()).unwrap();
        // Not `value`: serde_json reads the last digit of a fraction quickly, not exactly.
        let expected: Value = serde_json::from_str(&text).unwrap();
        prop_assert_eq!(read.to_string(), serde_json::to_string(&read.clone().into_owned()).unwrap());
        prop_assert_eq!(Json::from(value.clone()).into_value(), value);
        prop_assert_eq!(read.into_value(), expected);
    }

    #[test]
    fn it_refuses_what_serde_json_refuses(text in r#"[\[\]{}",:a0-9.\\ntf\-]{0,24}"#) {
        let expected = serde_json::from_str::<Value>(&text).ok();
        prop_assert_eq!(Json::parse(text.as_bytes()).ok().map(Json::into_value), expected);
    }
}

#[test]
fn texts_are_borrowed_unless_they_are_escaped() {
    let read = Json::parse(br#"{"plain": "text", "es\u0063aped": "a\nb"}"#).unwrap();
    let texts: Vec<(&str, bool)> = match &read {
        Json::Object(fields) => {
            fields.iter().map(|(name, value)| (name, matches!(value, Json::String(Cow::Borrowed(_))))).collect()
        }
        _ => Vec::new(),
    };
    assert_eq!(texts, [("plain", true), ("escaped", false)]);
}

#[test]
fn the_last_of_two_fields_of_one_name_counts() {
    let Ok(Json::Object(mut fields)) = Json::parse(br#"{"a": 1, "b": 2, "a": 3}"#) else { panic!("an object") };
    assert_eq!(fields.get("a").and_then(Json::as_i64), Some(3));
    assert_eq!(fields.remove("a").and_then(|value| value.as_i64()), Some(3));
    assert_eq!((fields.remove("a"), fields.len()), (None, 1));
    fields.insert("b", Json::Bool(true));
    *fields.entry("c", || Json::Null) = Json::from(json!([1]));
    assert_eq!(Json::Object(fields).into_value(), json!({"b": true, "c": [1]}));
}

#[test]
fn depth_and_broken_texts_are_refused() {
    assert!(Json::parse("[".repeat(200).as_bytes()).is_err());
    assert!(Json::parse(format!("{}{}", "[".repeat(200), "]".repeat(200)).as_bytes()).is_err());
    assert!(Json::parse(b"\"\xff\"").is_err());
    assert!(Json::parse(b"{\"a\":1} x").is_err());
}
