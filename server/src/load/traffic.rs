//! Envelopes made ready before the clock starts, so that sending costs the machine little.
//!
//! A body is two gzip members, which decode as one: a small head with this request's own id, and a payload from a pool
//! that was compressed once.

mod events;

use std::io::Write as _;
use std::path::Path;

use anyhow::Context;
use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::{Value, json};

use super::mix::{Kind, Mix};
use crate::ids;

/// Payloads prepared of each kind at least; enough that neither disk nor index sees the same over and over.
const POOL: usize = 1_000;

/// Everything that will be sent.
#[derive(Debug)]
pub(super) struct Traffic {
    mix: Mix,
    pools: Vec<Pool>,
    /// Makes ids of this run different from those of any other.
    run: u64,
}

/// The payloads of one kind.
#[derive(Debug)]
struct Pool {
    item: &'static str,
    /// Length before compression, and the gzip member.
    payloads: Vec<(usize, Vec<u8>)>,
}

impl Traffic {
    /// Makes the payloads of every kind of the mix.
    ///
    /// # Errors
    /// When a template cannot be read or is not JSON.
    pub(super) fn prepare(mix: &Mix, issues: usize) -> anyhow::Result<Self> {
        let pools = mix.kinds().map(|kind| Pool::of(kind, issues.max(1))).collect::<anyhow::Result<_>>()?;
        let (run, _) = ids::random_uuid().as_u64_pair();
        Ok(Self { mix: mix.clone(), pools, run })
    }

    /// The gzip body of a request.
    ///
    /// # Errors
    /// When there is no memory for it.
    pub(super) fn body(&self, number: u64) -> anyhow::Result<Vec<u8>> {
        let pool = &self.pools[self.mix.pick(number)];
        let id = format!("{:016x}{number:016x}", self.run);
        if pool.item == "session" {
            let session = session(&id, number);
            return gzip(&[head(&id, "session", session.len()).into_bytes(), session].concat());
        }
        let (length, member) = &pool.payloads[usize::try_from(number).unwrap_or(0) % pool.payloads.len()];
        let mut body = stored(head(&id, pool.item, *length).as_bytes())?;
        body.extend_from_slice(member);
        Ok(body)
    }
}

impl Pool {
    fn of(kind: &Kind, issues: usize) -> anyhow::Result<Self> {
        let size = POOL.next_multiple_of(issues);
        let all = |make: &dyn Fn(usize, usize) -> Value| -> anyhow::Result<Vec<_>> {
            (0..size).map(|number| payload(&make(number, number % issues))).collect()
        };
        Ok(match kind {
            Kind::Error => Self { item: "event", payloads: all(&events::shop_error)? },
            Kind::Browser => Self { item: "event", payloads: all(&events::browser_error)? },
            Kind::Feedback => Self { item: "feedback", payloads: all(&events::complaint)? },
            Kind::Session => Self { item: "session", payloads: Vec::new() },
            Kind::Template(path) => {
                let template = Template::read(path)?;
                Self { item: "event", payloads: all(&|number, issue| template.event(number, issue))? }
            }
        })
    }
}

/// The caller's own event.
struct Template(Value);

impl Template {
    fn read(path: &Path) -> anyhow::Result<Self> {
        let text = std::fs::read_to_string(path).with_context(|| format!("reading {}", path.display()))?;
        Ok(Self(serde_json::from_str(&text).with_context(|| format!("{} is not JSON", path.display()))?))
    }

    fn event(&self, number: usize, issue: usize) -> Value {
        let mut event = self.0.clone();
        if let Value::Object(fields) = &mut event {
            // The head names it, and the time of an old recording would be taken for a wrong clock.
            fields.remove("event_id");
            fields.remove("timestamp");
        }
        fill(&mut event, number, issue);
        event
    }
}

fn fill(value: &mut Value, number: usize, issue: usize) {
    match value {
        Value::String(text) if text.contains("{{") => {
            let user = number % 1_000;
            *text = text
                .replace("{{n}}", &number.to_string())
                .replace("{{issue}}", &issue.to_string())
                .replace("{{user}}", &user.to_string());
        }
        Value::Array(values) => values.iter_mut().for_each(|value| fill(value, number, issue)),
        Value::Object(fields) => fields.values_mut().for_each(|value| fill(value, number, issue)),
        _ => {}
    }
}

/// The id of the event with this number: 32 hexadecimal digits.
pub fn event_id(number: usize) -> String {
    let spread = (number as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    format!("{spread:016x}{number:016x}")
}

/// An error of a web shop in Python, about 15 kB with 24 frames: the same number makes the same event.
pub fn event(number: usize, issue: usize) -> Value {
    let mut event = events::shop_error(number, issue);
    event["event_id"] = event_id(number).into();
    event
}

fn head(id: &str, item: &str, length: usize) -> String {
    format!("{}\n{}\n", json!({"event_id": id}), json!({"type": item, "length": length}))
}

fn session(id: &str, number: u64) -> Vec<u8> {
    json!({
        "sid": id, "init": true, "status": if number.is_multiple_of(50) { "crashed" } else { "exited" }, "errors": 0,
        "did": format!("user-{}", number % 1_000),
        "attrs": {"release": format!("shop@2.{}.0", number % 3), "environment": "production"},
    })
    .to_string()
    .into_bytes()
}

fn payload(event: &Value) -> anyhow::Result<(usize, Vec<u8>)> {
    let text = event.to_string();
    Ok((text.len(), gzip(text.as_bytes())?))
}

fn gzip(bytes: &[u8]) -> anyhow::Result<Vec<u8>> {
    compress(bytes, Compression::default())
}

/// A gzip member that is not compressed, which costs next to nothing.
fn stored(bytes: &[u8]) -> anyhow::Result<Vec<u8>> {
    compress(bytes, Compression::none())
}

fn compress(bytes: &[u8], level: Compression) -> anyhow::Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), level);
    encoder.write_all(bytes)?;
    Ok(encoder.finish()?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::{encoding, envelope};

    #[test]
    fn every_body_is_an_envelope_with_an_id_of_its_own() {
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("event.json");
        std::fs::write(&file, r#"{"event_id": "1", "message": "order {{n}} of {{user}}", "tags": {"a": "{{issue}}"}}"#)
            .unwrap();
        let mix = format!("error,browser,session,feedback,template:{}", file.display());
        let traffic = Traffic::prepare(&Mix::parse(&mix).unwrap(), 10).unwrap();
        let mut seen = std::collections::HashSet::new();
        for number in 0..50 {
            let body = traffic.body(number).unwrap();
            let decoded = encoding::decode("gzip", &body, 100_000).unwrap();
            let envelope = envelope::parse(&decoded).unwrap();
            assert!(envelope.faults.is_empty() && envelope.items.len() == 1);
            assert!(seen.insert(envelope.header.event_id.unwrap()));
            let item: Value = serde_json::from_slice(envelope.items[0].payload).unwrap();
            assert!(!item.to_string().contains("{{"), "{item}");
        }
    }

    #[test]
    fn an_error_has_about_fifteen_kilobytes() {
        let bytes = events::shop_error(7, 7).to_string().len();
        assert!((14_500..15_500).contains(&bytes), "{bytes}");
    }
}
