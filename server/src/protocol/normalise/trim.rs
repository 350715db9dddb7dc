//! Cutting free-form JSON to size, and taking out what databases refuse.
//!
//! Values are changed where they stand: one within its limits is walked once and then copied, never written out as text.

use std::borrow::Cow;

use serde_json::Value;

use super::text::ELLIPSIS;
use crate::protocol::json::{Fields, Json};

/// Levels of nested JSON that are kept. No page shows more, and whoever walks the value recurses.
const MAX_DEPTH: usize = 20;
/// Bytes a number, boolean or null counts as: they differ by less than is worth measuring.
const SCALAR_BYTES: usize = 4;

/// The bytes left to spend on values, counted as texts and keys without JSON's own punctuation.
pub(super) struct Budget {
    left: usize,
    cut: bool,
}

impl Budget {
    pub(super) fn new(bytes: usize) -> Self {
        Self { left: bytes, cut: false }
    }

    /// Whether anything had to be cut or left out.
    pub(super) fn was_exceeded(&self) -> bool {
        self.cut
    }

    /// Cuts a value to at most `bytes_max` and to what is left; `None` if nothing is.
    pub(super) fn fit(&mut self, mut value: Json<'_>, bytes_max: usize) -> Option<Value> {
        if self.is_spent() {
            return None;
        }
        let mut own = Self::new(bytes_max.min(self.left));
        let before = own.left;
        own.value(&mut value, 0);
        self.spend(before - own.left);
        self.cut |= own.cut;
        Some(value.into_value())
    }

    fn is_spent(&mut self) -> bool {
        self.cut |= self.left == 0;
        self.left == 0
    }

    fn spend(&mut self, bytes: usize) {
        self.left = self.left.saturating_sub(bytes);
    }

    fn value(&mut self, value: &mut Json<'_>, depth: usize) {
        match value {
            Json::Null | Json::Bool(_) | Json::Number(_) => self.spend(SCALAR_BYTES),
            Json::String(text) => self.text(text),
            Json::Array(items) if depth < MAX_DEPTH => self.items(items, depth),
            Json::Object(fields) if depth < MAX_DEPTH => self.fields(fields, depth),
            Json::Array(_) | Json::Object(_) => {
                self.cut = true;
                *value = Json::String(Cow::Owned(ELLIPSIS.to_string()));
            }
        }
    }

    fn text(&mut self, text: &mut Cow<'_, str>) {
        if text.contains('\0') {
            text.to_mut().retain(|char| char != '\0');
        }
        if text.len() > self.left {
            let cut = &text[..text.floor_char_boundary(self.left)];
            *text = Cow::Owned(format!("{cut}{ELLIPSIS}"));
            self.cut = true;
        }
        self.spend(text.len());
    }

    fn items(&mut self, items: &mut Vec<Json<'_>>, depth: usize) {
        for index in 0..items.len() {
            if self.is_spent() {
                items.truncate(index);
                return;
            }
            self.value(&mut items[index], depth + 1);
        }
    }

    fn fields(&mut self, fields: &mut Fields<'_>, depth: usize) {
        fields.retain(|name, value| {
            let room = !self.is_spent();
            if room {
                if name.contains('\0') {
                    name.to_mut().retain(|char| char != '\0');
                }
                self.spend(name.len());
                self.value(value, depth + 1);
            }
            room
        });
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn fit(value: Value, bytes: usize) -> (Value, bool) {
        let mut budget = Budget::new(bytes);
        let value = budget.fit(value.into(), bytes).unwrap();
        (value, budget.was_exceeded())
    }

    #[test]
    fn what_fits_is_left_alone() {
        let value = json!({"a": [1, "two", null, {"b": true}], "c": 1.5});
        assert_eq!(fit(value.clone(), 100), (value, false));
    }

    #[test]
    fn what_does_not_fit_is_cut_where_it_stands() {
        for (sent, bytes, kept) in [
            (json!("abcdef"), 3, json!("abc…")),
            (json!("ääää"), 3, json!("ä…")),
            (json!(["aaaa", "bbbb", "cccc"]), 8, json!(["aaaa", "bbbb"])),
            (json!({"a": "aaaa", "b": "bbbb"}), 5, json!({"a": "aaaa"})),
            (json!([1, 2, 3]), 4, json!([1])),
        ] {
            assert_eq!(fit(sent, bytes), (kept, true));
        }
    }

    #[test]
    fn nul_is_taken_out_of_names_and_texts() {
        assert_eq!(fit(json!({"a\u{0}": ["x\u{0}y", {"\u{0}": 1}]}), 100), (json!({"a": ["xy", {"": 1}]}), false));
    }

    #[test]
    fn depth_is_bounded() {
        let deep = (0..100).fold(json!(1), |inner, _| json!([inner]));
        let (kept, cut) = fit(deep, 1_000);
        assert_eq!((kept.to_string().matches('[').count(), cut), (MAX_DEPTH, true));
    }

    #[test]
    fn one_value_cannot_spend_more_than_its_share() {
        let mut budget = Budget::new(10);
        assert_eq!(budget.fit(json!("aaaaaaaa").into(), 4), Some(json!("aaaa…")));
        assert_eq!(budget.fit(json!("bbbbbbbb").into(), 100), Some(json!("bbbbbb…")));
        assert_eq!(budget.fit(json!("c").into(), 100), None);
    }
}
