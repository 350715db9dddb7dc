//! What a client said of itself beside the message: browser, system, screen. Values in, values out.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::protocol::user_agent::Agent;

/// Longest fact shown, characters; more is a mistake of the client.
const FACT_CHARS_MAX: usize = 200;

/// Facts as label and text, in the order a person asks for them; only those that are there.
pub(super) fn facts(payload: &Value) -> Vec<(String, String)> {
    let user_agent = header(payload, "user-agent");
    let found = [
        ("Browser", named(payload, "browser").or_else(|| user_agent.and_then(browser))),
        ("System", named(payload, "os").or_else(|| user_agent.and_then(system))),
        ("Device", device(payload)),
        ("Viewport", viewport(payload)),
        ("Language", language(payload)),
        ("App", named(payload, "app")),
        ("User agent", user_agent.map(str::to_owned)),
    ];
    found.into_iter().filter_map(|(label, fact)| Some((label.to_owned(), shortened(&fact?)))).collect()
}

/// Tags, in either shape clients send: an object, or a list of pairs.
pub(super) fn tags(payload: &Value) -> BTreeMap<String, String> {
    match payload.get("tags") {
        Some(Value::Object(tags)) => tags.iter().filter_map(|(key, value)| Some((key.clone(), text(value)?))).collect(),
        Some(Value::Array(pairs)) => pairs.iter().filter_map(pair).collect(),
        _ => BTreeMap::new(),
    }
}

fn pair(pair: &Value) -> Option<(String, String)> {
    Some((text(pair.get(0)?)?, text(pair.get(1)?)?))
}

fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) if !text.trim().is_empty() => Some(text.trim().to_owned()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(truth) => Some(truth.to_string()),
        _ => None,
    }
}

fn context<'a>(payload: &'a Value, context: &str, key: &str) -> Option<&'a Value> {
    payload.get("contexts")?.get(context)?.get(key)
}

/// A context with a name and a version.
fn named(payload: &Value, of: &str) -> Option<String> {
    let part = |key: &str| context(payload, of, key).and_then(text);
    let name = part("name").or_else(|| part("app_name"))?;
    match part("version").or_else(|| part("app_version")) {
        Some(version) => Some(format!("{name} {version}")),
        None => Some(name),
    }
}

fn device(payload: &Value) -> Option<String> {
    ["model", "family", "name"].into_iter().find_map(|key| context(payload, "device", key).and_then(text))
}

fn viewport(payload: &Value) -> Option<String> {
    if let Some(written) = context(payload, "feedback", "viewport").or_else(|| context(payload, "viewport", "size")) {
        return text(written);
    }
    let side = |of: &str, short: &str, long: &str| {
        context(payload, of, short).or_else(|| context(payload, of, long)).and_then(Value::as_u64)
    };
    let of = |of: &str| Some((side(of, "width", "screen_width_pixels")?, side(of, "height", "screen_height_pixels")?));
    let (width, height) = of("viewport").or_else(|| of("screen")).or_else(|| of("device"))?;
    Some(format!("{width} × {height}"))
}

fn language(payload: &Value) -> Option<String> {
    let contexts = [("culture", "locale"), ("feedback", "locale"), ("viewport", "locale"), ("app", "locale")];
    let said = contexts.into_iter().find_map(|(of, key)| context(payload, of, key).and_then(text));
    said.or_else(|| header(payload, "accept-language").and_then(|all| all.split([',', ';']).next().map(str::to_owned)))
}

/// A request header, whatever its case, in either shape clients send.
fn header<'a>(payload: &'a Value, name: &str) -> Option<&'a str> {
    match payload.get("request")?.get("headers")? {
        Value::Object(headers) => {
            headers.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).and_then(|(_, value)| value.as_str())
        }
        Value::Array(pairs) => pairs
            .iter()
            .find(|pair| pair.get(0).and_then(Value::as_str).is_some_and(|key| key.eq_ignore_ascii_case(name)))
            .and_then(|pair| pair.get(1)?.as_str()),
        _ => None,
    }
}

/// A browser by name and the first number of its version, which is all that tells them apart.
fn browser(user_agent: &str) -> Option<String> {
    let browser = Agent::read(user_agent).browser?;
    Some(browser.major().map_or_else(|| browser.name.to_owned(), |major| format!("{} {major}", browser.name)))
}

fn system(user_agent: &str) -> Option<String> {
    let os = Agent::read(user_agent).os?;
    Some(os.version().map_or_else(|| os.name.to_owned(), |version| format!("{} {version}", os.name)))
}

fn shortened(fact: &str) -> String {
    match fact.char_indices().nth(FACT_CHARS_MAX) {
        Some((end, _)) => format!("{}…", &fact[..end]),
        None => fact.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn facts_come_from_contexts_and_else_from_headers() {
        let told = json!({"contexts": {"browser": {"name": "Firefox", "version": "140.0"}, "os": {"name": "Debian"},
            "viewport": {"width": 800, "height": 600}, "culture": {"locale": "de-DE"}}});
        let pairs =
            [("Browser", "Firefox 140.0"), ("System", "Debian"), ("Viewport", "800 × 600"), ("Language", "de-DE")];
        assert_eq!(facts(&told), pairs.map(|(label, fact)| (label.to_owned(), fact.to_owned())));

        let agent =
            "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36";
        let silent = json!({"request": {"headers": [["User-Agent", agent], ["Accept-Language", "fr-CH,fr;q=0.9"]]}});
        let labels: Vec<_> = facts(&silent).into_iter().map(|(label, fact)| format!("{label}: {fact}")).collect();
        let expected = ["Browser: Chrome 156", "System: Linux", "Language: fr-CH", &format!("User agent: {agent}")];
        assert_eq!(labels, expected);
        assert_eq!(facts(&json!({"contexts": 1, "request": []})), []);
    }

    #[test]
    fn tags_are_read_in_both_shapes() {
        let expected = BTreeMap::from([("plan".to_owned(), "pro".to_owned()), ("seats".to_owned(), "3".to_owned())]);
        assert_eq!(tags(&json!({"tags": {"plan": "pro", "seats": 3, "no": null}})), expected);
        assert_eq!(tags(&json!({"tags": [["plan", "pro"], ["seats", "3"], ["no"], 7]})), expected);
    }
}
