//! What quotas let in. Whatever they keep out is counted, and the answer says so.

use uuid::Uuid;

use super::blobs::File;
use super::{Admitted, Door};
use crate::ingest::arrival::{Fate, NewEvent};
use crate::ingest::quota::{Limit, Meter};
use crate::protocol::category;
use crate::protocol::envelope::Item;

/// Why the files of an event that was only counted are dropped.
const SAMPLED: &str = "sampled";

impl Admitted {
    /// Keeps an event, or counts that it is not stored. What a flood is sampled down to takes from the quota; what is
    /// only counted does not, so that other issues can use it; nor does what nobody wants, since it was deleted for good.
    pub(super) fn keep_event(&mut self, event: NewEvent, door: &Door) {
        self.event_id.get_or_insert(event.event_id);
        let meter = Meter::of_category(event.category).unwrap_or(Meter::Error);
        if !event.is_stored {
            self.count(Fate::Sampled, event.category, "", 1);
            self.not_stored = Some((event.event_id, SAMPLED));
        } else if let Some(limit) = charge(&event, meter, door) {
            return self.limited(limit, event.category, event.event_id);
        }
        self.parcel.events.push(event);
    }

    /// Keeps a file that came without an envelope, if the quota has room for it.
    pub(super) fn keep_file(&mut self, file: File, event_id: Uuid, door: &Door) {
        match over_quota(door, file.content.len()) {
            Some(limit) => self.limited(limit, "attachment", event_id),
            None => self.file(file, event_id),
        }
    }

    /// Whether one more of a category may come in; counts it if so.
    pub(super) fn take(&mut self, meter: Meter, event_id: Uuid, door: &Door) -> bool {
        let refused = door.budget.take(meter, 1).err();
        if let Some(limit) = refused {
            self.limited(limit, meter.as_str(), event_id);
        }
        refused.is_none()
    }

    /// Whether an item may come in. An event is not read when it may not; when it may, it is charged for once it is
    /// known that it is stored.
    pub(super) fn is_within_quota(&mut self, item: &Item<'_>, door: &Door, event_id: Uuid) -> bool {
        let category = category::of_item(&item.header.kind);
        let Some(meter) = Meter::of_category(category) else { return true };
        let refused = match meter {
            Meter::Error | Meter::Security => door.budget.gone(meter),
            Meter::Attachment => over_quota(door, item.payload.len()),
            _ => door.budget.take(meter, 1).err(),
        };
        if let Some(limit) = refused {
            self.limited(limit, category, event_id);
        }
        refused.is_none()
    }

    fn limited(&mut self, limit: Limit, category: &str, event_id: Uuid) {
        self.is_limited = true;
        self.limits.add(limit);
        let reason = limit.slot.scope.reason();
        self.drop_one(category, reason, 1);
        if limit.slot.meter == Meter::Error {
            self.not_stored = Some((event_id, reason));
        }
    }

    /// Drops the files of an event that is not stored, unless feedback of the same id needs them, and looks what is
    /// used up by now.
    pub(super) fn finished(mut self, door: &Door) -> Self {
        if let Some((event_id, reason)) = self.not_stored
            && !self.parcel.feedback.iter().any(|feedback| feedback.event_id == event_id)
        {
            let before = self.uploads.len();
            self.uploads.retain(|upload| upload.event_id != event_id);
            self.drop_one("attachment", reason, before - self.uploads.len());
        }
        self.limits.extend(door.budget.all_gone());
        self
    }
}

/// The limit that keeps an event out; takes from the quota if there is none, unless it was discarded.
fn charge(event: &NewEvent, meter: Meter, door: &Door) -> Option<Limit> {
    if door.policy.discarded.contains(&event.hash.into()) {
        return None;
    }
    door.budget.take(meter, 1).err()
}

/// The limit that keeps a file out; takes from the quota of files and of their bytes if there is none.
fn over_quota(door: &Door, bytes: usize) -> Option<Limit> {
    let bytes = i64::try_from(bytes).unwrap_or(i64::MAX);
    let taken =
        || door.budget.take(Meter::Attachment, 1).and_then(|()| door.budget.take(Meter::AttachmentBytes, bytes));
    door.budget.gone(Meter::Attachment).or_else(|| taken().err())
}
