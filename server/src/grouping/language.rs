//! Which conventions a frame follows: how its compiler or interpreter names functions and where libraries live.

/// A family of languages whose stack traces look alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Language {
    JavaScript,
    Python,
    Jvm,
    DotNet,
    Php,
    Ruby,
    Go,
    Elixir,
    /// Rust, C, C++, Objective-C, Swift: SDKs report all of them as `native`, so names are told apart by their looks.
    Native,
    Other,
}

impl Language {
    /// From a platform name as SDKs send it.
    pub(super) fn of(platform: &str) -> Self {
        match platform {
            "javascript" | "node" => Self::JavaScript,
            "python" => Self::Python,
            "java" | "android" | "kotlin" | "groovy" | "scala" | "clojure" => Self::Jvm,
            "csharp" | "dotnet" | "fsharp" | "vb" => Self::DotNet,
            "php" => Self::Php,
            "ruby" => Self::Ruby,
            "go" => Self::Go,
            "elixir" | "erlang" => Self::Elixir,
            "native" | "rust" | "c" | "cpp" | "cocoa" | "objc" | "swift" => Self::Native,
            _ if platform.starts_with("javascript") || platform.starts_with("node") => Self::JavaScript,
            _ if platform.starts_with("python") => Self::Python,
            _ => Self::Other,
        }
    }
}
