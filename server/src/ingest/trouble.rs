//! What is wrong while reports cannot be written, in words that may be shown to anybody.

use std::sync::{Mutex, PoisonError};

/// How long a failure counts where nothing was written since, ms. Whoever asks whether the server is ready may send it
/// nothing while it is not, so it must say that it is ready to find out.
const SHOWN_FOR_MS: i64 = 30_000;

const FULL: &str = "reports cannot be written: the disk is full";
const READ_ONLY: &str = "reports cannot be written: the disk or the database is read-only";
const OTHER: &str = "reports cannot be written: the database or the disk fails; the log says how";

/// The latest failure that nothing was written after.
#[derive(Debug, Default)]
pub struct Trouble(Mutex<Option<(i64, &'static str)>>);

impl Trouble {
    /// Notes what an error of the database or of the disk said.
    pub fn note(&self, error: &str, now: i64) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some((now, in_words(error)));
    }

    /// Something was written.
    pub fn is_over(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    /// What is wrong now, if anything.
    pub fn now(&self, now: i64) -> Option<&'static str> {
        let noted = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        noted.filter(|(at, _)| (*at..at + SHOWN_FOR_MS).contains(&now)).map(|(_, what)| what)
    }
}

/// The words of SQLite, of PostgreSQL and of the system for the same.
fn in_words(error: &str) -> &'static str {
    let error = error.to_lowercase();
    let says = |words: &[&str]| words.iter().any(|words| error.contains(words));
    if says(&["disk is full", "no space left", "disk full", "quota exceeded"]) {
        FULL
    } else if says(&["readonly", "read-only"]) {
        READ_ONLY
    } else {
        OTHER
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_words_for_the_same_are_understood() {
        for (error, expected) in [
            ("error returned from database: (code: 13) database or disk is full", FULL),
            ("could not extend file \"pg_tblspc/1/2\": No space left on device", FULL),
            ("storing a file: Unable to copy data: Disk quota exceeded (os error 122)", FULL),
            ("(code: 8) attempt to write a readonly database", READ_ONLY),
            ("cannot execute INSERT in a read-only transaction", READ_ONLY),
            ("Unable to create file: Read-only file system (os error 30)", READ_ONLY),
            ("connection closed", OTHER),
        ] {
            assert_eq!(in_words(error), expected, "{error}");
        }
    }

    #[test]
    fn a_failure_counts_until_something_is_written_or_for_a_while() {
        let trouble = Trouble::default();
        assert_eq!(trouble.now(0), None);
        trouble.note("disk full", 1_000);
        assert_eq!(trouble.now(1_000 + SHOWN_FOR_MS - 1), Some(FULL));
        assert_eq!(trouble.now(1_000 + SHOWN_FOR_MS), None);
        assert_eq!(trouble.now(-900_000), None, "the clock was set back");
        trouble.is_over();
        assert_eq!(trouble.now(1_000), None);
    }
}
