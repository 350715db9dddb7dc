//! Bodies of requests: undone from their codings, cut into items, admitted. The first line of an input is the value of
//! the header `Content-Encoding`, the rest the body.

use std::collections::BTreeMap;

use fieldfare::ingest::admit;
use fieldfare::protocol::encoding;
use fieldfare::protocol::envelope::{Envelope, ItemHeader, parse};
use serde_json::{Map, Value, json};

use crate::door::{ID, PLAIN, STRICT, door, late_door};
use crate::{first_line, stored};

/// What may come out of a body here, bytes; small, so that bombs are met soon.
const CAP: usize = 1024 * 1024;
/// Faults of one envelope that are remembered.
const FAULTS: usize = 100;
/// A header this long may be longer than the limit when it is written anew, bytes.
const LONG_HEADER: usize = 4 * 1024;
/// Kinds of items that may hold nothing to keep or count.
const MAY_BE_EMPTY: [&str; 4] = ["client_report", "raw_security", "sessions", "span"];

/// Asks of one body.
pub fn check(input: &[u8]) {
    let (coding, body) = first_line(input);
    let coding = String::from_utf8_lossy(coding);
    decoding(&coding, body);
    if let Ok(json) = encoding::store_body(body, CAP) {
        assert!(json.len() <= CAP);
    }
    let Ok(decoded) = encoding::decode(&coding, body, CAP) else { return };
    assert!(decoded.len() <= CAP);
    let Ok(envelope) = parse(&decoded) else { return };
    framing(&decoded, &envelope);
    for door in [door(&PLAIN), late_door(&STRICT)] {
        let admitted = admit::envelope(&envelope, &door, || ID);
        stored::check(&admitted);
        nothing_is_lost(&envelope, &admitted);
    }
}

/// Measuring and decoding agree: room is reserved by the one and used by the other.
fn decoding(coding: &str, body: &[u8]) {
    match encoding::decoded_bytes(coding, body, CAP) {
        Ok(bytes) => {
            let decoded = encoding::decode(coding, body, bytes.max(body.len()));
            assert_eq!(decoded.map(|decoded| decoded.len()), Ok(bytes), "{coding} was measured otherwise");
        }
        Err(_) if !coding.contains(',') => assert!(encoding::decode(coding, body, CAP).is_err()),
        Err(_) => {}
    }
}

/// Items are parts of the body, and written with their lengths they are read as what they are.
fn framing(body: &[u8], envelope: &Envelope<'_>) {
    let payloads: usize = envelope.items.iter().map(|item| item.payload.len()).sum();
    assert!(payloads <= body.len() && envelope.faults.len() <= FAULTS);
    let mut written = json!({}).to_string().into_bytes();
    let mut sent = Vec::new();
    for item in &envelope.items {
        let header = header(&item.header, item.payload.len());
        if header.len() > LONG_HEADER {
            continue;
        }
        written.push(b'\n');
        written.extend_from_slice(header.as_bytes());
        written.push(b'\n');
        written.extend_from_slice(item.payload);
        sent.push(item);
    }
    let again = parse(&written).expect("its header is one");
    assert_eq!(again.faults, []);
    assert_eq!(again.items.len(), sent.len());
    for (again, sent) in again.items.iter().zip(sent) {
        assert_eq!(again.payload, sent.payload);
        let header = ItemHeader { length: sent.header.length, ..again.header.clone() };
        assert_eq!(header, sent.header);
    }
}

fn header(header: &ItemHeader, length: usize) -> String {
    let mut fields = Map::new();
    fields.insert("type".to_owned(), json!(header.kind));
    fields.insert("length".to_owned(), json!(length));
    let texts = [
        ("content_type", &header.content_type),
        ("filename", &header.filename),
        ("attachment_type", &header.attachment_type),
    ];
    let said = texts.into_iter().filter_map(|(name, text)| Some((name.to_owned(), json!(text.as_ref()?))));
    fields.extend(said.collect::<BTreeMap<_, _>>());
    if let Some(count) = header.item_count {
        fields.insert("item_count".to_owned(), json!(count));
    }
    Value::Object(fields).to_string()
}

/// Every item is kept or counted.
fn nothing_is_lost(envelope: &Envelope<'_>, admitted: &admit::Admitted) {
    let sent = envelope.items.iter().filter(|item| !MAY_BE_EMPTY.contains(&item.header.kind.as_str())).count();
    let parcel = &admitted.parcel;
    let kept = parcel.events.len() + parcel.feedback.len() + parcel.check_ins.len() + admitted.uploads.len();
    let counted: i64 = parcel.outcomes.iter().map(|outcome| outcome.quantity.max(1)).sum();
    let counted = usize::try_from(counted).expect("a count");
    assert!(kept + counted >= sent, "{sent} items, {kept} kept, {counted} counted: {:?}", parcel.outcomes);
}
