//! The choices of whom an issue can be left to.

use leptos::prelude::*;

use crate::api::{Member, TeamName};

/// The options of a `<select>`; `chosen` is an e-mail address, `#team`, or empty for nobody.
pub(super) fn assignees(chosen: &str, members: Vec<Member>, teams: Vec<TeamName>) -> AnyView {
    let option = |value: String, label: String| {
        let selected = value == chosen;
        view! { <option value=value selected=selected>{label}</option> }
    };
    let none = teams.is_empty();
    let teams = teams.into_iter().map(|team| option(format!("#{}", team.slug), team.name)).collect_view();
    let members = members.into_iter().map(|member| option(member.email, member.name)).collect_view();
    view! {
        <option value="">"Nobody"</option>
        {(!none).then(|| view! { <optgroup label="Teams">{teams}</optgroup> })}
        <optgroup label="Members">{members}</optgroup>
    }
    .into_any()
}
