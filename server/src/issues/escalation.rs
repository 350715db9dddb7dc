//! Whether an issue escalates: whether it happens far more often than its recent history says. Values in, values out.
//!
//! A Shiryaev–Roberts detector on hourly counts (Shin, Ramdas, Rinaldo: E-detectors, arXiv:2203.03532). For each of some
//! ratios it multiplies how much likelier the counts are if they rose by that ratio, summed over every hour in which the
//! rise may have begun. What this buys over "five times the mean" is a known price: with a right baseline, a false alarm
//! comes once in [`ALARM`] hours, however busy or quiet the issue is (docs/decisions/022-states-and-escalation.md).

/// Hours the baseline is taken from: a week, so that every hour of the day and every day of the week is in it.
const HISTORY_HOURS: i64 = 7 * 24;
/// Hours a rise may have begun in. One that is older has become part of the baseline.
const WINDOW_HOURS: i64 = 24;
/// How long an issue must be known before anything can be said of its habits.
const LEARNING_HOURS: i64 = 24;
/// Hours of counts that [`judge`] takes, the current one included.
pub(super) const HOURS: i64 = HISTORY_HOURS + WINDOW_HOURS;
/// Mean hours between two false alarms of one issue: two and a half years.
const ALARM: f64 = 21_600.0;
/// By how much it may have risen.
const RATIOS: [f64; 6] = [1.5, 2.0, 3.0, 5.0, 10.0, 30.0];
/// A rise that is certain but small is nothing to interrupt anybody for.
const RATIO_MIN: f64 = 3.0;
/// Fewer events than these since it began to rise are no flood, whatever was usual.
pub(super) const EVENTS_MIN: u64 = 10;
/// Events that an hour of the day counts as if it had them of an even day, so that few events say little of its shape.
const PSEUDO_EVENTS: f64 = 20.0;
/// Counts vary at least this much beyond chance.
const DISPERSION_MIN: f64 = 0.02;
const DAY_HOURS: i64 = 24;

/// What is known of an issue's habits.
#[derive(Clone, Copy, Debug)]
pub(super) struct Past<'a> {
    /// Events by hour, oldest first, [`HOURS`] of them; the last is the hour that goes on.
    pub(super) hours: &'a [u32],
    /// Which hour that is, since the epoch.
    pub(super) current: i64,
    /// How much of it has passed, 0 to 1.
    pub(super) elapsed: f64,
    /// The hour it was first seen in.
    pub(super) first: i64,
    /// When its state began, if it is not new.
    pub(super) entered: Option<Entered>,
}

/// The beginning of a state.
#[derive(Clone, Copy, Debug)]
pub(super) struct Entered {
    pub(super) hour: i64,
    /// Events since then, if somebody decided so: what they saw by then, they put up with.
    pub(super) put_up_with: Option<u32>,
}

/// How it escalates.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Escalation {
    pub(super) events: u64,
    /// Hours since it began to rise, the current one included.
    pub(super) hours: usize,
    /// Events that were to be expected in them.
    pub(super) expected: f64,
}

impl std::fmt::Display for Escalation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let within = if self.hours == 1 { "an hour".to_owned() } else { format!("{} hours", self.hours) };
        let expected = self.expected.round();
        let usual = if expected < 1.0 { "hardly any".to_owned() } else { format!("about {expected}") };
        write!(f, "{} events within {within}, where {usual} would be usual", self.events)
    }
}

/// Decides.
pub(super) fn judge(past: &Past<'_>) -> Option<Escalation> {
    let begins = past.window_begins();
    let history = begins.saturating_sub(HISTORY_HOURS).max(past.first).max(past.oldest());
    if begins - history < LEARNING_HOURS || begins > past.current {
        return None;
    }
    let baseline = Baseline::of(past, history..begins);
    let steps: Vec<Step> = (begins..=past.current).map(|hour| baseline.step(past, hour)).collect();
    let (evidence, ratio) = evidence(&steps);
    if evidence < ALARM.ln() {
        return None;
    }
    let since = beginning(&steps, ratio);
    let rise = steps.get(since..)?;
    let events: u64 = rise.iter().map(|step| u64::from(step.count)).sum();
    let expected: f64 = rise.iter().map(|step| step.mean).sum();
    let is_large = events >= EVENTS_MIN && float(events) >= RATIO_MIN * expected;
    is_large.then_some(Escalation { events, hours: rise.len(), expected })
}

