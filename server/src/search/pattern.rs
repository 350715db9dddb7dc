//! Values with asterisks, in a form by which the index can walk its terms.
//!
//! A regular expression of many asterisks becomes an automaton of more states than there is time for, since it remembers
//! every way to have come that far. But the first place where a part fits is as good as any later one: here a state is one
//! place in the pattern, so that there are no more of them than bytes.

use std::sync::Arc;

use tantivy::query::{AutomatonWeight, EnableScoring, Query, Weight};
use tantivy::schema::Field;
use tantivy_fst::Automaton;

/// Documents that have a term of a field as a pattern wants it.
#[derive(Clone, Debug)]
pub(super) struct PatternQuery {
    field: Field,
    pattern: Arc<Pattern>,
}

impl PatternQuery {
    /// `*` stands for anything, everything else for itself.
    pub(super) fn new(field: Field, pattern: &str) -> Self {
        Self { field, pattern: Arc::new(Pattern::new(pattern)) }
    }
}

impl Query for PatternQuery {
    fn weight(&self, _: EnableScoring<'_>) -> tantivy::Result<Box<dyn Weight>> {
        Ok(Box::new(AutomatonWeight::<Pattern>::new(self.field, Arc::clone(&self.pattern))))
    }
}

/// What stands between the asterisks: the first part begins a term, the last one ends it. All others hold something.
#[derive(Debug)]
struct Pattern {
    parts: Vec<Part>,
}

#[derive(Debug)]
struct Part {
    bytes: Vec<u8>,
    /// How many of its first bytes still fit when the byte after so many did not (Knuth, Morris and Pratt).
    fallback: Vec<usize>,
}

/// Which part is being matched, and how many of its bytes are.
type Place = (usize, usize);

impl Pattern {
    fn new(pattern: &str) -> Self {
        let texts: Vec<&str> = pattern.split('*').collect();
        let last = texts.len() - 1;
        let counts = |(at, text): &(usize, &str)| *at == 0 || *at == last || !text.is_empty();
        Self { parts: texts.into_iter().enumerate().filter(counts).map(|(_, text)| Part::new(text)).collect() }
    }

    fn last(&self) -> usize {
        self.parts.len() - 1
    }

    /// A part that is whole makes way for the next one.
    fn settled(&self, (part, at): Place) -> Place {
        if part < self.last() && at == self.parts[part].bytes.len() { (part + 1, 0) } else { (part, at) }
    }
}

impl Automaton for Pattern {
    /// `None` where nothing that follows can match.
    type State = Option<Place>;

    fn start(&self) -> Self::State {
        Some(self.settled((0, 0)))
    }

    fn is_match(&self, state: &Self::State) -> bool {
        state.is_some_and(|(part, at)| part == self.last() && at == self.parts[part].bytes.len())
    }

    fn can_match(&self, state: &Self::State) -> bool {
        state.is_some()
    }

    fn will_always_match(&self, state: &Self::State) -> bool {
        let last = self.last();
        last > 0 && self.parts[last].bytes.is_empty() && state.is_some_and(|(part, _)| part == last)
    }

    fn accept(&self, state: &Self::State, byte: u8) -> Self::State {
        let (part, at) = (*state)?;
        if part > 0 {
            return Some(self.settled((part, self.parts[part].after(at, byte))));
        }
        let fits = self.parts[0].bytes.get(at) == Some(&byte);
        fits.then(|| self.settled((0, at + 1)))
    }
}

impl Part {
    fn new(text: &str) -> Self {
        let mut part = Self { bytes: text.as_bytes().to_vec(), fallback: vec![0; text.len() + 1] };
        for length in 2..=text.len() {
            let byte = part.bytes[length - 1];
            part.fallback[length] = part.after(part.fallback[length - 1], byte);
        }
        part
    }

    /// How many of its first bytes fit once one more byte was read.
    fn after(&self, mut at: usize, byte: u8) -> usize {
        while self.bytes.get(at) != Some(&byte) {
            if at == 0 {
                return 0;
            }
            at = self.fallback[at];
        }
        at + 1
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use regex::Regex;

    use super::*;

    fn matches(pattern: &str, term: &str) -> bool {
        let pattern = Pattern::new(pattern);
        let end = term.bytes().fold(pattern.start(), |state, byte| pattern.accept(&state, byte));
        pattern.is_match(&end)
    }

    #[test]
    fn patterns_match_whole_terms() {
        for (pattern, term, expected) in [
            ("*", "", true),
            ("*", "a", true),
            ("pay*", "payment", true),
            ("pay*", "repay", false),
            ("*@acme.com", "ada@acme.com", true),
            ("*@acme.com", "ada@acme.com.org", false),
            ("*aab", "aaab", true),
            ("a*a", "a", false),
            ("a*a", "aa", true),
            ("*ab*ab*", "aab", false),
            ("*ab*ab*", "abab", true),
            ("a**b", "ab", true),
            ("ü*", "ü", true),
            ("a.c*", "abc", false),
        ] {
            assert_eq!(matches(pattern, term), expected, "{pattern} {term}");
        }
    }

    proptest! {
        #[test]
        fn a_pattern_matches_what_its_expression_does(pattern in "[abä]{0,3}(\\*[abä]{0,3}){1,5}", term in "[abä]{0,12}") {
            let parts: Vec<String> = pattern.split('*').map(regex::escape).collect();
            let expression = Regex::new(&format!("^{}$", parts.join(".*"))).unwrap();
            prop_assert_eq!(matches(&pattern, &term), expression.is_match(&term));
        }
    }
}
