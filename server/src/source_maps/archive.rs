//! Reading an uploaded bundle: a zip archive with a manifest. Bounded in entries, bytes and ratio, since what a stranger
//! compressed may be larger than any memory.

use std::collections::BTreeMap;
use std::io::{Read, Seek};

use base64::Engine;
use serde::Deserialize;
use uuid::Uuid;
use zip::ZipArchive;

use super::url;

/// Largest bundle as it is uploaded, bytes.
pub const BUNDLE_BYTES_MAX: u64 = 256 * 1024 * 1024;
/// Files of one bundle; a large site has a few thousand.
const ENTRIES_MAX: usize = 20_000;
/// Largest file of a bundle, bytes. A map is read into memory whole.
pub(super) const FILE_BYTES_MAX: u64 = 64 * 1024 * 1024;
/// All files of a bundle, unpacked, bytes.
const UNPACKED_BYTES_MAX: u64 = 1024 * 1024 * 1024;
/// Largest manifest, bytes.
const MANIFEST_BYTES_MAX: u64 = 16 * 1024 * 1024;
/// What text compresses to at best, in practice a tenth; more than this is made to fill disks.
const RATIO_MAX: u64 = 200;
/// Below this size the ratio says nothing: a file of spaces is harmless.
const RATIO_FROM_BYTES: u64 = 1024 * 1024;
/// Longest kind of a file that is kept, bytes; those that mean anything to us are shorter.
const KIND_BYTES_MAX: usize = 64;
/// How a script names its map.
const MAP_REFERENCES: [&str; 2] = ["//# sourceMappingURL=", "//@ sourceMappingURL="];
/// How a script names its debug id.
const DEBUG_ID_REFERENCE: &str = "//# debugId=";

/// What is wrong with a bundle, in words for whoever uploaded it.
pub(super) type Problem = String;

/// What a bundle says of itself.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Manifest {
    debug_id: Option<String>,
    files: BTreeMap<String, Entry>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Entry {
    #[serde(rename = "type")]
    kind: String,
    url: String,
    headers: BTreeMap<String, String>,
}

/// One file of a bundle.
#[derive(Debug, PartialEq, Eq)]
pub struct Member {
    /// `minified_source`, `source_map`, or what else the manifest says.
    pub kind: String,
    /// Its address without query and fragment, such as `~/app.js`.
    pub url: String,
    pub debug_id: Option<Uuid>,
    /// What a script says of where its map is.
    pub map_url: Option<String>,
    pub content: Vec<u8>,
}

/// Reads a bundle and hands over its files one by one. `keep` answers whether to go on.
///
/// # Errors
/// With what is wrong with it; files that came before that were handed over.
pub fn read(file: impl Read + Seek, mut keep: impl FnMut(Member) -> bool) -> Result<(), Problem> {
    let mut archive = ZipArchive::new(file).map_err(|error| format!("the bundle is not a zip archive: {error}"))?;
    if archive.len() > ENTRIES_MAX {
        return Err(format!("the bundle holds {} files, more than {ENTRIES_MAX}", archive.len()));
    }
    let manifest = manifest(&mut archive)?;
    let mut left = UNPACKED_BYTES_MAX;
    for (path, entry) in manifest.files {
        let content = unpack(&mut archive, &path, FILE_BYTES_MAX.min(left))?;
        left -= content.len() as u64;
        for member in members(entry, &path, content, manifest.debug_id.as_deref()) {
            if !keep(member) {
                return Err("the bundle could not be stored".to_owned());
            }
        }
    }
    Ok(())
}

fn manifest(archive: &mut ZipArchive<impl Read + Seek>) -> Result<Manifest, Problem> {
    let bytes = unpack(archive, "manifest.json", MANIFEST_BYTES_MAX)?;
    serde_json::from_slice(&bytes).map_err(|error| format!("the bundle's manifest.json cannot be read: {error}"))
}

