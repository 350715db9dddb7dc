//! The two streams a command answers on.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a command answers on these")]

/// An answer, for people or programs.
pub(super) fn say(line: &str) {
    println!("{line}");
}

/// Why there is no answer.
pub(super) fn complain(line: &str) {
    eprintln!("{line}");
}
