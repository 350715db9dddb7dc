//! A JSON value as a person reads it.

use serde_json::Value;

/// Longer than this on one line is hard to read.
const LINE_CHARS_MAX: usize = 72;

/// Texts without quotes, small structures on one line, larger ones indented.
pub(crate) fn value_text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(_) | Value::Object(_) => {
            let line = value.to_string();
            if line.len() <= LINE_CHARS_MAX { line } else { format!("{value:#}") }
        }
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_bare_and_small_structures_stay_on_one_line() {
        assert_eq!(value_text(&Value::from("a \"b\"")), "a \"b\"");
        assert_eq!(value_text(&Value::from(vec![1, 2])), "[1,2]");
        assert!(value_text(&Value::from(vec!["a long text"; 12])).contains('\n'));
    }
}
