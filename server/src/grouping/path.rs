//! Where a frame is, as far as it is the same on every machine and in every build: the file and its directory.

use super::explanation::clip;

/// Longer than any path a file system takes; what is cut is the front of a `data:` URL.
const PATH_CHARS_MAX: usize = 1_024;

/// Directories that say where a library was installed, not which one it is.
const INSTALL_DIRECTORIES: [&str; 3] = ["site-packages", "dist-packages", "node_modules"];

/// What a script inside a page is called; the page's address often holds an identifier.
const PAGE: &str = "<page>";

/// The file and the directory it is in, lower-case, without hashes, versions and the release.
pub(super) fn place(path: &str, release: Option<&str>) -> String {
    let path = clip(path.trim(), PATH_CHARS_MAX);
    if is_unnamed(path) {
        return String::new();
    }
    let mut parts = parts(path).rev();
    let Some(name) = parts.next().filter(|name| !is_page(path, name)) else { return PAGE.to_owned() };
    let directory = parts.find(|part| !is_changing(part, release));
    let mut place = directory.map_or(String::new(), |directory| format!("{directory}/"));
    push_name(name, &mut place);
    place.make_ascii_lowercase();
    place
}

/// The file is the output of a bundler or minifier: its functions' names mean nothing.
pub(super) fn is_bundled(path: &str) -> bool {
    let Some(name) = parts(path).next_back() else { return false };
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    name.contains(".min.") || hash_start(stem).is_some()
}

/// The script is in the page itself, whose address is no file's.
pub(super) fn is_in_page(path: &str) -> bool {
    parts(path).next_back().is_none_or(|name| is_page(path, name))
}

/// Scheme, host, query, fragment, drive and `.` are no parts of a path.
fn parts(path: &str) -> impl DoubleEndedIterator<Item = &str> {
    let path = path.split(['?', '#']).next().unwrap_or(path);
    let path = path.split_once("://").map_or(path, |(scheme, rest)| match scheme {
        "file" | "app" => rest,
        _ => rest.split_once('/').map_or("", |(_host, path)| path),
    });
    path.split(['/', '\\']).filter(|part| !matches!(*part, "" | "." | ".." | "~") && !part.ends_with(':'))
}

/// A URL whose last part is no file: the script is in the page itself.
fn is_page(path: &str, name: &str) -> bool {
    path.starts_with("http") && path.contains("://") && !name.contains('.')
}

fn is_unnamed(path: &str) -> bool {
    path.is_empty() || matches!(path, "?" | "<anonymous>" | "<unknown>" | "[native code]" | "native" | "(native)")
}

/// Whether a directory's name differs from one deploy or machine to the next.
fn is_changing(part: &str, release: Option<&str>) -> bool {
    let is_release = release.is_some_and(|release| part == release || release.ends_with(&format!("@{part}")));
    is_release || INSTALL_DIRECTORIES.contains(&part) || is_version(part) || is_random(part)
}

/// `1.2.3`, `v2.0`, `20240131120000`.
fn is_version(part: &str) -> bool {
    let number = part.strip_prefix(['v', 'V']).unwrap_or(part);
    number.starts_with(|char: char| char.is_ascii_digit())
        && number.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'-' | b'_'))
}

/// A commit, a UUID, a build id.
fn is_random(part: &str) -> bool {
    let bytes = part.as_bytes();
    let digits = bytes.iter().filter(|byte| byte.is_ascii_digit()).count();
    let is_hex = bytes.iter().all(|byte| byte.is_ascii_hexdigit() || *byte == b'-');
    let is_mixed = bytes.iter().any(u8::is_ascii_uppercase) && bytes.iter().any(u8::is_ascii_lowercase);
    digits > 0 && (is_hex && bytes.len() >= 7 || is_mixed && bytes.len() >= 16 && digits > 1)
}

/// `name-DbQ2xY9p.js`, `name.4185d9aa.js` → `name.js`; a chunk that is only a number or a hash is `<hash>.js`.
fn push_name(name: &str, out: &mut String) {
    let (stem, extension) = match name.rsplit_once('.') {
        Some((stem, extension)) if !stem.is_empty() => (stem, extension),
        _ => (name, ""),
    };
    match hash_start(stem) {
        Some(0) => out.push_str("<hash>"),
        Some(at) if is_version(&stem[..at]) => out.push_str("<hash>"),
        Some(at) => out.push_str(&stem[..at]),
        None => out.push_str(stem),
    }
    if !extension.is_empty() {
        out.push('.');
        out.push_str(extension);
    }
}

/// Where the hash a bundler put into a file's name begins, with the separator before it.
fn hash_start(stem: &str) -> Option<usize> {
    let stem = stem.strip_suffix(".min").or_else(|| stem.strip_suffix(".chunk")).unwrap_or(stem);
    let piece = stem.rfind(['-', '.', '_', '~']).map_or(0, |at| at + 1);
    if is_hash(&stem[piece..]) {
        return Some(piece.saturating_sub(1));
    }
    // Rollup's eight characters may themselves be hyphens and underscores.
    let tail = stem.len().checked_sub(ROLLUP_HASH_CHARS).filter(|at| stem.is_char_boundary(*at))?;
    let separated = tail > 0 && matches!(stem.as_bytes()[tail - 1], b'-' | b'.');
    (separated && is_rollup_hash(&stem[tail..])).then(|| tail - 1)
}

