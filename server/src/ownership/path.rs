//! Patterns for paths, as people know them from lists of code owners.
//!
//! `*` and `?` stay within one folder, `**` reaches through any number of them. A pattern that does not begin with a
//! slash may begin at any folder, since what is `src/cart.py` here is `/srv/app/src/cart.py` there. A pattern that ends
//! with a name means the file or everything in the folder of that name. Blind to ASCII case.

use crate::grouping::glob::Glob;

/// Folders of a path that are looked at; deeper ones are made by mistake.
const SEGMENTS_MAX: usize = 64;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct PathPattern(Vec<Segment>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Segment {
    /// `**`
    Any,
    One(Glob),
}

impl PathPattern {
    pub(super) fn new(pattern: &str) -> Self {
        let pattern = pattern.replace('\\', "/");
        let names: Vec<&str> = segments(&pattern).collect();
        let mut parts: Vec<Segment> = Vec::with_capacity(names.len() + 2);
        if !pattern.starts_with('/') {
            parts.push(Segment::Any);
        }
        parts.extend(names.iter().map(|name| if *name == "**" { Segment::Any } else { Segment::One(Glob::new(name)) }));
        if pattern.ends_with('/') || names.last().is_some_and(|name| !name.contains(['*', '?'])) {
            parts.push(Segment::Any);
        }
        parts.dedup_by(|a, b| *a == Segment::Any && *b == Segment::Any);
        Self(parts)
    }

    /// Goes back to the last `**` only, which is enough: what stands before it has matched as early as it can.
    pub(super) fn matches(&self, path: &str) -> bool {
        let path = path.replace('\\', "/");
        let path: Vec<&str> = segments(&path).take(SEGMENTS_MAX).collect();
        let (mut at, mut of) = (0, 0);
        let mut any: Option<(usize, usize)> = None;
        while of < path.len() {
            match self.0.get(at) {
                Some(Segment::Any) => {
                    any = Some((at + 1, of));
                    at += 1;
                }
                Some(Segment::One(glob)) if glob.matches(path[of]) => (at, of) = (at + 1, of + 1),
                _ => {
                    let Some((after, from)) = any else { return false };
                    any = Some((after, from + 1));
                    (at, of) = (after, from + 1);
                }
            }
        }
        self.0[at..].iter().all(|segment| *segment == Segment::Any)
    }
}

fn segments(path: &str) -> impl Iterator<Item = &str> {
    path.split('/').filter(|segment| !segment.is_empty() && *segment != ".")
}

#[cfg(test)]
mod tests {
    use super::PathPattern;

    #[test]
    fn patterns_match_paths_as_lists_of_code_owners_do() {
        for (pattern, path, expected) in [
            ("src/checkout/**", "src/checkout/cart.py", true),
            ("src/checkout/**", "/srv/app/src/checkout/a/b.py", true),
            ("src/checkout/**", "src/checkouts/cart.py", false),
            ("src/checkout/*", "src/checkout/cart.py", true),
            ("src/checkout/*", "src/checkout/a/b.py", false),
            ("src/checkout", "src/checkout/a/b.py", true),
            ("src/check", "src/checkout/cart.py", false),
            ("src/checkout/", "src/checkout/cart.py", true),
            ("*.py", "src/cart.py", true),
            ("*.py", "src/cart.pyc", false),
            ("src/**/cart.*", "src/cart.js", true),
            ("src/**/cart.*", "src/a/b/cart.js", true),
            ("src/**/cart.*", "src/a/b/carts/x.js", false),
            ("**/a/**/b/**", "a/a/a/c", false),
            ("**/a/**/b/**", "x/a/y/a/b/c", true),
            ("/src/**", "/src/a", true),
            ("/src/**", "src/a", true),
            ("/src/**", "/srv/src/a", false),
            ("src\\checkout\\**", "C:\\app\\SRC\\Checkout\\Cart.cs", true),
            ("src/*.js", "webpack:///./src/x.js", true),
            ("static/*.js", "https://shop.example.org/static/app.js", true),
            ("c?rt.py", "src/cart.py", true),
            ("*", "anything", true),
            ("**", "", true),
            ("src", "", false),
        ] {
            assert_eq!(PathPattern::new(pattern).matches(path), expected, "{pattern} {path}");
        }
    }

    #[test]
    fn a_hostile_pattern_costs_no_more_than_its_length_times_that_of_the_path() {
        let pattern = PathPattern::new(&"**/a/".repeat(400));
        assert!(!pattern.matches(&"a/".repeat(5_000).replace("a/a/a/", "a/b/a/")));
    }
}
