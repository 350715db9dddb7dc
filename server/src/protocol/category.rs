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
        "client_report" => "internal",
        _ => "default",
    }
}
