//! Words of events that were just committed, kept until the follower comes for them.
//!
//! Whoever admits an event has it normalised in hand; reading it back from its table, decompressing and parsing it again
//! costs a third of indexing it. Only a short cut: what is not here is read from the tables.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use uuid::Uuid;

use super::document::Key;
use super::event_text::EventText;
use super::source::Texts;

/// Texts kept; at about 1.5 kB each 12 MB, and three seconds of a flood.
const KEPT: usize = 8_192;

/// Oldest go first when there are too many, as while the index is being made anew.
#[derive(Debug, Default)]
pub(super) struct Fresh(Mutex<Kept>);

#[derive(Debug, Default)]
struct Kept {
    texts: Texts,
    order: VecDeque<(i64, Uuid)>,
}

impl Fresh {
    pub(super) fn put(&self, project_id: i64, texts: impl Iterator<Item = (Uuid, EventText)>) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for (event_id, text) in texts {
            let key = (project_id, event_id);
            if kept.texts.insert(key, text).is_none() {
                kept.order.push_back(key);
            }
        }
        while kept.order.len() > KEPT {
            let oldest = kept.order.pop_front();
            oldest.and_then(|key| kept.texts.remove(&key));
        }
    }

    /// Takes the texts of those of these that are events, as far as they are here.
    pub(super) fn take(&self, keys: &[Key]) -> Texts {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let events = keys.iter().filter_map(|key| match *key {
            Key::Event { project_id, event_id } => Some((project_id, event_id)),
            _ => None,
        });
        events.filter_map(|key| Some((key, kept.texts.remove(&key)?))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_taken_once_and_old_ones_go() {
        let fresh = Fresh::default();
        let id = |number: usize| Uuid::from_u128(number as u128);
        let text = |body: &str| EventText { body: body.to_owned(), ..EventText::default() };
        let key = |project_id: i64, number: usize| Key::Event { project_id, event_id: id(number) };
        fresh.put(1, [(id(0), text("first")), (id(1), text("second"))].into_iter());
        let taken = fresh.take(&[key(1, 1), key(1, 9), Key::Issue(1)]);
        assert_eq!(taken, Texts::from([((1, id(1)), text("second"))]));
        assert!(fresh.take(&[key(1, 1), key(2, 0)]).is_empty());
        fresh.put(1, (2..KEPT + 2).map(|number| (id(number), text("more"))));
        assert!(fresh.take(&[key(1, 0)]).is_empty());
        assert_eq!(fresh.take(&[key(1, KEPT + 1)]).len(), 1);
    }
}
