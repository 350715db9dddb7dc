//! What was replaced, said in the payload's own `_meta`, which mirrors it:
//! `{"extra": {"key": {"": {"rem": [["@password", "s", 0, 10]], "len": 7}}}}`.

use serde_json::{Map, Value, json};

use super::Remark;

/// Adds remarks beside those a client made itself.
pub(super) fn write(payload: &mut Value, remarks: &[Remark]) {
    let Value::Object(fields) = payload else { return };
    if remarks.is_empty() {
        return;
    }
    let root = object(fields.entry("_meta").or_insert_with(|| Value::Object(Map::new())));
    for remark in remarks {
        let mut at = &mut *root;
        for segment in &remark.path {
            at = object(at.entry(segment.as_str()).or_insert_with(|| Value::Object(Map::new())));
        }
        let own = object(at.entry("").or_insert_with(|| json!({"len": remark.length})));
        let list = own.entry("rem").or_insert_with(|| json!([]));
        if !list.is_array() {
            *list = json!([]);
        }
        if let Some(list) = list.as_array_mut() {
            list.push(written(remark));
        }
    }
}

fn written(remark: &Remark) -> Value {
    if remark.is_removed {
        return json!([remark.rule, "x"]);
    }
    json!([remark.rule, "s", remark.range.0, remark.range.1])
}

/// The object a value is; anything else a client may have put there makes way.
fn object(value: &mut Value) -> &mut Map<String, Value> {
    if !value.is_object() {
        *value = Value::Object(Map::new());
    }
    match value {
        Value::Object(fields) => fields,
        _ => unreachable!("it was just made one"),
    }
}
