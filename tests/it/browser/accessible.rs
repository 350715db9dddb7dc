//! Every page under axe, which knows the rules of accessibility (WCAG 2) that a machine can check.

use fieldfare_tests::{Database, Installation, Scripts, Tab, browser, clients};
use serde_json::{Value, json};

use super::keyboard::sign_in;
use super::pages::{fill, paths};

const DESK: (u32, u32) = (1280, 900);
const PHONE: (u32, u32) = (375, 800);
/// Answers a line for each rule that is broken: its name, and the first element that breaks it.
const LOOK: &str = "const done = arguments[arguments.length - 1]; \
    axe.run(document, {resultTypes: ['violations']}).then(found => done(found.violations.map(rule => \
    `${rule.id}: ${rule.nodes.length} times, as ${rule.nodes[0].target.join(' ')}`)), error => done([String(error)]));";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_page_breaks_a_rule_in_light_or_dark() {
    let axe = std::fs::read_to_string(clients::axe()).expect("axe");
    let at = Installation::on(Database::Sqlite).await;
    fill(&at).await;
    let paths = paths(&at).await;
    browser::with_tab(Scripts::On, async |tab| {
        sign_in(tab, &at).await;
        let mut wrong = Vec::new();
        for (scheme, size) in [("light", DESK), ("dark", PHONE)] {
            tab.resize(size).await;
            let media = json!({"features": [{"name": "prefers-color-scheme", "value": scheme}]});
            tab.driver.cdp().send_raw("Emulation.setEmulatedMedia", media).await.expect("a colour scheme");
            for path in &paths {
                let found = look(tab, &axe, &format!("{}{path}", at.url)).await;
                wrong.extend(found.into_iter().map(|rule| format!("{path} {scheme}: {rule}")));
            }
        }
        assert_eq!(wrong, [""; 0]);
    })
    .await;
}

async fn look(tab: &Tab, axe: &str, url: &str) -> Vec<String> {
    tab.open(url).await;
    tab.driver.execute(axe, Vec::<Value>::new()).await.expect("axe is there");
    let found = tab.driver.execute_async(LOOK, Vec::<Value>::new()).await.expect("axe looks");
    found.convert().expect("lines")
}
