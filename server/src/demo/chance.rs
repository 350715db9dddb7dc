//! Chance that falls the same way every time, so that every demo is the same story.

/// `SplitMix64`: small, and even enough for a story.
#[derive(Clone, Debug)]
pub(super) struct Chance(u64);

impl Chance {
    /// `seed` may be any text; equal ones fall alike.
    pub(super) fn of(seed: &str) -> Self {
        let digest = blake3::hash(seed.as_bytes());
        Self(u64::from_le_bytes(digest.as_bytes()[..8].first_chunk().copied().unwrap_or_default()))
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ self.0 >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ mixed >> 31
    }

    /// At least 0 and below `limit`; 0 for a limit of 0.
    pub(super) fn below(&mut self, limit: usize) -> usize {
        let limit = u64::try_from(limit).unwrap_or(u64::MAX).max(1);
        usize::try_from(self.next() % limit).unwrap_or_default()
    }

    /// At least 0 and below 1.
    #[expect(clippy::cast_precision_loss, reason = "53 bits fit exactly")]
    pub(super) fn fraction(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }

    pub(super) fn pick<'a, T>(&mut self, choices: &'a [T]) -> &'a T {
        &choices[self.below(choices.len())]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chance_is_even_and_the_same_every_time() {
        let (mut one, mut other) = (Chance::of("story"), Chance::of("story"));
        let mut counts = [0; 10];
        for _ in 0..10_000 {
            let at = one.below(10);
            assert_eq!(at, other.below(10));
            counts[at] += 1;
        }
        assert!(counts.iter().all(|count| (850..1_150).contains(count)), "{counts:?}");
        assert!((0..1_000).all(|_| (0.0..1.0).contains(&one.fraction())));
    }
}
