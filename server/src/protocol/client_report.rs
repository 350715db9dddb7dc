//! Client reports: what a client did not send, and why.

use serde_json::Value;

/// Entries of one report that are read; clients send a handful.
const MAX_ENTRIES: usize = 100;

/// Largest quantity one entry may claim; more is a broken client, and would overflow what it is added to.
const MAX_QUANTITY: i64 = 1_000_000_000;

/// A quantity that never left the client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Discarded {
    pub category: String,
    pub reason: String,
    pub quantity: i64,
}

/// Reads every list of a report. Entries without a quantity or a category are left out.
pub fn parse(report: &Value) -> Vec<Discarded> {
    ["discarded_events", "rate_limited_events", "filtered_events", "filtered_sampling_events"]
        .into_iter()
        .filter_map(|list| report.get(list)?.as_array())
        .flatten()
        .filter_map(discarded)
        .take(MAX_ENTRIES)
        .collect()
}

fn discarded(entry: &Value) -> Option<Discarded> {
    let text = |name: &str| entry.get(name).and_then(Value::as_str).map(str::to_owned);
    let quantity = entry.get("quantity")?.as_i64().filter(|quantity| *quantity > 0)?.min(MAX_QUANTITY);
    Some(Discarded { category: text("category")?, reason: text("reason").unwrap_or_default(), quantity })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn entries_are_read_and_nonsense_is_left_out() {
        let report = json!({"timestamp": 1, "discarded_events": [
            {"reason": "sample_rate", "category": "error", "quantity": 3},
            {"reason": "before_send", "category": "error", "quantity": -1},
            {"quantity": 2}, null,
        ]});
        let expected = Discarded { category: "error".into(), reason: "sample_rate".into(), quantity: 3 };
        assert_eq!(parse(&report), vec![expected]);
        assert_eq!(parse(&json!({"discarded_events": 5})), vec![]);
    }

    #[test]
    fn every_list_is_read_and_no_number_is_too_large() {
        let entry = json!([{"reason": "r", "category": "error", "quantity": i64::MAX}]);
        let report = json!({"rate_limited_events": entry, "filtered_events": entry, "filtered_sampling_events": entry});
        let quantities: Vec<_> = parse(&report).into_iter().map(|discarded| discarded.quantity).collect();
        assert_eq!(quantities, [MAX_QUANTITY; 3]);
    }
}
