//! What tests and benchmarks share: traffic that looks like the field's, an installation to send it to, and the world
//! around it: clients, browsers, mail servers, other people's web sites.

pub mod browser;
pub mod clients;
pub mod corpus;
pub mod decisions;
pub mod envelope;
pub mod form;
pub mod installation;
pub mod mails;
pub mod minidump;
pub mod page;
pub mod people;
pub mod poll;
pub mod program;
pub mod recording;
pub mod report;
pub mod site;
pub mod small_disk;
pub mod smtp;
pub mod uploads;

pub use browser::{Scripts, Tab};
pub use envelope::Envelope;
pub use fieldfare::load::traffic;
pub use form::Form;
pub use installation::{Database, Installation};
pub use mails::WrittenMail;
pub use page::Page;
pub use people::Person;
pub use poll::eventually;
pub use program::Program;
pub use small_disk::SmallDisk;
