//! Comparisons and ranges: `>10`, `>=2.4.0`, `10..50`, `5`. What is compared, the caller says.

use std::fmt;

/// How a value is compared with what was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Range<T> {
    Is(T),
    Above(T),
    AtLeast(T),
    Below(T),
    AtMost(T),
    /// Both ends included.
    Between(T, T),
}

/// What stands for an open end beside nothing at all: `10..*`.
const OPEN: &str = "*";

impl<T> Range<T> {
    /// Reads a range whose ends `read` understands.
    pub(super) fn parse(text: &str, read: impl Fn(&str) -> Option<T>) -> Option<Self> {
        let text = text.trim();
        Self::compared(text, &read).or_else(|| Self::between(text, &read)).or_else(|| read(text).map(Self::Is))
    }

    /// `>=2.4.0` and its like.
    pub(super) fn compared(text: &str, read: impl Fn(&str) -> Option<T>) -> Option<Self> {
        // What begins with a sign after a sign is no end, or it would be written as another comparison.
        let rest = |sign| text.strip_prefix(sign).map(str::trim).filter(|rest| !rest.starts_with(['=', '<', '>']));
        if let Some(rest) = rest(">=") {
            return read(rest).map(Self::AtLeast);
        }
        if let Some(rest) = rest("<=") {
            return read(rest).map(Self::AtMost);
        }
        match (rest(">"), rest("<")) {
            (Some(rest), _) => read(rest).map(Self::Above),
            (_, Some(rest)) => read(rest).map(Self::Below),
            (None, None) => None,
        }
    }

    /// `10..50`, `10..`, `..50`.
    pub(super) fn between(text: &str, read: impl Fn(&str) -> Option<T>) -> Option<Self> {
        let (from, to) = text.split_once("..")?;
        let (from, to) = (from.trim(), to.trim());
        let is_open = |end: &str| end.is_empty() || end == OPEN;
        match (is_open(from), is_open(to)) {
            (true, true) => None,
            (true, false) => read(to).map(Self::AtMost),
            (false, true) => read(from).map(Self::AtLeast),
            (false, false) => Some(Self::Between(read(from)?, read(to)?)),
        }
    }

    /// The same about something else.
    pub fn map<U>(self, change: impl Fn(T) -> U) -> Range<U> {
        match self {
            Self::Is(at) => Range::Is(change(at)),
            Self::Above(at) => Range::Above(change(at)),
            Self::AtLeast(at) => Range::AtLeast(change(at)),
            Self::Below(at) => Range::Below(change(at)),
            Self::AtMost(at) => Range::AtMost(change(at)),
            Self::Between(from, to) => Range::Between(change(from), change(to)),
        }
    }
}

impl<T: PartialOrd> Range<T> {
    /// The same with the lower end first.
    #[must_use]
    pub(super) fn ordered(self) -> Self {
        match self {
            Self::Between(from, to) if from > to => Self::Between(to, from),
            other => other,
        }
    }
}

/// As it is written.
impl<T: fmt::Display> fmt::Display for Range<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Is(at) => write!(f, "{at}"),
            Self::Above(at) => write!(f, ">{at}"),
            Self::AtLeast(at) => write!(f, ">={at}"),
            Self::Below(at) => write!(f, "<{at}"),
            Self::AtMost(at) => write!(f, "<={at}"),
            Self::Between(from, to) => write!(f, "{from}..{to}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_read_as_they_are_written() {
        let read = |text: &str| Range::parse(text, |number| number.parse::<u8>().ok());
        for (text, expected) in [
            ("5", Some(Range::Is(5))),
            (">5", Some(Range::Above(5))),
            (">= 5", Some(Range::AtLeast(5))),
            ("<5", Some(Range::Below(5))),
            ("<=5", Some(Range::AtMost(5))),
            ("5..10", Some(Range::Between(5, 10))),
            ("5..", Some(Range::AtLeast(5))),
            ("*..5", Some(Range::AtMost(5))),
            ("..", None),
            (">", None),
            ("x", None),
            ("5..x", None),
        ] {
            assert_eq!(read(text), expected, "{text}");
        }
        assert_eq!(read("10..5").map(Range::ordered), Some(Range::Between(5, 10)));
        assert_eq!(read(">= 5").unwrap().to_string(), ">=5");
    }
}
