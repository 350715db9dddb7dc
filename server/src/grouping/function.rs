//! Function names without what compilers, interpreters and proxies add to them, so that a rebuild, another browser or
//! one more closure does not make a new problem of an old one.

mod managed;
mod native;
mod script;

use super::explanation::clip;
use super::language::Language;

/// Longer names are generated, and what tells them apart is at the front.
const FUNCTION_CHARS_MAX: usize = 256;

/// What SDKs write where they know no name.
const UNKNOWN: [&str; 7] = ["?", "<unknown>", "<anonymous>", "anonymous", "(anonymous)", "<anonymous function>", "??"];

/// The stable part of a function's name; empty if there is none.
pub(super) fn function(language: Language, name: &str) -> String {
    let name = clip(name.trim(), FUNCTION_CHARS_MAX);
    if UNKNOWN.contains(&name) {
        return String::new();
    }
    match language {
        Language::Native | Language::Other => native::function(name),
        Language::Go => native::go(name),
        Language::Jvm => managed::jvm_method(name),
        Language::DotNet => managed::dotnet_method(name),
        Language::JavaScript => script::javascript(name),
        Language::Python => script::python(name),
        Language::Php => script::php(name),
        Language::Ruby => script::ruby(name),
        Language::Elixir => script::elixir(name),
    }
}

/// The stable part of a module's or class's name.
pub(super) fn module(language: Language, name: &str) -> String {
    let name = clip(name.trim(), FUNCTION_CHARS_MAX);
    match language {
        Language::Jvm => managed::jvm_class(name),
        Language::DotNet => managed::dotnet_class(name),
        Language::Php => script::php(name),
        _ => name.to_owned(),
    }
}

/// The method whose body the compiler moved into this class (`Shop.<Pay>d__5`), if it did.
pub(super) fn method_in_class(language: Language, class: &str) -> Option<&str> {
    if language == Language::DotNet { class.rsplit(['.', '+']).next().and_then(managed::generated_from) } else { None }
}

#[cfg(test)]
mod tests;
