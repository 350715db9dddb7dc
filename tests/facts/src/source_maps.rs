//! Source maps as tools upload them. An input is a whole bundle, or its parts between lines of three dashes: manifest,
//! script, map, and places in the script (`line:column name`).

use std::cell::Cell;
use std::collections::HashMap;
use std::io::{Cursor, Write};
use std::panic::{self, AssertUnwindSafe};
use std::sync::{Arc, Once};

use fieldfare::protocol::event::{Event, Exception, Frame};
use fieldfare::protocol::json::Json;
use fieldfare::protocol::mapped::{self, MappedFrame};
use fieldfare::source_maps::{Member, Outcome, Script, map_frames, read_bundle, url};
use serde_json::{Value, json};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::{parts, stored};

/// Where the script of an assembled bundle runs.
const ADDRESS: &str = "https://shop.example/app.js";
/// Frames that are asked for.
const FRAMES: usize = 50;
/// Places of one event that are mapped.
const PLACES: usize = 200;
/// Longest line of source kept, characters, with the two marks of a cut.
const LINE_CHARS: usize = 242;
/// Longest name of a kind of file, characters.
const KIND_CHARS: usize = 64;

/// Asks of one bundle.
pub fn check(input: &[u8]) {
    if input.starts_with(b"PK") {
        for member in members(input) {
            if member.kind == "source_map" {
                ask(&member.content, None, "1:1 a\n2:7 b\n1:999 c");
            }
        }
        return;
    }
    let mut parts = parts(input);
    let mut part = || parts.next().unwrap_or_default();
    let (manifest, script, map, places) = (part(), part(), part(), part());
    members(&archive(&[("manifest.json", manifest), ("app.js", script), ("app.js.map", map)]));
    ask(map, Some(script), &String::from_utf8_lossy(places));
}

/// An archive of these files, not compressed.
fn archive(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in files {
        let options = SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
        zip.start_file(*name, options).expect("a file");
        zip.write_all(content).expect("its content");
    }
    zip.finish().expect("an archive").into_inner()
}

/// The files of a bundle, each as it may be stored.
fn members(bundle: &[u8]) -> Vec<Member> {
    let mut members = Vec::new();
    let read = read_bundle(Cursor::new(bundle), |member| {
        stored::text("a kind", &member.kind, KIND_CHARS);
        for address in [Some(&member.url), member.map_url.as_ref()].into_iter().flatten() {
            stored::text("an address", address, url::URL_BYTES_MAX);
            assert!(address.len() <= url::URL_BYTES_MAX);
        }
        members.push(member);
        true
    });
    if let Err(problem) = read {
        assert!(!problem.is_empty());
    }
    members
}

/// Reads a map as the server does, where a panic of the library is one map that does not work.
fn outcome(map: &[u8], script: Option<&[u8]>) -> Outcome {
    let script = script.map(<[u8]>::to_vec);
    quietly(|| panic::catch_unwind(AssertUnwindSafe(|| Script::read(map, script))))
        .unwrap_or_else(|_| Err("the source map cannot be read".to_owned()))
}

thread_local! {
    static QUIET: Cell<bool> = const { Cell::new(false) };
}

/// Runs something that may panic without the fuzzer's hook, which ends the process, being told.
fn quietly<T>(work: impl FnOnce() -> T) -> T {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let told = panic::take_hook();
        panic::set_hook(Box::new(move |why| {
            if !QUIET.get() {
                told(why);
            }
        }));
    });
    QUIET.set(true);
    let result = work();
    QUIET.set(false);
    result
}

fn ask(map: &[u8], script: Option<&[u8]>, places: &str) {
    let event = event(places);
    let outcomes = HashMap::from([(ADDRESS.to_owned(), Arc::new(outcome(map, script)))]);
    let frames = map_frames(&event, &outcomes);
    assert_eq!(frames, map_frames(&event, &outcomes));
    assert!(frames.len() <= PLACES);
    frames.iter().for_each(frame);
    applied(event, &frames);
}

fn frame(frame: &MappedFrame) {
    for name in [Some(&frame.filename), Some(&frame.abs_path), frame.function.as_ref()].into_iter().flatten() {
        stored::text("a name", name, 512);
    }
    assert!(frame.pre_context.len() <= 5 && frame.post_context.len() <= 5 && frame.lineno >= 1 && frame.colno >= 1);
    let lines = frame.pre_context.iter().chain(&frame.context_line).chain(&frame.post_context);
    lines.for_each(|line| stored::text("a line", line, LINE_CHARS));
}

/// What maps made of a payload is stored beside it, and the payload is still what the client sent.
fn applied(mut event: Event, frames: &[MappedFrame]) {
    let sent = json!({"message": "m"});
    let mut stored: Value = serde_json::from_slice(&mapped::append(sent.to_string().as_bytes(), frames)).expect("JSON");
    assert_eq!(mapped::is_mapped(&Json::from(stored.clone())), !frames.is_empty());
    mapped::strip(&mut stored);
    assert_eq!(stored, sent);
    mapped::apply(&mut event, frames);
    let mapped = event.exceptions.iter().flat_map(|exception| &exception.frames).filter(|it| it.generated.is_some());
    assert!(mapped.count() >= frames.len());
}

fn event(places: &str) -> Event {
    let frames = places.lines().take(FRAMES).filter_map(place).collect();
    let exceptions = vec![Exception { frames, ..Exception::default() }];
    Event { platform: "javascript".to_owned(), exceptions, ..Event::default() }
}

fn place(line: &str) -> Option<Frame> {
    let (at, name) = line.split_once(' ').unwrap_or((line, ""));
    let (lineno, colno) = at.split_once(':')?;
    Some(Frame {
        abs_path: Some(ADDRESS.to_owned()),
        function: Some(name.to_owned()),
        lineno: Some(lineno.parse().ok()?),
        colno: Some(colno.parse().ok()?),
        ..Frame::default()
    })
}
