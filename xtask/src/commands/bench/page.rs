//! docs/benchmarks.md: one section a part, replaced when the part is measured again.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

const HEAD: &str = "# Benchmarks\n\nWritten by `cargo xtask bench`, a section a part; each says how to repeat it. The load generator runs on the same \
machine as the server. Events are acknowledged when they are durable.\n";

/// The page, cut at its headings.
pub(super) struct Page {
    file: PathBuf,
    sections: Vec<(String, String)>,
}

impl Page {
    /// The page as it was written last; an empty one if there is none.
    pub(super) fn read(file: &Path) -> Result<Self> {
        let text = if file.exists() { fs::read_to_string(file).context("reading the page")? } else { String::new() };
        Ok(Self { file: file.to_owned(), sections: sections(&text) })
    }

    /// Puts a section in place of the one of the same title, or at the end.
    pub(super) fn put(&mut self, title: &str, text: &str) {
        match self.sections.iter_mut().find(|(known, _)| known == title) {
            Some((_, old)) => text.trim().clone_into(old),
            None => self.sections.push((title.to_owned(), text.trim().to_owned())),
        }
    }

    pub(super) fn write(&self) -> Result<()> {
        let body: String = self.sections.iter().map(|(title, text)| format!("\n## {title}\n\n{text}\n")).collect();
        fs::write(&self.file, format!("{HEAD}{body}")).with_context(|| format!("writing {}", self.file.display()))
    }
}

fn sections(text: &str) -> Vec<(String, String)> {
    let parts = text.split("\n## ").skip(1);
    parts
        .filter_map(|part| part.split_once('\n'))
        .map(|(title, body)| (title.trim().to_owned(), body.trim().to_owned()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_section_is_replaced_and_the_others_stay() {
        let mut page = Page { file: PathBuf::new(), sections: sections("# B\n\nhead\n\n## One\n\n1\n\n## Two\n\n2\n") };
        page.put("Two", "3\n");
        page.put("Three", "4");
        let expected = [("One", "1"), ("Two", "3"), ("Three", "4")].map(|(a, b)| (a.to_owned(), b.to_owned()));
        assert_eq!(page.sections, expected);
    }
}
