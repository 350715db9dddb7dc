//! The house's import directions, read from the sources.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// Which areas may use which others; base and pure rooms are open to all areas. Reads show each other's rows, hence the
/// edges from `releases` back to `issues` and `feedback`, and from `projects` to the issues of its monitors (docs/decisions/007-areas-that-show-each-other.md).
/// `search` compares versions in the order of `releases`.
const AREA_EDGES: [(&str, &[&str]); 13] = [
    ("accounts", &[]),
    ("feedback", &["issues", "releases", "search"]),
    ("incidents", &["issues", "releases"]),
    ("ingest", &["issues", "releases", "search", "source_maps"]),
    ("issues", &["feedback", "releases", "search"]),
    ("notify", &["accounts"]),
    ("overview", &["feedback", "issues", "releases", "search"]),
    ("projects", &["issues"]),
    ("releases", &["feedback", "issues"]),
    ("retention", &[]),
    ("search", &["releases"]),
    ("source_maps", &["projects", "releases"]),
    ("views", &["search"]),
];
const PURE: [&str; 9] =
    ["protocol", "grouping", "clustering", "latency", "monitors", "scrub", "filters", "ownership", "markdown"];
/// Base that is nothing but values: pure rooms may use it.
const VALUES: [&str; 1] = ["slug"];
const BASE: [&str; 7] = ["store", "live", "jobs", "clock", "ids", "error", "slug"];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn rust_files(under: &Path, found: &mut Vec<PathBuf>) {
    let Ok(entries) = fs::read_dir(under) else { return };
    for path in entries.flatten().map(|entry| entry.path()) {
        if path.is_dir() {
            rust_files(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

/// Each module at the top of the server, and the other top modules its files name.
fn server_edges() -> BTreeMap<String, BTreeSet<String>> {
    let source = root().join("server/src");
    let mut files = Vec::new();
    rust_files(&source, &mut files);
    let mut edges: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for file in files {
        let relative = file.strip_prefix(&source).expect("under the source");
        let top = relative.iter().next().and_then(|part| part.to_str()).unwrap_or_default();
        let module = top.trim_end_matches(".rs").to_owned();
        let text = fs::read_to_string(&file).expect("a source file");
        let used = text
            .split("crate::")
            .skip(1)
            .map(|rest| rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>());
        edges.entry(module).or_default().extend(used);
    }
    edges
}

#[test]
fn pure_rooms_know_no_storage_and_no_runtime() {
    let edges = server_edges();
    for room in PURE {
        let used = edges.get(room).expect("the room exists");
        let is_open = |name: &&String| PURE.contains(&name.as_str()) || VALUES.contains(&name.as_str());
        let foreign: Vec<_> = used.iter().filter(|name| !is_open(name) && !name.is_empty()).collect();
        assert!(foreign.is_empty(), "{room} uses {foreign:?}");
        let mut files = Vec::new();
        rust_files(&root().join("server/src").join(room), &mut files);
        for file in files {
            // Grouping knows the names of other people's libraries, as texts.
            let text = fs::read_to_string(&file).expect("a source file").replace("\"tokio::\"", "");
            for word in ["tokio::", "sea_orm", "async fn"] {
                assert!(!text.contains(word), "{} uses {word}", file.display());
            }
        }
    }
}

#[test]
fn areas_use_only_the_areas_they_may() {
    let edges = server_edges();
    for (area, allowed) in AREA_EDGES {
        let used = edges.get(area).unwrap_or_else(|| panic!("there is an area {area}"));
        let foreign: Vec<_> = used
            .iter()
            .filter(|name| {
                !allowed.contains(&name.as_str()) && !PURE.contains(&name.as_str()) && !BASE.contains(&name.as_str())
            })
            .filter(|name| *name != area && !name.is_empty())
            .collect();
        assert!(foreign.is_empty(), "{area} uses {foreign:?}");
    }
}

#[test]
fn the_base_knows_no_area() {
    let edges = server_edges();
    for base in BASE {
        let used = edges.get(base).unwrap_or_else(|| panic!("there is a module {base}"));
        let foreign: Vec<_> = used.iter().filter(|name| !BASE.contains(&name.as_str()) && !name.is_empty()).collect();
        assert!(foreign.is_empty(), "{base} uses {foreign:?}");
    }
}

#[test]
fn the_interface_names_no_table() {
    let mut files = Vec::new();
    rust_files(&root().join("app"), &mut files);
    assert!(!files.is_empty());
    for file in files {
        let text = fs::read_to_string(&file).expect("a source file");
        for word in ["sea_orm", "SELECT ", "sqlx", "tantivy", "lettre"] {
            assert!(!text.contains(word), "{} names {word}", file.display());
        }
    }
}
