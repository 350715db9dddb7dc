//! The crash-report dialog on somebody else's page, under a strict policy.

use fieldfare_app::routes::encode;
use fieldfare_tests::site::{File, Site};
use fieldfare_tests::{Database, Installation, Scripts, browser, traffic};
use serde_json::Value;

/// The root of the dialog, for the scripts below.
const ROOT: &str = "const root = document.querySelector('body > div')?.shadowRoot;";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_user_says_what_happened() {
    let at = Installation::on(Database::Sqlite).await;
    let site = failing_page(&at).await;
    browser::with_tab(Scripts::On, async |tab| {
        let ask = |script: &str| format!("{ROOT} {script}");
        tab.driver.goto(&site.url).await.expect("the page loads");
        tab.until("the dialog is open", &ask("return root?.querySelector('dialog')?.open === true")).await;
        let seen: Vec<String> = tab
            .ask(&ask("return [root.activeElement.id, root.querySelector('h2').textContent, root.getElementById('email').value]"))
            .await;
        assert_eq!(seen, ["name", "<b>Oh</b> no", "ada@example.org"], "texts are texts, and the first empty field has the focus");
        let styled: String = tab.ask(&ask("return getComputedStyle(root.querySelector('dialog')).borderRadius")).await;
        assert_eq!(styled, "12px", "the page's policy allows the styles");
        let labelled: bool = tab
            .ask(&ask("return [...root.querySelectorAll('input, textarea')].every(field => field.labels.length === 1)"))
            .await;
        assert!(labelled);

        let submit = ask("root.querySelector('button.main').click(); return true");
        tab.ask::<bool>(&submit).await;
        let refused = "const field = root.getElementById('comments'); \
                       return field.ariaInvalid === 'true' && root.activeElement === field";
        tab.until("the empty field is named", &ask(refused)).await;
        tab.ask::<bool>(&ask("root.getElementById('comments').value = 'It broke.'; return true")).await;
        tab.ask::<bool>(&submit).await;
        tab.until("the dialog thanks", &ask("return root.querySelector('[role=status]')?.textContent === 'Danke!'")).await;
        tab.ask::<bool>(&ask("root.querySelector('button').click(); return true")).await;
        tab.until("the page hears that it is closed", "return document.title === 'closed'").await;
        let left: bool = tab.ask("return 'showErrorPage' in window || document.querySelector('body > div') !== null").await;
        assert!(!left, "nothing is left behind");
    })
    .await;
    let row: Value = at.list("feedback").await.remove(0);
    assert_eq!((&row["message"], &row["email"]), (&"It broke.".into(), &"ada@example.org".into()));
    assert_eq!(row["associated_event_id"], traffic::event_id(1));
}

/// A page that shows the dialog as the clients do it.
async fn failing_page(at: &Installation) -> Site {
    let id = traffic::event_id(1);
    let texts = format!("title={}&email=ada%40example.org&successMessage=Danke!", encode("<b>Oh</b> no"));
    let address = format!("{}/api/embed/error-page/?dsn={}&eventId={id}&{texts}", at.url, encode(&at.dsn()));
    let script = format!(
        "addEventListener('message', event => {{
           if (event.data === '__sentry_reportdialog_closed__') document.title = 'closed';
         }});
         const script = document.createElement('script');
         script.async = true;
         script.crossOrigin = 'anonymous';
         script.src = {address:?};
         document.head.append(script);"
    );
    let page = "<!DOCTYPE html><title>Cart</title><h1>Something went wrong</h1><script src=page.js></script>";
    let files = vec![
        File { path: "/", content_type: "text/html", content: page.into() },
        File { path: "/page.js", content_type: "text/javascript", content: script.into() },
    ];
    let policy = format!("default-src 'self'; script-src 'self' {0}; connect-src {0}", at.url);
    Site::serve(files, &policy).await
}
