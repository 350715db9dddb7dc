//! The embeddable script: a few ES modules made into one classic script.
//!
//! The modules keep to a small part of the language, and whatever is outside it is an error here rather than a surprise
//! in somebody's page: named imports from relative paths, each on one line and without renaming; `export` only in
//! front of a declaration; no cycles. All modules share one scope in the result, so two declarations of one name are
//! an error too.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Component, Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};

/// One script from `entry` and everything it imports, in an order in which every name is declared before its use.
pub(super) fn bundle(entry: &Path) -> Result<String> {
    let modules =
        ordered(entry, &|path| fs::read_to_string(path).with_context(|| format!("reading {}", path.display())))?;
    joined(&modules)
}

/// A module without its imports.
struct Module {
    path: PathBuf,
    imports: Vec<PathBuf>,
    lines: Vec<String>,
    declares: Vec<String>,
}

/// Reads a module's source.
type Read<'a> = &'a dyn Fn(&Path) -> Result<String>;

/// `entry` and all it needs, each after what it imports.
fn ordered(entry: &Path, read: Read<'_>) -> Result<Vec<Module>> {
    let mut modules = Vec::new();
    visit(entry, read, &mut Vec::new(), &mut modules)?;
    Ok(modules)
}

fn visit(path: &Path, read: Read<'_>, open: &mut Vec<PathBuf>, done: &mut Vec<Module>) -> Result<()> {
    if done.iter().any(|module| module.path == path) {
        return Ok(());
    }
    ensure!(!open.iter().any(|it| it == path), "{} imports itself, through others", path.display());
    let module = parsed(path, &read(path)?).with_context(|| path.display().to_string())?;
    open.push(path.to_owned());
    for import in &module.imports {
        visit(import, read, open, done)?;
    }
    open.pop();
    done.push(module);
    Ok(())
}

/// Takes a module apart, line by line.
fn parsed(path: &Path, source: &str) -> Result<Module> {
    let mut module = Module { path: path.to_owned(), imports: Vec::new(), lines: Vec::new(), declares: Vec::new() };
    let mut text = Text::Code;
    for (number, line) in (1..).zip(source.lines()) {
        let was = text;
        text = was.after(line);
        if was == Text::Template {
            module.lines.push(line.to_owned());
        } else if was == Text::Code && !is_blank_or_comment(line) {
            add_line(&mut module, line).with_context(|| format!("line {number}: {line}"))?;
        }
    }
    Ok(module)
}

fn add_line(module: &mut Module, line: &str) -> Result<()> {
    if line.starts_with("import") && !line.starts_with("import(") {
        module.imports.push(imported(&module.path, line)?);
        return Ok(());
    }
    let code = line.strip_prefix("export ").unwrap_or(line);
    if let Some(name) = declared(code) {
        module.declares.push(name.to_owned());
    } else if line.starts_with("export") {
        bail!("only declarations can be exported, each where it is made");
    }
    module.lines.push(code.to_owned());
    Ok(())
}

/// The module that `import { a, b } from './c.js';` names.
fn imported(importer: &Path, line: &str) -> Result<PathBuf> {
    let rest = line.trim_end().trim_end_matches(';').strip_prefix("import {");
    let parts = rest.and_then(|rest| rest.split_once("} from "));
    let Some((names, quoted)) = parts else { bail!("only `import {{ names }} from './file.js';` on one line") };
    ensure!(!names.contains(" as "), "an import cannot be renamed: the modules share one scope");
    let unquoted = ['\'', '"'].iter().find_map(|quote| quoted.strip_prefix(*quote)?.strip_suffix(*quote));
    let Some(target) = unquoted.filter(|target| target.starts_with('.')) else {
        bail!("only relative files can be imported")
    };
    Ok(normalized(&importer.parent().unwrap_or(Path::new("")).join(target)))
}

/// Without `.` and `..`, so that one file has one name.
fn normalized(path: &Path) -> PathBuf {
    let mut clean = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir if clean.file_name().is_some() => drop(clean.pop()),
            part => clean.push(part),
        }
    }
    clean
}

/// The name that a line declares at the top level of its module.
fn declared(line: &str) -> Option<&str> {
    let keywords = ["async function* ", "async function ", "function* ", "function ", "class ", "const ", "let "];
    let rest = keywords.iter().find_map(|keyword| line.strip_prefix(keyword))?;
    let end = rest.find(|it: char| !(it.is_alphanumeric() || it == '_' || it == '$')).unwrap_or(rest.len());
    Some(&rest[..end]).filter(|name| !name.is_empty())
}

fn is_blank_or_comment(line: &str) -> bool {
    let line = line.trim();
    line.is_empty() || line.starts_with("//") || line.starts_with("/*")
}

/// What the next line is a part of. Only comments that begin and end with a line are known as such.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Text {
    Code,
    Comment,
    Template,
}

impl Text {
    fn after(self, line: &str) -> Self {
        let line = line.trim();
        match self {
            Self::Comment if line.ends_with("*/") => Self::Code,
            Self::Comment => Self::Comment,
            Self::Code if line.starts_with("//") => Self::Code,
            Self::Code if line.starts_with("/*") && !line.contains("*/") => Self::Comment,
            Self::Code if line.starts_with("/*") => Self::Code,
            Self::Code | Self::Template => self.after_backticks(line),
        }
    }

    fn after_backticks(self, line: &str) -> Self {
        let backticks = line.replace("\\`", "").matches('`').count();
        match (self, backticks % 2) {
            (Self::Template, 1) => Self::Code,
            (_, 1) => Self::Template,
            (text, _) => text,
        }
    }
}

/// All modules in one function, so that no name reaches the page.
fn joined(modules: &[Module]) -> Result<String> {
    let mut declared_in = BTreeMap::new();
    let mut script = String::from("(()=>{'use strict';\n");
    for module in modules {
        for name in &module.declares {
            if let Some(other) = declared_in.insert(name, &module.path) {
                bail!("{name} is declared in {} and in {}", other.display(), module.path.display());
            }
        }
        for line in &module.lines {
            script.push_str(line);
            script.push('\n');
        }
    }
    script.push_str("})();\n");
    Ok(script)
}

#[cfg(test)]
mod tests;
