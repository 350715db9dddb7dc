//! Frames that are no place in the program: how the language raises, and how an SDK listens in.

use super::language::Language;
use crate::protocol::event::Frame;

const PANIC: &str = "panic machinery";
const THROW: &str = "throw machinery";
const SDK: &str = "the SDK's own wrapper";
/// Why a frame that only waits is left out.
pub(super) const AWAIT: &str = "waits for several others";
const COMPREHENSION: &str = "comprehension, which newer interpreters inline";

/// Functions that only ever raise, unwind or start, wherever they stand in a stack.
const PANIC_PREFIXES: [&str; 13] = [
    "core::panicking::",
    "std::panicking::",
    "std::panic::",
    "std::rt::",
    "std::sys::backtrace::",
    "std::sys_common::backtrace::",
    "backtrace::",
    "sentry_core::",
    "sentry_backtrace::",
    "sentry_panic::",
    "sentry_anyhow::",
    "rust_begin_unwind",
    "__rust",
];

/// Helpers that fail on behalf of their caller.
const PANIC_SUFFIXES: [&str; 5] =
    ["::unwrap_failed", "::expect_failed", "::rust_begin_unwind", "::panic_fmt", "::panic_bounds_check"];

/// Ordinary names, so they count only above the first frame that is not machinery.
const THROWERS: [&str; 22] = [
    "abort",
    "raise",
    "gsignal",
    "__assert_fail",
    "__assert_rtn",
    "__cxa_throw",
    "__cxa_rethrow",
    "__pthread_kill",
    "pthread_kill",
    "pthread_kill_implementation",
    "_Unwind_RaiseException",
    "_Unwind_Resume",
    "_CxxThrowException",
    "RaiseException",
    "objc_exception_throw",
    "std::terminate",
    "panic",
    "gopanic",
    "panicmem",
    "sigpanic",
    "fillInStackTrace",
    "reraise",
];

/// Classes that exist to throw.
const THROWING_CLASSES: [&str; 4] = [
    "System.ThrowHelper",
    "System.Runtime.ExceptionServices.ExceptionDispatchInfo",
    "System.Runtime.CompilerServices.TaskAwaiter",
    "Sentry.",
];

/// Why the frame is machinery; None if it is part of the program.
pub(super) fn reason(frame: &Frame, language: Language, at_throw_site: bool) -> Option<&'static str> {
    let function = frame.function.as_deref().unwrap_or_default();
    match language {
        Language::Native | Language::Other => panic(function).or_else(|| thrower(function, at_throw_site)),
        Language::JavaScript => matches!(function, "sentryWrapped" | "sentryWrapped$1" | "instrument").then_some(SDK),
        Language::Python => {
            function.ends_with("comp>").then_some(COMPREHENSION).or_else(|| thrower(function, at_throw_site))
        }
        Language::DotNet => throwing_class(frame, function),
        Language::Go => thrower(function.rsplit('.').next().unwrap_or(function), at_throw_site && is_go_runtime(frame)),
        Language::Jvm => thrower(function, at_throw_site),
        Language::Php => function.starts_with("Sentry\\").then_some(SDK),
        Language::Ruby | Language::Elixir => None,
    }
}

/// `async Promise.all (index 3)`: an engine's way of saying that several were awaited.
pub(super) fn is_combinator(frame: &Frame, language: Language) -> bool {
    let function = frame.function.as_deref().unwrap_or_default();
    let function = function.strip_prefix("async ").unwrap_or(function);
    let known = ["Promise.all", "Promise.any", "Promise.race"];
    language == Language::JavaScript && known.iter().any(|known| function.starts_with(known))
}

fn panic(function: &str) -> Option<&'static str> {
    let known = PANIC_PREFIXES.iter().any(|prefix| function.starts_with(prefix));
    let bare =
        function.rsplit_once("::h").map_or(function, |(front, hash)| if hash.len() == 16 { front } else { function });
    (known || PANIC_SUFFIXES.iter().any(|suffix| bare.ends_with(suffix))).then_some(PANIC)
}

fn thrower(function: &str, at_throw_site: bool) -> Option<&'static str> {
    (at_throw_site && THROWERS.contains(&function)).then_some(THROW)
}

fn throwing_class(frame: &Frame, function: &str) -> Option<&'static str> {
    let class = frame.module.as_deref().unwrap_or(function);
    THROWING_CLASSES.iter().any(|known| class.starts_with(known)).then_some(THROW)
}

fn is_go_runtime(frame: &Frame) -> bool {
    frame.module.as_deref() == Some("runtime") || frame.module.is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_raises_is_told_from_what_fails() {
        for (language, function, at_throw_site, expected) in [
            (Language::Native, "rust_begin_unwind", true, true),
            (Language::Native, "core::panicking::panic_fmt", true, true),
            (Language::Native, "core::option::unwrap_failed::h0123456789abcdef", true, true),
            (Language::Native, "std::panicking::try", false, true),
            (Language::Native, "shop::unwrap", true, false),
            (Language::Native, "abort", true, true),
            (Language::Native, "abort", false, false),
            (Language::JavaScript, "sentryWrapped", false, true),
            (Language::Python, "<listcomp>", false, true),
            (Language::Python, "pay", true, false),
            (Language::Go, "gopanic", true, true),
            (Language::Ruby, "raise", true, false),
        ] {
            let frame = Frame { function: Some(function.into()), ..Frame::default() };
            assert_eq!(reason(&frame, language, at_throw_site).is_some(), expected, "{function}");
        }
    }
}
