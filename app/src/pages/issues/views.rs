//! Views as tabs above the inbox, and what can be done with the one that is shown.

use leptos::prelude::*;

use super::filter::address;
use crate::api::{
    DeleteView, Direction, IssueFilter, IssueSort, MakeDefaultView, MoveView, RenameView, SaveView, ShareView, View,
    ViewKind, Views,
};
use crate::components::{FormError, SubmitButton, TextField};

/// What can be done with views.
#[derive(Clone, Copy)]
pub(super) struct ViewActions {
    save: ServerAction<SaveView>,
    rename: ServerAction<RenameView>,
    share: ServerAction<ShareView>,
    shift: ServerAction<MoveView>,
    make_default: ServerAction<MakeDefaultView>,
    delete: ServerAction<DeleteView>,
}

impl ViewActions {
    pub(super) fn new() -> Self {
        Self {
            save: ServerAction::new(),
            rename: ServerAction::new(),
            share: ServerAction::new(),
            shift: ServerAction::new(),
            make_default: ServerAction::new(),
            delete: ServerAction::new(),
        }
    }

    /// Changes whenever something was done.
    pub(super) fn version(self) -> usize {
        let changed = self.rename.version().get() + self.share.version().get() + self.shift.version().get();
        changed + self.make_default.version().get() + self.delete.version().get() + self.save.version().get()
    }

    fn refused(self) -> Option<crate::api::ApiError> {
        let saved = self.save.value().get().and_then(Result::err);
        let renamed = self.rename.value().get().and_then(Result::err);
        let shared = self.share.value().get().and_then(Result::err);
        let moved = self.shift.value().get().and_then(Result::err);
        let chosen = self.make_default.value().get().and_then(Result::err);
        let deleted = self.delete.value().get().and_then(Result::err);
        saved.or(renamed).or(shared).or(moved).or(chosen).or(deleted)
    }
}

/// The filter that the inbox opens with: what the address asks for, or the viewer's own choice where it asks nothing.
pub(super) fn opened(filter: IssueFilter, views: &[View]) -> IssueFilter {
    let Some(view) = views.iter().find(|view| view.is_default).filter(|_| filter.query.is_none()) else {
        return filter;
    };
    IssueFilter { query: Some(view.query.clone()), sort: filter.sort.or(Some(view.sort)), ..filter }
}

#[component]
pub(super) fn ViewTabs(filter: IssueFilter, views: Views, actions: ViewActions) -> impl IntoView {
    let Views { views, may_share } = views;
    let current = views.iter().find(|view| is_shown(view, &filter)).cloned();
    let tabs = views.iter().map(|view| tab(view, &filter, current.as_ref())).collect_view();
    let refused = move || view! { <FormError error=actions.refused()/> };
    view! {
        <div class="view-tabs">
            <nav aria-label="Views"><ul>{tabs}</ul></nav>
            <SaveForm filter may_share actions/>
            {current.map(|view| view! { <ViewMenu view may_share actions/> })}
        </div>
        {refused}
    }
}

/// Whether the inbox shows a view now, whatever it is narrowed to besides.
fn is_shown(view: &View, filter: &IssueFilter) -> bool {
    let sort = filter.sort.unwrap_or(IssueSort::LastSeen);
    filter.query.as_deref().map(str::trim) == Some(view.query.as_str()) && view.sort == sort
}

/// A tab keeps what the inbox is narrowed to.
fn tab(view: &View, filter: &IssueFilter, current: Option<&View>) -> AnyView {
    let to = IssueFilter { query: Some(view.query.clone()), sort: Some(view.sort), cursor: None, ..filter.clone() };
    let current = current.is_some_and(|current| current.id == view.id).then_some("page");
    let whose = match view.kind {
        ViewKind::Preset => None,
        ViewKind::Shared => Some("Everybody has this view"),
        ViewKind::Own => Some("Only you have this view"),
    };
    let name = view.name.clone();
    view! { <li><a href=address(&to) aria-current=current title=whose>{name}</a></li> }.into_any()
}

