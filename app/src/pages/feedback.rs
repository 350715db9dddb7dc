//! What end users wrote: the list of it, and each piece with what surrounds it.

mod detail;
mod list;

pub(crate) use detail::FeedbackPage;
pub(crate) use list::FeedbackListPage;
