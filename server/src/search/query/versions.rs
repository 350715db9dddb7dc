//! Which releases are meant.

use std::fmt;

use super::range::Range;

/// What stands behind `release:`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Versions {
    /// The latest release of each project.
    Latest,
    /// A version as it is or behind the name of a package; `*` stands for anything.
    Named(String),
    /// Exactly this version and nothing near it: `=2.4.0`.
    Exactly(String),
    Compared(Range<String>),
}

impl Versions {
    /// Reads what stands behind `release:`; anything is the name of some release.
    pub fn parse(text: &str) -> Self {
        let text = text.trim();
        if text.eq_ignore_ascii_case("latest") {
            return Self::Latest;
        }
        if let Some(exact) = text.strip_prefix('=').filter(|exact| !exact.is_empty()) {
            return Self::Exactly(exact.to_owned());
        }
        let compared = Range::compared(text, version).or_else(|| Range::between(text, version));
        compared.map_or_else(|| Self::Named(text.to_owned()), Self::Compared)
    }
}

/// An end of a comparison.
fn version(text: &str) -> Option<String> {
    (!text.is_empty() && !text.contains("..")).then(|| text.to_owned())
}

/// As it is written.
impl fmt::Display for Versions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Latest => f.write_str("latest"),
            Self::Named(name) => f.write_str(name),
            Self::Exactly(name) => write!(f, "={name}"),
            Self::Compared(range) => range.fmt(f),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_read_as_they_are_written() {
        let named = |name: &str| Versions::Named(name.to_owned());
        for (text, expected) in [
            ("Latest", Versions::Latest),
            ("shop@2.4.0", named("shop@2.4.0")),
            ("2.4.*", named("2.4.*")),
            ("=2.4.0", Versions::Exactly("2.4.0".into())),
            (">=2.4.0", Versions::Compared(Range::AtLeast("2.4.0".into()))),
            ("2.4.0..2.5.0", Versions::Compared(Range::Between("2.4.0".into(), "2.5.0".into()))),
            (">=", named(">=")),
            ("=", named("=")),
            ("1..2..3", named("1..2..3")),
        ] {
            assert_eq!(Versions::parse(text), expected, "{text}");
            assert_eq!(Versions::parse(&expected.to_string()), expected, "{text}");
        }
    }
}
