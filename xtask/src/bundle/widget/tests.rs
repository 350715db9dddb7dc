use std::path::Path;

use anyhow::Context;

use super::{joined, ordered};

/// Name and source of each module.
type Modules = &'static [(&'static str, &'static str)];

/// Bundles `main.js` of the modules among these.
fn bundled(modules: Modules) -> anyhow::Result<String> {
    let read = |path: &Path| {
        let found = modules.iter().find(|(name, _)| Path::new(name) == path);
        found.map(|(_, source)| (*source).to_owned()).with_context(|| format!("no {}", path.display()))
    };
    joined(&ordered(Path::new("main.js"), &read)?)
}

#[test]
fn modules_become_one_script() {
    let cases: &[(&str, Modules, &str)] = &[
        ("one module", &[("main.js", "start();\n")], "start();\n"),
        (
            "what is imported comes first, once",
            &[
                ("main.js", "import { a } from './a.js';\nimport { b } from \"./b.js\"\na(b);\n"),
                ("a.js", "import { b } from './b.js';\nexport function a() { return b; }\n"),
                ("b.js", "export const b = 1;\n"),
            ],
            "const b = 1;\nfunction a() { return b; }\na(b);\n",
        ),
        (
            "folders",
            &[
                ("main.js", "import { a } from './x/a.js';\n"),
                ("x/a.js", "import { b } from '../y/b.js';\nexport class a {}\n"),
                ("y/b.js", "export async function b() {}\n"),
            ],
            "async function b() {}\nclass a {}\n",
        ),
        (
            "blank lines and comments go, strings stay",
            &[(
                "main.js",
                "/** Why.\n * More. */\n// note\n\nlet url = 'http://x'; // kept\n  /* one line */\nrun();\n",
            )],
            "let url = 'http://x'; // kept\nrun();\n",
        ),
        (
            "the text of a template is not touched",
            &[("main.js", "const css = `\n\n/* css */\n// not a comment\nexport x\n`;\n// comment\n")],
            "const css = `\n\n/* css */\n// not a comment\nexport x\n`;\n",
        ),
        ("a late import stays", &[("main.js", "import('./x.js');\n")], "import('./x.js');\n"),
    ];
    for (what, modules, expected) in cases {
        let script = bundled(modules).unwrap();
        assert_eq!(script, format!("(()=>{{'use strict';\n{expected}}})();\n"), "{what}");
    }
}

#[test]
fn what_the_bundler_does_not_know_is_an_error() {
    let cases: &[(&str, Modules)] = &[
        ("on one line", &[("main.js", "import {\n  a,\n} from './a.js';\n")]),
        ("on one line", &[("main.js", "import a from './a.js';\n")]),
        ("on one line", &[("main.js", "import * as a from './a.js';\n")]),
        ("cannot be renamed", &[("main.js", "import { a as b } from './a.js';\n")]),
        ("only relative files", &[("main.js", "import { a } from 'a';\n")]),
        ("only declarations", &[("main.js", "export default function () {}\n")]),
        ("only declarations", &[("main.js", "export { a };\n")]),
        ("no a.js", &[("main.js", "import { a } from './a.js';\n")]),
        (
            "imports itself",
            &[("main.js", "import { a } from './a.js';\n"), ("a.js", "import { b } from './main.js';\n")],
        ),
        (
            "a is declared in a.js and in main.js",
            &[("main.js", "import { b } from './a.js';\nconst a = 1;\n"), ("a.js", "function a() {}\n")],
        ),
    ];
    for (expected, modules) in cases {
        let error = format!("{:#}", bundled(modules).unwrap_err());
        assert!(error.contains(expected), "{error} does not say: {expected}");
    }
}
