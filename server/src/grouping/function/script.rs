//! JavaScript, Python, PHP, Ruby and Elixir.

/// The last part of the name: engines disagree on the receiver before it (`Object.pay`, `Cart.pay`, `pay`).
pub(super) fn javascript(name: &str) -> String {
    let name = name.split_once(" [as ").map_or(name, |(front, _)| front);
    let name = name.strip_prefix("async ").unwrap_or(name);
    let name = name.strip_prefix("new ").unwrap_or(name);
    // Firefox writes `outer/inner<` for functions inside functions.
    let name = name.rsplit('/').next().unwrap_or(name).trim_end_matches('<');
    let name = name.rsplit(['.', '#']).next().unwrap_or(name).trim_end_matches("()");
    match name {
        "<anonymous>" | "anonymous" | "?" => String::new(),
        _ => name.to_owned(),
    }
}

/// `pay.<locals>.<lambda>` is the lambda; comprehensions have no name of their own.
pub(super) fn python(name: &str) -> String {
    let name = name.rsplit(".<locals>.").next().unwrap_or(name);
    match name {
        "<listcomp>" | "<setcomp>" | "<dictcomp>" | "<genexpr>" => String::new(),
        "<lambda>" => "lambda".to_owned(),
        _ => name.to_owned(),
    }
}

/// `class@anonymous` ends before the file and the offset PHP writes into it; closures carry a line since PHP 8.4.
pub(super) fn php(name: &str) -> String {
    if let Some(at) = name.find("{closure") {
        let method = name[at..].find('}').map_or("", |end| &name[at + end + 1..]);
        return format!("{{closure}}{method}");
    }
    let Some((class, rest)) = name.split_once("@anonymous") else { return name.trim_start_matches('\\').to_owned() };
    let method = rest.rsplit_once("::").map_or("", |(_, method)| method);
    let separator = if method.is_empty() { "" } else { "::" };
    format!("{class}@anonymous{separator}{method}")
}

/// `block (2 levels) in pay` and, since Ruby 3.4, `Cart#pay` are `pay`; compiled templates lose their numbers.
pub(super) fn ruby(name: &str) -> String {
    let blocks = ["block ", "rescue in ", "ensure in "];
    let is_block = blocks.iter().any(|block| name.starts_with(block));
    let name = if is_block { name.rsplit(" in ").next().unwrap_or(name) } else { name };
    let name = if name.starts_with('<') { name } else { name.rsplit(['#', '.']).next().unwrap_or(name) };
    match ["_erb__", "_haml__", "_slim__"].iter().find_map(|mark| Some(name.find(mark)? + mark.len() - 2)) {
        Some(end) => name[..end].to_owned(),
        None => name.to_owned(),
    }
}

/// `anonymous fn/1 in Shop.Cart.pay/2` and `-pay/2-fun-0-` are `pay/2`.
pub(super) fn elixir(name: &str) -> String {
    let name = name.rsplit(" in ").next().unwrap_or(name);
    match name.strip_prefix('-').and_then(|inner| inner.split_once('-')) {
        Some((function, _)) => function.to_owned(),
        None => name.to_owned(),
    }
}
