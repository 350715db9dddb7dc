//! Line icons on a 16 by 16 grid. Always beside a word, hence hidden from screen readers.

use leptos::prelude::*;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum IconName {
    Bird,
    Bug,
    Code,
    Feedback,
    Flame,
    Menu,
    Overview,
    Plus,
    Release,
    Search,
    User,
}

#[component]
pub(crate) fn Icon(name: IconName) -> impl IntoView {
    view! {
        <svg class="icon" width="16" height="16" viewBox="0 0 16 16" fill="none" stroke="currentColor"
            stroke-width="1.5" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">
            <path d=outline(name)/>
        </svg>
    }
}

fn outline(name: IconName) -> &'static str {
    match name {
        IconName::Bird => "M2 13c4 .5 8-1 9-5l2.5-2-2.2-.8A3 3 0 0 0 5.7 6C5 9 4 11 2 13Zm6-.7V15m2-4v4M9.2 5.4h0",
        IconName::Bug => {
            "M5 7a3 3 0 0 1 6 0v3a3 3 0 0 1-6 0ZM6 4.5 4.8 3M10 4.5 11.2 3M5 8.5H2m9 0h3M5.3 6 3 4.8M10.7 6 13 4.8\
             M5.4 11.5 3.2 13m7.4-1.5 2.2 1.5M8 8v5"
        }
        IconName::Code => "m5.5 4-4 4 4 4m5-8 4 4-4 4",
        IconName::Feedback => "M2 3.5h12v8H7.5L4.5 14v-2.5H2ZM5 6.5h6M5 8.7h4",
        IconName::Flame => {
            "M8 14.5c-2.8 0-4.5-1.8-4.5-4.2C3.5 7 7 6 6.5 1.5c3 1.2 3.8 3.3 3.5 5 .8-.3 1.2-1 1.2-1.7 \
             1 1.3 1.5 3 1.5 4.9 0 2.9-1.7 4.8-4.7 4.8Z"
        }
        IconName::Menu => "M2 4h12M2 8h12M2 12h12",
        IconName::Overview => "M2 2.5h5v6H2ZM9 2.5h5v3H9ZM9 7.5h5v6H9ZM2 10.5h5v3H2Z",
        IconName::Plus => "M8 3v10M3 8h10",
        IconName::Release => "M2 2.5h5.5l6.5 6.5-5 5-7-6.5ZM5 5.5h0",
        IconName::Search => "M7 2.5a4.5 4.5 0 1 1 0 9 4.5 4.5 0 0 1 0-9ZM10.5 10.5 14 14",
        IconName::User => "M8 2.5a2.8 2.8 0 1 1 0 5.6 2.8 2.8 0 0 1 0-5.6ZM2.5 14c.6-2.6 2.7-4 5.5-4s4.9 1.4 5.5 4",
    }
}
