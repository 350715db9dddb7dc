//! What an event's content alone says of its group, before any fingerprint: security report, exceptions, message,
//! stack, in this order.

mod exceptions;
mod nothing;
mod report;

use super::chain::thread_frames;
use super::explanation::{Component, Kind, count};
use super::families;
use super::language::Language;
use super::parameterise::parameterise;
use super::rules::Rules;
use super::stack::Stack;
use crate::protocol::event::{Event, LogMessage};

/// The components of the keys of one event.
#[derive(Default)]
pub(super) struct Content {
    pub(super) components: Vec<Component>,
    /// With all frames, where that makes a difference.
    pub(super) system: Option<Vec<Component>>,
    pub(super) coarse: Option<Vec<Component>>,
    /// "exception type and 4 in-app frames"
    pub(super) summary: String,
    pub(super) unmapped: bool,
}

pub(super) fn content(event: &Event, rules: &Rules) -> Content {
    if let Some(csp) = &event.csp {
        return report::csp(csp);
    }
    if !event.exceptions.is_empty() {
        return exceptions::exceptions(event, rules);
    }
    match &event.message {
        Some(message) if !message.formatted.trim().is_empty() || message.template.is_some() => {
            log(message, event, rules)
        }
        _ => thread(event, rules),
    }
}

/// A family replaces everything else the event says.
fn family(family: Vec<Component>, replaced: &[(Kind, Option<&str>)]) -> Content {
    let label = family[0].reason.clone().unwrap_or_default();
    let replaced = replaced.iter().filter_map(|(kind, value)| Some((*kind, (*value)?)));
    let replaced = replaced.map(|(kind, value)| Component::left_out(kind, value, "the family says more"));
    Content {
        summary: format!("the built-in family: {label}"),
        components: family.into_iter().chain(replaced).collect(),
        ..Content::default()
    }
}

fn log(message: &LogMessage, event: &Event, rules: &Rules) -> Content {
    if let Some(found) = families::of_message(&message.formatted, Language::of(&event.platform), rules) {
        return family(found, &[(Kind::Message, Some(&message.formatted))]);
    }
    let template = message.template.as_deref().filter(|template| is_template(template, message));
    let (text, summary) = match template {
        Some(template) => (Component::used(Kind::Message, clip_template(template)), "message template"),
        None => (text(&message.formatted), "message with its changing parts replaced"),
    };
    let logger = event.logger.as_deref().filter(|logger| !logger.is_empty());
    let summary = if logger.is_some() { format!("{summary} and logger") } else { summary.to_owned() };
    let logger = logger.map(|logger| Component::used(Kind::Logger, logger));
    Content { components: std::iter::once(text).chain(logger).collect(), summary, ..Content::default() }
}

/// Several SDKs send the finished text as its own template.
fn is_template(template: &str, message: &LogMessage) -> bool {
    !template.trim().is_empty() && (!message.params.is_empty() || template != message.formatted)
}

/// As far as a finished text is read.
const TEMPLATE_CHARS_MAX: usize = 256;

fn clip_template(template: &str) -> &str {
    super::explanation::clip(template.trim(), TEMPLATE_CHARS_MAX)
}

fn text(text: &str) -> Component {
    Component::normalised(Kind::Message, parameterise(text), text)
}

/// Neither exception nor message: what the thread was doing is all there is.
fn thread(event: &Event, rules: &Rules) -> Content {
    let stack = Stack::new(thread_frames(event, None), event, rules);
    let components = stack.components();
    if count(&components, Kind::Frame) == 0 {
        let nothing = Component::used(Kind::Message, "").because("the event has no exception, message or stack");
        return Content { components: vec![nothing], summary: "having no content".to_owned(), ..Content::default() };
    }
    let summary = frames_summary(&stack, &components);
    Content { system: Some(stack.system()), components, summary, ..Content::default() }
}

/// "4 in-app frames"
fn frames_summary(stack: &Stack, components: &[Component]) -> String {
    match (stack.has_in_app(), count(components, Kind::Frame)) {
        (true, 1) => "1 in-app frame".to_owned(),
        (true, frames) => format!("{frames} in-app frames"),
        (false, 1) => "1 frame, which is not marked in app".to_owned(),
        (false, frames) => format!("{frames} frames, none of which is marked in app"),
    }
}
