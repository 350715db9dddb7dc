//! Where a monitor stands: how often its job failed or succeeded in a row, and whether it has an open issue.

/// How one run of a job came out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    Ok,
    /// The job said so.
    Error,
    /// Nothing came in time.
    Missed,
    /// It began and did not end in time.
    Timeout,
}

/// Runs in a row, and what follows from them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// Failures since the last success.
    pub failures: u32,
    /// Successes since the last failure, counted while it is failing.
    pub successes: u32,
    /// Whether it has failed often enough to have an open issue.
    pub failing: bool,
}

/// What is to be done about a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Consequence {
    Nothing,
    /// An occurrence of the monitor's issue.
    Report,
    /// The issue is resolved.
    Resolve,
}

impl Standing {
    /// Where it stands after one more run, and what follows. Thresholds of 0 are taken as 1.
    pub fn after(self, outcome: Outcome, failure_threshold: u32, recovery_threshold: u32) -> (Self, Consequence) {
        match outcome {
            Outcome::Ok if !self.failing => (Self::default(), Consequence::Nothing),
            Outcome::Ok => {
                let successes = self.successes.saturating_add(1);
                if successes >= recovery_threshold.max(1) {
                    (Self::default(), Consequence::Resolve)
                } else {
                    (Self { failures: 0, successes, failing: true }, Consequence::Nothing)
                }
            }
            Outcome::Error | Outcome::Missed | Outcome::Timeout => {
                let failures = self.failures.saturating_add(1);
                let failing = self.failing || failures >= failure_threshold.max(1);
                let consequence = if failing { Consequence::Report } else { Consequence::Nothing };
                (Self { failures, successes: 0, failing }, consequence)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What follows from each run: `.` nothing, `!` a report, `+` a recovery.
    fn consequences(runs: &str, failure_threshold: u32, recovery_threshold: u32) -> String {
        let mut standing = Standing::default();
        let outcome = |run| match run {
            'o' => Outcome::Ok,
            'e' => Outcome::Error,
            'm' => Outcome::Missed,
            _ => Outcome::Timeout,
        };
        let follow = |run| {
            let (after, consequence) = standing.after(outcome(run), failure_threshold, recovery_threshold);
            standing = after;
            match consequence {
                Consequence::Nothing => '.',
                Consequence::Report => '!',
                Consequence::Resolve => '+',
            }
        };
        runs.chars().map(follow).collect()
    }

    #[test]
    fn thresholds_decide_when_an_issue_opens_and_closes() {
        for (runs, failure_threshold, recovery_threshold, expected) in [
            ("ooo", 1, 1, "..."),
            ("oeo", 1, 1, ".!+"),
            ("emto", 1, 1, "!!!+"),
            ("eoeoeo", 2, 1, "......"),
            ("emto", 3, 1, "..!+"),
            ("emtmo", 2, 1, ".!!!+"),
            ("eooeooo", 1, 3, "!..!..+"),
            ("eoeo", 1, 1, "!+!+"),
            ("eo", 0, 0, "!+"),
        ] {
            assert_eq!(consequences(runs, failure_threshold, recovery_threshold), expected, "{runs}");
        }
    }
}
