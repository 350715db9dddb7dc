//! How much is let in.

use std::num::NonZeroU32;

use fieldfare_app::api::Rates;

use super::sources::{ConfigError, Found, Sources};

/// Ten thousand events a second from one project: no real application sends as many, a loop gone wild does.
const DEFAULT_PROJECT_EVENTS_PER_MINUTE: NonZeroU32 = NonZeroU32::new(600_000).expect("not zero");

/// What a project may send in a minute besides events, when nobody says. Each is far above what an application of a
/// million daily users sends; feedback writes mail to people, hence its lower one.
const DEFAULT_PROJECT: Rates = Rates {
    errors: None,
    transactions: Some(600_000),
    attachments: Some(6_000),
    attachment_megabytes: Some(6_000),
    sessions: Some(600_000),
    feedback: Some(6_000),
    check_ins: Some(60_000),
    security_reports: Some(60_000),
};

/// Limits an operator may move, per minute; `None` means no limit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    pub project_events_per_minute: Option<NonZeroU32>,
    /// Of each project, its events included.
    pub project: Rates,
    /// Of all projects together.
    pub installation: Rates,
}

impl Limits {
    pub(super) fn from_sources(sources: &Sources) -> Result<Self, ConfigError> {
        let project_events_per_minute = match sources.find("project_events_per_minute") {
            None => Some(DEFAULT_PROJECT_EVENTS_PER_MINUTE),
            Some(found) => {
                NonZeroU32::new(found.value.parse().map_err(|_| found.wrong("must be a whole number, 0 for no limit"))?)
            }
        };
        let mut project = sources.find("project_quotas").map_or(Ok(DEFAULT_PROJECT), |found| {
            let rates = rates(found, DEFAULT_PROJECT)?;
            let twice = rates.errors.is_some();
            if twice { Err(found.wrong("`error` is set by project_events_per_minute")) } else { Ok(rates) }
        })?;
        project.errors = project_events_per_minute.map(NonZeroU32::get);
        let installation =
            sources.find("installation_quotas").map_or(Ok(Rates::default()), |found| rates(found, Rates::default()))?;
        Ok(Self { project_events_per_minute, project, installation })
    }
}

/// Reads `category=number` pairs, separated by spaces or commas.
fn rates(found: &Found, mut rates: Rates) -> Result<Rates, ConfigError> {
    for pair in found.value.split([' ', ',']).filter(|pair| !pair.is_empty()) {
        let wrong = || found.wrong(format!("`{pair}` must be like feedback=600, with 0 for no limit"));
        let (name, number) = pair.split_once('=').ok_or_else(wrong)?;
        let number: u32 = number.parse().map_err(|_| wrong())?;
        *field(&mut rates, name).ok_or_else(wrong)? = Some(number).filter(|number| *number > 0);
    }
    Ok(rates)
}

/// The names are those of the protocol's data categories.
fn field<'a>(rates: &'a mut Rates, name: &str) -> Option<&'a mut Option<u32>> {
    Some(match name {
        "error" => &mut rates.errors,
        "transaction" => &mut rates.transactions,
        "attachment" => &mut rates.attachments,
        "attachment_mb" => &mut rates.attachment_megabytes,
        "session" => &mut rates.sessions,
        "feedback" => &mut rates.feedback,
        "monitor" => &mut rates.check_ins,
        "security" => &mut rates.security_reports,
        _ => return None,
    })
}
