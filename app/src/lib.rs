//! The interface of Fieldfare. Knows the words, never where they are stored.
//!
//! `api` is the contract, `backend` the ports behind it, `pages` load and lay out, `components` only show,
//! `islands` is what runs in the browser, `routes` has every path, `shell` is the document around the application. The
//! browser bundle holds `api`, `islands` and `routes` only.

#![recursion_limit = "256"]
#![expect(unreachable_pub, reason = "`#[component]` writes `pub` before what it makes, whatever stood there")]

pub mod api;
#[cfg(feature = "ssr")]
mod app;
#[cfg(feature = "ssr")]
pub mod backend;
#[cfg(feature = "ssr")]
mod components;
pub mod islands;
#[cfg(feature = "ssr")]
mod pages;
pub mod routes;
#[cfg(feature = "ssr")]
mod shell;

#[cfg(feature = "ssr")]
pub use app::App;
#[cfg(feature = "ssr")]
pub use shell::shell;
