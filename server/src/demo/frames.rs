//! Stack traces: a line of the story becomes a frame, with the source around it.

use std::collections::BTreeMap;

use anyhow::Context;
use serde_json::{Value, json};

use super::build;
use super::event::SITE;

/// Lines of source shown before and after, as clients send them.
const CONTEXT_LINES: usize = 5;

macro_rules! sources {
    ($($path:literal),+ $(,)?) => { &[$(($path, include_str!(concat!("sources/", $path)))),+] };
}

/// The program of the story, as far as it fails.
pub(super) const SOURCES: &[(&str, &str)] = sources![
    "accounts/views.py",
    "catalogue/search.py",
    "checkout/orders.py",
    "checkout/views.py",
    "labels/render.rs",
    "mailings/tasks.py",
    "payments/client.py",
    "shipping/rates.py",
    "src/account/Orders.jsx",
    "src/api/client.js",
    "src/app/routes.js",
    "src/basket/store.js",
    "src/checkout/PaymentForm.jsx",
    "src/lib/format.js",
    "src/product/Gallery.jsx",
    "src/product/variants.js",
    "src/search/Suggest.jsx",
    "stock/models.py",
    "vouchers/models.py",
    "worker/sync.mjs",
];

/// Named runs of library frames.
pub(super) type Stacks = BTreeMap<String, Vec<String>>;

/// The frames of an exception, oldest caller first.
///
/// # Errors
/// Says which line of the story is wrong; a test reads them all.
pub(super) fn frames(lines: &[String], stacks: &Stacks, platform: &str) -> anyhow::Result<Vec<Value>> {
    let mut frames = Vec::new();
    for line in lines {
        match line.strip_prefix('@') {
            Some(name) => {
                let stack = stacks.get(name).with_context(|| format!("no stack is called {name}"))?;
                frames.extend(self::frames(stack, stacks, platform)?);
            }
            None => frames.push(frame(line, platform).with_context(|| format!("cannot place the frame “{line}”"))?),
        }
    }
    Ok(frames)
}

fn frame(line: &str, platform: &str) -> Option<Value> {
    let mut parts = line.splitn(3, " | ");
    let (place, function, code) = (parts.next()?, parts.next()?, parts.next()?);
    let mut frame = match place.strip_prefix("lib ") {
        Some(place) => library(place, code, platform)?,
        None => own(place, code, platform)?,
    };
    frame["function"] = json!(function);
    Some(frame)
}

/// A frame of somebody else's code, of which one line is known, or line and column of a script without its source.
fn library(place: &str, code: &str, platform: &str) -> Option<Value> {
    let (path, line) = place.rsplit_once(':')?;
    let line: u32 = line.parse().ok()?;
    if let Some((script, first)) = path.rsplit_once(':').filter(|_| platform == "javascript") {
        return Some(json!({
            "filename": format!("{SITE}/{script}"),
            "abs_path": format!("{SITE}/{script}"),
            "lineno": first.parse::<u32>().ok()?,
            "colno": line,
            "in_app": false,
        }));
    }
    let abs_path = match platform {
        "python" if path.starts_with("python3.13/") => format!("/usr/local/lib/{path}"),
        "python" => format!("/usr/local/lib/python3.13/site-packages/{path}"),
        "javascript" => format!("https://www.fernbrook.example/assets/node_modules/{path}"),
        "rust" => format!("/rustc/library/{path}"),
        _ => path.to_owned(),
    };
    let mut frame = json!({ "filename": path, "abs_path": abs_path, "lineno": line, "in_app": false });
    frame["context_line"] = json!(code);
    name_module(&mut frame, path, platform);
    Some(frame)
}

/// A frame of the shop, found in its source by a part of the line. Browsers run what the build made of it.
fn own(path: &str, code: &str, platform: &str) -> Option<Value> {
    let (_, source) = SOURCES.iter().find(|(known, _)| *known == path)?;
    let lines: Vec<&str> = source.lines().collect();
    let at = lines.iter().position(|line| line.contains(code))?;
    let column = lines[at].find(code)?;
    if platform == "javascript" {
        let (script, column) = build::place(path, at, column)?;
        return Some(json!({ "filename": script, "abs_path": script, "lineno": 1, "colno": column, "in_app": true }));
    }
    let after = lines.len().min(at + 1 + CONTEXT_LINES);
    let mut frame = json!({
        "filename": path,
        "abs_path": format!("/srv/fernbrook/{path}"),
        "lineno": at + 1,
        "in_app": true,
        "pre_context": lines[at.saturating_sub(CONTEXT_LINES)..at],
        "context_line": lines[at],
        "post_context": lines[at + 1..after],
    });
    if platform == "node" {
        frame["colno"] = json!(column + 1);
    }
    name_module(&mut frame, path, platform);
    Some(frame)
}

fn name_module(frame: &mut Value, path: &str, platform: &str) {
    if platform == "python" {
        frame["module"] = json!(path.trim_start_matches("python3.13/").trim_end_matches(".py").replace('/', "."));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_the_story_becomes_a_frame_with_source() {
        let stacks =
            Stacks::from([("run".to_owned(), vec!["lib celery/app/trace.py:453 | trace_task | run()".to_owned()])]);
        let lines = ["@run".to_owned(), "shipping/rates.py | zone | return ZONES".to_owned()];
        let frames = frames(&lines, &stacks, "python").unwrap();
        assert_eq!((&frames[0]["module"], &frames[0]["lineno"]), (&json!("celery.app.trace"), &json!(453)));
        assert_eq!(
            (&frames[1]["context_line"], &frames[1]["in_app"]),
            (&json!("    return ZONES[country]"), &json!(true))
        );
        assert_eq!(frames[1]["post_context"].as_array().unwrap().len(), 5);
    }

    #[test]
    fn a_line_that_is_nowhere_is_noticed() {
        for line in ["shipping/rates.py | zone | nothing", "nowhere.py | f | x", "@nobody", "x"] {
            assert!(frames(&[line.to_owned()], &Stacks::new(), "python").is_err(), "{line}");
        }
    }
}
