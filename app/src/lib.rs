//! The interface of Fieldfare. Knows the words, never where they are stored.
//!
//! `api` is the contract, `backend` the ports behind it, `pages` load and lay out, `components` only show,
//! `routes` has every path, `shell` is the document around the application.

#![recursion_limit = "256"]

pub mod api;
#[cfg(feature = "ssr")]
pub mod backend;
pub mod routes;
