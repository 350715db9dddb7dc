//! stand-in
use crate::protocol::event::Event;
use sha2::{Digest, Sha256};
use uuid::Uuid;
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Hash([u8; 16]);
impl From<Hash> for Uuid {
    fn from(h: Hash) -> Self {
        Uuid::from_bytes(h.0)
    }
}
impl Hash {
    pub fn of(parts: &[&str]) -> Self {
        let mut s = Sha256::new();
        for p in parts {
            s.update((p.len() as u64).to_le_bytes());
            s.update(p.as_bytes());
        }
        let d = s.finalize();
        let mut b = [0; 16];
        b.copy_from_slice(&d[..16]);
        Self(b)
    }
}
#[derive(Default)]
pub struct Rules;
pub struct Grouping {
    pub primary: Hash,
    pub system: Option<Hash>,
}
pub fn group(event: &Event, _rules: &Rules) -> Grouping {
    let t = crate::protocol::title::title(event);
    let mut parts: Vec<&str> = vec![];
    for e in &event.exceptions {
        parts.push(e.kind.as_deref().unwrap_or(""));
        for f in &e.frames {
            parts.push(f.function.as_deref().unwrap_or(""));
        }
    }
    if event.exceptions.is_empty() {
        parts.push(&t);
    }
    Grouping { primary: Hash::of(&parts), system: None }
}
