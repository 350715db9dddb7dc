//! A log-linear histogram: every doubling is cut into 16 equal steps, with the same boundaries everywhere and for ever.
//!
//! So two of them can be added, whoever made them, and a quantile read from one is at most 3.2 % from the true value
//! (half a step). Most transactions fill some dozens of buckets, which is about two hundred bytes.

use std::collections::BTreeMap;

/// Steps in a doubling, as a power of two.
const STEP_BITS: u32 = 4;
const STEPS: u64 = 1 << STEP_BITS;
/// Highest bucket, which every `u64` fits.
const BUCKET_MAX: u16 = 976;

/// How often each duration was seen, by bucket.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Histogram(BTreeMap<u16, u64>);

impl Histogram {
    /// Counts one value.
    pub fn record(&mut self, value: u64) {
        *self.0.entry(bucket(value)).or_default() += 1;
    }

    /// Counts everything another has counted.
    pub fn add(&mut self, other: &Self) {
        for (bucket, count) in &other.0 {
            let sum = self.0.entry(*bucket).or_default();
            *sum = sum.saturating_add(*count);
        }
    }

    pub fn count(&self) -> u64 {
        self.0.values().fold(0, |sum, count| sum.saturating_add(*count))
    }

    /// The value that a share `quantile` of all values do not exceed; `None` of nothing.
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "counts stay far below 2^53"
    )]
    pub fn quantile(&self, quantile: f64) -> Option<u64> {
        let rank = ((self.count() as f64 * quantile).ceil() as u64).max(1);
        let mut seen = 0_u64;
        let mut reached = |count: &u64| {
            seen = seen.saturating_add(*count);
            seen >= rank
        };
        self.0.iter().find(|(_, count)| reached(count)).map(|(bucket, _)| middle(*bucket))
    }

    /// As it is stored: for each bucket that is not empty the distance from the one before and the count, as varints.
    pub fn encode(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(self.0.len() * 3);
        let mut before = 0;
        for (&bucket, &count) in &self.0 {
            write(&mut bytes, u64::from(bucket - before));
            write(&mut bytes, count);
            before = bucket;
        }
        bytes
    }

    /// Reads what [`Histogram::encode`] wrote; `None` if it is something else.
    pub fn decode(mut bytes: &[u8]) -> Option<Self> {
        let mut histogram = Self::default();
        let mut bucket = 0_u64;
        while !bytes.is_empty() {
            bucket = bucket.checked_add(read(&mut bytes)?)?;
            let count = read(&mut bytes)?;
            let bucket = u16::try_from(bucket).ok().filter(|bucket| *bucket <= BUCKET_MAX)?;
            let sum = histogram.0.entry(bucket).or_default();
            *sum = sum.saturating_add(count);
        }
        Some(histogram)
    }
}

/// The bucket of a value. Below two doublings of steps each value has its own.
fn bucket(value: u64) -> u16 {
    let shift = value.checked_ilog2().unwrap_or(0).saturating_sub(STEP_BITS);
    let bucket = u64::from(shift) * STEPS + (value >> shift);
    u16::try_from(bucket).unwrap_or(BUCKET_MAX)
}

/// The middle of a bucket.
fn middle(bucket: u16) -> u64 {
    let bucket = u64::from(bucket);
    let shift = (bucket / STEPS).saturating_sub(1);
    let lowest = bucket - shift * STEPS;
    (lowest << shift) + ((1 << shift) >> 1)
}

fn write(bytes: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        bytes.push((value & 0x7f) as u8 | 0x80);
        value >>= 7;
    }
    bytes.push(value as u8);
}

fn read(bytes: &mut &[u8]) -> Option<u64> {
    let mut value = 0_u64;
    for shift in (0..64).step_by(7) {
        let (&byte, rest) = bytes.split_first()?;
        *bytes = rest;
        value |= u64::from(byte & 0x7f) << shift;
        if byte < 0x80 {
            return Some(value);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn of(values: &[u64]) -> Histogram {
        let mut histogram = Histogram::default();
        values.iter().for_each(|value| histogram.record(*value));
        histogram
    }

    #[test]
    fn buckets_are_in_order_without_gaps() {
        let mut last = bucket(0);
        for value in 0..100_000 {
            let here = bucket(value);
            assert!(here == last || here == last + 1, "{value}");
            last = here;
        }
        assert_eq!(bucket(u64::MAX), BUCKET_MAX - 1);
    }

    #[test]
    fn quantiles_of_an_even_spread_are_where_they_belong() {
        let histogram = of(&(1..=1_000).map(|ms| ms * 1_000).collect::<Vec<_>>());
        for (quantile, expected) in [(0.0, 1_000.0), (0.5, 500_000.0), (0.95, 950_000.0), (0.99, 990_000.0), (1.0, 1e6)]
        {
            let found = histogram.quantile(quantile).unwrap() as f64;
            assert!((found / expected - 1.0).abs() <= 0.032, "{quantile}: {found}");
        }
        assert_eq!(Histogram::default().quantile(0.5), None);
        assert!(histogram.encode().len() < 400);
    }

    #[test]
    fn broken_bytes_are_noticed() {
        for bytes in [&[1_u8][..], &[0x80], &[0xff; 20], &[0xff, 0xff, 0x7f, 1]] {
            assert_eq!(Histogram::decode(bytes), None, "{bytes:?}");
        }
        assert_eq!(Histogram::decode(&[]), Some(Histogram::default()));
    }

    proptest! {
        #[test]
        fn a_value_is_never_far_from_its_bucket(value: u64) {
            let middle = middle(bucket(value)) as f64;
            let error = (middle - value as f64).abs() / (value as f64).max(1.0);
            prop_assert!(error <= 1.0 / 32.0, "{value} became {middle}");
        }

        #[test]
        fn adding_is_counting_together(left: Vec<u64>, right: Vec<u64>) {
            let mut sum = of(&left);
            sum.add(&of(&right));
            let both = of(&[left, right].concat());
            prop_assert_eq!(&sum, &both);
            prop_assert_eq!(Histogram::decode(&sum.encode()), Some(both));
        }
    }
}
