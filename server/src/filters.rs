//! Which events a project does not want at all: crawlers, browser extensions, noise, and what the project names.
//!
//! Values in, a reason out; the caller counts it. Pure: no clock, no database.

mod lists;

use std::net::IpAddr;

use fieldfare_app::api::InboundFilters;
use ipnet::IpNet;

use crate::grouping::glob::Glob;
use crate::protocol::event::{Event, Exception};
use crate::protocol::user_agent::Agent;

/// Lines of one list; each is compared with every event.
const LINES_MAX: usize = 100;
/// Longest line, characters.
const LINE_CHARS_MAX: usize = 300;

/// Why an event is not kept, as statistics count it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    Address,
    Crawler,
    Extension,
    Feedback,
    LegacyBrowser,
    Localhost,
    Message,
    Noise,
    Release,
}

/// The filters of a project, ready to use.
#[derive(Clone, Debug, Default)]
pub struct Filters {
    switches: InboundFilters,
    messages: Vec<Glob>,
    releases: Vec<Glob>,
    addresses: Vec<IpNet>,
    feedback: Vec<Glob>,
}

impl Reason {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Address => "filter: address",
            Self::Crawler => "filter: crawler",
            Self::Extension => "filter: browser extension",
            Self::Feedback => "filter: feedback",
            Self::LegacyBrowser => "filter: legacy browser",
            Self::Localhost => "filter: localhost",
            Self::Message => "filter: message",
            Self::Noise => "filter: noise",
            Self::Release => "filter: release",
        }
    }

    /// Whether a reason is one of these.
    pub fn is(reason: &str) -> bool {
        reason.starts_with("filter: ")
    }
}

