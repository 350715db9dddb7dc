//! A real browser: headless Chromium with a fresh profile, driven the way a person would use it.

use std::panic::{AssertUnwindSafe, resume_unwind};
use std::process::Stdio;
use std::time::Duration;

use futures::FutureExt;
use serde_json::json;
use tempfile::TempDir;
use thirtyfour::prelude::*;
use thirtyfour::{ChromeCapabilities, ChromiumLikeCapabilities, LoggingPrefsLogLevel, PageLoadStrategy};
use tokio::io::{AsyncBufReadExt, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};

/// What has not appeared by then is not there. Long, since two cores build and test at once.
const WAIT_TIMEOUT: Duration = Duration::from_secs(20);
const LOOK_EVERY: Duration = Duration::from_millis(50);
/// Quiet, and without anything Chromium does for its own sake.
const ARGUMENTS: [&str; 12] = [
    "--headless=new",
    "--window-size=1280,900",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--lang=en",
    // Ends with the driver, even when that is killed.
    "--remote-debugging-pipe",
];
/// Chromium's word for "never" in content settings.
const BLOCKED: u8 = 2;

/// `app/src/shell.rs` makes the mark.
const IS_HYDRATED: &str = "return performance.getEntriesByName('hydrated').length > 0";

/// Whether pages may run scripts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scripts {
    On,
    Off,
}

/// The one tab of a browser.
pub struct Tab {
    pub driver: WebDriver,
    scripts: Scripts,
}

/// Starts a browser, does something with it, and ends it; when that fails, a picture of the page is left behind.
pub async fn with_tab(scripts: Scripts, work: impl AsyncFnOnce(&Tab)) {
    let (profile, mut driver_program) = (tempfile::tempdir().expect("a folder"), start_driver());
    let (url, _output) = driver_url(&mut driver_program).await;
    let driver = WebDriver::new(url, capabilities(scripts, &profile).expect("capabilities")).await.expect("a session");
    let tab = Tab { driver, scripts };
    let outcome = AssertUnwindSafe(work(&tab)).catch_unwind().await;
    if outcome.is_err() {
        tab.leave_picture().await;
    }
    tab.driver.quit().await.expect("the browser ends");
    driver_program.kill().await.expect("the driver ends");
    outcome.unwrap_or_else(|panic| resume_unwind(panic));
}

fn start_driver() -> Child {
    let mut driver = Command::new(program("FIELDFARE_TEST_CHROMEDRIVER"));
    driver.arg("--port=0").stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).kill_on_drop(true);
    driver.spawn().expect("chromedriver starts")
}

/// Where it listens, which it says itself. Its output is to be kept open.
async fn driver_url(driver: &mut Child) -> (String, Lines<BufReader<ChildStdout>>) {
    let mut lines = BufReader::new(driver.stdout.take().expect("piped")).lines();
    while let Some(line) = lines.next_line().await.expect("text") {
        if let Some((_, port)) = line.split_once("started successfully on port ") {
            return (format!("http://127.0.0.1:{}", port.trim_end_matches('.')), lines);
        }
    }
    panic!("chromedriver ended before it listened");
}

#[expect(clippy::disallowed_methods, reason = "tests are told where the browser is")]
fn program(name: &str) -> String {
    std::env::var(name).unwrap_or_else(|_| {
        panic!("{name} is not set: `cargo xtask test` sets it, where there are chromium and chromedriver")
    })
}

fn capabilities(scripts: Scripts, profile: &TempDir) -> WebDriverResult<ChromeCapabilities> {
    let mut chrome = DesiredCapabilities::chrome();
    chrome.set_binary(&program("FIELDFARE_TEST_CHROMIUM"))?;
    for argument in ARGUMENTS {
        chrome.add_arg(argument)?;
    }
    chrome.add_arg(&format!("--user-data-dir={}", profile.path().display()))?;
    // As people do it: a page is used as soon as it is there, not when its last file is.
    chrome.set_page_load_strategy(PageLoadStrategy::Eager)?;
    chrome.set_logging_prefs("browser", LoggingPrefsLogLevel::All)?;
    if scripts == Scripts::Off {
        let never = json!({"profile.managed_default_content_settings.javascript": BLOCKED});
        chrome.add_experimental_option("prefs", never)?;
    }
    Ok(chrome)
}

impl Tab {
    /// Goes to an address and waits until the page can be used.
    pub async fn open(&self, url: &str) {
        self.driver.goto(url).await.expect("the page loads");
        self.hydrated().await;
    }

    /// From now on every page loads slowly: this many bytes per second.
    pub async fn throttle(&self, bytes_per_second: u32) {
        let slow =
            json!({"offline": false, "latency": 0, "downloadThroughput": bytes_per_second, "uploadThroughput": -1});
        self.driver.cdp().send_raw("Network.enable", json!({})).await.expect("the network is watched");
        self.driver.cdp().send_raw("Network.setCacheDisabled", json!({"cacheDisabled": true})).await.expect("no cache");
        self.driver.cdp().send_raw("Network.emulateNetworkConditions", slow).await.expect("the network is slow");
    }

