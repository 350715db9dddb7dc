//! Triage with hands on the keyboard.

use fieldfare_tests::installation::{OWNER, PASSWORD};
use fieldfare_tests::report::error;
use fieldfare_tests::{Database, Installation, Scripts, Tab, browser};
use thirtyfour::prelude::{Key, TypingData};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_inbox_is_worked_through_without_a_mouse() {
    let at = Installation::on(Database::Sqlite).await;
    for (number, kind) in ["AlphaError", "BetaError", "GammaError"].into_iter().enumerate() {
        at.report(&error(number, kind, "shop@1.0.0")).await;
    }
    browser::with_tab(Scripts::On, async |tab| {
        sign_in(tab, &at).await;
        move_and_resolve(tab, &at).await;
        go_anywhere(tab).await;
        keys_can_be_turned_off(tab, &at).await;
        assert_eq!(tab.complaints().await, [""; 0]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refused_form_keeps_what_was_typed() {
    let at = Installation::on(Database::Sqlite).await;
    browser::with_tab(Scripts::On, async |tab| {
        sign_in(tab, &at).await;
        tab.open(&format!("{}/projects/shop/settings", at.url)).await;
        tab.fill("Name", "Web shop").await;
        tab.fill("Allowed origins", "not an origin").await;
        tab.press("Save").await;
        tab.find("//*[@role = 'alert']").await;
        let typed: Vec<String> = tab.ask("return [document.querySelector('[name=name]').value, origins.value]").await;
        assert_eq!(typed, ["Web shop", "not an origin"]);
        assert_eq!(tab.ask::<String>("return location.search").await, "");

        tab.fill("Allowed origins", "https://shop.example.org").await;
        tab.press("Save").await;
        tab.text("Saved.").await;
        assert_eq!(tab.ask::<String>("return origins.value").await, "https://shop.example.org");
        assert_eq!(tab.complaints().await, [""; 0]);
    })
    .await;
}

pub(super) async fn sign_in(tab: &Tab, at: &Installation) {
    tab.open(&format!("{}/login", at.url)).await;
    tab.fill("E-mail", OWNER).await;
    tab.fill("Password", PASSWORD).await;
    tab.press("Sign in").await;
    tab.heading("Overview").await;
}

/// As a person does, whatever has the focus.
async fn keys(tab: &Tab, keys: impl Into<TypingData>) {
    tab.driver.action_chain().send_keys(keys).perform().await.expect("keys are pressed");
}

async fn move_and_resolve(tab: &Tab, at: &Installation) {
    tab.open(&format!("{}/issues?sort=first_seen", at.url)).await;
    tab.link("GammaError").await;
    keys(tab, "jj").await;
    tab.find("//tr[contains(@class, 'current')]//a[contains(., 'BetaError')]").await;
    keys(tab, "e").await;
    tab.text("1 issue resolved.").await;
    tab.text("2 issues").await;
    assert_eq!(at.get("issues/SHOP-2").await["status"], "resolved");
    tab.press("Undo").await;
    tab.text("1 put back").await;
    tab.link("BetaError").await;
    assert_eq!(at.get("issues/SHOP-2").await["status"], "unresolved");

    keys(tab, "jxjx").await;
    tab.text("2 selected").await;
    keys(tab, "m").await;
    tab.text("merged into SHOP-").await;
    tab.press("Undo").await;
    tab.text("1 put back").await;
}

async fn go_anywhere(tab: &Tab) {
    keys(tab, "gr").await;
    tab.heading("Releases").await;
    tab.hydrated().await;
    let chord = tab.driver.action_chain().key_down(Key::Control).send_keys("k").key_up(Key::Control);
    chord.perform().await.expect("keys are pressed");
    keys(tab, "gamma").await;
    tab.find("//li[@role = 'option'][@aria-selected = 'true'][contains(., 'GammaError')]").await;
    keys(tab, Key::Enter + "").await;
    tab.find("//h1[contains(., 'GammaError')]").await;
    tab.hydrated().await;
}

async fn keys_can_be_turned_off(tab: &Tab, at: &Installation) {
    keys(tab, "?").await;
    tab.heading("Keyboard").await;
    tab.find("//div[@id = 'keys-help']//input[@type = 'checkbox']").await.click().await.expect("it can be ticked");
    keys(tab, Key::Escape + "").await;
    keys(tab, "e").await;
    assert_eq!(at.get("issues/SHOP-3").await["status"], "unresolved");
}
