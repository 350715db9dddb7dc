//! What Sentry's tools do with `/api/0`, request by request: bundles, chunks, putting together.

use std::io::{Cursor, Write};

use flate2::Compression;
use flate2::write::GzEncoder;
use reqwest::{Method, RequestBuilder, Response, StatusCode};
use serde_json::{Value, json};
use sha1::{Digest, Sha1};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::Installation;
use crate::clients::tests_path;

/// The debug id that the fixture is uploaded with.
pub const DEBUG_ID: &str = "0e2a8625-de11-5a44-8446-678d9dc6342b";
/// Where the fixture's script runs.
pub const SCRIPT_URL: &str = "https://shop.example/static/app.min.js";

/// A file of the fixture, `dist/app.min.js` or its map.
pub fn fixture(path: &str) -> Vec<u8> {
    std::fs::read(tests_path("fixtures/source_maps").join(path)).expect("the fixture")
}

/// The fixture as `sentry-cli` bundles it; without a debug id, only release and address say what it is.
pub fn bundle(debug_id: Option<&str>) -> Vec<u8> {
    let mut script = json!({ "Sourcemap": "app.min.js.map" });
    let mut map = json!({});
    if let Some(id) = debug_id {
        script["debug-id"] = json!(id);
        map["debug-id"] = json!(id);
    }
    let manifest = json!({ "files": {
        "_/_/static/app.min.js": { "type": "minified_source", "url": "~/static/app.min.js", "headers": script },
        "_/_/static/app.min.js.map": { "type": "source_map", "url": "~/static/app.min.js.map", "headers": map },
    } });
    archive(&[
        ("manifest.json", manifest.to_string().into_bytes()),
        ("_/_/static/app.min.js", fixture("dist/app.min.js")),
        ("_/_/static/app.min.js.map", fixture("dist/app.min.js.map")),
    ])
}

/// A zip archive of these files.
pub fn archive(files: &[(&str, Vec<u8>)]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in files {
        zip.start_file(*name, SimpleFileOptions::default()).expect("a file");
        zip.write_all(content).expect("its content");
    }
    zip.finish().expect("an archive").into_inner()
}

/// SHA-1 as tools write it.
pub fn sha1(content: &[u8]) -> String {
    Sha1::digest(content).iter().fold(String::new(), |text, byte| format!("{text}{byte:02x}"))
}

impl Installation {
    /// A request of a tool with the owner's token; `path` begins behind `/api/0/`.
    pub fn tool(&self, method: Method, path: &str) -> RequestBuilder {
        self.client.request(method, format!("{}/api/0/{path}", self.url)).bearer_auth(&self.token)
    }

    /// Asks to put a bundle of one chunk together.
    pub async fn assemble(&self, bundle: &[u8], project: &str, more: Value) -> Value {
        let checksum = sha1(bundle);
        let mut body = json!({ "checksum": checksum, "chunks": [checksum], "projects": [project] });
        body.as_object_mut().expect("an object").extend(more.as_object().cloned().unwrap_or_default());
        let request = self.tool(Method::POST, "organizations/fernbrook/artifactbundle/assemble/");
        let answer = request.json(&body).send().await.expect("an answer");
        assert_eq!(answer.status(), StatusCode::OK);
        answer.json().await.expect("JSON")
    }

    /// Sends one chunk under a name.
    pub async fn send_chunk(&self, name: &str, content: &[u8]) -> Response {
        let mut gzip = GzEncoder::new(Vec::new(), Compression::default());
        gzip.write_all(content).expect("it compresses");
        let gzipped = gzip.finish().expect("it compresses");
        let head = format!("--b\r\nContent-Disposition: form-data; name=\"file_gzip\"; filename=\"{name}\"\r\n\r\n");
        let body = [head.as_bytes(), &gzipped, b"\r\n--b--\r\n"].concat();
        let request = self.tool(Method::POST, "organizations/fernbrook/chunk-upload/");
        let request = request.header("content-type", "multipart/form-data; boundary=b").body(body);
        request.send().await.expect("an answer")
    }

    /// Uploads a bundle as a tool does, until it counts.
    pub async fn upload(&self, bundle: &[u8], project: &str, more: Value) {
        let asked = self.assemble(bundle, project, more.clone()).await;
        assert_eq!((&asked["state"], &asked["missingChunks"]), (&json!("not_found"), &json!([sha1(bundle)])));
        assert_eq!(self.send_chunk(&sha1(bundle), bundle).await.status(), StatusCode::OK);
        crate::eventually("the bundle is ready", async || {
            (self.assemble(bundle, project, more.clone()).await["state"] == "ok").then_some(())
        })
        .await;
    }
}

/// The fixture's error as the browser SDK reports it.
pub fn script_error(debug_id: Option<&str>) -> Value {
    let frame = |function: &str, colno: u32| {
        json!({
            "filename": SCRIPT_URL, "abs_path": SCRIPT_URL, "function": function, "lineno": 1, "colno": colno, "in_app": true,
        })
    };
    let frames = [frame("Object.c [as pay]", 444), frame("n.submit", 395), frame("a", 260), frame("p", 214)];
    let images = debug_id.map(|id| json!([{ "type": "sourcemap", "code_file": SCRIPT_URL, "debug_id": id }]));
    json!({
        "platform": "javascript",
        "release": "shop@1.0.0",
        "exception": { "values": [{
            "type": "TypeError",
            "value": "Cannot read properties of undefined (reading 'rate')",
            "stacktrace": { "frames": frames },
        }] },
        "debug_meta": { "images": images.unwrap_or_else(|| json!([])) },
    })
}
