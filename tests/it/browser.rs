//! What people do, in a real browser.

mod first_day;
mod pages;
mod without_scripts;
