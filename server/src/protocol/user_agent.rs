//! What the `User-Agent` header of a browser says: browser, operating system, device.
//!
//! A table of the brands people really use, read top to bottom, instead of the thousands of patterns that collections
//! of user agents keep: what it does not know is left unsaid rather than guessed.

use super::event::Request;

/// Bytes of a header that are read.
const AGENT_BYTES_MAX: usize = 1_024;

/// Who made a request, as far as it says so.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Agent<'a> {
    pub browser: Option<Product<'a>>,
    pub os: Option<System>,
    pub device: Option<&'a str>,
    /// Fetches pages for an index or a preview.
    pub is_crawler: bool,
}

/// A browser by name and version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Product<'a> {
    pub name: &'static str,
    /// As it is written, `120.0.0.0`; may be empty.
    pub version: &'a str,
}

/// An operating system by name and version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct System {
    pub name: &'static str,
    /// Up to three numbers; nought of them where it does not say.
    version: [Option<u16>; 3],
}

/// Brands that pretend to be others come before those they pretend to be.
const BROWSERS: [(&str, &str); 27] = [
    ("Edg/", "Edge"),
    ("EdgA/", "Edge"),
    ("EdgiOS/", "Edge"),
    ("Edge/", "Edge"),
    ("Opera Mini/", "Opera Mini"),
    ("OPR/", "Opera"),
    ("OPT/", "Opera"),
    ("OPiOS/", "Opera"),
    ("Opera/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("YaBrowser/", "Yandex"),
    ("Vivaldi/", "Vivaldi"),
    ("UCBrowser/", "UC Browser"),
    ("HuaweiBrowser/", "Huawei Browser"),
    ("MiuiBrowser/", "Mi Browser"),
    ("DuckDuckGo/", "DuckDuckGo"),
    ("Ddg/", "DuckDuckGo"),
    ("GSA/", "Google app"),
    ("FxiOS/", "Firefox"),
    ("Firefox/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("HeadlessChrome/", "Headless Chrome"),
    ("Electron/", "Electron"),
    ("Chrome/", "Chrome"),
    ("MSIE ", "Internet Explorer"),
    ("Trident/7", "Internet Explorer"),
    ("Version/", "Safari"),
];
/// Systems by what stands before their version.
const SYSTEMS: [(&str, &str); 12] = [
    ("Windows Phone ", "Windows Phone"),
    ("Windows NT ", "Windows"),
    ("Windows", "Windows"),
    ("Android ", "Android"),
    ("Android", "Android"),
    ("iPhone OS ", "iOS"),
    ("CPU OS ", "iPadOS"),
    ("Mac OS X ", "macOS"),
    ("Macintosh", "macOS"),
    ("CrOS ", "ChromeOS"),
    ("Tizen ", "Tizen"),
    ("Linux", "Linux"),
];
/// What crawlers call themselves, in lower case.
const CRAWLERS: [&str; 18] = [
    "bot/",
    "bot;",
    "bot)",
    "-bot",
    "bots",
    "robot",
    "crawl",
    "spider",
    "slurp",
    "facebookexternalhit",
    "bingpreview",
    "mediapartners-google",
    "google-inspectiontool",
    "googleother",
    "lighthouse",
    "pingdom",
    "archiver",
    "scrapy",
];

impl<'a> Agent<'a> {
    /// Reads a header; anything but a browser's says nothing, except that it may be a crawler's.
    pub fn read(header: &'a str) -> Self {
        let header = &header[..header.floor_char_boundary(AGENT_BYTES_MAX)];
        let is_crawler = is_crawler(header);
        if !header.starts_with("Mozilla/") && !header.starts_with("Opera/") {
            return Self { is_crawler, ..Self::default() };
        }
        Self { browser: browser(header), os: system(header), device: device(header), is_crawler }
    }

    /// Reads the header of a request.
    pub fn of(request: Option<&'a Request>) -> Option<Self> {
        let headers = &request?.headers;
        let header = headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("user-agent"));
        header.map(|(_, value)| Self::read(value))
    }
}

impl Product<'_> {
    /// The first number of the version.
    pub fn major(&self) -> Option<u32> {
        self.version.split('.').next()?.parse().ok()
    }
}

impl System {
    /// `10.15.7`; `None` where it does not say.
    pub fn version(&self) -> Option<String> {
        let parts: Vec<String> = self.version.iter().map_while(|part| part.map(|part| part.to_string())).collect();
        (!parts.is_empty()).then(|| parts.join("."))
    }
}

fn is_crawler(header: &str) -> bool {
    let lower = header.to_ascii_lowercase();
    // A maker of phones whose name ends like a crawler's.
    let lower = lower.replace("cubot", "");
    CRAWLERS.iter().any(|word| lower.contains(word))
}

fn browser(header: &str) -> Option<Product<'_>> {
    let (at, mark, name) =
        BROWSERS.into_iter().find_map(|(mark, name)| Some((header.find(mark)? + mark.len(), mark, name)))?;
    let (at, name) = match (mark, name) {
        ("Trident/7", _) => (header.find("rv:").map_or(header.len(), |at| at + 3), name),
        ("Opera/", _) => (header.find("Version/").map_or(at, |at| at + "Version/".len()), name),
        ("Version/", _) if header.contains("Android") => (at, "Android Browser"),
        ("Version/", _) if !header.contains("Safari") => return None,
        _ => (at, name),
    };
    let end =
        header[at..].find(|char: char| !char.is_ascii_digit() && char != '.').map_or(header.len(), |end| at + end);
    Some(Product { name, version: header[at..end].trim_end_matches('.') })
}

