//! What end users wrote: lists of it, and one piece with what surrounds it. Ingestion writes it; this only reads.

mod client;
mod detail;
mod list;
mod rows;

pub use detail::get;
pub use list::list;
pub use rows::{about, of_event, rows};
