//! What is metered, and for whom: the words of quotas in the protocol, in settings and in the table.

use fieldfare_app::api::Rates;

/// A megabyte of attachments, bytes.
const MEGABYTE: i64 = 1_000_000;

/// One thing that is counted against a limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Meter {
    Error,
    Transaction,
    Attachment,
    AttachmentBytes,
    Session,
    Feedback,
    Monitor,
    Security,
}

/// Whose limit it is, widest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scope {
    /// The whole installation; clients know it by this word.
    Organization,
    Project,
    Key,
}

/// Names one bucket.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Slot {
    pub scope: Scope,
    /// Of a project or key; 0 for the installation.
    pub id: i64,
    pub meter: Meter,
}

impl Meter {
    pub const ALL: [Self; 8] = [
        Self::Error,
        Self::Transaction,
        Self::Attachment,
        Self::AttachmentBytes,
        Self::Session,
        Self::Feedback,
        Self::Monitor,
        Self::Security,
    ];

    /// What a data category is counted by. Client reports and what is skipped anyway are not.
    pub fn of_category(category: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|meter| meter.as_str() == category)
    }

    /// The word in the table; for all but bytes the data category, too.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Transaction => "transaction",
            Self::Attachment => "attachment",
            Self::AttachmentBytes => "attachment_bytes",
            Self::Session => "session",
            Self::Feedback => "feedback",
            Self::Monitor => "monitor",
            Self::Security => "security",
        }
    }

    /// The data categories a client should hold back when it is used up.
    pub fn categories(self) -> &'static str {
        match self {
            // Messages without an exception are `default` to older clients.
            Self::Error => "error;default",
            Self::AttachmentBytes => Self::Attachment.as_str(),
            other => other.as_str(),
        }
    }

    /// The limit in a minute; zero is none.
    pub fn limit(self, rates: &Rates) -> Option<i64> {
        let rate = match self {
            Self::Error => rates.errors,
            Self::Transaction => rates.transactions,
            Self::Attachment => rates.attachments,
            Self::AttachmentBytes => rates.attachment_megabytes,
            Self::Session => rates.sessions,
            Self::Feedback => rates.feedback,
            Self::Monitor => rates.check_ins,
            Self::Security => rates.security_reports,
        };
        let unit = if self == Self::AttachmentBytes { MEGABYTE } else { 1 };
        rate.filter(|rate| *rate > 0).map(|rate| i64::from(rate) * unit)
    }
}

impl Scope {
    pub const ALL: [Self; 3] = [Self::Organization, Self::Project, Self::Key];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Organization => "organization",
            Self::Project => "project",
            Self::Key => "key",
        }
    }

    /// Why something was dropped, as statistics have it.
    pub fn reason(self) -> &'static str {
        match self {
            Self::Organization => "installation_quota",
            Self::Project => "quota",
            Self::Key => "key_quota",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_item_is_metered_by_its_category_or_not_at_all() {
        for (kind, meter) in [
            ("event", Some(Meter::Error)),
            ("user_report", Some(Meter::Feedback)),
            ("sessions", Some(Meter::Session)),
            ("check_in", Some(Meter::Monitor)),
            ("raw_security", Some(Meter::Security)),
            ("client_report", None),
            ("replay_event", None),
            ("hologram", None),
        ] {
            assert_eq!(Meter::of_category(crate::protocol::category::of_item(kind)), meter, "{kind}");
        }
    }

    #[test]
    fn zero_is_no_limit_and_megabytes_are_bytes() {
        let rates = Rates { errors: Some(0), attachment_megabytes: Some(3), ..Rates::default() };
        assert_eq!(Meter::Error.limit(&rates), None);
        assert_eq!(Meter::AttachmentBytes.limit(&rates), Some(3_000_000));
    }
}