impl Filters {
    /// Makes filters ready. What cannot be read is reported by field and does nothing.
    pub fn new(settings: &InboundFilters) -> (Self, Vec<(&'static str, String)>) {
        let mut problems = Vec::new();
        let filters = Self {
            messages: globs("messages", &settings.messages, &mut problems),
            releases: globs("releases", &settings.releases, &mut problems),
            addresses: networks(&settings.addresses, &mut problems),
            feedback: globs("feedback", &settings.feedback, &mut problems),
            switches: settings.clone(),
        };
        (filters, problems)
    }

    /// Whether anything from this address is unwanted.
    pub fn refuses_address(&self, address: Option<IpAddr>) -> Option<Reason> {
        let address = address?.to_canonical();
        self.addresses.iter().any(|network| network.contains(&address)).then_some(Reason::Address)
    }

    /// Why what somebody wrote is unwanted, if it is. The patterns of errors do not count here.
    pub fn refuses_feedback(&self, message: &str, email: Option<&str>) -> Option<Reason> {
        let unwanted = |text: &str| self.feedback.iter().any(|glob| glob.matches(text));
        (unwanted(message) || email.is_some_and(unwanted)).then_some(Reason::Feedback)
    }

    /// Why an event is unwanted, if it is.
    pub fn refuses(&self, event: &Event) -> Option<Reason> {
        let is_browser = event.platform == "javascript";
        let agent = if is_browser { Agent::of(event.request.as_ref()).unwrap_or_default() } else { Agent::default() };
        let on = &self.switches;
        if on.crawlers && agent.is_crawler {
            return Some(Reason::Crawler);
        }
        if on.legacy_browsers && is_legacy(&agent) {
            return Some(Reason::LegacyBrowser);
        }
        if on.extensions && is_browser && is_of_extension(event) {
            return Some(Reason::Extension);
        }
        if on.noise && is_browser && says(event, |text| lists::NOISE.iter().any(|noise| text.contains(noise))) {
            return Some(Reason::Noise);
        }
        if on.localhost && is_local(event) {
            return Some(Reason::Localhost);
        }
        self.refuses_words(event)
    }

    fn refuses_words(&self, event: &Event) -> Option<Reason> {
        if says(event, |text| self.messages.iter().any(|glob| glob.matches(text))) {
            return Some(Reason::Message);
        }
        let release = event.release.as_deref()?;
        self.releases.iter().any(|glob| glob.matches(release)).then_some(Reason::Release)
    }
}

/// Asks of the message, and of the exception raised last with and without its type.
fn says(event: &Event, is: impl Fn(&str) -> bool) -> bool {
    let message = event.message.as_ref().is_some_and(|message| is(&message.formatted));
    message || event.exceptions.last().is_some_and(|exception| exception_says(exception, is))
}

fn exception_says(exception: &Exception, is: impl Fn(&str) -> bool) -> bool {
    let (kind, value) = (exception.kind.as_deref().unwrap_or_default(), exception.value.as_deref().unwrap_or_default());
    is(value) || is(&format!("{kind}: {value}"))
}

/// Code of an extension threw it: extensions that only pass a page's own errors on are not to blame.
fn is_of_extension(event: &Event) -> bool {
    let thrower = event.exceptions.iter().rev().find_map(|exception| exception.frames.last());
    let is_extension = |place: &Option<String>| {
        place.as_deref().is_some_and(|place| lists::EXTENSION_SCHEMES.iter().any(|scheme| place.starts_with(scheme)))
    };
    thrower.is_some_and(|frame| is_extension(&frame.abs_path) || is_extension(&frame.filename))
        || says(event, |text| lists::EXTENSION_MESSAGES.iter().any(|message| text.contains(message)))
}

fn is_legacy(agent: &Agent<'_>) -> bool {
    let Some(browser) = agent.browser else { return false };
    let oldest = lists::OLDEST_BROWSERS.iter().find(|(name, _)| *name == browser.name);
    oldest.is_some_and(|(_, oldest)| oldest.is_none_or(|oldest| browser.major().is_some_and(|major| major < oldest)))
}

fn is_local(event: &Event) -> bool {
    let url = event.request.as_ref().and_then(|request| request.url.as_deref());
    let host = url.and_then(|url| url.split_once("://")).map(|(_, rest)| host(rest));
    let server = event.server_name.as_deref();
    host.is_some_and(is_local_name) || server.is_some_and(is_local_name)
}

/// The host of what follows `://`, without port and brackets.
fn host(rest: &str) -> &str {
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = authority.rsplit('@').next().unwrap_or_default();
    match host.strip_prefix('[') {
        Some(v6) => v6.split(']').next().unwrap_or_default(),
        None => host.split(':').next().unwrap_or_default(),
    }
}

fn is_local_name(name: &str) -> bool {
    name.eq_ignore_ascii_case("localhost")
        || name.to_ascii_lowercase().ends_with(".localhost")
        || name.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

type Problems = Vec<(&'static str, String)>;

fn lines<'a>(field: &'static str, text: &'a str, problems: &mut Problems) -> Vec<(usize, &'a str)> {
    let lines = text.lines().map(str::trim).enumerate().filter(|(_, line)| !line.is_empty() && !line.starts_with('#'));
    let mut lines: Vec<_> = lines.map(|(index, line)| (index + 1, line)).collect();
    if lines.len() > LINES_MAX {
        problems.push((field, format!("only the first {LINES_MAX} lines are read")));
        lines.truncate(LINES_MAX);
    }
    lines.retain(|(number, line)| {
        let fits = line.chars().count() <= LINE_CHARS_MAX;
        if !fits {
            problems.push((field, format!("line {number}: longer than {LINE_CHARS_MAX} characters")));
        }
        fits
    });
    lines
}

fn globs(field: &'static str, text: &str, problems: &mut Problems) -> Vec<Glob> {
    lines(field, text, problems).into_iter().map(|(_, line)| Glob::new(line)).collect()
}

fn networks(text: &str, problems: &mut Problems) -> Vec<IpNet> {
    let read = |(number, line): (usize, &str)| {
        let network = line.parse::<IpNet>().or_else(|_| line.parse::<IpAddr>().map(IpNet::from));
        network.map_err(|_| ("addresses", format!("line {number}: not an address or a range like 192.0.2.0/24")))
    };
    let mut networks = Vec::new();
    for line in lines("addresses", text, problems) {
        match read(line) {
            Ok(network) => networks.push(network),
            Err(problem) => problems.push(problem),
        }
    }
    networks
}

#[cfg(test)]
mod tests;