fn unpack(archive: &mut ZipArchive<impl Read + Seek>, path: &str, most: u64) -> Result<Vec<u8>, Problem> {
    let entry = archive.by_name(path).map_err(|error| format!("the bundle has no readable {path:.200}: {error}"))?;
    let compressed = entry.compressed_size();
    let mut content = Vec::new();
    entry.take(most + 1).read_to_end(&mut content).map_err(|error| format!("{path:.200} is broken: {error}"))?;
    let bytes = content.len() as u64;
    if bytes > most {
        return Err(format!("{path:.200}, or the bundle with it, is too large unpacked: more than {most} bytes"));
    }
    if bytes > RATIO_FROM_BYTES && bytes / compressed.max(1) > RATIO_MAX {
        return Err(format!("{path:.200} is compressed more than {RATIO_MAX} times, which no script is"));
    }
    Ok(content)
}

/// A file of the manifest, and the map that a script may hold inside itself.
fn members(entry: Entry, path: &str, content: Vec<u8>, debug_id: Option<&str>) -> Vec<Member> {
    let header = |name: &str| {
        let found = entry.headers.iter().find(|(key, _)| key.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    };
    let address = if entry.url.is_empty() { path.to_owned() } else { entry.url.clone() };
    let stated = header("debug-id").or(debug_id).and_then(debug_id_of);
    let map_url = header("sourcemap").or_else(|| header("x-sourcemap")).map(str::to_owned);
    from_content(Member { kind: entry.kind.clone(), url: address, debug_id: stated, map_url, content })
}

/// Reads off a script what nobody said about it.
pub(super) fn from_content(mut member: Member) -> Vec<Member> {
    member.kind = storable(&member.kind, KIND_BYTES_MAX);
    member.url = storable(url::normal(&member.url), url::URL_BYTES_MAX);
    if member.kind != "minified_source" {
        member.map_url = None;
        return vec![member];
    }
    let written = || MAP_REFERENCES.iter().find_map(|mark| last(&member.content, mark));
    let reference = member.map_url.take().or_else(written);
    member.debug_id = member.debug_id.or_else(|| debug_id_of(&last(&member.content, DEBUG_ID_REFERENCE)?));
    let Some(reference) = reference else { return vec![member] };
    let Some(inline) = inline_map(&reference) else {
        member.map_url = Some(storable(&reference, usize::MAX)).filter(|url| url.len() <= url::URL_BYTES_MAX);
        return vec![member];
    };
    let map_url = storable(&format!("{}.map", url::file_name(&member.url)), url::URL_BYTES_MAX);
    let map = Member {
        kind: "source_map".to_owned(),
        url: storable(&url::resolve(&member.url, &map_url), url::URL_BYTES_MAX),
        debug_id: member.debug_id,
        map_url: None,
        content: inline,
    };
    member.map_url = Some(map_url);
    vec![member, map]
}

/// A text of a stranger as databases take it.
fn storable(text: &str, bytes_max: usize) -> String {
    let text: String = text.chars().filter(|char| !char.is_control()).collect();
    text[..text.floor_char_boundary(bytes_max)].to_owned()
}

/// What follows the last mark in a script, to the end of its line.
fn last(content: &[u8], mark: &str) -> Option<String> {
    let mark = mark.as_bytes();
    let starts = content.windows(mark.len()).rposition(|window| window == mark)? + mark.len();
    let line = content[starts..].split(u8::is_ascii_whitespace).next()?;
    std::str::from_utf8(line).ok().filter(|line| !line.is_empty()).map(str::to_owned)
}

fn inline_map(reference: &str) -> Option<Vec<u8>> {
    let (head, body) = reference.strip_prefix("data:")?.split_once(',')?;
    head.ends_with(";base64").then(|| base64::engine::general_purpose::STANDARD.decode(body).ok())?
}

/// Tools write debug ids with dashes, sometimes with an age behind, which scripts have none of.
pub(super) fn debug_id_of(text: &str) -> Option<Uuid> {
    let text = text.trim();
    Uuid::try_parse(text).ok().or_else(|| Uuid::try_parse(text.get(..36)?).ok())
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Write};

    use zip::ZipWriter;
    use zip::write::SimpleFileOptions;

    use super::*;

    const ID: &str = "a9993e36-4706-816a-ba3e-25717850c26c";

    fn bundle(files: &[(&str, &[u8])]) -> Cursor<Vec<u8>> {
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, content) in files {
            zip.start_file(*name, SimpleFileOptions::default()).unwrap();
            zip.write_all(content).unwrap();
        }
        zip.finish().unwrap()
    }

    fn members(files: &[(&str, &[u8])]) -> Result<Vec<Member>, Problem> {
        let mut kept = Vec::new();
        read(bundle(files), |member| {
            kept.push(member);
            true
        })?;
        Ok(kept)
    }

    #[test]
    fn files_are_read_as_the_manifest_describes_them() {
        let manifest = format!(
            r#"{{"files":{{
            "_/_/app.js":{{"type":"minified_source","url":"~/app.js?x","headers":{{"debug-id":"{ID}","Sourcemap":"app.js.map"}}}},
            "_/_/app.js.map":{{"type":"source_map","url":"~/app.js.map","headers":{{"debug-id":"{ID}"}}}}}}}}"#
        );
        let files =
            members(&[("manifest.json", manifest.as_bytes()), ("_/_/app.js", b"a()"), ("_/_/app.js.map", b"{}")]);
        let [script, map] = files.unwrap().try_into().unwrap();
        assert_eq!((script.url.as_str(), script.map_url.as_deref()), ("~/app.js", Some("app.js.map")));
        assert_eq!((script.debug_id, map.debug_id), (debug_id_of(ID), debug_id_of(ID)));
        assert_eq!((map.kind.as_str(), map.content.as_slice()), ("source_map", &b"{}"[..]));
    }

    #[test]
    fn a_script_says_itself_where_its_map_is() {
        let script = |content: &str| Member {
            kind: "minified_source".to_owned(),
            url: "~/js/app.js".to_owned(),
            debug_id: None,
            map_url: None,
            content: content.as_bytes().to_vec(),
        };
        let plain = from_content(script(&format!("a()\n//# sourceMappingURL=x.map\n//# debugId={ID}\n")));
        assert_eq!((plain[0].map_url.as_deref(), plain[0].debug_id), (Some("x.map"), debug_id_of(ID)));
        let inline = from_content(script("a()\n//# sourceMappingURL=data:application/json;base64,e30="));
        assert_eq!((inline[1].url.as_str(), inline[1].content.as_slice()), ("~/js/app.js.map", &b"{}"[..]));
        assert_eq!(from_content(script("a()")), [script("a()")]);
    }

    #[test]
    fn what_a_manifest_says_can_be_stored() {
        let manifest = format!(
            r#"{{"files":{{
            "a.js":{{"type":"minified_source","url":"~/a\u0000.js","headers":{{"sourcemap":"a\u0000.map"}}}},
            "b.js":{{"type":"minified_source","url":"~/{long}.js","headers":{{"sourcemap":"{long}"}}}},
            "b.map":{{"type":"{long}","headers":{{"sourcemap":"b"}}}}}}}}"#,
            long = "ä".repeat(1_000)
        );
        let files: [(&str, &[u8]); 4] =
            [("manifest.json", manifest.as_bytes()), ("a.js", b"a"), ("b.js", b"b"), ("b.map", b"c")];
        let [script, long, other] = members(&files).unwrap().try_into().unwrap();
        assert_eq!((script.url.as_str(), script.map_url.as_deref()), ("~/a.js", Some("a.map")));
        assert_eq!((long.url.len(), long.map_url), (url::URL_BYTES_MAX, None));
        assert_eq!((other.kind.len(), other.map_url), (KIND_BYTES_MAX, None));
        let script = Member { content: b"//# sourceMappingURL=a\0.map".to_vec(), ..script };
        assert_eq!(from_content(Member { map_url: None, ..script })[0].map_url.as_deref(), Some("a.map"));
    }

    #[test]
    fn what_is_no_bundle_is_refused_with_a_reason() {
        let bomb = vec![b' '; 8 * 1024 * 1024];
        let manifest: &[u8] = br#"{"files":{"a.js":{"type":"minified_source","url":"~/a.js"}}}"#;
        for (files, reason) in [
            (&[][..], "no readable manifest.json"),
            (&[("manifest.json", &b"["[..])][..], "cannot be read"),
            (&[("manifest.json", manifest)][..], "no readable a.js"),
            (&[("manifest.json", manifest), ("a.js", &bomb)][..], "compressed more than 200 times"),
        ] {
            let refused = members(files).unwrap_err();
            assert!(refused.contains(reason), "{refused}");
        }
        let refused = read(Cursor::new(b"no zip".to_vec()), |_| true).unwrap_err();
        assert!(refused.contains("not a zip archive"), "{refused}");
    }
}
