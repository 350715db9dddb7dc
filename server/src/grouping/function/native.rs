//! Rust, C++, Swift, Objective-C and Go.

/// Appended by optimisers to the copies they make of a function.
const COPIES: [&str; 9] = [" [clone", ".llvm.", ".cold", ".part.", ".isra.", ".constprop.", ".lto_priv.", "@@", "@plt"];

/// What may follow the arguments of a C++ function.
const QUALIFIERS: [&str; 6] = ["const", "volatile", "noexcept", "&", "requires", "["];

/// How compilers write a name space without a name.
const ANONYMOUS: [&str; 2] = ["(anonymous namespace)::", "`anonymous namespace'::"];

/// The path of a function: no hash, closures, generics, arguments, return type.
pub(super) fn function(name: &str) -> String {
    if name.starts_with("-[") || name.starts_with("+[") {
        return name.to_owned();
    }
    let name = swift_closure(name);
    let name = COPIES.iter().fold(name, |name, copy| name.split_once(copy).map_or(name, |(front, _)| front));
    let name = without_hash(name);
    let named = ANONYMOUS.iter().find(|space| name.contains(*space)).map(|space| name.replace(space, ""));
    let name = named.as_deref().unwrap_or(name);
    match implementor(name) {
        Some((implementor, method)) => Path::read(&format!("{implementor}{method}")),
        None => Path::read(name),
    }
}

/// `shop.(*Cart).Pay.func1.2` and `shop.Map[...]`: no closures, no type parameters.
pub(super) fn go(name: &str) -> String {
    let name = name.split_once('[').map_or(name, |(front, rest)| match rest.split_once(']') {
        Some((_, "")) | None => front,
        Some(_) => name,
    });
    let mut name = name.trim_end_matches("-fm");
    while let Some((front, last)) = name.rsplit_once('.') {
        let closure = last.trim_start_matches("func").trim_start_matches("gowrap").trim_start_matches("deferwrap");
        if !closure.bytes().all(|byte| byte.is_ascii_digit()) {
            break;
        }
        name = front;
    }
    name.to_owned()
}

/// `closure #1 in Cart.pay(_:)` is part of `Cart.pay`.
fn swift_closure(name: &str) -> &str {
    if name.starts_with("closure #") || name.starts_with("partial apply for") {
        let outer = name.rsplit(" in ").next().unwrap_or(name);
        return outer.trim_start_matches("partial apply for ");
    }
    name
}

/// Rust's `::h0123456789abcdef`, new with each build.
fn without_hash(name: &str) -> &str {
    match name.rsplit_once("::h") {
        Some((front, hash)) if hash.len() == 16 && hash.bytes().all(|byte| byte.is_ascii_hexdigit()) => front,
        _ => name,
    }
}

/// Splits `<Cart as Pay>::pay` into `Cart` and `::pay`.
fn implementor(name: &str) -> Option<(&str, &str)> {
    let inner = name.trim_start_matches('_').strip_prefix('<')?;
    let mut depth = 1;
    let end = inner.char_indices().find_map(|(at, char)| {
        depth += match char {
            '<' => 1,
            '>' if !inner[..at].ends_with('-') => -1,
            _ => 0,
        };
        (depth == 0).then_some(at)
    })?;
    let method = inner[end + 1..].strip_prefix("::").map(|_| &inner[end + 1..])?;
    let implementor = inner[..end].strip_prefix("impl ").unwrap_or(&inner[..end]);
    let implementor = implementor.rsplit_once(" for ").map_or(implementor, |(_, of)| of);
    let implementor = implementor.split_once(" as ").map_or(implementor, |(of, _)| of);
    let implementor = implementor.split_once(" -> ").map_or(implementor, |(arguments, _)| arguments);
    Some((implementor.trim_start_matches(['&', '*']).trim_start_matches("mut "), method))
}

/// What is outside every bracket.
struct Path<'n> {
    rest: &'n str,
    out: String,
    /// Arguments were seen, so that what follows a space is a qualifier and not the name.
    called: bool,
}

impl Path<'_> {
    fn read(name: &str) -> String {
        let mut path = Path { rest: name, out: String::with_capacity(name.len()), called: false };
        while path.step() {}
        path.out.trim_end_matches("::").to_owned()
    }

    fn next(&mut self) -> Option<char> {
        let mut chars = self.rest.chars();
        let char = chars.next();
        self.rest = chars.as_str();
        char
    }

    fn step(&mut self) -> bool {
        let Some(char) = self.next() else { return false };
        match char {
            '<' | '(' | '{' | '[' if self.is_operator() => self.operator(char),
            '<' => self.skip('<', '>'),
            '(' => {
                self.called = true;
                self.skip('(', ')');
            }
            '{' => self.skip('{', '}'),
            '[' => self.skip('[', ']'),
            ' ' => return self.space(),
            ':' if self.out.is_empty() || self.out.ends_with("::") => {}
            _ => self.out.push(char),
        }
        true
    }

    /// Before a space stands a return type, after the arguments only qualifiers follow.
    fn space(&mut self) -> bool {
        if self.called && QUALIFIERS.iter().any(|qualifier| self.rest.starts_with(qualifier)) {
            return false;
        }
        if !self.out.ends_with("operator") {
            self.out.clear();
            self.called = false;
        }
        true
    }

    fn is_operator(&self) -> bool {
        self.out.ends_with("operator")
    }

    /// `operator()`, `operator<<`, `operator[]`: here the brackets are the name.
    fn operator(&mut self, first: char) {
        self.out.push(first);
        if matches!(first, '(' | '[') {
            let closing = self.next();
            self.out.extend(closing);
            return;
        }
        let symbols = self.rest.len() - self.rest.trim_start_matches(['<', '=', '>']).len();
        let (symbols, rest) = self.rest.split_at(symbols);
        self.out.push_str(symbols);
        self.rest = rest;
    }

    /// Passes over everything up to the bracket that closes the one just read.
    fn skip(&mut self, open: char, close: char) {
        let mut depth = 1;
        let mut before = open;
        while let Some(char) = self.next() {
            // The arrow of a function type closes nothing.
            depth += i32::from(char == open) - i32::from(char == close && before != '-');
            if depth == 0 {
                break;
            }
            before = char;
        }
    }
}
