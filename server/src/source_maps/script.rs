//! One script's map, read and ready for questions.

use std::borrow::Cow;
use std::sync::Arc;

use sourcemap::{DecodedMap, SourceMap, SourceView, Token, decode_slice};

use crate::protocol::mapped::MappedFrame;

/// Lines of source kept before and after.
const CONTEXT_LINES: u32 = 5;
/// Longest line of source kept, characters.
const LINE_CHARS: usize = 240;
/// What stands before the column where a longer line is cut, characters.
const BEFORE_COLUMN_CHARS: usize = 100;
/// Longest name of a source or function kept, characters; as long as the normaliser keeps them.
const NAME_CHARS: usize = 512;
/// Names that minifiers make are this short; people's rarely are.
const MINIFIED_NAME_CHARS: usize = 2;
/// What one mapping takes in memory, bytes.
const TOKEN_BYTES: usize = 32;
/// What stands where a line was cut.
const ELLIPSIS: &str = "…";

/// A map that could be read, or why it could not.
pub type Outcome = Result<Script, String>;

/// A map with the script it belongs to, which tells the names of functions.
pub struct Script {
    map: SourceMap,
    minified: Option<SourceView>,
    bytes: usize,
}

impl Script {
    /// Reads a map, and the script it is of if that is known. Takes time and memory in the size of them.
    ///
    /// # Errors
    /// With what is wrong with the map.
    pub fn read(map: &[u8], minified: Option<Vec<u8>>) -> Outcome {
        let decoded = decode_slice(map).map_err(|error| format!("the source map cannot be read: {error}"))?;
        let map = match decoded {
            DecodedMap::Regular(map) => map,
            DecodedMap::Index(index) => {
                index.flatten().map_err(|error| format!("the sections of the source map do not fit: {error}"))?
            }
            DecodedMap::Hermes(map) => SourceMap::clone(&map),
        };
        if map.get_token_count() == 0 {
            return Err("the source map maps nothing".to_owned());
        }
        let minified = minified.and_then(|script| String::from_utf8(script).ok());
        let bytes = size(&map) + minified.as_ref().map_or(0, String::len);
        Ok(Self { map, minified: minified.map(SourceView::from_string), bytes })
    }

    /// Where a place of the script is in the sources. Line and column as browsers count, from 1; the name is the one the
    /// script has for the function, and `called` what its caller's source calls it.
    pub(super) fn locate(&self, line: u32, column: u32, name: &str, called: Option<&str>) -> Option<MappedFrame> {
        let token = self.token(line, column)?;
        let source = token.get_source()?;
        let (lineno, colno) = (token.get_src_line().saturating_add(1), token.get_src_col().saturating_add(1));
        let mut frame = MappedFrame {
            filename: cut(&file_of(source), NAME_CHARS),
            abs_path: cut(source, NAME_CHARS),
            function: self.function(token, name, called).map(|name| cut(&name, NAME_CHARS)),
            lineno,
            colno,
            in_app: is_library(source).then_some(false),
            ..MappedFrame::default()
        };
        if let Some(text) = token.get_source_view() {
            add_context(&mut frame, text);
        }
        Some(frame)
    }

    /// What the source calls the thing at this place.
    pub(super) fn name_at(&self, line: u32, column: u32) -> Option<&str> {
        self.token(line, column)?.get_name()
    }

    fn token(&self, line: u32, column: u32) -> Option<Token<'_>> {
        let (line, column) = (line.checked_sub(1)?, column.checked_sub(1)?);
        // The nearest mapping before a place in another line says nothing of it.
        self.map.lookup_token(line, column).filter(|token| token.get_dst_line() == line && token.has_source())
    }

    /// The name in the source: as it is declared there, else as the caller has it, else the script's own where it is
    /// one that no minifier made.
    fn function(&self, token: Token<'_>, name: &str, called: Option<&str>) -> Option<String> {
        // `Object.c [as pay]`, `async e.load`
        let name = name.split(" [as ").next().unwrap_or(name);
        let short = name.rsplit(['.', ' ']).next().unwrap_or(name);
        if short.is_empty() || matches!(short, "?" | "<anonymous>") {
            return None;
        }
        let declared = self.minified.as_ref().and_then(|script| script.get_original_function_name(token, short));
        let own = (short.chars().count() > MINIFIED_NAME_CHARS).then_some(short);
        declared.or(called).or(own).map(str::to_owned)
    }
}

