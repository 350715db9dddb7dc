//! Grouping as a project wants it: rules, families, previews, versions.

use fieldfare_app::api::Role;
use fieldfare_app::routes::encode;
use fieldfare_tests::report::error;
use fieldfare_tests::{Database, Installation, Page};
use serde_json::json;

crate::on_each_database!(
    rules_are_previewed_saved_and_used,
    a_family_is_switched_off_by_its_box,
    lines_that_cannot_be_read_are_named_and_not_saved,
    only_leads_change_rules,
    changing_rules_splits_nothing_that_continues,
    issues_split_at_once_when_asked_to,
    an_unmapped_stack_says_so,
);

const EDITOR: &str = "/projects/shop/settings/grouping";
const FAMILIES: &str =
    "chunk_load,network,script_error,resize_observer,hydration,out_of_memory,stack_overflow,unreachable";

/// The editor with a draft, all families on.
fn draft(rules: &str) -> String {
    let families = FAMILIES.split(',').map(|family| format!("&family={family}")).collect::<String>();
    format!("{EDITOR}?draft=1&rules={}{families}&algorithm=ff-2", encode(rules))
}

async fn save(at: &Installation, rules: &str, more: &[(&str, &str)], cookie: &str) -> Page {
    let mut form = vec![("slug", "shop"), ("rules", rules), ("algorithm", "ff-2")];
    if more.iter().all(|(name, _)| *name != "families") {
        form.push(("families", FAMILIES));
    }
    form.extend(more);
    at.submit(EDITOR, "save_grouping", &form, cookie).await
}

async fn issues(at: &Installation) -> usize {
    at.list("issues?query=kind:error").await.len()
}

async fn rules_are_previewed_saved_and_used(database: Database) {
    let at = Installation::on(database).await;
    let cookie = at.sign_in().await;
    for (number, kind) in ["KeyError", "TypeError", "OSError"].into_iter().enumerate() {
        at.report(&error(number + 1, kind, "shop@1.0.0")).await;
    }
    let rules = "# lookups\ntype:KeyError -> lookup\ntype:TypeError -> lookup";
    let page = at.see(&draft(rules), &cookie).await;
    assert!(
        page.text().contains("2 issues would merge into 1. Tried on 3 stored events of 3 issues."),
        "{}",
        page.text()
    );
    assert!(page.text().contains("Grouped by the fingerprint of the project's rule on line"), "{}", page.text());
    assert!(page.html.contains("type:KeyError -&gt; lookup") || page.html.contains("type:KeyError -> lookup"));
    assert_eq!(at.see(EDITOR, &cookie).await.html.matches("type:KeyError").count(), 0, "a draft is not in force");

    let page = save(&at, rules, &[("split_now", "yes")], &cookie).await;
    assert!(page.html.contains("type:KeyError"), "{}", page.text());
    for (number, kind) in ["KeyError", "TypeError", "OSError"].into_iter().enumerate() {
        at.report(&error(number + 10, kind, "shop@1.0.0")).await;
    }
    let counts = async |issue: &str| at.get(&format!("issues/{issue}")).await["events"].clone();
    assert_eq!((counts("SHOP-3").await, counts("SHOP-4").await), (json!(2), json!(2)), "one issue for both lookups");
    let event = &at.list("issues/SHOP-4/events").await[0]["event_id"];
    let grouping = at.get(&format!("events/{}", event.as_str().expect("an id"))).await["grouping"].clone();
    assert_eq!(grouping["is_current"], true);
    assert!(
        grouping["explanation"]["summary"].as_str().is_some_and(|said| said.contains("rule on line")),
        "{grouping}"
    );
    let page = at.see("/issues/SHOP-4", &cookie).await;
    assert!(page.html.contains("/projects/shop/settings/grouping?line="), "the way to a rule");
}

async fn a_family_is_switched_off_by_its_box(database: Database) {
    let at = Installation::on(database).await;
    let cookie = at.sign_in().await;
    let unreachable = |number: usize, kind: &str| {
        let mut event = error(number, kind, "shop@1.0.0");
        event["exception"]["values"][0]["value"] = json!("connect ECONNREFUSED db.internal:5432");
        event
    };
    at.report(&unreachable(1, "OSError")).await;
    at.report(&unreachable(2, "KeyError")).await;
    assert_eq!(issues(&at).await, 1, "one host that cannot be reached");
    let without = FAMILIES.replace(",unreachable", "");
    let shown = at.see(&draft("").replace("&family=unreachable", ""), &cookie).await;
    assert!(shown.text().contains("1 issue would split."), "{}", shown.text());
    save(&at, "", &[("families", &without), ("split_now", "yes")], &cookie).await;
    at.report(&unreachable(3, "OSError")).await;
    at.report(&unreachable(4, "KeyError")).await;
    assert_eq!(issues(&at).await, 3);
    let page = at.see(EDITOR, &cookie).await;
    let ticked = page.html.split("id=\"family-unreachable\"").nth(1).and_then(|rest| rest.split('>').next());
    assert!(ticked.is_some_and(|input| !input.contains("checked")), "{ticked:?}");
}

