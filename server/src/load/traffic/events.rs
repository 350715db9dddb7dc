//! Believable events by number: the same number makes the same event.

use serde_json::{Value, json};

/// Frames of every event, as deep as a web framework's stack.
const FRAMES: usize = 24;
/// Breadcrumbs of every event; with the frames they bring it to about 15 kB.
const BREADCRUMBS: usize = 15;

/// An error of a web shop in Python.
pub(super) fn shop_error(number: usize, issue: usize) -> Value {
    let frames: Vec<Value> = (0..FRAMES).map(|depth| frame(depth, issue)).collect();
    let plan = ["free", "team", "business"][number % 3];
    let breadcrumbs: Vec<Value> = (0..BREADCRUMBS).map(|step| breadcrumb(number, step)).collect();
    json!({
        "platform": "python",
        "level": "error",
        "release": format!("shop@2.{}.0", number % 3),
        "environment": if number.is_multiple_of(10) { "staging" } else { "production" },
        "server_name": format!("web-{}", number % 4),
        "transaction": format!("shop.views.step_{issue}"),
        "user": {"id": format!("{}", number % 1_000), "email": format!("user{}@example.org", number % 1_000)},
        "tags": {"region": "eu", "plan": plan, "browser": "Firefox 145"},
        "exception": {"values": [{
            "type": format!("Step{issue}Error"),
            "value": format!("order {} could not be completed after {} ms", number * 7, number % 500),
            "mechanism": {"type": "django", "handled": false},
            "stacktrace": {"frames": frames},
        }]},
        "breadcrumbs": {"values": breadcrumbs},
        "request": {
            "url": "https://shop.example.org/checkout", "method": "POST",
            "headers": {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0", "Accept": "text/html"},
        },
        "contexts": {"runtime": {"name": "CPython", "version": "3.13.1"}, "os": {"name": "Linux", "version": "6.12"}},
        "sdk": {"name": "sentry.python.django", "version": "2.75.0"},
    })
}

fn frame(depth: usize, issue: usize) -> Value {
    let in_app = depth >= FRAMES - 8;
    let package = if in_app { "shop" } else { "django/core" };
    json!({
        "filename": format!("{package}/module_{depth}.py"),
        "abs_path": format!("/srv/app/{package}/module_{depth}.py"),
        "function": format!("handle_{depth}_{}", if in_app { issue } else { 0 }),
        "module": format!("{}.module_{depth}", package.replace('/', ".")),
        "lineno": 40 + depth,
        "in_app": in_app,
        "pre_context": ["def handle(self, request):", "    basket = self.basket(request)", "    if not basket.is_open():"],
        "context_line": format!("    raise Step{issue}Error(basket.number, elapsed)"),
        "post_context": ["    return self.render(request, basket)", ""],
        "vars": {"self": "<CheckoutView object>", "basket": format!("<Basket {depth}>"), "elapsed": "412"},
    })
}

fn breadcrumb(number: usize, step: usize) -> Value {
    json!({
        "timestamp": format!("2026-11-20T09:59:{step:02}Z"),
        "type": "http", "category": "httplib", "level": "info",
        "data": {"url": format!("https://stock.example.org/items/{}", number + step), "method": "GET", "status_code": 200, "reason": "OK"},
    })
}

/// Frames of an error in a browser.
const BROWSER_FRAMES: usize = 20;

/// An error of the shop's page, as the browser SDK sends it: bundled code, no source maps.
pub(super) fn browser_error(number: usize, issue: usize) -> Value {
    let frames: Vec<Value> = (0..BROWSER_FRAMES)
        .map(|depth| {
            json!({
                "filename": "https://shop.example.org/assets/app-DbQ2xY9p.js", "function": format!("renderStep{issue}Part{depth}"),
                "lineno": 1, "colno": 400 + depth * 37, "in_app": true,
            })
        })
        .collect();
    json!({
        "platform": "javascript",
        "level": "error",
        "release": format!("shop-web@5.{}.0", number % 3),
        "environment": "production",
        "user": {"id": format!("{}", number % 1_000)},
        "tags": {"route": format!("/step/{issue}"), "locale": "en-GB"},
        "exception": {"values": [{
            "type": "TypeError",
            "value": format!("Cannot read properties of undefined (reading 'step{issue}')"),
            "mechanism": {"type": "onerror", "handled": false},
            "stacktrace": {"frames": frames},
        }]},
        "breadcrumbs": {"values": (0..BREADCRUMBS).map(|step| breadcrumb(number, step)).collect::<Vec<_>>()},
        "request": {"url": format!("https://shop.example.org/step/{issue}"), "headers": {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0"}},
        "contexts": {"browser": {"name": "Firefox", "version": "145.0"}},
        "sdk": {"name": "sentry.javascript.browser", "version": "11.12.0"},
    })
}

/// What a user of the shop complains about.
pub(super) fn complaint(number: usize, issue: usize) -> Value {
    const COMPLAINTS: [&str; 4] = [
        "the button does nothing on step",
        "I was charged twice at step",
        "the page stays white after step",
        "please make the text larger on step",
    ];
    json!({
        "type": "feedback",
        "release": format!("shop@2.{}.0", number % 3),
        "environment": "production",
        "contexts": {"feedback": {
            "message": format!("{} {issue}, since yesterday", COMPLAINTS[number % COMPLAINTS.len()]),
            "contact_email": format!("user{}@example.org", number % 1_000), "url": "https://shop.example.org/checkout",
        }},
    })
}