#[component]
fn SaveForm(filter: IssueFilter, may_share: bool, actions: ViewActions) -> impl IntoView {
    let fields = [
        ("filter[query]", filter.query.or_else(|| Some(String::new()))),
        ("filter[project]", filter.project),
        ("filter[release]", filter.release),
        ("filter[environment]", filter.environment),
        ("filter[sort]", filter.sort.map(|sort| sort.to_string())),
    ];
    let hidden = fields
        .into_iter()
        .filter_map(|(name, value)| Some(view! { <input type="hidden" name=name value=value?/> }))
        .collect_view();
    view! {
        <details class="menu">
            <summary class="submit-button secondary">"Save view"</summary>
            <div class="panel">
                <ActionForm action=actions.save>
                    {hidden}
                    <TextField label="Name" name="name" id="view-name" required=true/>
                    {may_share.then(|| tick("shared", "For everybody"))}
                    {tick("default", "Open the inbox with it")}
                    <SubmitButton label="Save"/>
                </ActionForm>
            </div>
        </details>
    }
}

fn tick(name: &'static str, label: &'static str) -> AnyView {
    view! { <label class="check"><input type="checkbox" name=name value="true"/>" "{label}</label> }.into_any()
}

/// What can be done with the view that is shown.
#[component]
fn ViewMenu(view: View, may_share: bool, actions: ViewActions) -> impl IntoView {
    let id = view.id.clone();
    let choose = (!view.is_default).then(|| {
        view! {
            <ActionForm action=actions.make_default>
                <input type="hidden" name="id" value=id/>
                <SubmitButton label="Open the inbox with it" look="plain"/>
            </ActionForm>
        }
    });
    let change = view.may_change.then(|| change_forms(&view, may_share, actions));
    (choose.is_some() || change.is_some()).then(|| {
        view! {
            <details class="menu">
                <summary class="submit-button secondary">"This view"</summary>
                <div class="panel">{choose}{change}</div>
            </details>
        }
    })
}

fn change_forms(view: &View, may_share: bool, actions: ViewActions) -> AnyView {
    let [of_share, of_rename, of_shift, of_delete] = [(); 4].map(|()| id_field(&view.id));
    let name = view.name.clone();
    let shared = view.kind == ViewKind::Shared;
    let (share, to) = if shared { ("Keep for myself", "false") } else { ("Give to everybody", "true") };
    let share = may_share.then(|| {
        view! {
            <ActionForm action=actions.share>
                {of_share}
                <SubmitButton label=share name="shared" value=to look="plain"/>
            </ActionForm>
        }
    });
    view! {
        <ActionForm action=actions.rename>
            {of_rename}
            <TextField label="Name" name="name" id="view-rename" value=name required=true/>
            <SubmitButton label="Rename" look="secondary"/>
        </ActionForm>
        <ActionForm action=actions.shift>
            {of_shift}
            <SubmitButton label="Move left" name="direction" value=Direction::Left.as_str() look="plain"/>
            <SubmitButton label="Move right" name="direction" value=Direction::Right.as_str() look="plain"/>
        </ActionForm>
        {share}
        <ActionForm action=actions.delete>
            {of_delete}
            <SubmitButton label="Delete" look="danger"/>
        </ActionForm>
    }
    .into_any()
}

fn id_field(id: &str) -> AnyView {
    view! { <input type="hidden" name="id" value=id.to_owned()/> }.into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn view(id: &str, query: &str, is_default: bool) -> View {
        View {
            id: id.to_owned(),
            name: id.to_owned(),
            query: query.to_owned(),
            sort: IssueSort::Users,
            kind: ViewKind::Own,
            is_default,
            may_change: true,
        }
    }

    #[test]
    fn an_address_without_a_query_opens_the_default() {
        let views = [view("1", "is:new", false), view("2", "is:regressed", true)];
        let bare = IssueFilter { project: Some("shop".to_owned()), ..IssueFilter::default() };
        let opened_with = opened(bare.clone(), &views);
        assert_eq!((opened_with.query.as_deref(), opened_with.sort), (Some("is:regressed"), Some(IssueSort::Users)));
        assert_eq!(opened_with.project, bare.project);
        assert!(is_shown(&views[1], &opened_with) && !is_shown(&views[0], &opened_with));
        let asked = IssueFilter { query: Some("x".to_owned()), ..bare };
        assert_eq!(opened(asked.clone(), &views), asked);
    }
}
