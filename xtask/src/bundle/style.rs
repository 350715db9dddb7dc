//! The style sheet: follows `@import`, minifies, lowers what older browsers lack.

use std::fmt::Display;
use std::path::Path;

use anyhow::{Result, anyhow};
use lightningcss::bundler::{Bundler, FileProvider};
use lightningcss::stylesheet::{MinifyOptions, ParserOptions, PrinterOptions};
use lightningcss::targets::{Browsers, Targets};

/// Evergreen browsers of the last two years. Cascade layers and `light-dark()` are native in all of them.
const OLDEST_BROWSERS: Browsers = Browsers {
    android: Some(version(131, 0)),
    chrome: Some(version(131, 0)),
    edge: Some(version(131, 0)),
    firefox: Some(version(133, 0)),
    ie: None,
    ios_saf: Some(version(18, 1)),
    opera: Some(version(115, 0)),
    safari: Some(version(18, 1)),
    samsung: Some(version(27, 0)),
};

/// A browser version the way Lightning CSS packs it.
const fn version(major: u32, minor: u32) -> u32 {
    major << 16 | minor << 8
}

/// One minified style sheet from `entry` and everything it imports.
pub(super) fn bundle(entry: &Path) -> Result<String> {
    let targets = Targets::from(OLDEST_BROWSERS);
    let files = FileProvider::new();
    let mut bundler = Bundler::new(&files, None, ParserOptions::default());
    let mut sheet = bundler.bundle(entry).map_err(located)?;
    let minify = MinifyOptions { targets, ..Default::default() };
    sheet.minify(minify).map_err(located)?;
    let print = PrinterOptions { minify: true, targets, ..Default::default() };
    let printed = sheet.to_css(print).map_err(located)?;
    Ok(printed.code)
}

/// As text, since the error borrows from the sources; with its line counted from one, as editors do.
fn located<T: Display>(error: lightningcss::error::Error<T>) -> anyhow::Error {
    match error.loc {
        Some(place) => anyhow!("{}:{}:{}: {}", place.filename, place.line + 1, place.column, error.kind),
        None => anyhow!("style sheet: {}", error.kind),
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::bundle;

    #[test]
    fn imports_are_followed_in_their_layers_and_the_result_is_minified() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
        write(
            "main.css",
            "@layer reset, base;\n@import './reset.css' layer(reset);\n@import './base.css' layer(base);",
        );
        write("reset.css", "* { margin: 0px; }");
        write("base.css", ".card { color: light-dark(black, white); & a { color: red; } }");

        let css = bundle(&folder.path().join("main.css")).unwrap();

        let expected = "@layer reset{*{margin:0}}@layer base{.card{color:light-dark(#000,#fff)}.card a{color:red}}";
        assert_eq!(css, expected);
    }

    #[test]
    fn a_mistake_names_its_place() {
        let folder = tempfile::tempdir().unwrap();
        let entry = folder.path().join("main.css");
        fs::write(&entry, ".card { color: red; }\n}").unwrap();

        let error = bundle(&entry).unwrap_err().to_string();

        assert!(error.contains("main.css:2"), "{error}");
    }
}
