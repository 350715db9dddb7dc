//! What runs in the browser, and only that: each piece improves a page that is whole without it.
//!
//! Pages are written by the server alone. An island finds what it works on in the document, so that pages stay plain
//! markup; what it does to the page is what a form or a link without a script would have done, only sooner.

mod complete;
mod copy_button;
mod first_event;
mod forms;
mod keys;
mod live;
mod local_times;
mod palette;
mod select_page;
#[cfg(feature = "hydrate")]
mod swap;

pub use complete::Complete;
pub use copy_button::CopyButton;
pub use first_event::FirstEvent;
pub use forms::Forms;
pub use keys::{Keys, KeysSwitch};
pub use live::Live;
pub use local_times::LocalTimes;
pub use palette::Palette;
pub use select_page::SelectPage;
