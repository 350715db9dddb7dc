//! Minidumps, as Crashpad, Breakpad and their kind upload them: a form with the dump, what the client knows of the
//! crash, and other files; or the dump alone.

use axum::body::{Body, Bytes};
use axum::extract::State as Shared;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};

use super::answer::Refusal;
use super::auth::Caller;
use super::{body, form, passage};
use crate::ids;
use crate::ingest::admit::{self, CrashReport, File};
use crate::ingest::quota::Meter;
use crate::protocol::crash_form::CrashForm;
use crate::protocol::encoding::{self, DecodeError};
use crate::state::State;

/// The field that holds the dump.
const DUMP: &str = "upload_file_minidump";
/// What a dump is called that came without a name.
const DUMP_NAME: &str = "minidump.dmp";
/// Largest dump once decompressed; what is kept of files is less.
const MAX_DUMP_BYTES: usize = body::MAX_DECODED_BYTES;
/// The first bytes of what gzip compressed.
const GZIP: &[u8] = &[0x1F, 0x8B];

/// Answers the event's id as plain text, with dashes, as crash reporters show it to their users.
pub(super) async fn take(Shared(state): Shared<State>, caller: Caller, body: Body) -> Result<Response, Refusal> {
    let door = passage::open_for(&state, &caller, Meter::Error).await?;
    let (body, _room) = body::read(&state.bodies, &caller.headers, body).await?.into_bytes();
    let report = read(&caller.headers, body).await?;
    let admitted = admit::crash(report, &door, ids::random_uuid())
        .map_err(|reason| Refusal::Malformed(format!("the minidump cannot be read: {reason}")))?;
    let taken = passage::commit(&state, admitted).await?;
    Ok((taken.announced(), taken.event_id.unwrap_or_default().hyphenated().to_string()).into_response())
}

async fn read(headers: &HeaderMap, body: Bytes) -> Result<CrashReport, Refusal> {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    if !kind.trim_start().starts_with("multipart/") {
        let dump = File { name: Some(DUMP_NAME.to_owned()), content: decompressed(body.into())?, ..File::default() };
        return Ok(CrashReport { event: serde_json::Map::new(), dump, files: Vec::new() });
    }
    let (mut said, mut dump, mut files) = (CrashForm::default(), None, Vec::new());
    for part in form::parts(headers, body).await? {
        if part.name == DUMP {
            let file = part.into_file();
            let name = file.name.filter(|name| name != DUMP).or_else(|| Some(DUMP_NAME.to_owned()));
            dump = Some(File { name, content: decompressed(file.content)?, ..file });
        } else if part.filename.is_none() {
            said.field(&part.name, part.text());
        } else if !said.file(&part.name, &part.content) {
            files.push(part.into_file());
        }
    }
    let dump = dump.ok_or_else(|| Refusal::Malformed(format!("the form has no field {DUMP}")))?;
    Ok(CrashReport { event: said.into_event(), dump, files })
}

/// Some uploaders compress the file rather than the body.
fn decompressed(content: Vec<u8>) -> Result<Vec<u8>, Refusal> {
    if !content.starts_with(GZIP) {
        return Ok(content);
    }
    match encoding::decode("gzip", &content, MAX_DUMP_BYTES) {
        Ok(decoded) => Ok(decoded.into_owned()),
        Err(DecodeError::TooLarge) => Err(Refusal::TooLarge("the decompressed minidump is larger than 100 MiB")),
        Err(error) => Err(Refusal::Malformed(format!("the minidump cannot be decompressed: {error}"))),
    }
}
