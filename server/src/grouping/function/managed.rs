//! The JVM's languages and .NET's.

/// What proxy makers append to the class they extend.
const PROXIES: [&str; 9] = [
    "_$$_",
    "$$",
    "$ByteBuddy$",
    "$HibernateProxy$",
    "$HibernateBasicProxy$",
    "$MockitoMock$",
    "$Subclass",
    "_ClientProxy",
    "$Proxy$_$$_Weld",
];

/// The class a generated one stands for: proxies, lambdas and anonymous classes lose their numbers.
pub(super) fn jvm_class(name: &str) -> String {
    // A hidden class carries its address behind a slash: `Cart$$Lambda/0x0000000800c03000`.
    let name = name.split_once('/').map_or(name, |(class, _)| class);
    let name = PROXIES.iter().fold(name, |name, proxy| match name.split_once(proxy) {
        Some((class, _)) if !class.is_empty() => class,
        _ => name,
    });
    if name.contains("Generated") && name.contains("Accessor") || name.contains("$Proxy") {
        return name.trim_end_matches(|char: char| char.is_ascii_digit()).to_owned();
    }
    without_numbers_after_dollar(name)
}

/// `lambda$pay$3`, `access$100`, `$anonfun$pay$1`, `pay__1234`: the method they were made from.
pub(super) fn jvm_method(name: &str) -> String {
    let name = name.split_once('(').map_or(name, |(front, _)| front);
    let name = name.strip_prefix("lambda$").or_else(|| name.strip_prefix("$anonfun$")).unwrap_or(name);
    let bare = name.trim_end_matches(|char: char| char.is_ascii_digit());
    let name = ["$", "__", "--"].iter().find_map(|mark| bare.strip_suffix(mark)).unwrap_or(name);
    without_numbers_after_dollar(name)
}

/// `Cart$1$Inner` becomes `Cart$$Inner`: anonymous classes are numbered in the order they are written.
fn without_numbers_after_dollar(name: &str) -> String {
    let mut parts = name.split('$');
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        out.push('$');
        out.push_str(if part.bytes().all(|byte| byte.is_ascii_digit()) { "" } else { part });
    }
    out.truncate(out.trim_end_matches('$').len());
    out
}

/// `Shop.Cart+<>c__DisplayClass5_0` and ``Shop.List`1``: the class as it is written.
pub(super) fn dotnet_class(name: &str) -> String {
    let name = name.split_once('[').map_or(name, |(front, _)| front);
    let parts = name.split(['.', '+']).filter(|part| !part.starts_with('<'));
    let parts: Vec<&str> = parts.map(|part| part.split_once('`').map_or(part, |(front, _)| front)).collect();
    parts.join(".")
}

/// `void Shop.Cart.<Pay>b__5_0(Order o)`: no return type, arguments or generated names.
pub(super) fn dotnet_method(name: &str) -> String {
    let name = name.split_once('(').map_or(name, |(front, _)| front);
    let name = name.split_once('[').map_or(name, |(front, _)| front);
    let name = name.rsplit(' ').next().unwrap_or(name);
    let parts = name.split(['.', '+']).filter(|part| *part != "MoveNext" || !name.contains(['.', '+']));
    let parts = parts.filter_map(|part| if part.starts_with('<') { generated_from(part) } else { Some(part) });
    let parts: Vec<&str> = parts.map(without_type_parameters).collect();
    parts.join(".")
}

/// The method a generated name was made from: `<Pay>b__5_0`, `<Pay>d__7`, `<Pay>g__Check|5_1`. None for `<>c`.
pub(super) fn generated_from(part: &str) -> Option<&str> {
    let (method, mark) = part.strip_prefix('<')?.split_once('>')?;
    if let Some(local) = mark.strip_prefix("g__") {
        return local.split('|').next();
    }
    (!method.is_empty()).then_some(method)
}

fn without_type_parameters(part: &str) -> &str {
    part.split(['`', '<']).next().unwrap_or(part)
}
