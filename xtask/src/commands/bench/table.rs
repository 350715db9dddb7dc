//! Two columns: what was measured, and how much it was.

use std::fs;
use std::path::Path;
use std::thread::available_parallelism;

use anyhow::{Context, Result};
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

    /// Writes the page that the documentation links to.
    pub(super) fn write(&self, file: &Path) -> Result<()> {
        let cores = available_parallelism().context("counting the cores")?;
        let page = format!(
            "# Benchmarks\n\n\
             Written by `cargo xtask bench`: one server with its embedded database, in its default settings except \
             that the event quota is off; the load generator runs on the same machine, which has {cores} cores. \
             Events are acknowledged when they are durable.\n\n{}",
            self.printed()
        );
        fs::write(file, page).with_context(|| format!("writing {}", file.display()))
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
