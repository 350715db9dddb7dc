//! Load for the caller's own installation: what it can take, measured from outside before a bad day does it.
//!
//! A closed loop sends as fast as it is answered and finds the ceiling; an open loop sends at a rate, whatever the answers,
//! and finds what users of a busy server wait for: latency counts from when a request was due, not from when a slow
//! answer let it out. Nothing is sent to an installation whose token the caller does not hold.

mod connection;
mod flood;
mod mix;
mod pace;
mod reads;
mod report;
mod sender;
mod target;
pub mod traffic;

use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use futures::future::{join, try_join_all};
use tokio::time::Instant;

pub use flood::{Ebb, Flood};
pub use mix::{Kind, Mix};
pub use report::Report;

use self::pace::Pace;
use self::reads::Reads;
use self::target::Target;
use self::traffic::Traffic;

/// What is to be sent where, and how.
#[derive(Clone, Debug)]
pub struct Plan {
    pub dsn: String,
    /// An API token of the installation that the DSN belongs to.
    pub token: String,
    /// Connections kept open, each with one request under way.
    pub connections: usize,
    /// Requests after which it ends.
    pub requests: u64,
    /// Time after which it ends, if that comes first.
    pub time: Option<Duration>,
    /// Requests a second of an open loop; none for a closed one.
    pub rate: Option<f64>,
    /// Issues the errors are spread over.
    pub issues: usize,
    pub mix: Mix,
    /// Whether the inbox and the search are asked meanwhile.
    pub reads: bool,
}

/// Sends it all and says how it went.
///
/// # Errors
/// When the installation does not accept the token, the DSN is not of one of its projects, or it cannot be reached.
pub async fn run(plan: &Plan) -> anyhow::Result<Report> {
    let target = Target::own(&plan.dsn, &plan.token).await?;
    let traffic = Arc::new(Traffic::prepare(&plan.mix, plan.issues)?);
    let pace = Arc::new(Pace::new(plan, Instant::now()));
    let senders = (0..plan.connections).map(|_| sender::send(&target, &traffic, &pace));
    let (sent, read) = join(sending(senders, &pace), reading(plan, &target, &pace)).await;
    let mut report = Report::new(plan, &pace, read?)?;
    for tally in sent? {
        report.add(&tally)?;
    }
    Ok(report)
}

/// Floods the installation with bodies that are too large, for as many requests or as long as the plan says, and says how
/// that went. What is in the mix is not sent.
///
/// # Errors
/// As [`run`].
pub async fn flood(plan: &Plan, flood: Flood) -> anyhow::Result<Ebb> {
    let target = Target::own(&plan.dsn, &plan.token).await?;
    flood::run(plan, flood, &target).await
}

async fn sending(
    senders: impl Iterator<Item = impl Future<Output = anyhow::Result<sender::Tally>>>,
    pace: &Pace,
) -> anyhow::Result<Vec<sender::Tally>> {
    let sent = try_join_all(senders).await.context("sending");
    pace.end(Instant::now());
    sent
}

async fn reading(plan: &Plan, target: &Target, pace: &Pace) -> anyhow::Result<Option<Reads>> {
    if plan.reads { reads::measure(target, pace).await.map(Some).context("reading") } else { Ok(None) }
}
