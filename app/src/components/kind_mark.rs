//! What an issue is made of: errors by their level, or feedback.

use leptos::prelude::*;

use super::{Icon, IconName, LevelMark};
use crate::api::{IssueKind, Level};

#[component]
pub(crate) fn KindMark(kind: IssueKind, level: Level) -> impl IntoView {
    match kind {
        IssueKind::Error => view! { <LevelMark level/> }.into_any(),
        IssueKind::Feedback => view! {
            <span class="kind-mark" title="feedback">
                <Icon name=IconName::Feedback/>
                <span class="visually-hidden">"feedback"</span>
            </span>
        }
        .into_any(),
    }
}
