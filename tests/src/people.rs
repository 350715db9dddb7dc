//! Members besides the owner, and how each of them asks.

use fieldfare::accounts::{self, NewMember, Password};
use fieldfare_app::api::Role;
use reqwest::{Method, RequestBuilder};

use crate::Installation;
use crate::installation::PASSWORD;

/// A member who is signed in, with a token as well.
pub struct Person {
    pub email: String,
    pub token: String,
    /// `name=value`, as browsers send it.
    pub cookie: String,
}

impl Installation {
    /// Lets somebody in, with the owner's password.
    pub async fn member(&self, name: &str, role: Role) -> Person {
        let (state, now) = (self.state(), self.state().clock.now());
        let email = format!("{}@example.org", name.to_lowercase());
        let password = Password::new("password", PASSWORD).await.expect("a password");
        let tx = state.store.begin().await.expect("a transaction");
        let organization = accounts::ensure_organization(&tx, now, "Fernbrook").await.expect("an organization");
        let new = NewMember { email: email.clone(), name: name.to_owned(), password, role };
        let member = accounts::add(&tx, now, organization, &new).await.expect("a member");
        let token = accounts::create_token(&tx, now, member.id, "tests").await.expect("a token");
        let login = accounts::start_login(&tx, now, member.id).await.expect("a login");
        tx.commit().await.expect("a commit");
        Person { email, token, cookie: format!("fieldfare_login={login}") }
    }
}

impl Person {
    /// A request to the JSON API by this person; `path` begins behind `/api/v1/`.
    pub fn api(&self, at: &Installation, method: Method, path: &str) -> RequestBuilder {
        at.client.request(method, format!("{}/api/v1/{path}", at.url)).bearer_auth(&self.token)
    }
}