fn system(header: &str) -> Option<System> {
    let (at, name) = SYSTEMS.into_iter().find_map(|(mark, name)| Some((header.find(mark)? + mark.len(), name)))?;
    let rest =
        if name == "ChromeOS" { header[at..].split_once(' ').map_or("", |(_, rest)| rest) } else { &header[at..] };
    let mut version = [None; 3];
    let numbers =
        rest.split(|char: char| !char.is_ascii_digit() && char != '.' && char != '_').next().unwrap_or_default();
    for (slot, number) in version.iter_mut().zip(numbers.split(['.', '_'])) {
        *slot = number.parse().ok();
    }
    let version = if name == "Windows" { windows(version) } else { version };
    Some(System { name, version })
}

/// The number on the box, for that of the kernel.
fn windows(kernel: [Option<u16>; 3]) -> [Option<u16>; 3] {
    match kernel {
        [Some(10), ..] => [Some(10), None, None],
        [Some(6), Some(3), _] => [Some(8), Some(1), None],
        [Some(6), Some(2), _] => [Some(8), None, None],
        [Some(6), Some(1), _] => [Some(7), None, None],
        _ => [None; 3],
    }
}

/// Phones and tablets; newer browsers write `K` for every Android device.
fn device(header: &str) -> Option<&str> {
    if let Some(apple) = ["iPhone", "iPad", "iPod"].into_iter().find(|name| header.contains(name)) {
        return Some(apple);
    }
    let android = header.find("Android ")?;
    let model = header[android..].split(')').next()?.split(';').map(str::trim).nth(1)?;
    let model = model.split(" Build/").next()?.trim();
    let is_model = model.len() > 1 && !model.starts_with("rv:") && !["wv", "Mobile", "Tablet"].contains(&model);
    is_model.then_some(model)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(header: &str) -> String {
        let agent = Agent::read(header);
        let browser = agent.browser.map(|it| format!("{} {}", it.name, it.version));
        let os = agent.os.map(|it| format!("{} {}", it.name, it.version().unwrap_or_default()));
        let parts = [browser, os, agent.device.map(str::to_owned), agent.is_crawler.then(|| "crawler".to_owned())];
        parts.into_iter().flatten().map(|part| part.trim().to_owned()).collect::<Vec<_>>().join(", ")
    }

    #[test]
    fn browsers_say_what_they_are() {
        for (header, expected) in [
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36",
                "Chrome 131.0.0.0, Windows 10",
            ),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36 Edg/131.0.2903.51",
                "Edge 131.0.2903.51, Windows 10",
            ),
            (
                "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.6 Safari/605.1.15",
                "Safari 17.6, macOS 10.15.7",
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 17_6_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.6 Mobile/15E148 Safari/604.1",
                "Safari 17.6, iOS 17.6.1, iPhone",
            ),
            (
                "Mozilla/5.0 (iPad; CPU OS 16_3 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/120.0.6099.119 Mobile/15E148 Safari/604.1",
                "Chrome 120.0.6099.119, iPadOS 16.3, iPad",
            ),
            (
                "Mozilla/5.0 (Linux; Android 14; Pixel 8 Build/UD1A.230803.041) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Mobile Safari/537.36",
                "Chrome 120.0.0.0, Android 14, Pixel 8",
            ),
            (
                "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/27.0 Chrome/125.0.0.0 Mobile Safari/537.36",
                "Samsung Internet 27.0, Android 10",
            ),
            ("Mozilla/5.0 (X11; Ubuntu; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0", "Firefox 133.0, Linux"),
            ("Mozilla/5.0 (Android 13; Mobile; rv:133.0) Gecko/133.0 Firefox/133.0", "Firefox 133.0, Android 13"),
            (
                "Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36 OPR/116.0.0.0",
                "Opera 116.0.0.0, ChromeOS 14541.0.0",
            ),
            ("Mozilla/5.0 (Windows NT 6.1; Trident/7.0; rv:11.0) like Gecko", "Internet Explorer 11.0, Windows 7"),
            ("Mozilla/4.0 (compatible; MSIE 8.0; Windows NT 6.0)", "Internet Explorer 8.0, Windows"),
            ("Opera/9.80 (Windows NT 6.3) Presto/2.12.388 Version/12.16", "Opera 12.16, Windows 8.1"),
            (
                "Mozilla/5.0 (Linux; U; Android 4.0.3; de-ch; HTC Sensation Build/IML74K) AppleWebKit/534.30 (KHTML, like Gecko) Version/4.0 Mobile Safari/534.30",
                "Android Browser 4.0, Android 4.0.3, de-ch",
            ),
            ("Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", "crawler"),
            (
                "Mozilla/5.0 (Linux; Android 12; CUBOT P60) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Mobile Safari/537.36",
                "Chrome 120.0.0.0, Android 12, CUBOT P60",
            ),
            ("curl/8.5.0", ""),
            ("sentry.javascript.node/11.12.0", ""),
            ("Mozilla/5.0", ""),
            ("", ""),
        ] {
            assert_eq!(said(header), expected, "{header}");
        }
    }

    #[test]
    fn odd_headers_are_harmless() {
        for header in ["Mozilla/ä", "Mozilla/5.0 (Android ", "Opera/", "Mozilla/5.0 Trident/7", "Mozilla/5.0 CrOS "] {
            let _ = said(header);
        }
        let _ = said(&format!("Mozilla/5.0 {}", "ä".repeat(5_000)));
        assert_eq!(Agent::read("Mozilla/5.0 Chrome/x").browser.and_then(|it| it.major()), None);
        assert_eq!(Agent::read("Mozilla/5.0 Chrome/131.0").browser.and_then(|it| it.major()), Some(131));
    }
}