impl Past<'_> {
    fn oldest(&self) -> i64 {
        self.current + 1 - i64::try_from(self.hours.len()).unwrap_or(HOURS)
    }

    fn count(&self, hour: i64) -> u32 {
        usize::try_from(hour - self.oldest()).ok().and_then(|at| self.hours.get(at)).copied().unwrap_or(0)
    }

    /// The first hour a rise is looked for in.
    fn window_begins(&self) -> i64 {
        let known = self.entered.map_or(self.first + LEARNING_HOURS, |entered| entered.hour);
        known.max(self.current + 1 - WINDOW_HOURS)
    }

    /// What of an hour's count came after the state began.
    fn count_since_entered(&self, hour: i64) -> u32 {
        match self.entered {
            Some(Entered { hour: entered, put_up_with: Some(since) }) if entered == hour => {
                let later = (hour + 1..=self.current).map(|hour| self.count(hour)).fold(0, u32::saturating_add);
                since.saturating_sub(later).min(self.count(hour))
            }
            _ => self.count(hour),
        }
    }

    /// The most events in an hour of the day before somebody decided on its state; a week later that is forgotten.
    fn accepted(&self) -> f64 {
        let Some(Entered { hour, put_up_with: Some(_) }) = self.entered else { return 0.0 };
        if self.current - hour >= HISTORY_HOURS {
            return 0.0;
        }
        let in_that_hour = self.count(hour) - self.count_since_entered(hour);
        let before = (hour - DAY_HOURS..hour).map(|hour| self.count(hour));
        f64::from(before.chain([in_that_hour]).max().unwrap_or(0))
    }
}

/// What an hour should bring.
struct Baseline {
    /// Events in an hour, on average.
    level: f64,
    /// Events of each hour of the day, and their mean.
    by_hour: [f64; DAY_HOURS as usize],
    /// How much counts vary beyond chance.
    dispersion: f64,
    accepted: f64,
}

/// An hour: what came and what should have.
struct Step {
    count: u32,
    mean: f64,
    /// The shape of a negative binomial distribution of this mean.
    shape: f64,
}

impl Baseline {
    fn of(past: &Past<'_>, history: std::ops::Range<i64>) -> Self {
        let counts: Vec<f64> = history.clone().map(|hour| f64::from(past.count(hour))).collect();
        let hours = float(counts.len() as u64);
        let mean = counts.iter().sum::<f64>() / hours;
        let variance = counts.iter().map(|count| (count - mean).powi(2)).sum::<f64>() / hours;
        let mut by_hour = [0.0; DAY_HOURS as usize];
        for (hour, count) in history.zip(&counts) {
            by_hour[of_day(hour)] += count;
        }
        let dispersion = if mean > 0.0 { ((variance - mean) / (mean * mean)).max(0.0) } else { 0.0 };
        // Half an event, since what has not been seen yet is not impossible.
        let level = (counts.iter().sum::<f64>() + 0.5) / hours;
        Self { level, by_hour, dispersion, accepted: past.accepted() }
    }

    fn step(&self, past: &Past<'_>, hour: i64) -> Step {
        let here = self.by_hour[of_day(hour)];
        let even = self.by_hour.iter().sum::<f64>() / float(DAY_HOURS.unsigned_abs());
        let usual = self.level * (here + PSEUDO_EVENTS) / (even + PSEUDO_EVENTS);
        // What was put up with is a bound, not an average: the ups and downs before do not add to it.
        let (whole, dispersion) = match self.accepted > usual {
            true => (self.accepted, 1.0 / (self.accepted + PSEUDO_EVENTS)),
            false => (usual, self.dispersion + 1.0 / (here + PSEUDO_EVENTS)),
        };
        let mean = if hour == past.current { whole * past.elapsed.clamp(0.01, 1.0) } else { whole };
        Step { count: past.count_since_entered(hour), mean, shape: 1.0 / dispersion.max(DISPERSION_MIN) }
    }
}

impl Step {
    /// How much likelier the count is if the mean is so many times as high, as a logarithm.
    fn likelihood(&self, ratio: f64) -> f64 {
        let (count, shape) = (f64::from(self.count), self.shape);
        count * ratio.ln() + (count + shape) * ((shape + self.mean) / (shape + ratio * self.mean)).ln()
    }
}

/// The logarithm of the detector after all steps, and the ratio that explains them best.
fn evidence(steps: &[Step]) -> (f64, f64) {
    let sums = RATIOS.map(|ratio| {
        let next = |sum: f64, step: &Step| plus_one(sum) + step.likelihood(ratio);
        (steps.iter().fold(f64::NEG_INFINITY, next), ratio)
    });
    let best = sums.into_iter().fold((f64::NEG_INFINITY, 1.0), |best, sum| if sum.0 > best.0 { sum } else { best });
    let mean = sums.iter().map(|(sum, _)| (sum - best.0).exp()).sum::<f64>() / float(RATIOS.len() as u64);
    (best.0 + mean.ln(), best.1)
}

/// ln(1 + eˣ)
fn plus_one(x: f64) -> f64 {
    const BEYOND_ONE: f64 = 40.0;
    if x > BEYOND_ONE { x } else { x.exp().ln_1p() }
}

/// The step from which on a rise by this ratio explains the counts best.
fn beginning(steps: &[Step], ratio: f64) -> usize {
    let (mut sum, mut best, mut at) = (0.0, f64::NEG_INFINITY, 0);
    for (index, step) in steps.iter().enumerate().rev() {
        sum += step.likelihood(ratio);
        if sum > best {
            (best, at) = (sum, index);
        }
    }
    at
}

fn of_day(hour: i64) -> usize {
    usize::try_from(hour.rem_euclid(DAY_HOURS)).unwrap_or(0)
}

#[expect(clippy::cast_precision_loss, reason = "counts of a day, far below what a float holds exactly")]
fn float(count: u64) -> f64 {
    count as f64
}

#[cfg(test)]
mod tests;
