//! The interface of Fieldfare. Knows the words, never where they are stored.
//!
//! `api` is the contract, `backend` the ports behind it, `pages` load and lay out, `components` only show,
//! `routes` has every path, `shell` is the document around the application.

#![recursion_limit = "256"]
#![expect(unreachable_pub, reason = "`#[component]` writes `pub` before what it makes, whatever stood there")]

pub mod api;
mod app;
#[cfg(feature = "ssr")]
pub mod backend;
mod components;
mod pages;
pub mod routes;
#[cfg(feature = "ssr")]
mod shell;

pub use app::App;
#[cfg(feature = "ssr")]
pub use shell::shell;
