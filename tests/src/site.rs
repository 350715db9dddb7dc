//! A foreign web site: fixed files on a port of its own, which is an origin of its own to a browser.

use axum::Router;
use axum::http::header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use axum::routing::get;
use tokio::net::TcpListener;
use tokio::task::JoinSet;

/// Gone when dropped.
pub struct Site {
    /// Without a trailing slash.
    pub url: String,
    _serving: JoinSet<()>,
}

/// What a site answers under one path.
pub struct File {
    pub path: &'static str,
    pub content_type: &'static str,
    pub content: Vec<u8>,
}

impl Site {
    /// Serves these files, each under this content security policy.
    pub async fn serve(files: Vec<File>, policy: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let router = files.into_iter().fold(Router::new(), |router, File { path, content_type, content }| {
            let headers = [(CONTENT_TYPE, content_type.to_owned()), (CONTENT_SECURITY_POLICY, policy.to_owned())];
            router.route(path, get(async || (headers, content)))
        });
        let mut serving = JoinSet::new();
        serving.spawn(async { axum::serve(listener, router).await.expect("serving never fails") });
        Self { url, _serving: serving }
    }
}
