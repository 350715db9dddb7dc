//! Believable events by number: the same number makes the same event.

use serde_json::{Value, json};

/// Frames of every event, as deep as a web framework's stack.
const FRAMES: usize = 30;
/// Breadcrumbs of every event; with the frames they bring it to about 15 kB.
const BREADCRUMBS: usize = 20;

/// An envelope with one event of about 15 kB, in one of `issues` issues.
pub fn envelope(number: usize, issues: usize) -> Vec<u8> {
    let payload = event(number, number % issues.max(1)).to_string();
    let header = json!({"event_id": event_id(number), "sent_at": "2026-11-20T10:00:00Z"});
    format!("{header}\n{}\n{payload}\n", json!({"type": "event", "length": payload.len()})).into_bytes()
}

/// The id of the event with this number: 32 hexadecimal digits.
pub fn event_id(number: usize) -> String {
    let spread = (number as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    format!("{spread:016x}{number:016x}")
}

/// An error of a web shop in Python.
pub fn event(number: usize, issue: usize) -> Value {
    let frames: Vec<Value> = (0..FRAMES).map(|depth| frame(depth, issue)).collect();
    let plan = ["free", "team", "business"][number % 3];
    let breadcrumbs: Vec<Value> = (0..BREADCRUMBS).map(|step| breadcrumb(number, step)).collect();
    json!({
        "event_id": event_id(number),
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
