//! Two columns: what was measured, and how much it was.

use serde_json::Value;

/// Rows in the order they were added.
#[derive(Default)]
pub(super) struct Table(Vec<(String, String)>);

impl Table {
    pub(super) fn add(&mut self, name: &str, value: String) {
        self.0.push((name.to_owned(), value));
    }

    /// A figure as the generator gave it; a group of figures becomes a row each.
    pub(super) fn add_value(&mut self, name: &str, value: &Value) {
        match value {
            Value::Object(figures) => {
                for (part, value) in figures {
                    self.add_value(&format!("{name}, {}", part.replace('_', " ")), value);
                }
            }
            Value::Number(number) if number.is_f64() => {
                self.add(name, format!("{:.2}", number.as_f64().unwrap_or_default()));
            }
            Value::String(text) => self.add(name, text.clone()),
            other => self.add(name, other.to_string()),
        }
    }

    /// As Markdown, which reads well in a terminal too.
    pub(super) fn printed(&self) -> String {
        let width = self.0.iter().map(|(name, _)| name.len()).max().unwrap_or_default();
        let mut printed =
            format!("| {:width$} | {:>16} |\n|{}|-----------------:|\n", "figure", "value", "-".repeat(width + 2));
        for (name, value) in &self.0 {
            printed.push_str(&format!("| {name:width$} | {value:>16} |\n"));
        }
        printed
    }

    /// Those of the generator's figures that are wanted, in this order.
    pub(super) fn add_values(&mut self, figures: &Value, names: &[&str]) {
        for name in names {
            self.add_value(&name.replace('_', " "), &figures[*name]);
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::Table;

    #[test]
    fn figures_become_rows() {
        let mut table = Table::default();
        table.add_value("inbox", &json!({ "p50_ms": 1.234, "pages": 3 }));
        table.add("size", "12 bytes".to_owned());
        let expected = "| figure        |            value |\n\
                        |---------------|-----------------:|\n\
                        | inbox, p50 ms |             1.23 |\n\
                        | inbox, pages  |                3 |\n\
                        | size          |         12 bytes |\n";
        assert_eq!(table.printed(), expected);
    }
}
