//! One file per subcommand.

pub(crate) mod bench;
pub(crate) mod budget;
pub(crate) mod build;
pub(crate) mod check;
pub(crate) mod dev;
pub(crate) mod fuzz;
pub(crate) mod serve;
pub(crate) mod test;
