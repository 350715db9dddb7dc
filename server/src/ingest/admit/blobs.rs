//! Files that come with events and feedback: into the blob store first, then a row.

use uuid::Uuid;

use super::Admitted;
use crate::error::Result;
use crate::ingest::arrival::{Fate, NewAttachment, Outcome, Parcel};
use crate::protocol::envelope::Item;
use crate::store::blobs::Blobs;

/// Largest file, bytes. A screenshot of a large screen has about 5 MB.
const MAX_FILE_BYTES: usize = 20 * 1024 * 1024;
/// Files in one request.
const MAX_FILES: usize = 10;
/// Longest file name, characters.
const NAME_CHARS: usize = 200;

/// A file before it is in the blob store.
#[derive(Debug)]
pub struct Upload {
    pub(super) event_id: Uuid,
    name: String,
    content_type: String,
    kind: String,
    content: Vec<u8>,
}

pub(super) fn admit(item: &Item<'_>, event_id: Uuid, already: usize) -> Result<Upload, &'static str> {
    if item.payload.len() > MAX_FILE_BYTES {
        return Err("too_large");
    }
    if already >= MAX_FILES {
        return Err("too_many_attachments");
    }
    let clean = |text: &Option<String>, default: &str| {
        let text = text.as_deref().unwrap_or_default();
        let kept: String = text.chars().filter(|char| !char.is_control()).take(NAME_CHARS).collect();
        if kept.is_empty() { default.to_owned() } else { kept }
    };
    Ok(Upload {
        event_id,
        name: clean(&item.header.filename, "attachment"),
        content_type: clean(&item.header.content_type, "application/octet-stream"),
        kind: clean(&item.header.attachment_type, "event.attachment"),
        content: item.payload.to_vec(),
    })
}

/// Puts the files of a request into the blob store and answers what is then to be committed.
///
/// # Errors
/// When the blob store cannot be written; nothing is committed then.
pub async fn store_blobs(admitted: Admitted, blobs: &Blobs) -> Result<Parcel> {
    let mut parcel = admitted.parcel;
    for upload in admitted.uploads {
        let bytes = i64::try_from(upload.content.len()).unwrap_or(i64::MAX);
        let blob = blobs.put(upload.content).await?;
        let accepted =
            Outcome { fate: Fate::Accepted, category: "attachment".to_owned(), reason: String::new(), quantity: 1 };
        parcel.outcomes.push(accepted);
        parcel.attachments.push(NewAttachment {
            event_id: upload.event_id,
            name: upload.name,
            content_type: upload.content_type,
            kind: upload.kind,
            bytes,
            blob,
        });
    }
    Ok(parcel)
}
