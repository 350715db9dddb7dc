//! Names that become rows and parts of addresses: releases, environments, distributions.
//!
//! A bad name is repaired, not refused: an event without its release is worth less than one whose release has a dash
//! where a slash was. Events, feedback and sessions all read names here, or their counts would not meet.

/// Longest release name, characters.
const RELEASE_CHARS: usize = 200;
/// Longest environment or distribution name, characters.
const ENVIRONMENT_CHARS: usize = 64;

/// A release as stored; `None` if nothing is left of it.
pub fn release(sent: &str) -> Option<String> {
    repaired(sent, RELEASE_CHARS).filter(|name| name != "." && name != "..")
}

/// An environment as stored; `None` if nothing is left of it.
pub fn environment(sent: &str) -> Option<String> {
    repaired(sent, ENVIRONMENT_CHARS)
}

/// A distribution as stored; `None` if nothing is left of it.
pub fn dist(sent: &str) -> Option<String> {
    repaired(sent, ENVIRONMENT_CHARS)
}

/// Cut without an ellipsis: a name is compared, not read.
fn repaired(sent: &str, chars: usize) -> Option<String> {
    let repair = |char| match char {
        '/' | '\\' | '\n' | '\r' | '\t' => Some('-'),
        char if char.is_control() => None,
        char => Some(char),
    };
    let name: String = sent.trim().chars().filter_map(repair).take(chars).collect();
    let name = name.trim();
    (!name.is_empty()).then(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bad_names_are_repaired() {
        for (sent, kept) in [
            ("shop@2.4.1", Some("shop@2.4.1")),
            (" shop@1.0+7 \n", Some("shop@1.0+7")),
            ("web/1.2\\x\ty", Some("web-1.2-x-y")),
            ("a\0b", Some("ab")),
            (".", None),
            ("..", None),
            (" \0 ", None),
            ("", None),
        ] {
            assert_eq!(release(sent).as_deref(), kept, "{sent:?}");
        }
    }

    #[test]
    fn long_names_are_cut() {
        let long = "ä".repeat(300);
        let chars = |name: Option<String>| name.map(|name| name.chars().count());
        assert_eq!(chars(release(&long)), Some(RELEASE_CHARS));
        assert_eq!(chars(environment(&long)), Some(ENVIRONMENT_CHARS));
        assert_eq!(chars(dist(&long)), Some(ENVIRONMENT_CHARS));
    }
}