    /// Waits until the interface runs in the browser, which must be built for that. Without scripts a page is ready
    /// as it comes.
    pub async fn hydrated(&self) {
        if self.scripts == Scripts::On {
            self.until("the interface runs (`cargo xtask build --dev` makes it)", IS_HYDRATED).await;
        }
    }

    /// Whether the interface runs in the browser yet.
    pub async fn runs(&self) -> bool {
        self.ask(IS_HYDRATED).await
    }

    /// Waits until a script of ours answers true.
    pub async fn until(&self, what: &str, script: &str) {
        let looking = async {
            while !self.ask::<bool>(script).await {
                tokio::time::sleep(LOOK_EVERY).await;
            }
        };
        if tokio::time::timeout(WAIT_TIMEOUT, looking).await.is_err() {
            panic!("waited in vain: {what}");
        }
    }

    /// What a script of ours answers.
    pub async fn ask<T: serde::de::DeserializeOwned>(&self, script: &str) -> T {
        let answer = self.driver.execute(script, Vec::new()).await.expect("the script runs");
        answer.convert().expect("the answer is of the kind asked for")
    }

    /// Waits for the first element at this `XPath`.
    pub async fn find(&self, xpath: &str) -> WebElement {
        let query = self.driver.query(By::XPath(xpath)).wait(WAIT_TIMEOUT, LOOK_EVERY).and_displayed();
        query.first().await.unwrap_or_else(|error| panic!("nothing to be seen at {xpath}: {error}"))
    }

    /// Waits for a heading that holds this text.
    pub async fn heading(&self, text: &str) -> WebElement {
        self.find(&format!("//*[self::h1 or self::h2 or self::h3][contains(normalize-space(), {text:?})]")).await
    }

    /// Waits for a text anywhere on the page.
    pub async fn text(&self, text: &str) -> WebElement {
        self.find(&format!("//body//*[contains(normalize-space(text()), {text:?})]")).await
    }

    /// Waits for a link that holds this text.
    pub async fn link(&self, text: &str) -> WebElement {
        self.find(&format!("//a[contains(normalize-space(), {text:?})]")).await
    }

    /// Waits for the button of this name.
    pub async fn button(&self, name: &str) -> WebElement {
        self.find(&format!("//button[normalize-space() = {name:?} or @aria-label = {name:?}]")).await
    }

    /// Waits for the field of this label.
    pub async fn field(&self, label: &str) -> WebElement {
        let by_label = format!("//*[@id = //label[normalize-space() = {label:?}]/@for]");
        self.find(&format!("{by_label} | //*[self::select or self::input][@aria-label = {label:?}]")).await
    }

    pub async fn press(&self, button: &str) {
        self.button(button).await.click().await.expect("it can be pressed");
    }

    pub async fn follow(&self, link: &str) {
        self.link(link).await.click().await.expect("it can be followed");
    }

    /// Types into a field in place of what it says.
    pub async fn fill(&self, label: &str, text: &str) {
        let field = self.field(label).await;
        field.clear().await.expect("it can be emptied");
        field.send_keys(text).await.expect("it can be typed into");
    }

    /// Chooses by the words a person reads, or by how they begin.
    pub async fn choose(&self, label: &str, option: &str) {
        let option = By::XPath(format!(".//option[starts-with(normalize-space(), {option:?})]"));
        let option = self.field(label).await.find(option).await.expect("the choice is there");
        option.click().await.expect("it can be chosen");
    }

    /// Makes the page this wide and high, in CSS pixels, narrower than a window can be.
    pub async fn resize(&self, (width, height): (u32, u32)) {
        let size = json!({"width": width, "height": height, "deviceScaleFactor": 1, "mobile": true});
        self.driver.cdp().send_raw("Emulation.setDeviceMetricsOverride", size).await.expect("it is resized");
    }

    /// The path and query of where it is.
    pub async fn path(&self) -> String {
        let url = self.driver.current_url().await.expect("an address");
        url.query().map_or_else(|| url.path().to_owned(), |query| format!("{}?{query}", url.path()))
    }

    /// What pages complained about since this was asked last.
    pub async fn complaints(&self) -> Vec<String> {
        let log = self.driver.browser_log().await.expect("a log");
        let bad = log.into_iter().filter(|entry| matches!(entry.level.as_str(), "WARNING" | "SEVERE"));
        bad.map(|entry| format!("{} {}", entry.level, entry.message)).collect()
    }

    async fn leave_picture(&self) {
        let name = format!("browser-{}.png", self.driver.session_id());
        let picture = std::env::temp_dir().join(name);
        if self.driver.screenshot(&picture).await.is_ok() {
            say(&format!("how the page looked: {}", picture.display()));
        }
    }
}

/// Beside the panic's message, where a person looks for it.
#[expect(clippy::print_stderr, reason = "only while a test fails")]
fn say(line: &str) {
    eprintln!("{line}");
}
