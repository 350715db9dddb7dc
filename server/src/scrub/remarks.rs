//! What was replaced, said in the payload's own `_meta`, which mirrors it:
//! `{"extra": {"key": {"": {"rem": [["@password", "s", 0, 10]], "len": 7}}}}`.

use serde_json::json;

use super::Remark;
use crate::protocol::json::{Fields, Json};

/// Adds remarks beside those a client made itself.
pub(super) fn write(payload: &mut Json<'_>, remarks: &[Remark]) {
    let Json::Object(fields) = payload else { return };
    if remarks.is_empty() {
        return;
    }
    let root = object(fields.entry("_meta", empty));
    for remark in remarks {
        let mut at = &mut *root;
        for segment in &remark.path {
            at = object(at.entry(segment.clone(), empty));
        }
        let own = object(at.entry("", || json!({"len": remark.length}).into()));
        let list = own.entry("rem", || Json::Array(Vec::new()));
        if list.as_array().is_none() {
            *list = Json::Array(Vec::new());
        }
        if let Some(list) = list.as_array_mut() {
            list.push(written(remark));
        }
    }
}

fn written(remark: &Remark) -> Json<'static> {
    if remark.is_removed {
        return json!([remark.rule, "x"]).into();
    }
    json!([remark.rule, "s", remark.range.0, remark.range.1]).into()
}

fn empty<'a>() -> Json<'a> {
    Json::Object(Fields::default())
}

/// The object a value is; anything else a client may have put there makes way.
fn object<'v, 'a>(value: &'v mut Json<'a>) -> &'v mut Fields<'a> {
    if !value.is_object() {
        *value = empty();
    }
    match value {
        Json::Object(fields) => fields,
        _ => unreachable!("it was just made one"),
    }
}
