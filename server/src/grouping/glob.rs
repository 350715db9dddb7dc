//! Patterns with `*` (anything, slashes too) and `?` (one character), blind to ASCII case.

/// A pattern, ready to match.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Glob(Vec<char>);

/// Values are read as far as this, which bounds what one match can cost.
const VALUE_CHARS_MAX: usize = 1_024;

impl Glob {
    pub(crate) fn new(pattern: &str) -> Self {
        let mut chars: Vec<char> = pattern.chars().map(|char| char.to_ascii_lowercase()).collect();
        chars.dedup_by(|a, b| *a == '*' && *b == '*');
        Self(chars)
    }

    /// Goes back to the last `*` only, which is enough: the part before it has matched as early as it can.
    pub(crate) fn matches(&self, value: &str) -> bool {
        let value: Vec<char> = value.chars().take(VALUE_CHARS_MAX).map(|char| char.to_ascii_lowercase()).collect();
        let (mut at, mut of) = (0, 0);
        let mut star: Option<(usize, usize)> = None;
        while of < value.len() {
            match self.0.get(at) {
                Some('*') => {
                    star = Some((at + 1, of));
                    at += 1;
                }
                Some(&char) if char == '?' || char == value[of] => (at, of) = (at + 1, of + 1),
                _ => {
                    let Some((after, from)) = star else { return false };
                    star = Some((after, from + 1));
                    (at, of) = (after, from + 1);
                }
            }
        }
        self.0[at..].iter().all(|char| *char == '*')
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_match_whole_values() {
        for (pattern, value, expected) in [
            ("pay", "pay", true),
            ("pay", "Pay", true),
            ("pay", "payment", false),
            ("pay*", "payment", true),
            ("*ment", "payment", true),
            ("*y*n*", "payment", true),
            ("p?y", "pay", true),
            ("p?y", "py", false),
            ("*", "", true),
            ("", "", true),
            ("", "x", false),
            ("*a*a*b", "aaaaaaaaaaaaaaac", false),
            ("*/vendor/*", "/srv/vendor/x/y.php", true),
            ("**", "x", true),
            ("*.é?", "x.éa", true),
        ] {
            assert_eq!(Glob::new(pattern).matches(value), expected, "{pattern} {value}");
        }
    }
}
