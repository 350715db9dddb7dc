//! Whether a frame is the application's own code. A project's rule decides first, then the SDK's mark, then what is
//! known of where libraries live.

use super::language::Language;
use super::rules::Rules;
use crate::protocol::event::Frame;

/// Why the SDK's word is enough.
const MARKED: &str = "not in app";

/// Where package managers and toolchains put what is not the application's, on any platform. Lower-case.
const LIBRARY_DIRECTORIES: [(&str, &str); 15] = [
    ("node_modules/", "library in node_modules"),
    ("site-packages/", "library in site-packages"),
    ("dist-packages/", "library in dist-packages"),
    (".cargo/registry/", "library from the crate registry"),
    (".cargo/git/", "library from the crate registry"),
    ("rustc/", "Rust's standard library"),
    ("library/std/src/", "Rust's standard library"),
    ("library/core/src/", "Rust's standard library"),
    ("vendor/", "vendored library"),
    ("gems/", "library in gems"),
    ("go/pkg/mod/", "Go module"),
    ("go/src/runtime/", "Go's runtime"),
    ("usr/lib/", "system library"),
    ("usr/include/", "system library"),
    ("system/library/", "system library"),
];

/// Namespaces of standard libraries and of the frameworks every stack of their language passes through.
const LIBRARY_NAMESPACES: [(Language, &[&str]); 5] = [
    (
        Language::Native,
        &["std::", "core::", "alloc::", "tokio::", "futures_", "__rust", "rust_", "__libc", "_start", "__cxa_"],
    ),
    (
        Language::Jvm,
        &[
            "java.",
            "javax.",
            "jakarta.",
            "jdk.",
            "sun.",
            "com.sun.",
            "kotlin.",
            "kotlinx.",
            "scala.",
            "clojure.",
            "android.",
            "androidx.",
            "com.android.",
            "dalvik.",
            "org.springframework.",
            "org.apache.",
            "org.hibernate.",
            "io.netty.",
        ],
    ),
    (Language::DotNet, &["System.", "Microsoft.", "lambda_method"]),
    (Language::Go, &["runtime", "net/http", "testing", "reflect", "internal/"]),
    (Language::Elixir, &["Elixir.Plug", "Elixir.Phoenix", "gen_server", "proc_lib"]),
];

/// Why the frame is not in app; None if it is.
pub(super) fn outside(frame: &Frame, language: Language, rules: &Rules) -> Option<&'static str> {
    if let Some(in_app) = rules.in_app(frame) {
        return (!in_app).then_some("not in app by a rule of the project");
    }
    match frame.in_app {
        Some(false) => Some(MARKED),
        // The browser SDKs mark every frame, so their word says nothing about libraries and extensions.
        Some(true) if language != Language::JavaScript => None,
        _ => library(frame, language),
    }
}

fn library(frame: &Frame, language: Language) -> Option<&'static str> {
    let path = frame.abs_path.as_deref().or(frame.filename.as_deref()).unwrap_or_default();
    directory(path).or_else(|| namespace(frame, language)).or_else(|| runtime(path, language))
}

/// Compares at the start of each directory only: this runs for every frame that the SDK has not marked.
fn directory(path: &str) -> Option<&'static str> {
    let bytes = path.as_bytes();
    let is_slash = |byte: u8| matches!(byte, b'/' | b'\\');
    let same =
        |(byte, expected): (&u8, &u8)| byte.to_ascii_lowercase() == *expected || is_slash(*byte) && *expected == b'/';
    let starts = (0..bytes.len()).filter(|&at| at == 0 || is_slash(bytes[at - 1]));
    starts.into_iter().find_map(|at| {
        let rest = &bytes[at..];
        let is = |directory: &str| rest.len() >= directory.len() && rest.iter().zip(directory.as_bytes()).all(same);
        LIBRARY_DIRECTORIES.iter().find(|(directory, _)| is(directory)).map(|(_, reason)| *reason)
    })
}

fn namespace(frame: &Frame, language: Language) -> Option<&'static str> {
    let (_, prefixes) = LIBRARY_NAMESPACES.iter().find(|(of, _)| *of == language)?;
    let names = [frame.module.as_deref(), frame.function.as_deref()];
    let name = names.into_iter().flatten().next()?;
    // Rust writes `<T as Trait>::method`; the type says whose code it is.
    let function = frame.function.as_deref().unwrap_or_default().trim_start_matches(['<', '_', '&']);
    let known = |name: &str| prefixes.iter().any(|prefix| name.starts_with(prefix));
    (known(name) || language == Language::Native && known(function)).then_some("standard library or framework")
}

/// Node's own modules have no directory, and browser extensions a scheme of their own.
fn runtime(path: &str, language: Language) -> Option<&'static str> {
    if path.split_once("://").is_some_and(|(scheme, _)| scheme.ends_with("-extension")) {
        return Some("browser extension");
    }
    let node = path.starts_with("node:") || path.starts_with("internal/");
    (language == Language::JavaScript && node).then_some("part of the JavaScript runtime")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(path: &str, function: &str, in_app: Option<bool>) -> Frame {
        Frame { abs_path: Some(path.into()), function: Some(function.into()), in_app, ..Frame::default() }
    }

    #[test]
    fn libraries_are_known_by_where_they_live() {
        for (language, path, function, in_app, expected) in [
            (Language::Python, "/srv/app/cart.py", "pay", None, true),
            (Language::Python, "/usr/local/lib/python3/site-packages/x.py", "pay", None, false),
            (Language::Python, "/usr/local/lib/python3/site-packages/x.py", "pay", Some(true), true),
            (Language::Python, "/srv/app/cart.py", "pay", Some(false), false),
            (Language::JavaScript, "webpack:///./node_modules/x/y.js", "pay", Some(true), false),
            (Language::JavaScript, "node_modules/x/y.js", "pay", Some(true), false),
            (Language::JavaScript, "chrome-extension://abc/y.js", "pay", Some(true), false),
            (Language::JavaScript, "node:internal/process/task_queues", "run", None, false),
            (Language::Native, "/home/ann/.cargo/registry/src/x/y.rs", "x::y", None, false),
            (Language::Native, "src/main.rs", "<core::iter::Map<I> as Iterator>::next", None, false),
            (Language::Native, "src/main.rs", "shop::pay", None, true),
            (Language::Native, r"C:\Users\ann\.cargo\registry\src\x.rs", "x::y", None, false),
            (Language::Php, "/srv/app/vendor/laravel/x.php", "x", None, false),
        ] {
            let outside = outside(&frame(path, function, in_app), language, &Rules::default());
            assert_eq!(outside.is_none(), expected, "{path} {function}");
        }
    }
}
