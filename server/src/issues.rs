//! Issues: the inbox, one issue with its events, and what members do with it. Ingestion makes issues; this reads and
//! triages them.

pub mod regression;
