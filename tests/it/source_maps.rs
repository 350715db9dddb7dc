//! Source maps: uploaded as Sentry's tools do, applied to what browsers send, and what is said when there are none.

use fieldfare_app::api::Role;
use fieldfare_tests::uploads::{DEBUG_ID, SCRIPT_URL, archive, bundle, fixture, script_error, sha1};
use fieldfare_tests::{Database, Envelope, Installation, Page, clients, eventually};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

crate::on_each_database!(
    maps_that_come_after_the_event_link_what_comes_after_them,
    without_debug_ids_release_and_address_decide,
    debug_ids_belong_to_their_project,
    mapped_frames_are_found_by_search_and_cannot_be_forged,
    tools_need_a_token_that_may_change_something,
    bad_bundles_are_refused_with_a_reason,
    releases_are_announced_finished_and_removed,
    files_may_be_uploaded_one_by_one,
    the_doctor_has_a_page_and_leads_delete_uploads,
    what_nobody_names_is_swept,
    sentrys_command_line_is_content,
);

async fn send(at: &Installation, n: u32, payload: &Value) -> Value {
    let id = format!("{n:032x}");
    at.send(Envelope::of(&id).item("event", payload)).await;
    at.get(&format!("events/{id}")).await
}

/// Function, file and line of each frame.
fn frames(event: &Value) -> Vec<(&str, &str, u64)> {
    let frames = event["exception"]["values"][0]["stacktrace"]["frames"].as_array().expect("frames");
    let shown = frames.iter().map(|frame| (text(&frame["function"]), text(&frame["filename"]), &frame["lineno"]));
    shown.map(|(function, file, line)| (function, file, line.as_u64().unwrap_or_default())).collect()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

const MAPPED: [(&str, &str, u64); 4] = [
    ("pay", "src/main.ts", 4),
    ("submit", "src/checkout.ts", 8),
    ("totalOf", "src/cart.ts", 11),
    ("priceOf", "src/cart.ts", 6),
];

async fn misses(at: &Installation, project: &str) -> Vec<Value> {
    let report = at.get(&format!("projects/{project}/source-maps")).await;
    report["misses"].as_array().expect("misses").clone()
}

async fn maps_that_come_after_the_event_link_what_comes_after_them(database: Database) {
    let at = Installation::on(database).await;
    let sent = script_error(Some(DEBUG_ID));
    let before = send(&at, 1, &sent).await;
    assert_eq!(frames(&before)[3], ("p", SCRIPT_URL, 1));
    let [miss] = misses(&at, "shop").await.try_into().expect("one script");
    assert_eq!((&miss["reason"], &miss["debug_id"]), (&json!("nothing_uploaded"), &json!(DEBUG_ID)));
    assert_eq!(
        (&miss["url"], &miss["release"], &miss["events"]),
        (&json!(SCRIPT_URL), &json!("shop@1.0.0"), &json!(1))
    );

    at.upload(&bundle(Some(DEBUG_ID)), "shop", json!({})).await;
    let relinked = at.get(&format!("events/{:032x}", 1)).await;
    assert_eq!(frames(&relinked), MAPPED, "an event of before is mapped too");
    let after = send(&at, 2, &sent).await;
    assert_eq!(frames(&after), MAPPED);
    assert_eq!(after["issue"], before["issue"]);
    assert_eq!(after["grouping"], relinked["grouping"]);
    let frame = &after["exception"]["values"][0]["stacktrace"]["frames"][3];
    assert_eq!(frame["context_line"], "  return item.price * (1 - item.discount!.rate);");
    assert_eq!(frame["pre_context"][4], "  // An item without a discount is the bug of this fixture.");
    assert_eq!(frame["post_context"][0], "}");
    assert_eq!(frame["generated"], json!({ "path": SCRIPT_URL, "function": "p", "lineno": 1, "colno": 214 }));
    assert_eq!(after["raw"], sent, "what was sent is untouched");
    let issues = at.list("issues").await;
    assert_eq!((issues.len(), &issues[0]["events"]), (1, &json!(2)));
    assert_eq!(misses(&at, "shop").await[0]["reason"], "uploaded_since");
}

async fn without_debug_ids_release_and_address_decide(database: Database) {
    let at = Installation::on(database).await;
    at.upload(&bundle(None), "shop", json!({ "version": "shop@1.0.0", "dist": "42" })).await;
    let mut sent = script_error(None);
    sent["dist"] = json!("42");
    assert_eq!(frames(&send(&at, 1, &sent).await), MAPPED);
    sent["dist"] = json!("43");
    assert_eq!(frames(&send(&at, 2, &sent).await)[3].0, "p");
    sent["release"] = json!("shop@2.0.0");
    send(&at, 3, &sent).await;
    let mut moved = script_error(None);
    moved["dist"] = json!("42");
    moved["exception"]["values"][0]["stacktrace"]["frames"][3]["abs_path"] = json!("https://shop.example/app.min.js");
    send(&at, 4, &moved).await;
    moved.as_object_mut().expect("an object").remove("release");
    send(&at, 5, &moved).await;

    let misses = misses(&at, "shop").await;
    let why = |url: &str, release: Value| {
        let miss = misses.iter().find(|miss| miss["url"] == url && miss["release"] == release);
        miss.unwrap_or_else(|| panic!("{url} {release} in {misses:?}"))
    };
    assert_eq!(why(SCRIPT_URL, json!("shop@2.0.0"))["reason"], "other_release");
    let detail = why(SCRIPT_URL, json!("shop@1.0.0"))["detail"].as_str().expect("a detail");
    assert!(detail.contains("release shop@1.0.0, distribution 42"), "{detail}");
    let elsewhere = why("https://shop.example/app.min.js", json!("shop@1.0.0"));
    assert_eq!(
        (&elsewhere["reason"], &elsewhere["similar"]),
        (&json!("not_in_release"), &json!("~/static/app.min.js"))
    );
    assert_eq!(why("https://shop.example/app.min.js", Value::Null)["reason"], "nothing_to_go_by");
    let releases = at.list("releases?project=shop").await;
    assert!(releases.iter().any(|release| release["version"] == "shop@1.0.0"), "{releases:?}");
}

async fn debug_ids_belong_to_their_project(database: Database) {
    let at = Installation::on(database).await;
    let cookie = at.sign_in().await;
    at.post_form("/fn/create_project", &[("name", "Other"), ("platform", "javascript")], &cookie).await;
    at.upload(&bundle(Some(DEBUG_ID)), "other", json!({})).await;
    let event = send(&at, 1, &script_error(Some(DEBUG_ID))).await;
    assert_eq!(frames(&event)[3].0, "p");
    assert_eq!(misses(&at, "shop").await[0]["reason"], "nothing_uploaded");
    at.upload(&bundle(None), "shop", json!({ "version": "x" })).await;
    assert_eq!(misses(&at, "shop").await[0]["reason"], "other_release");
}

async fn mapped_frames_are_found_by_search_and_cannot_be_forged(database: Database) {
    let at = Installation::on(database).await;
    at.upload(&bundle(Some(DEBUG_ID)), "shop", json!({})).await;
    let mut forged = script_error(None);
    let place = json!({ "path": SCRIPT_URL, "function": "p", "lineno": 1, "colno": 214 });
    forged["_fieldfare"] = json!({ "frames": [{ "generated": place, "filename": "forged.ts", "lineno": 7 }] });
    let event = send(&at, 1, &forged).await;
    assert_eq!(frames(&event)[3], ("p", SCRIPT_URL, 1));
    assert_eq!(event["raw"].get("_fieldfare"), None);
    send(&at, 2, &script_error(Some(DEBUG_ID))).await;
    at.indexed().await;
    let hits = at.list("search?query=priceOf").await;
    assert_eq!(hits.len(), 1, "{hits:?}");
}

async fn tools_need_a_token_that_may_change_something(database: Database) {
    let at = Installation::on(database).await;
    let viewer = at.member("Vera", Role::Viewer).await;
    let developer = at.member("Dora", Role::Developer).await;
    let ask = async |method: Method, path: &str, token: &str| {
        let request = at.client.request(method, format!("{}/api/0/{path}", at.url)).bearer_auth(token);
        let answer = request.json(&json!({ "version": "a", "projects": ["shop"] })).send().await.expect("an answer");
        let (status, body): (_, Value) = (answer.status(), answer.json().await.expect("JSON"));
        assert!(status.is_success() || body["detail"].is_string(), "{path}: {body}");
        status
    };
    let releases = "organizations/fernbrook/releases/";
    for (method, path, token, status) in [
        (Method::GET, "", "ff_nonsense", StatusCode::UNAUTHORIZED),
        (Method::GET, "", &*viewer.token, StatusCode::OK),
        (Method::GET, releases, &viewer.token, StatusCode::OK),
        (Method::POST, releases, &viewer.token, StatusCode::FORBIDDEN),
        (Method::POST, releases, &developer.token, StatusCode::CREATED),
        (Method::GET, "organizations/Fernbrook/releases", &developer.token, StatusCode::OK),
        (Method::GET, "organizations/other/releases/", &developer.token, StatusCode::NOT_FOUND),
        (Method::GET, "projects/fernbrook/other/", &developer.token, StatusCode::NOT_FOUND),
        (Method::GET, "organizations/fernbrook/alert-rules/", &developer.token, StatusCode::NOT_FOUND),
        (Method::PUT, "users/me/regions/", &developer.token, StatusCode::METHOD_NOT_ALLOWED),
    ] {
        assert_eq!(ask(method.clone(), path, token).await, status, "{method} {path}");
    }
    let nobody = at.client.get(format!("{}/api/0/organizations/", at.url)).send().await.expect("an answer");
    assert_eq!(nobody.status(), StatusCode::UNAUTHORIZED);
}

async fn bad_bundles_are_refused_with_a_reason(database: Database) {
    let at = Installation::on(database).await;
    assert_eq!(at.send_chunk(&sha1(b"one thing"), b"another").await.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(at.send_chunk("../../etc/passwd", b"another").await.status(), StatusCode::BAD_REQUEST);
    let too_large = vec![0; 8 * 1024 * 1024 + 1];
    assert_eq!(at.send_chunk(&sha1(&too_large), &too_large).await.status(), StatusCode::PAYLOAD_TOO_LARGE);
    let bomb = archive(&[
        ("manifest.json", br#"{"files":{"a.js":{"type":"minified_source","url":"~/a.js"}}}"#.to_vec()),
        ("a.js", vec![b' '; 4 * 1024 * 1024]),
    ]);
    for (bad, reason) in [(b"no archive".to_vec(), "not a zip archive"), (bomb, "compressed more than")] {
        at.send_chunk(&sha1(&bad), &bad).await;
        let answer = at.assemble(&bad, "shop", json!({})).await;
        assert_eq!(answer["state"], "error");
        assert!(answer["detail"].as_str().is_some_and(|detail| detail.contains(reason)), "{answer}");
    }
    let chunk = sha1(b"no archive");
    let body = json!({ "checksum": sha1(b"else"), "chunks": [chunk], "projects": ["shop"] });
    let request = at.tool(Method::POST, "organizations/fernbrook/artifactbundle/assemble/").json(&body);
    let answer: Value = request.send().await.expect("an answer").json().await.expect("JSON");
    assert_eq!(answer["detail"], "the chunks together are not what the checksum says");

    let mut broken = archive(&[
        ("manifest.json", br#"{"files":{"a.map":{"type":"source_map","url":"~/static/app.min.js.map"}}}"#.to_vec()),
        ("a.map", b"no map".to_vec()),
    ]);
    at.upload(&broken, "shop", json!({ "version": "shop@1.0.0" })).await;
    send(&at, 1, &script_error(None)).await;
    assert_eq!(misses(&at, "shop").await[0]["reason"], "broken");
    broken.clear();
    let natives = at.tool(Method::POST, "projects/fernbrook/shop/files/difs/assemble/");
    let answer =
        natives.json(&json!({ sha1(b"elf"): { "name": "a.so", "chunks": [] } })).send().await.expect("an answer");
    let answer: Value = answer.json().await.expect("JSON");
    assert_eq!(answer[sha1(b"elf")]["state"], "error");
}

async fn releases_are_announced_finished_and_removed(database: Database) {
    let at = Installation::on(database).await;
    let ask = async |method: Method, path: &str, body: Value| {
        let answer = at.tool(method, path).json(&body).send().await.expect("an answer");
        let status = answer.status();
        (status, answer.text().await.expect("a body").parse::<Value>().unwrap_or_default())
    };
    let organization = "organizations/fernbrook/releases/";
    let (status, made) =
        ask(Method::POST, organization, json!({ "version": "shop@1.0+7", "projects": ["shop"] })).await;
    assert_eq!((status, &made["version"]), (StatusCode::CREATED, &json!("shop@1.0+7")));
    assert!(made["dateCreated"].is_string());
    let (status, _) = ask(Method::POST, "projects/fernbrook/shop/releases/", json!({ "version": "shop@1.0+7" })).await;
    assert_eq!(status, StatusCode::ALREADY_REPORTED);

    let commits = json!([{ "id": "c2", "repository": "a/b", "message": "two", "timestamp": "2026-11-01T00:00:00Z" }, { "id": "c1" }]);
    let one = "organizations/fernbrook/releases/shop%401.0%2B7/";
    let (status, _) = ask(Method::PUT, one, json!({ "commits": commits, "projects": ["shop"] })).await;
    assert_eq!(status, StatusCode::OK);
    let (_, listed) = ask(Method::GET, &format!("{one}commits/"), Value::Null).await;
    assert_eq!((&listed[0]["id"], &listed[1]["id"]), (&json!("c2"), &json!("c1")));
    let (_, previous) =
        ask(Method::GET, "projects/fernbrook/shop/releases/b%2Fc/previous-with-commits/", Value::Null).await;
    assert_eq!(previous["lastCommit"]["id"], "c2");

    let released = json!({ "dateReleased": "2026-11-02T03:04:05.678901234Z", "projects": ["shop"] });
    ask(Method::PUT, one, released).await;
    let release = at.get("releases/shop%401.0%2B7?project=shop").await;
    assert_eq!(release["released_at"], "2026-11-02T03:04:05.678Z", "{release}");
    let deploys = format!("{one}deploys/");
    let (status, _) = ask(Method::POST, &deploys, json!({ "environment": "production", "name": "blue" })).await;
    assert_eq!(status, StatusCode::CREATED);
    let (_, listed) = ask(Method::GET, &deploys, Value::Null).await;
    assert_eq!((&listed[0]["environment"], &listed[0]["name"]), (&json!("production"), &json!("blue")));

    let (status, _) = ask(Method::DELETE, one, Value::Null).await;
    assert_eq!(status, StatusCode::NO_CONTENT);
    assert_eq!(ask(Method::GET, one, Value::Null).await.0, StatusCode::NOT_FOUND);
    send(&at, 1, &script_error(None)).await;
    let (status, refused) = ask(Method::DELETE, "projects/fernbrook/shop/releases/shop@1.0.0/", Value::Null).await;
    assert_eq!(status, StatusCode::CONFLICT, "{refused}");
}

async fn files_may_be_uploaded_one_by_one(database: Database) {
    let at = Installation::on(database).await;
    for (name, header, file) in [
        ("~/static/app.min.js", "Sourcemap:app.min.js.map", "dist/app.min.js"),
        ("~/static/app.min.js.map", "", "dist/app.min.js.map"),
    ] {
        let field = |name: &str, value: &str| {
            format!("--b\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
        };
        let head = [field("name", name), field("header", header)].concat();
        let file_head = "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"x\"\r\n\r\n";
        let body = [head.as_bytes(), file_head.as_bytes(), &fixture(file), b"\r\n--b--\r\n"].concat();
        let request = at.tool(Method::POST, "projects/fernbrook/shop/releases/shop@1.0.0/files/");
        let answer = request.header("content-type", "multipart/form-data; boundary=b").body(body).send().await;
        assert_eq!(answer.expect("an answer").status(), StatusCode::CREATED);
    }
    let ready = async || {
        let bundles = at.list("projects/shop/artifacts").await;
        (bundles[0]["ready"] == true).then(|| bundles[0].clone())
    };
    let upload = eventually("the files count", ready).await;
    assert_eq!((&upload["release"], &upload["files"]), (&json!("shop@1.0.0"), &json!(2)));
    assert_eq!(frames(&send(&at, 1, &script_error(None)).await), MAPPED);
    let listed = at.tool(Method::GET, "projects/fernbrook/shop/releases/shop@1.0.0/files/").send().await;
    let listed: Value = listed.expect("an answer").json().await.expect("JSON");
    assert_eq!(listed.as_array().map(Vec::len), Some(2));
}

async fn the_doctor_has_a_page_and_leads_delete_uploads(database: Database) {
    let at = Installation::on(database).await;
    let cookie = at.sign_in().await;
    let path = "/projects/shop/settings/source-maps";
    let page = Page::of(at.page(path, &cookie).await).await;
    assert!(page.text().contains("No source maps yet"), "{}", page.text());
    send(&at, 1, &script_error(Some(DEBUG_ID))).await;
    at.upload(&bundle(Some(DEBUG_ID)), "shop", json!({ "version": "shop@0.9.0" })).await;
    let mut other = script_error(Some("11111111-2222-4333-8444-555555555555"));
    other["exception"]["values"][0]["stacktrace"]["frames"][3]["abs_path"] = json!("https://shop.example/other.js");
    other["debug_meta"]["images"][0]["code_file"] = json!("https://shop.example/other.js");
    send(&at, 2, &other).await;
    let page = Page::of(at.page(path, &cookie).await).await;
    for fact in ["shop@0.9.0", "11111111-2222-4333-8444-555555555555", "was not uploaded", "other.js"] {
        assert!(page.text().contains(fact), "{fact}: {}", page.text());
    }
    let issue = at.list("issues").await[0]["short_id"].as_str().expect("an id").to_owned();
    let shown = Page::of(at.page(&format!("/issues/{issue}?event=oldest"), &cookie).await).await;
    assert!(shown.text().contains("priceOf") && shown.text().contains("Ran at"), "{}", shown.text());

    let bundle_id = at.list("projects/shop/artifacts").await[0]["id"].to_string();
    let developer = at.member("Dora", Role::Developer).await;
    let form = [("slug", "shop"), ("bundle", &*bundle_id)];
    at.post_form_from(path, "/fn/delete_artifact_bundle", &form, &developer.cookie).await;
    assert_eq!(at.list("projects/shop/artifacts").await.len(), 1);
    at.post_form_from(path, "/fn/delete_artifact_bundle", &form, &cookie).await;
    assert_eq!(at.list("projects/shop/artifacts").await.len(), 0);
    let mapped = at.get(&format!("events/{:032x}", 1)).await;
    assert_eq!(frames(&mapped), MAPPED, "what was mapped stays mapped");
    let gone = at.api(Method::DELETE, &format!("projects/shop/artifacts/{bundle_id}")).send().await.expect("an answer");
    assert_eq!(gone.status(), StatusCode::NOT_FOUND);
}

async fn what_nobody_names_is_swept(database: Database) {
    const DAYS_MS: i64 = 2 * 24 * 3_600_000;
    let at = Installation::on(database).await;
    at.upload(&bundle(Some(DEBUG_ID)), "shop", json!({})).await;
    at.send_chunk(&sha1(b"never finished"), b"never finished").await;
    let maps = &at.state().source_maps;
    let stop = Default::default();
    let now = at.state().clock.now();
    assert_eq!(maps.sweep(now, &stop).await.expect("a sweep"), 0, "uploads have a day to finish");
    assert_eq!(maps.sweep(now + DAYS_MS, &stop).await.expect("a sweep"), 2, "both chunks, not the files");
    assert_eq!(frames(&send(&at, 1, &script_error(Some(DEBUG_ID))).await), MAPPED);
    let id = at.list("projects/shop/artifacts").await[0]["id"].to_string();
    at.api(Method::DELETE, &format!("projects/shop/artifacts/{id}")).send().await.expect("an answer");
    assert_eq!(maps.sweep(now + DAYS_MS, &stop).await.expect("a sweep"), 2, "script and map");
}

/// The usual steps of a release job, with both major versions of the real program.
async fn sentrys_command_line_is_content(database: Database) {
    let at = Installation::on(database).await;
    let folder = tempfile::tempdir().expect("a folder");
    for major in [2, 3] {
        for (name, content) in ["app.min.js", "app.min.js.map"].map(|name| (name, fixture(&format!("dist/{name}")))) {
            std::fs::write(folder.path().join(name), content).expect("a file");
        }
        let version = format!("shop@1.0.0+{major}");
        let at_url = at.url.as_str();
        let cli =
            async |arguments: &[&str]| clients::sentry_cli(major, (at_url, &at.token), folder.path(), arguments).await;
        cli(&["info"]).await;
        cli(&["releases", "new", &version]).await;
        cli(&["sourcemaps", "inject", "."]).await;
        cli(&["sourcemaps", "upload", "--release", &version, "--url-prefix", "~/static", "--wait", "."]).await;
        cli(&["releases", "finalize", &version]).await;
        match major {
            2 => cli(&["releases", "deploys", &version, "new", "-e", "production"]).await,
            _ => cli(&["deploys", "new", "--release", &version, "-e", "production"]).await,
        };
        cli(&["releases", "list"]).await;

        let script = std::fs::read_to_string(folder.path().join("app.min.js")).expect("the script");
        let debug_id = script.rsplit_once("debugId=").map(|(_, id)| id.trim().to_owned()).expect("an injected id");
        let mut sent = script_error(Some(&debug_id));
        sent["release"] = json!(version);
        // The injected snippet stands in a line or in columns of its own before the script.
        let (line, column) = place_of(&script, "r.discount.rate");
        let frame = &mut sent["exception"]["values"][0]["stacktrace"]["frames"][3];
        (frame["lineno"], frame["colno"]) = (json!(line), json!(column + "r.discount.".len()));
        let event = send(&at, major, &sent).await;
        assert_eq!(frames(&event)[3], ("priceOf", "src/cart.ts", 6), "{event}");
        let release = at.get(&format!("releases/{}?project=shop", version.replace('+', "%2B"))).await;
        assert!(release["released_at"].is_string(), "{release}");
    }
}

/// Line and column of a text, both from 1.
fn place_of(script: &str, text: &str) -> (usize, usize) {
    let at = script.find(text).expect("the text");
    let line_start = script[..at].rfind('\n').map_or(0, |newline| newline + 1);
    (script[..at].matches('\n').count() + 1, at - line_start + 1)
}
