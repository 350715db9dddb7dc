//! Deciding about issues over the API, and what became of it.

use fieldfare::issues::Timekeeper;
use reqwest::{Method, StatusCode};
use serde_json::Value;

use crate::Installation;

impl Installation {
    /// Changes an issue as the owner, which must be accepted; answers the issue.
    pub async fn decide(&self, issue: &str, body: Value) -> Value {
        let (status, said) = self.ask_to_change(issue, &body).await;
        assert_eq!(status, StatusCode::OK, "{body}: {said}");
        said
    }

    /// Changes an issue as the owner, which must be refused; answers the field and the reason.
    pub async fn refused(&self, issue: &str, body: Value) -> (String, String) {
        let (status, said) = self.ask_to_change(issue, &body).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{body}: {said}");
        let text = |name: &str| said[name].as_str().unwrap_or_default().to_owned();
        (text("field"), text("detail"))
    }

    async fn ask_to_change(&self, issue: &str, body: &Value) -> (StatusCode, Value) {
        let request = self.api(Method::PATCH, &format!("issues/{issue}")).json(body);
        let answer = request.send().await.expect("an answer");
        let (status, said) = (answer.status(), answer.text().await.expect("a body"));
        (status, serde_json::from_str(&said).unwrap_or(Value::String(said)))
    }

    /// Status, substatus and reason of an issue.
    pub async fn standing(&self, issue: &str) -> (String, String, String) {
        let issue = self.get(&format!("issues/{issue}")).await;
        let text = |field: &str| issue[field].as_str().unwrap_or_default().to_owned();
        (text("status"), text("substatus"), text("status_reason"))
    }

    /// What happened to an issue, newest first, each with who did it.
    pub async fn said(&self, issue: &str) -> Vec<String> {
        let lines = self.list(&format!("issues/{issue}/activity")).await;
        let by = |line: &Value| line["by"].as_str().unwrap_or("Fieldfare").to_owned();
        lines.iter().map(|line| format!("{} {}", by(line), line["what"].as_str().unwrap_or_default())).collect()
    }

    /// Kinds of the messages owed to the owner so far, oldest first.
    pub async fn owed(&self) -> Vec<String> {
        let mut rows = self.list("notifications").await;
        rows.sort_by_key(|row| row["id"].as_i64());
        rows.iter().map(|row| row["kind"].as_str().unwrap_or_default().to_owned()).collect()
    }

    /// Somebody who looks at the installation's issues when told to, as the server does every minute.
    pub fn timekeeper(&self) -> Timekeeper {
        Timekeeper::new(&self.state().store, &self.state().clock)
    }
}
