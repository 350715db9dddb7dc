//! What people do, in a real browser.

mod accessible;
mod crash_dialog;
mod first_day;
mod keyboard;
mod live;
mod pages;
mod slow_network;
mod without_scripts;
