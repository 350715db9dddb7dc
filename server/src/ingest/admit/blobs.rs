//! Files that come with events and feedback: into the blob store first, then a row.

use uuid::Uuid;

use super::{Admitted, Door};
use crate::error::Result;
use crate::ingest::arrival::{Fate, NewAttachment, Outcome, Parcel};
use crate::protocol::envelope::Item;
use crate::protocol::minidump;
use crate::store::blobs::Blobs;

/// Largest file, bytes. A screenshot of a large screen has about 5 MB.
const MAX_FILE_BYTES: usize = 20 * 1024 * 1024;
/// Files in one request.
const MAX_FILES: usize = 10;
/// Largest sum of the files of one request, bytes: two full ones and what is small.
const MAX_TOTAL_BYTES: usize = 50 * 1024 * 1024;
/// Longest file name, characters.
const NAME_CHARS: usize = 200;

/// A file as it was sent.
#[derive(Debug, Default)]
pub struct File {
    pub name: Option<String>,
    pub content_type: Option<String>,
    /// An `attachment_type` of the protocol.
    pub kind: Option<String>,
    pub content: Vec<u8>,
}

/// A file before it is in the blob store.
#[derive(Debug)]
pub struct Upload {
    pub(super) event_id: Uuid,
    name: String,
    content_type: String,
    kind: String,
    content: Vec<u8>,
}

/// Admits the files of a request that sends nothing else. The event may arrive before them or after.
pub fn attachments(event_id: Uuid, files: Vec<File>, door: &Door) -> Admitted {
    let mut admitted = Admitted::new(door);
    admitted.event_id = Some(event_id);
    for file in files {
        admitted.keep_file(file, event_id, door);
    }
    admitted.finished(door)
}

pub(super) fn of_item(item: &Item<'_>) -> Result<File, &'static str> {
    if item.payload.len() > MAX_FILE_BYTES {
        return Err("too_large");
    }
    let header = item.header.clone();
    Ok(File {
        name: header.filename,
        content_type: header.content_type,
        kind: header.attachment_type,
        content: item.payload.to_vec(),
    })
}

/// Whether an item is a file that makes an event.
pub(super) fn is_minidump(item: &Item<'_>) -> bool {
    item.header.kind == "attachment" && item.header.attachment_type.as_deref() == Some(minidump::ATTACHMENT_TYPE)
}

impl Admitted {
    /// Keeps a file of an event; what cannot be kept is counted.
    pub(super) fn file(&mut self, file: File, event_id: Uuid) {
        match upload(file, event_id, &self.uploads) {
            Ok(upload) => self.uploads.push(upload),
            Err(reason) => self.drop_one("attachment", reason, 1),
        }
    }
}

fn upload(file: File, event_id: Uuid, others: &[Upload]) -> Result<Upload, &'static str> {
    if file.content.len() > MAX_FILE_BYTES {
        return Err("too_large");
    }
    if others.len() >= MAX_FILES {
        return Err("too_many_attachments");
    }
    let total: usize = others.iter().map(|other| other.content.len()).sum();
    if total + file.content.len() > MAX_TOTAL_BYTES {
        return Err("attachments_too_large");
    }
    Ok(Upload {
        event_id,
        name: cleaned(file.name, "attachment"),
        content_type: cleaned(file.content_type, "application/octet-stream"),
        kind: cleaned(file.kind, "event.attachment"),
        content: file.content,
    })
}

fn cleaned(text: Option<String>, default: &str) -> String {
    let text = text.unwrap_or_default();
    let kept: String = text.chars().filter(|char| !char.is_control()).take(NAME_CHARS).collect();
    if kept.is_empty() { default.to_owned() } else { kept }
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
