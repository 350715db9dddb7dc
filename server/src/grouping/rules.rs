//! A project's own grouping rules.

/// A project's own grouping rules; `Rules::default()` has none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rules {}

/// A line of the rules that could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// 1-based.
    pub line: usize,
    pub reason: String,
}

impl Rules {
    /// Reads rules, one a line; a line that cannot be read is reported and does nothing.
    pub fn parse(text: &str) -> (Self, Vec<Problem>) {
        let _ = text;
        (Self {}, vec![])
    }
}