/// What an outcome takes in memory, bytes, for the cache that bounds it.
pub(super) fn weight(outcome: &Arc<Outcome>) -> u32 {
    let bytes = match outcome.as_ref() {
        Ok(script) => script.bytes,
        Err(reason) => reason.len(),
    };
    u32::try_from(bytes).unwrap_or(u32::MAX)
}

fn size(map: &SourceMap) -> usize {
    let tokens = usize::try_from(map.get_token_count()).unwrap_or(usize::MAX).saturating_mul(TOKEN_BYTES);
    let texts = map.source_contents().flatten().chain(map.sources()).chain(map.names()).map(str::len).sum::<usize>();
    tokens.saturating_add(texts)
}

fn add_context(frame: &mut MappedFrame, text: &SourceView) {
    let Some(current) = frame.lineno.checked_sub(1) else { return };
    let plain = |line: u32| text.get_line(line).map(|line| around(line, 0));
    frame.context_line = text.get_line(current).map(|line| around(line, frame.colno.saturating_sub(1) as usize));
    if frame.context_line.is_some() {
        frame.pre_context = (current.saturating_sub(CONTEXT_LINES)..current).filter_map(plain).collect();
        frame.post_context = (current + 1..=current.saturating_add(CONTEXT_LINES)).map_while(plain).collect();
    }
}

/// A line, or the part of it around a column.
fn around(line: &str, column: usize) -> String {
    let line = &without_nul(line.trim_end());
    if line.chars().nth(LINE_CHARS).is_none() {
        return line.clone().into_owned();
    }
    let start = if column < LINE_CHARS { 0 } else { column - BEFORE_COLUMN_CHARS };
    let part: String = line.chars().skip(start).take(LINE_CHARS).collect();
    let rest = line.chars().nth(start + LINE_CHARS).is_some();
    format!("{}{part}{}", if start > 0 { ELLIPSIS } else { "" }, if rest { ELLIPSIS } else { "" })
}

/// `webpack://shop/./src/cart.ts?a1b2` and `../../src/cart.ts` as `src/cart.ts`.
fn file_of(source: &str) -> String {
    let source = source.split_once("://").map_or(source, |(scheme, rest)| match scheme {
        "webpack" | "webpack-internal" | "http" | "https" => rest.split_once('/').map_or(rest, |(_, path)| path),
        _ => rest,
    });
    let mut path = source.split('?').next().unwrap_or(source);
    while let Some(rest) = path.strip_prefix("./").or_else(|| path.strip_prefix("../")) {
        path = rest;
    }
    path.to_owned()
}

fn is_library(source: &str) -> bool {
    source.contains("node_modules/") || source.contains("webpack/runtime/") || source.contains("webpack/bootstrap")
}

fn cut(text: &str, chars: usize) -> String {
    without_nul(text).chars().take(chars).collect()
}

