//! Data categories: the words in which quotas, rate limits and statistics speak of items.

/// The category of an item type. Types we do not know count as `default`.
pub fn of_item(kind: &str) -> &'static str {
    match kind {
        "event" => "error",
        "feedback" | "user_report" => "feedback",
        "session" | "sessions" => "session",
        "attachment" => "attachment",
        "transaction" => "transaction",
        "span" => "span",
        "check_in" => "monitor",
        "profile" => "profile",
        "profile_chunk" => "profile_chunk",
        "replay_event" | "replay_recording" | "replay_video" => "replay",
        "log" | "otel_log" => "log_item",
        "trace_metric" => "trace_metric",
        "statsd" | "metric_buckets" => "metric_bucket",
        "raw_security" | "nel" => "security",
        "client_report" => "internal",
        _ => "default",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_item_counts_against_one_category() {
        for (kind, category) in [
            ("event", "error"),
            ("feedback", "feedback"),
            ("user_report", "feedback"),
            ("sessions", "session"),
            ("check_in", "monitor"),
            ("log", "log_item"),
            ("replay_recording", "replay"),
            ("client_report", "internal"),
            ("hologram", "default"),
            ("", "default"),
        ] {
            assert_eq!(of_item(kind), category, "{kind}");
        }
    }
}
