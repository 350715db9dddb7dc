//! The sources at one moment, and what changed between two.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use anyhow::Result;

use crate::workspace;

/// What a change to a file touches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Part {
    Style,
    Static,
    Widget,
    /// The interface, which runs in the browser and in the server.
    Interface,
    Server,
}

impl Part {
    pub(super) fn all() -> BTreeSet<Self> {
        [Self::Style, Self::Static, Self::Widget, Self::Interface, Self::Server].into()
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Style => "style sheet",
            Self::Static => "static files",
            Self::Widget => "embeddable script",
            Self::Interface => "interface",
            Self::Server => "server",
        }
    }

    /// The part that a file, named from the root of the workspace, belongs to.
    fn of(file: &Path) -> Self {
        let places = [
            ("style/static", Self::Static),
            ("style", Self::Style),
            ("app/widget", Self::Widget),
            ("app", Self::Interface),
            ("server", Self::Server),
            ("migrations", Self::Server),
        ];
        let place = places.into_iter().find(|(folder, _)| file.starts_with(folder));
        // What is left are Cargo.toml and Cargo.lock, which touch all Rust there is.
        place.map_or(Self::Interface, |(_, part)| part)
    }
}

/// When each file was last written, and its size.
pub(super) struct Snapshot(BTreeMap<PathBuf, (SystemTime, u64)>);

impl Snapshot {
    pub(super) fn take() -> Result<Self> {
        let root = workspace::root();
        let mut files = vec![root.join("Cargo.toml"), root.join("Cargo.lock")];
        for folder in ["app", "server", "migrations", "style"] {
            files.extend(workspace::files_below(&root.join(folder))?);
        }
        // A file that vanishes while we look is a change that the next look sees.
        let described = files.into_iter().filter_map(|file| {
            let metadata = file.metadata().ok()?;
            let name = file.strip_prefix(&root).ok()?.to_owned();
            Some((name, (metadata.modified().ok()?, metadata.len())))
        });
        Ok(Self(described.collect()))
    }

    /// The parts in which a file came, went or changed.
    pub(super) fn changes_since(&self, before: &Self) -> BTreeSet<Part> {
        let changed = self.0.iter().filter(|(file, now)| before.0.get(*file) != Some(*now)).map(|(file, _)| file);
        let gone = before.0.keys().filter(|file| !self.0.contains_key(*file));
        changed.chain(gone).map(|file| Part::of(file)).collect()
    }
}

#[cfg(test)]
mod tests {
    use std::time::SystemTime;

    use super::{Part, Snapshot};

    /// Name and size of each file.
    type Files = &'static [(&'static str, u64)];

    fn snapshot(files: Files) -> Snapshot {
        let at = SystemTime::UNIX_EPOCH;
        Snapshot(files.iter().map(|(name, size)| ((*name).into(), (at, *size))).collect())
    }

    #[test]
    fn only_the_part_of_a_changed_file_is_built() {
        let before: Files = &[("app/src/lib.rs", 1), ("style/main.css", 1)];
        let cases: &[(Files, &[Part])] = &[
            (before, &[]),
            (&[("app/src/lib.rs", 1), ("style/main.css", 2)], &[Part::Style]),
            (&[("app/src/lib.rs", 1)], &[Part::Style]),
            (&[("app/src/lib.rs", 2), ("style/main.css", 1)], &[Part::Interface]),
            (&[("app/src/lib.rs", 1), ("style/main.css", 1), ("style/static/a.svg", 1)], &[Part::Static]),
            (&[("app/src/lib.rs", 1), ("style/main.css", 1), ("app/widget/main.js", 1)], &[Part::Widget]),
            (&[("app/src/lib.rs", 1), ("style/main.css", 1), ("server/src/lib.rs", 1)], &[Part::Server]),
            (&[("app/src/lib.rs", 1), ("style/main.css", 1), ("Cargo.lock", 1)], &[Part::Interface]),
        ];
        for (after, expected) in cases {
            let changed: Vec<_> = snapshot(after).changes_since(&snapshot(before)).into_iter().collect();
            assert_eq!(&changed, expected, "{after:?}");
        }
    }
}
