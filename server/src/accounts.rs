//! People who sign in: who they are, what proves it, what they may do.
//!
//! Knows nothing of cookies or headers: edges bring tokens and take tokens away.

mod attempts;
mod logins;
mod members;
mod passwords;
mod preferences;
mod setup;
pub mod teams;
mod tokens;

pub use attempts::Attempts;
pub use logins::{LOGIN_DAYS, sign_in, sign_out, start_login, viewer_for_login};
pub(crate) use members::all;
pub use members::{NewMember, add, ensure, find_by_email, list, organization_slug, set_password, set_role, viewer};
pub use passwords::{PASSWORD_MIN, Password};
pub use preferences::{change_password, preferences, save_preferences, switch_mail_off, wants_mail};
pub use setup::{Setup, ensure_organization, is_set_up, new_setup_token, set_up, setup_token_is_right};
pub use tokens::{create_token, viewer_for_api_token};
