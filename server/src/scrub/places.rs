//! Which parts of a payload are free, and which belong to the protocol: what a field is decides how it is read.

/// How the fields below a place are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// The fields of the event itself.
    Event,
    /// Exceptions, threads and their stacks, whose field names are the protocol's.
    Stack,
    Breadcrumbs,
    /// A message with its parameters.
    Message,
    User,
    Contexts,
    /// What somebody wrote, who may be answered.
    Feedback,
    /// Free fields: names count. Lists of pairs are read as fields where `pairs` says so.
    Free {
        pairs: bool,
    },
    /// Texts in which secrets are looked for by what they look like.
    Prose,
    /// The same in lines of source code and lists of names.
    Source,
    /// What is said of the payload in `_meta`.
    Meta,
    /// Ids, times and names that are compared: never touched.
    Fixed,
}

const FREE: Place = Place::Free { pairs: false };
const PAIRS: Place = Place::Free { pairs: true };

impl Place {
    /// How the value of a field is read.
    pub(super) fn below(self, key: &str) -> Self {
        match self {
            Self::Event => of_event(key),
            Self::Stack => of_stack(key),
            Self::Breadcrumbs => match key {
                "values" => Self::Breadcrumbs,
                "timestamp" | "type" | "level" => Self::Fixed,
                "data" => FREE,
                _ => Self::Prose,
            },
            Self::User => match key {
                "id" | "ip_address" => Self::Fixed,
                "email" | "username" | "name" => Self::Prose,
                _ => FREE,
            },
            Self::Contexts if key == "feedback" => Self::Feedback,
            Self::Contexts => FREE,
            Self::Feedback => match key {
                "name" | "contact_email" | "associated_event_id" | "replay_id" | "type" | "source" => Self::Fixed,
                "message" | "url" => Self::Prose,
                _ => FREE,
            },
            Self::Message | Self::Prose => FREE,
            Self::Free { .. } | Self::Source | Self::Meta | Self::Fixed => self,
        }
    }

    /// Whether the names of fields say what they hold.
    pub(super) fn names_count(self) -> bool {
        matches!(self, Self::Free { .. } | Self::Prose | Self::Message | Self::User | Self::Contexts)
    }
}

fn of_event(key: &str) -> Place {
    match key {
        "event_id" | "timestamp" | "start_timestamp" | "received" | "type" | "platform" | "level" | "release"
        | "dist" | "environment" => Place::Fixed,
        "exception" | "threads" | "stacktrace" | "sentry.interfaces.Exception" | "sentry.interfaces.Stacktrace" => {
            Place::Stack
        }
        "breadcrumbs" | "sentry.interfaces.Breadcrumbs" => Place::Breadcrumbs,
        "message" | "logentry" | "sentry.interfaces.Message" => Place::Message,
        "user" | "sentry.interfaces.User" => Place::User,
        "request" | "sentry.interfaces.Http" | "tags" => PAIRS,
        "contexts" => Place::Contexts,
        "sdk" | "debug_meta" | "modules" | "fingerprint" | "errors" => Place::Source,
        "transaction" | "culprit" | "logger" | "server_name" | "comments" => Place::Prose,
        "_meta" => Place::Meta,
        "email" | "name" => Place::Fixed,
        _ => FREE,
    }
}

fn of_stack(key: &str) -> Place {
    match key {
        "values" | "frames" | "stacktrace" | "raw_stacktrace" | "mechanism" => Place::Stack,
        "vars" | "data" | "meta" => FREE,
        "pre_context" | "context_line" | "post_context" => Place::Source,
        "type" | "module" | "function" | "raw_function" | "package" | "platform" | "instruction_addr"
        | "symbol_addr" | "image_addr" | "addr_mode" | "id" | "thread_id" => Place::Fixed,
        _ => Place::Prose,
    }
}
