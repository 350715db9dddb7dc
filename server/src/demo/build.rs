//! What the storefront's build makes of its sources: scripts of one line, and the maps that lead back.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use anyhow::Context;
use sourcemap::{SourceMap, SourceMapBuilder};

use super::calendar::RELEASES;
use super::event::SITE;
use super::frames::SOURCES;
use crate::source_maps::NewFile;

/// The script of a source that is loaded before any other, and that of all others.
const ENTRY: &str = "routes";
const APP: &str = "app";
const ENTRY_SOURCE: &str = "src/app/routes.js";
/// The release of whose entry the map was not uploaded.
const WITHOUT_ENTRY_MAP: usize = 2;

/// Every script, built once: all releases are of the same sources.
static SCRIPTS: LazyLock<[Script; 2]> = LazyLock::new(|| [ENTRY, APP].map(Script::of));

/// Source, line and column of a word, from 0, and its column in the script.
type Words = BTreeMap<(&'static str, usize, usize), usize>;

/// A script and where the words of its sources went.
struct Script {
    name: &'static str,
    text: String,
    map: SourceMap,
    words: Words,
}

impl Script {
    fn of(name: &'static str) -> Self {
        let mut map = SourceMapBuilder::new(Some(&file(name)));
        let (mut text, mut words) = (String::new(), BTreeMap::new());
        let sources = SOURCES.iter().filter(|(path, _)| path.starts_with("src/"));
        for (path, source) in sources.filter(|(path, _)| script_of(path) == name) {
            take((path, source), &mut map, &mut text, &mut words);
        }
        Self { name, text, map: map.into_sourcemap(), words }
    }

    fn upload(&self, release: &str, name: String, content: Vec<u8>) -> NewFile {
        let map_url = name.ends_with(".js").then(|| format!("{}.map", file(self.name)));
        NewFile { release: release.to_owned(), dist: None, name: format!("~/assets/{name}"), map_url, content }
    }
}

/// Takes a source in, without its comments and the blanks at the beginning of its lines.
fn take((path, source): (&'static str, &str), map: &mut SourceMapBuilder, script: &mut String, words: &mut Words) {
    let id = map.add_source(path);
    map.set_source_contents(id, Some(source));
    for (line, text) in source.lines().enumerate().filter(|(_, text)| !text.trim_start().starts_with("//")) {
        for word in text.split_whitespace() {
            let column = word.as_ptr().addr() - text.as_ptr().addr();
            let [to, from_line, from_column] = [script.len(), line, column].map(narrow);
            map.add(0, to, from_line, from_column, Some(path), None, false);
            words.insert((path, line, column), script.len());
            script.push_str(word);
            script.push(' ');
        }
    }
}

/// Where a place of a source runs: the address of its script and the column there, from 1.
pub(super) fn place(path: &str, line: usize, column: usize) -> Option<(String, usize)> {
    let script = SCRIPTS.iter().find(|script| script.name == script_of(path))?;
    let known = |(known, at, _): &&(&str, usize, usize)| *known == path && *at == line;
    let word = script.words.keys().filter(known).rfind(|(_, _, begins)| *begins <= column)?;
    let to = script.words.get(word)? + (column - word.2);
    Some((format!("{SITE}/assets/{}", file(script.name)), to + 1))
}

/// What the build of a release uploads before it goes live.
///
/// # Errors
/// When a map cannot be written.
pub(super) fn uploads(release: usize) -> anyhow::Result<Vec<NewFile>> {
    let version = RELEASES[release].0;
    let mut files = Vec::new();
    for script in SCRIPTS.iter() {
        files.push(script.upload(version, file(script.name), script.text.clone().into_bytes()));
        if release == WITHOUT_ENTRY_MAP && script.name == ENTRY {
            continue;
        }
        let mut map = Vec::new();
        script.map.to_writer(&mut map).context("writing a source map of the demo")?;
        files.push(script.upload(version, format!("{}.map", file(script.name)), map));
    }
    Ok(files)
}

fn script_of(path: &str) -> &'static str {
    if path == ENTRY_SOURCE { ENTRY } else { APP }
}

fn file(script: &str) -> String {
    format!("{script}.js")
}

fn narrow(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_in_a_script_leads_back_to_its_source() {
        let path = "src/product/variants.js";
        let (_, source) = SOURCES.iter().find(|(known, _)| *known == path).unwrap();
        let (line, text) = source.lines().enumerate().find(|(_, text)| text.contains("return list.prices")).unwrap();
        let column = text.find("list.prices").unwrap();
        let (address, at) = place(path, line, column).unwrap();
        assert_eq!(address, "https://www.fernbrook.example/assets/app.js");
        let app = &SCRIPTS[1];
        assert!(app.text[at - 1..].starts_with("list.prices[variant.sku];"), "{}", &app.text[at - 1..]);
        let token = app.map.lookup_token(0, narrow(at - 1)).unwrap();
        assert_eq!(
            (token.get_source(), token.get_src_line(), token.get_src_col()),
            (Some(path), narrow(line), narrow(column))
        );
    }

    #[test]
    fn one_map_is_forgotten() {
        let counts: Vec<usize> = (0..RELEASES.len()).map(|release| uploads(release).unwrap().len()).collect();
        assert_eq!(counts, [4, 4, 3]);
    }
}