/// As the normaliser leaves texts: an event's title and place are made from these, and databases refuse NUL.
fn without_nul(text: &str) -> Cow<'_, str> {
    if text.contains('\0') { Cow::Owned(text.replace('\0', "")) } else { Cow::Borrowed(text) }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two lines of script, from two lines of one source: `function total(n){…}` became `function t(n){…}`.
    const MAP: &str = r#"{"version":3,"sources":["../src/cart.ts"],"names":["total","fail"],
        "sourcesContent":["// cart\nfunction total(n) {\n  fail(n)\n}\n"],"mappings":"AACA,SAASA,EAAMC"}"#;
    const SCRIPT: &str = "function t(n){f(n)}";

    fn script() -> Script {
        Script::read(MAP.as_bytes(), Some(SCRIPT.as_bytes().to_vec())).unwrap()
    }

    #[test]
    fn columns_count_from_one_outside_and_from_zero_inside() {
        let at = |line, column| script().locate(line, column, "", None).map(|frame| (frame.lineno, frame.colno));
        assert_eq!(at(1, 1), Some((2, 1)));
        assert_eq!(at(1, 9), Some((2, 1)));
        assert_eq!(at(1, 10), Some((2, 10)));
        assert_eq!(at(1, 12), Some((2, 16)));
        assert_eq!(at(2, 1), None, "another line");
        assert_eq!(at(0, 0), None);
    }

    #[test]
    fn a_function_has_the_name_of_its_declaration_or_what_its_caller_calls_it() {
        let name = |name, called| script().locate(1, 12, name, called).and_then(|frame| frame.function);
        assert_eq!(name("t", None).as_deref(), Some("total"));
        assert_eq!(name("Object.t [as pay]", None).as_deref(), Some("total"));
        assert_eq!(name("Object.x", Some("pay")).as_deref(), Some("pay"));
        assert_eq!(name("handleClick", None).as_deref(), Some("handleClick"));
        assert_eq!(name("x", None), None);
        assert_eq!(name("<anonymous>", Some("pay")), None);
    }

    #[test]
    fn the_source_is_shown_around_the_place() {
        let frame = script().locate(1, 12, "t", None).unwrap();
        assert_eq!((frame.filename.as_str(), frame.abs_path.as_str()), ("src/cart.ts", "../src/cart.ts"));
        assert_eq!(frame.pre_context, ["// cart"]);
        assert_eq!(frame.context_line.as_deref(), Some("function total(n) {"));
        assert_eq!(frame.post_context, ["  fail(n)", "}", ""]);
    }

    #[test]
    fn nul_in_a_map_stays_there() {
        let map = MAP.replace("cart", "c\\u0000art").replace("\"total", "\"to\\u0000tal");
        let script = Script::read(map.as_bytes(), Some(SCRIPT.as_bytes().to_vec())).unwrap();
        let frame = script.locate(1, 12, "t", None).unwrap();
        assert_eq!((frame.filename.as_str(), frame.abs_path.as_str()), ("src/cart.ts", "../src/cart.ts"));
        assert_eq!((frame.function.as_deref(), frame.pre_context), (Some("total"), vec!["// cart".to_owned()]));
    }

    #[test]
    fn a_giant_line_is_cut_around_its_column() {
        let line = format!("{}HERE{}", "a".repeat(1_000), "b".repeat(1_000));
        let part = around(&line, 1_000);
        assert!(part.starts_with("…aaa") && part.contains("aHEREb") && part.ends_with("b…"), "{part}");
        assert_eq!(part.chars().count(), LINE_CHARS + 2);
        assert_eq!(around("short  ", 900), "short");
    }

    #[test]
    fn sources_are_named_as_in_the_repository() {
        for (source, expected) in [
            ("../../src/cart.ts", "src/cart.ts"),
            ("webpack://shop/./src/cart.ts?a1b2", "src/cart.ts"),
            ("webpack:///./src/cart.ts", "src/cart.ts"),
            ("src/cart.ts", "src/cart.ts"),
            ("https://shop.example/src/cart.ts", "src/cart.ts"),
        ] {
            assert_eq!(file_of(source), expected, "{source}");
        }
        assert!(is_library("../node_modules/react/index.js") && !is_library("src/cart.ts"));
    }

    #[test]
    fn what_is_no_map_says_why() {
        for (map, reason) in
            [("{", "cannot be read"), (r#"{"version":3,"sources":[],"names":[],"mappings":""}"#, "nothing")]
        {
            let refused = Script::read(map.as_bytes(), None).err().unwrap_or_default();
            assert!(refused.contains(reason), "{refused}");
        }
    }

    #[test]
    fn hostile_maps_are_refused_and_bring_nothing_down() {
        let huge = format!(r#"{{"version":3,"sources":["a"],"names":[],"mappings":"{}"}}"#, "g".repeat(1_000));
        let negative = r#"{"version":3,"sources":["a"],"names":[],"mappings":"DDDD,AAAA"}"#;
        for map in
            [huge.as_str(), negative, "[]", "null", r#"{"version":3,"sections":[{"offset":{"line":0,"column":0}}]}"#]
        {
            if let Ok(script) = Script::read(map.as_bytes(), None) {
                script.locate(1, 1, "a", None);
            }
        }
    }
}
