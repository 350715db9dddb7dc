//! The teams of the organization: who is in them, and which projects they look after.

use leptos::form::ActionForm;
use leptos::prelude::*;
use leptos_meta::Title;

use crate::api::{CreateTeam, DeleteTeam, Member, Project, SaveTeam, Team, TeamsPage as Page, list_teams};
use crate::components::{EmptyState, Load, PageHeader, SubmitButton, TextField};
use crate::pages::outcome::{Outcome, successes};
use crate::routes;

/// The ways teams can be changed.
#[derive(Clone, Copy)]
struct Actions {
    create: ServerAction<CreateTeam>,
    save: ServerAction<SaveTeam>,
    delete: ServerAction<DeleteTeam>,
}

#[component]
pub(crate) fn TeamsPage() -> impl IntoView {
    let actions = Actions { create: ServerAction::new(), save: ServerAction::new(), delete: ServerAction::new() };
    let (made, saved, gone) = (successes(actions.create), successes(actions.save), successes(actions.delete));
    let page = Resource::new(move || (made.get(), saved.get(), gone.get()), async |_| list_teams().await);
    view! {
        <Title text="Teams"/>
        <PageHeader title="Teams" subtitle="Who looks after what. Issues, ownership rules and comments name them as #team.">
            <a class="button" href=routes::SETTINGS>"Settings"</a>
        </PageHeader>
        <Load resource=page view=move |page| view! { <Teams page actions/> }.into_any()/>
    }
    .into_any()
}

#[component]
fn Teams(page: Page, actions: Actions) -> impl IntoView {
    let Page { teams, members, projects, may_change } = page;
    let none = teams.is_empty();
    let choices = (members, projects);
    let rows = teams.into_iter().map(|team| team_view(team, may_change.then_some(&choices), actions)).collect_view();
    view! {
        <div class="teams-page">
            {none.then(|| view! {
                <EmptyState title="No teams yet">
                    <p>"A team can be left an issue, own a part of a project, and be told in a comment."</p>
                </EmptyState>
            })}
            <ul class="team-list" role="list">{rows}</ul>
            <Outcome action=actions.save done="Saved."/>
            <Outcome action=actions.delete done="Deleted."/>
            {may_change.then(|| new_team(&choices, actions))}
        </div>
    }
    .into_any()
}

/// What a team can be made of.
type Choices = (Vec<Member>, Vec<Project>);

fn team_view(team: Team, choices: Option<&Choices>, actions: Actions) -> AnyView {
    let people = team.members.iter().map(|member| member.name.as_str()).collect::<Vec<_>>().join(", ");
    let people = if people.is_empty() { "Nobody yet".to_owned() } else { people };
    let projects = team.projects.join(", ");
    let issues = routes::issues_matching(&format!("assigned:#{}", team.slug));
    let forms = choices.map(|choices| team_forms(&team, choices, actions));
    view! {
        <li class="settings-section">
            <h2>{team.name}" "<a class="quiet" href=issues>{format!("#{}", team.slug)}</a></h2>
            <p>{people}</p>
            {(!projects.is_empty()).then(|| view! { <p class="quiet">"Looks after "{projects}</p> })}
            {forms}
        </li>
    }
    .into_any()
}

fn team_forms(team: &Team, choices: &Choices, actions: Actions) -> AnyView {
    let (name, fields) = (&team.name, fields(Some(team), choices));
    let (saved, deleted) = (team.slug.clone(), team.slug.clone());
    let [change, save, ask, delete] = ["Change", "Save", "Delete", "Delete"].map(|verb| format!("{verb} {name}"));
    view! {
        <details class="change">
            <summary aria-label=change>"Change…"</summary>
            <ActionForm action=actions.save attr:class="form">
                <input type="hidden" name="team" value=saved/>
                {fields}
                <SubmitButton label=save/>
            </ActionForm>
        </details>
        <details class="danger">
            <summary aria-label=ask>"Delete…"</summary>
            <p>"What is left to it is left to nobody, and rules that name it do nothing until they are changed."</p>
            <ActionForm action=actions.delete>
                <input type="hidden" name="team" value=deleted/>
                <SubmitButton label=delete look="danger"/>
            </ActionForm>
        </details>
    }
    .into_any()
}

fn new_team(choices: &Choices, actions: Actions) -> AnyView {
    let fields = fields(None, choices);
    view! {
        <section class="settings-section" aria-labelledby="new-team-heading">
            <h2 id="new-team-heading">"New team"</h2>
            <ActionForm action=actions.create attr:class="form">
                {fields}
                <Outcome action=actions.create/>
                <SubmitButton label="Create team"/>
            </ActionForm>
        </section>
    }
    .into_any()
}

fn fields(team: Option<&Team>, (members, projects): &Choices) -> AnyView {
    let of = team.map_or_else(|| "new".to_owned(), |team| team.id.to_string());
    let (name, slug) = team.map(|team| (team.name.clone(), team.slug.clone())).unwrap_or_default();
    let is_in = |email: &str| team.is_some_and(|team| team.members.iter().any(|member| member.email == email));
    let looks_after = |slug: &String| team.is_some_and(|team| team.projects.contains(slug));
    let members = members.iter().map(|member| {
        choice((&of, "members"), &member.email, format!("{} {}", member.name, member.email), is_in(&member.email))
    });
    let projects = projects
        .iter()
        .map(|project| choice((&of, "projects"), &project.slug, project.name.clone(), looks_after(&project.slug)));
    view! {
        <TextField label="Name" name="name" id=format!("name-{of}") value=name required=true placeholder="Payments"/>
        <TextField label="Slug" name="slug" id=format!("slug-{of}") value=slug placeholder="payments"
            hint="Names it everywhere; made from the name when it is empty."/>
        <fieldset><legend>"Members"</legend>{members.collect_view()}</fieldset>
        <fieldset><legend>"Projects"</legend>{projects.collect_view()}</fieldset>
    }
    .into_any()
}

fn choice((of, field): (&str, &str), value: &str, label: String, on: bool) -> AnyView {
    let id = format!("{field}-{of}-{value}");
    view! {
        <div class="tick">
            <input type="checkbox" id=id.clone() name=format!("{field}[]") value=value.to_owned() checked=on/>
            <label for=id>{label}</label>
        </div>
    }
    .into_any()
}