async fn lines_that_cannot_be_read_are_named_and_not_saved(database: Database) {
    let at = Installation::on(database).await;
    let cookie = at.sign_in().await;
    let wrong = "type:A -> a\nnonsense:x -> y\nfamily:x -> @off";
    let page = at.see(&draft(wrong), &cookie).await;
    for said in ["Line 2: there is no field `nonsense`", "Line 3: there is no family `x`"] {
        assert!(page.text().contains(said), "{}", page.text());
    }
    assert!(!page.html.contains("save_grouping"), "nothing to save");
    let page = save(&at, wrong, &[], &cookie).await;
    assert!(page.text().contains("line 2: there is no field `nonsense`"), "{}", page.text());
    let page = save(&at, &"x".repeat(16_001), &[], &cookie).await;
    assert!(page.text().contains("are longer than 16000 bytes"), "{}", page.text());
    assert!(!at.see(EDITOR, &cookie).await.html.contains("nonsense"));
}

async fn only_leads_change_rules(database: Database) {
    let at = Installation::on(database).await;
    let dev = at.member("Dev", Role::Developer).await;
    let page = at.see(&draft("type:A -> a"), &dev.cookie).await;
    assert!(page.text().contains("Nothing would change."), "everybody may try: {}", page.text());
    assert!(!page.html.contains("save_grouping"));
    save(&at, "type:KeyError -> mine", &[], &dev.cookie).await;
    let cookie = at.sign_in().await;
    assert!(!at.see(EDITOR, &cookie).await.html.contains("type:KeyError"), "not saved");
}

async fn changing_rules_splits_nothing_that_continues(database: Database) {
    let at = Installation::on(database).await;
    let cookie = at.sign_in().await;
    at.report(&error(1, "KeyError", "shop@1.0.0")).await;
    save(&at, "type:KeyError -> {{ default }}, mine\ntype:NewError -> {{ release }}", &[], &cookie).await;
    at.report(&error(2, "KeyError", "shop@1.0.0")).await;
    assert_eq!((issues(&at).await, at.get("issues/SHOP-1").await["events"].clone()), (1, json!(2)));
    assert!(at.see(EDITOR, &cookie).await.text().contains("These rules were changed lately."));
    // What is new follows the new rules alone: the hash it would have had before leads nowhere.
    at.report(&error(3, "NewError", "shop@1.0.0")).await;
    at.report(&error(4, "NewError", "shop@2.0.0")).await;
    assert_eq!(issues(&at).await, 3);
    // The new hash is the issue's own by now: it continues without the window too.
    save(&at, "type:KeyError -> {{ default }}, mine", &[("split_now", "yes")], &cookie).await;
    at.report(&error(5, "KeyError", "shop@1.0.0")).await;
    assert_eq!(at.get("issues/SHOP-1").await["events"], 3);
}

async fn issues_split_at_once_when_asked_to(database: Database) {
    let at = Installation::on(database).await;
    let cookie = at.sign_in().await;
    at.report(&error(1, "KeyError", "shop@1.0.0")).await;
    at.report(&error(2, "KeyError", "shop@2.0.0")).await;
    let rules = "type:KeyError -> {{ default }}, {{ release }}";
    assert!(at.see(&draft(rules), &cookie).await.text().contains("1 issue would split."));
    save(&at, rules, &[("split_now", "yes")], &cookie).await;
    at.report(&error(3, "KeyError", "shop@1.0.0")).await;
    at.report(&error(4, "KeyError", "shop@2.0.0")).await;
    assert_eq!(issues(&at).await, 3);
}

async fn an_unmapped_stack_says_so(database: Database) {
    let at = Installation::on(database).await;
    let mut event = error(1, "TypeError", "shop@1.0.0");
    event["platform"] = json!("javascript");
    event["exception"]["values"][0]["stacktrace"]["frames"] = json!([
        {"filename": "https://shop.example/assets/index-DbQ2xY9p.js", "function": "t", "lineno": 1, "colno": 51234, "in_app": true},
        {"filename": "https://shop.example/assets/index-DbQ2xY9p.js", "function": "e.n", "lineno": 1, "colno": 777, "in_app": true},
    ]);
    at.report(&event).await;
    let cookie = at.sign_in().await;
    let page = at.see("/issues/SHOP-1", &cookie).await;
    assert!(page.text().contains("Unmapped. The code is minified"), "{}", page.text());
}
