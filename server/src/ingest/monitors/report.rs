//! What a monitor has to say, as an event of its project.

use fieldfare_app::api::Timestamp;
use serde_json::{Value, json};

use super::ledger::Report;
use crate::error::Result;
use crate::ingest::admit;
use crate::ingest::arrival::NewEvent;
use crate::monitors::{Outcome, in_words};

pub(super) fn event(report: &Report, project_id: i64, received_at: i64) -> Result<NewEvent> {
    let made = admit::own_event(&json(report), project_id, received_at);
    made.map_err(|reason| anyhow::anyhow!("an event of a monitor could not be made: {reason}").into())
}

fn json(report: &Report) -> Value {
    let Report { slug, environment, config, run, .. } = report;
    json!({
        "platform": "other",
        "level": "error",
        "logger": "fieldfare.monitors",
        "message": title(report),
        "transaction": slug,
        "timestamp": Timestamp(report.at).to_string(),
        "environment": environment,
        "release": report.release,
        "fingerprint": ["fieldfare.monitor", slug, environment],
        "tags": {"monitor.slug": slug, "monitor.status": run.status},
        "contexts": {"monitor": {
            "slug": slug,
            "status": run.status,
            "schedule": in_words(config, &report.schedule),
            "checkin_margin_minutes": config.checkin_margin,
            "max_runtime_minutes": config.max_runtime,
            "check_in_id": run.check_in_id.simple().to_string(),
            "expected_at": run.expected_at.map(|at| Timestamp(at).to_string()),
            "started_at": (report.outcome != Outcome::Missed).then(|| Timestamp(run.started_at).to_string()),
            "duration_ms": run.duration_ms,
        }},
    })
}

fn title(report: &Report) -> String {
    let slug = &report.slug;
    match report.outcome {
        Outcome::Missed => format!("Monitor {slug} missed its check-in"),
        Outcome::Timeout => format!("Monitor {slug} ran longer than {} min", report.config.max_runtime),
        Outcome::Error | Outcome::Ok => format!("Monitor {slug} reported a failure"),
    }
}
