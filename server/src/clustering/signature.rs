//! Copies by their key, near copies by their signature.

use std::fmt;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::normalise::words;

/// Equal keys mean equal texts, but for case, accents, punctuation, spacing and numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Key(Uuid);

impl Key {
    /// The form it is stored in.
    pub const fn to_uuid(self) -> Uuid {
        self.0
    }
}

impl From<Uuid> for Key {
    fn from(stored: Uuid) -> Self {
        Self(stored)
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.simple().fmt(f)
    }
}

/// The key two copies of one message share.
///
/// A message without a single word (emoji, punctuation) is keyed as it is, so that they do not all become one.
pub fn near_duplicate_key(message: &str) -> Key {
    let words = words(message);
    let text = if words.is_empty() { message.trim().to_owned() } else { words.join(" ") };
    let digest: [u8; 32] = Sha256::new_with_prefix("feedback-1\n").chain_update(text).finalize().into();
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&digest[..16]);
    Key(Uuid::from_bytes(bytes))
}

/// A 64-bit `SimHash` over words and pairs of words: texts that share most of them differ in few bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Signature(pub u64);

impl Signature {
    /// The bits as a database's signed integer column takes them.
    pub const fn to_stored(self) -> i64 {
        self.0.cast_signed()
    }

    /// The inverse of [`Signature::to_stored`].
    pub const fn from_stored(stored: i64) -> Self {
        Self(stored.cast_unsigned())
    }
}

/// The signature of a message.
pub fn signature(message: &str) -> Signature {
    of_words(&words(message))
}

/// In how many of the 64 bits two signatures differ.
pub const fn distance(a: Signature, b: Signature) -> u32 {
    (a.0 ^ b.0).count_ones()
}

/// Below this, one changed word is a changed meaning ("cannot log in", "cannot log out"): only copies count.
const SIGNATURE_WORDS_MIN: usize = 8;

/// The customary bound for 64-bit signatures: a word or two in a long text.
const DISTANCE_MAX: u32 = 3;

/// Whether two messages are copies of each other, or long and all but copies.
pub fn is_near_duplicate(a: &str, b: &str) -> bool {
    let (a_words, b_words) = (words(a), words(b));
    if a_words.is_empty() || b_words.is_empty() {
        return a.trim() == b.trim();
    }
    let long = a_words.len() >= SIGNATURE_WORDS_MIN && b_words.len() >= SIGNATURE_WORDS_MIN;
    a_words == b_words || long && distance(of_words(&a_words), of_words(&b_words)) <= DISTANCE_MAX
}

fn of_words(words: &[String]) -> Signature {
    let mut votes = [0_i32; 64];
    words.iter().for_each(|word| vote(&mut votes, feature(&[word])));
    words.windows(2).for_each(|pair| vote(&mut votes, feature(&[&pair[0], &pair[1]])));
    let bits = (0..64).filter(|&bit| votes[bit] > 0);
    Signature(bits.fold(0, |signature, bit| signature | 1 << bit))
}

fn vote(votes: &mut [i32; 64], feature: u64) {
    for (bit, votes) in votes.iter_mut().enumerate() {
        *votes += if feature >> bit & 1 == 1 { 1 } else { -1 };
    }
}

/// FNV-1a with a final mix. Written out because signatures are stored: the standard library's hasher may change.
fn feature(words: &[&String]) -> u64 {
    let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
    for byte in words.iter().flat_map(|word| word.bytes().chain([b' '])) {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
    }
    hash = (hash ^ hash >> 33).wrapping_mul(0xff51_afd7_ed55_8ccd);
    hash ^ hash >> 29
}

#[cfg(test)]
mod tests {
    use super::*;

    const LONG: &str = "Since the update last Tuesday the checkout page hangs whenever I try to pay with my saved credit \
        card, the spinner keeps turning and after about a minute I am sent back to the basket without any message, \
        which means that I cannot buy anything from your shop on my phone or on my laptop any more";

    #[test]
    fn copies_share_a_key() {
        let key = near_duplicate_key("The checkout hangs on order 1234!");
        assert_eq!(key, near_duplicate_key("the CHECKOUT hangs,  on order 99"));
        assert_ne!(key, near_duplicate_key("the checkout hangs on payment"));
        assert_ne!(near_duplicate_key("😡"), near_duplicate_key("😀"));
        assert_eq!(Key::from(key.to_uuid()), key);
    }

    #[test]
    fn the_order_of_words_matters() {
        assert_ne!(near_duplicate_key("save works but load fails"), near_duplicate_key("load works but save fails"));
    }

    #[test]
    fn a_signature_never_changes_because_it_is_stored() {
        assert_eq!(signature("the checkout hangs"), Signature(9_879_634_217_665_575_778));
        assert_eq!(Signature::from_stored(Signature(u64::MAX - 5).to_stored()), Signature(u64::MAX - 5));
    }

    #[test]
    fn near_copies_are_told_from_new_texts() {
        let edited = format!("{LONG} please");
        assert!(is_near_duplicate(LONG, &edited), "{}", distance(signature(LONG), signature(&edited)));
        assert!(is_near_duplicate(LONG, &LONG.to_uppercase()));
        assert!(is_near_duplicate("Broken!", "broken"));
        assert!(!is_near_duplicate("cannot log in", "cannot log out"));
        assert!(!is_near_duplicate(
            LONG,
            "I would love a dark theme in the settings, my eyes hurt at night, please add it"
        ));
        assert!(!is_near_duplicate("😡", "😀"));
        assert!(!is_near_duplicate("", "broken"));
    }
}
