//! The members and the projects of this installation.

use leptos::prelude::*;

use crate::api::{Member, Project};
use crate::components::{Icon, IconName, TimeAgo};
use crate::routes;

#[component]
pub(super) fn Projects(projects: Vec<Project>) -> impl IntoView {
    let content = if projects.is_empty() {
        view! { <p class="quiet">"There is no project yet. A project has the key with which a program reports."</p> }
            .into_any()
    } else {
        let items = projects.into_iter().map(project).collect_view();
        view! { <ul class="project-list" role="list">{items}</ul> }.into_any()
    };
    view! {
        <section class="settings-section" aria-labelledby="projects-heading">
            <h2 id="projects-heading">"Projects"</h2>
            {content}
            <p><a class="button" href=routes::NEW_PROJECT><Icon name=IconName::Plus/>"New project"</a></p>
        </section>
    }
    .into_any()
}

fn project(project: Project) -> AnyView {
    let settings = routes::project_settings(&project.slug);
    let start = routes::project_start(&project.slug);
    let set_up = format!("Set up {}", project.name);
    view! {
        <li>
            <a href=settings>{project.name}</a>
            <span class="quiet">{format!("{} · {}", project.slug, project.platform)}</span>
            <a class="set-up" href=start aria-label=set_up>"Set up"</a>
        </li>
    }
    .into_any()
}

#[component]
pub(super) fn Members(members: Vec<Member>) -> impl IntoView {
    let rows = members.into_iter().map(member).collect_view();
    view! {
        <section class="settings-section" aria-labelledby="members-heading">
            <h2 id="members-heading">"Members"</h2>
            <table class="data-table member-table" aria-labelledby="members-heading">
                <thead>
                    <tr>
                        <th scope="col">"Name"</th>
                        <th scope="col">"E-mail"</th>
                        <th scope="col">"Role"</th>
                        <th scope="col">"Since"</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
            <p><a class="button" href=routes::TEAMS>"Teams"</a></p>
        </section>
    }
    .into_any()
}

fn member(member: Member) -> AnyView {
    view! {
        <tr>
            <th scope="row">{member.name}</th>
            <td data-label="E-mail">{member.email}</td>
            <td data-label="Role">{member.role.as_str()}</td>
            <td data-label="Since"><TimeAgo at=member.created_at/></td>
        </tr>
    }
    .into_any()
}