/// What Rollup, Vite and esbuild put into a file's name by default.
const ROLLUP_HASH_CHARS: usize = 8;

/// The shortest hash webpack is usually told to cut to.
const HEX_HASH_CHARS_MIN: usize = 6;

fn is_hash(piece: &str) -> bool {
    let bytes = piece.as_bytes();
    let digits = bytes.iter().filter(|byte| byte.is_ascii_digit()).count();
    let is_hex = bytes.iter().all(u8::is_ascii_hexdigit);
    let is_number = !bytes.is_empty() && digits == bytes.len();
    let long = bytes.len() >= 16 && digits > 1 && bytes.iter().all(u8::is_ascii_alphanumeric);
    is_number || is_hex && digits > 0 && bytes.len() >= HEX_HASH_CHARS_MIN || long || is_rollup_hash(piece)
}

/// Eight characters that are no word: mixed with digits, or changing case more often than a name does.
fn is_rollup_hash(piece: &str) -> bool {
    let bytes = piece.as_bytes();
    if bytes.len() != ROLLUP_HASH_CHARS
        || !bytes.iter().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(byte))
    {
        return false;
    }
    let has = |is: fn(&u8) -> bool| bytes.iter().any(is);
    let rises = bytes.windows(2).filter(|pair| pair[0].is_ascii_lowercase() && pair[1].is_ascii_uppercase()).count();
    let mixed = has(u8::is_ascii_digit) && has(u8::is_ascii_uppercase);
    let inner_digit = bytes[..7].iter().zip(&bytes[1..]).any(|(a, b)| a.is_ascii_digit() && b.is_ascii_lowercase());
    let upper = bytes.iter().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
    mixed || rises > 1 || upper || inner_digit && bytes.iter().all(u8::is_ascii_alphanumeric)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_the_same_on_every_machine_and_in_every_build() {
        for (path, expected) in [
            ("src/pay.rs", "src/pay.rs"),
            ("/home/ann/shop/src/pay.rs", "src/pay.rs"),
            (r"C:\build\Shop\Cart.cs", "shop/cart.cs"),
            ("https://shop.example/assets/index-DbQ2xY9p.js?v=3#x", "assets/index.js"),
            ("https://shop.example/assets/index-B_x-3aQ1.js", "assets/index.js"),
            ("https://shop.example/assets/index-DkSTfFgX.js", "assets/index.js"),
            ("https://shop.example/assets/chunk-ABCD2EFG.js", "assets/chunk.js"),
            ("https://shop.example/static/js/main.4185d9aa.chunk.js", "js/main.js"),
            ("https://shop.example/static/js/main.4185d9aa.min.js", "js/main.js"),
            ("https://shop.example/_next/static/chunks/123.0f8c1d2e3b4a5968.js", "chunks/<hash>.js"),
            ("https://shop.example/js/4185d9aa.js", "js/<hash>.js"),
            ("https://shop.example/js/77.js", "js/<hash>.js"),
            ("https://cdn.example/1.4.2/4185d9aa01/app.js", "app.js"),
            ("https://cdn.example/shop/v2/app.js", "shop/app.js"),
            ("https://shop.example/js/userList.js", "js/userlist.js"),
            ("https://shop.example/js/my-MyWidget.js", "js/my-mywidget.js"),
            ("https://shop.example/js/user-settings.js", "js/user-settings.js"),
            ("https://shop.example/js/my-calendar.js", "js/my-calendar.js"),
            ("https://shop.example/js/facade.js", "js/facade.js"),
            ("https://shop.example/products/123", "<page>"),
            ("https://shop.example/", "<page>"),
            ("app:///src/cart.ts", "src/cart.ts"),
            ("file:///srv/app/cart.js", "app/cart.js"),
            ("webpack://shop/./src/cart.ts", "src/cart.ts"),
            ("webpack:///./src/cart.ts?a1b2", "src/cart.ts"),
            ("/srv/releases/20240131120000/app.php", "releases/app.php"),
            ("/srv/shop/2.4.0/app.rb", "shop/app.rb"),
            ("/usr/lib/python3.11/site-packages/six.py", "python3.11/six.py"),
            ("./node_modules/left-pad/index.js", "left-pad/index.js"),
            ("<anonymous>", ""),
            ("[native code]", ""),
            ("", ""),
        ] {
            assert_eq!(place(path, Some("shop@2.4.0")), expected, "{path}");
        }
    }

    #[test]
    fn the_release_is_no_part_of_a_place() {
        assert_eq!(place("/srv/shop/spring-fair/app.rb", Some("spring-fair")), "shop/app.rb");
        assert_eq!(place("/srv/shop/spring-fair/app.rb", Some("shop@spring-fair")), "shop/app.rb");
    }

    #[test]
    fn bundles_are_known_by_their_names() {
        for (path, expected) in [
            ("https://shop.example/app.min.js", true),
            ("https://shop.example/index-DbQ2xY9p.js", true),
            ("https://shop.example/main.4185d9aa.chunk.js", true),
            ("webpack:///./src/cart.ts", false),
            ("https://shop.example/app.js", false),
        ] {
            assert_eq!(is_bundled(path), expected, "{path}");
        }
    }
}
