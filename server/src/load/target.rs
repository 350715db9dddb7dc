//! Where load may go: the installation whose token the caller holds, and nowhere else.

use anyhow::{Context, bail, ensure};
use http::{Request, StatusCode, Uri, header};
use serde_json::Value;

use super::connection::{Connection, Place};

/// A project that the caller may load.
#[derive(Clone, Debug)]
pub(super) struct Target {
    pub(super) place: Place,
    pub(super) project_id: i64,
    public_key: String,
    token: String,
}

impl Target {
    /// The project of a DSN, once its installation has accepted the token and named the DSN's key as one of its own.
    pub(super) async fn own(dsn: &str, token: &str) -> anyhow::Result<Self> {
        let target = Self::of_dsn(dsn, token)?;
        let mut connection = Connection::open(&target.place).await?;
        let slug = target.slug(&mut connection).await?;
        let keys = target.get(&mut connection, &format!("projects/{slug}/keys")).await?;
        let keys = keys["data"].as_array().or(keys.as_array()).context("the installation lists no keys")?;
        ensure!(
            keys.iter().any(|key| key["public_key"] == target.public_key.as_str()),
            "this installation does not know the key of the DSN"
        );
        Ok(target)
    }

    fn of_dsn(dsn: &str, token: &str) -> anyhow::Result<Self> {
        let uri: Uri = dsn.parse().context("the DSN is not a URL")?;
        let authority = uri.authority().context("the DSN has no host")?.as_str();
        let (key, _) = authority.rsplit_once('@').context("the DSN has no key")?;
        let (prefix, project) = uri.path().rsplit_once('/').context("the DSN names no project")?;
        let public_key = key.split(':').next().unwrap_or_default().to_owned();
        let project_id = project.parse().context("the DSN names no project")?;
        Ok(Self { place: Place::of(&uri, prefix)?, project_id, public_key, token: token.to_owned() })
    }

    async fn slug(&self, connection: &mut Connection) -> anyhow::Result<String> {
        let projects = self.get(connection, "projects").await?;
        let projects =
            projects["data"].as_array().or(projects.as_array()).context("the installation lists no projects")?;
        let ours = projects.iter().find(|project| project["id"] == self.project_id);
        let slug = ours.and_then(|project| project["slug"].as_str());
        Ok(slug.context("the installation has no project of the DSN's number")?.to_owned())
    }

    /// Asks the JSON API, with the token.
    pub(super) async fn get(&self, connection: &mut Connection, path: &str) -> anyhow::Result<Value> {
        let (status, body) = connection.send(self.reading(path)?).await?;
        match status {
            StatusCode::OK => serde_json::from_slice(&body).context("the answer is not JSON"),
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => bail!("the installation does not accept the token"),
            other => bail!("{path} answered {other}; is this a Fieldfare installation?"),
        }
    }

    fn reading(&self, path: &str) -> anyhow::Result<Request<Vec<u8>>> {
        let request = Request::get(self.place.path(&format!("/api/v1/{path}")))
            .header(header::HOST, &self.place.host)
            .header(header::AUTHORIZATION, format!("Bearer {}", self.token));
        Ok(request.body(Vec::new())?)
    }

    /// A request with an envelope that is gzip already.
    pub(super) fn envelope(&self, body: Vec<u8>) -> anyhow::Result<Request<Vec<u8>>> {
        let path = self.place.path(&format!("/api/{}/envelope/", self.project_id));
        let request = Request::post(path)
            .header(header::HOST, &self.place.host)
            .header("x-sentry-auth", self.auth())
            .header(header::CONTENT_TYPE, "application/x-sentry-envelope")
            .header(header::CONTENT_ENCODING, "gzip");
        Ok(request.body(body)?)
    }

    /// What stands before the body of such a request on the wire; without a length it is sent in chunks.
    pub(super) fn head(&self, coding: Option<&str>, length: Option<u64>) -> String {
        let path = self.place.path(&format!("/api/{}/envelope/", self.project_id));
        let (host, auth) = (&self.place.host, self.auth());
        let coding = coding.map(|coding| format!("content-encoding: {coding}\r\n")).unwrap_or_default();
        let framing =
            length.map_or("transfer-encoding: chunked".to_owned(), |length| format!("content-length: {length}"));
        format!("POST {path} HTTP/1.1\r\nhost: {host}\r\nx-sentry-auth: {auth}\r\n{coding}{framing}\r\n\r\n")
    }

    fn auth(&self) -> String {
        format!("Sentry sentry_version=7, sentry_client=fieldfare.load/1, sentry_key={}", self.public_key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dsn_names_host_project_and_key() {
        let target = Target::of_dsn("https://0123abcd:old@fare.example.org:8443/sub/7", "t").unwrap();
        assert_eq!((target.project_id, target.public_key.as_str()), (7, "0123abcd"));
        let request = target.envelope(b"x".to_vec()).unwrap();
        assert_eq!(
            (request.uri().path(), &request.headers()["host"]),
            ("/sub/api/7/envelope/", &"fare.example.org:8443".parse().unwrap())
        );
        for wrong in ["", "http://host/1", "http://key@host/", "http://key@host/x", "ftp://key@host/1"] {
            assert!(Target::of_dsn(wrong, "t").is_err(), "{wrong}");
        }
    }
}
