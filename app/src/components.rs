//! Reusable pieces: props in, view out; no server function is called here and nothing is read from the address.
//!
//! A component's CSS class is its name in kebab-case, in a file of that name under `style/components/`.

mod badges;
mod breadcrumbs;
mod code_block;
mod copy_button;
mod count;
mod empty_state;
mod error_view;
mod feedback_card;
mod fields;
mod form_error;
mod hints;
mod icon;
mod issue_line;
mod issue_table;
mod key_values;
mod kind_mark;
mod level_mark;
mod load;
mod page_header;
mod pager;
mod percent;
mod release_chip;
mod sparkline;
mod stack_trace;
mod submit_button;
mod time_ago;
mod value_text;

pub(crate) use badges::{IncidentBadge, SeverityBadge, StatusBadge};
pub(crate) use breadcrumbs::Breadcrumbs;
pub(crate) use code_block::CodeBlock;
pub(crate) use copy_button::CopyButton;
pub(crate) use count::{Count, grouped};
pub(crate) use empty_state::EmptyState;
pub(crate) use error_view::ErrorView;
pub(crate) use feedback_card::FeedbackCard;
pub(crate) use fields::{SelectField, TextArea, TextField};
pub(crate) use form_error::FormError;
pub(crate) use hints::Hints;
pub(crate) use icon::{Icon, IconName};
pub(crate) use issue_line::IssueLine;
pub(crate) use issue_table::IssueTable;
pub(crate) use key_values::KeyValues;
pub(crate) use kind_mark::KindMark;
pub(crate) use level_mark::LevelMark;
pub(crate) use load::Load;
pub(crate) use page_header::PageHeader;
pub(crate) use pager::Pager;
pub(crate) use percent::{Percent, percent};
pub(crate) use release_chip::{ReleaseChip, short_version};
pub(crate) use sparkline::Sparkline;
pub(crate) use stack_trace::{Exceptions, StackTrace};
pub(crate) use submit_button::SubmitButton;
pub(crate) use time_ago::TimeAgo;
pub(crate) use value_text::value_text;
