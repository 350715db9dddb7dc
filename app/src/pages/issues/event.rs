//! One event of an issue, whole, and the way to its neighbours.

use leptos::prelude::*;

use super::event_details::*;
use super::take_along::TakeAlong;
use super::why_grouped::WhyGrouped;
use crate::api::{Event, Stacktrace, rule_for};
use crate::components::{Breadcrumbs, CodeBlock, Exceptions, Icon, IconName, ReleaseChip, StackTrace, TimeAgo};
use crate::routes;

#[component]
pub(super) fn EventView(event: Event) -> impl IntoView {
    let has_exception = !event.exception.values.is_empty();
    let message = event.message.clone().filter(|_| !has_exception);
    let rule = rule_for(&event);
    let whole = event.clone();
    view! {
        <section class="event-view" aria-labelledby="event">
            <EventBar event=event.clone()/>
            {message.map(|text| view! { <section><h2>"Message"</h2><CodeBlock text/></section> })}
            {has_exception.then(|| view! { <Exceptions exceptions=event.exception.values/> })}
            {event.threads.into_iter().map(thread).collect_view()}
            <Attachments attachments=event.attachments/>
            {(!event.breadcrumbs.values.is_empty()).then(|| view! { <Breadcrumbs crumbs=event.breadcrumbs.values/> })}
            <Tags tags=event.tags/>
            <RequestView request=event.request/>
            <UserView user=event.user/>
            <Contexts contexts=event.contexts/>
            <More extra=event.extra modules=event.modules/>
            <WhyGrouped grouping=event.grouping project=event.project.clone() rule/>
            <TakeAlong event=whole/>
            <TakenOutList taken_out=event.taken_out/>
            <Notes notes=event.notes/>
        </section>
    }
}

#[component]
fn EventBar(event: Event) -> impl IntoView {
    let to = |id: &str| routes::issue_event(&event.issue, id);
    let release = event.release.clone().map(|version| (event.project.clone(), version));
    let json = routes::event_json(&event.event_id);
    let id = event.event_id.get(..8).unwrap_or(&event.event_id).to_owned();
    let facts = [event.environment.clone(), event.transaction.clone(), event.server_name.clone(), event.sdk.clone()];
    view! {
        <header class="event-bar">
            <h2 id="event">"Event "<span class="mono" title=event.event_id.clone()>{id}</span></h2>
            <nav aria-label="Events of this issue">
                {step(event.previous.is_some().then(|| to("oldest")), "Oldest")}
                {step(event.previous.as_deref().map(to), "Previous")}
                {step(event.next.as_deref().map(to), "Next")}
                {step(event.next.is_some().then(|| to("latest")), "Latest")}
            </nav>
            <p class="facts">
                <TimeAgo at=event.timestamp/>
                {release.map(|(project, version)| view! { <ReleaseChip project version/> })}
                {facts.into_iter().flatten().map(|fact| view! { <span>{fact}</span> }).collect_view()}
                <a href=json rel="external"><Icon name=IconName::Code/>"JSON"</a>
            </p>
        </header>
    }
}

/// A way that leads nowhere is still there, so that nothing moves under the pointer.
fn step(address: Option<String>, label: &'static str) -> AnyView {
    match address {
        Some(address) => view! { <a href=address>{label}</a> }.into_any(),
        None => view! { <span class="off">{label}</span> }.into_any(),
    }
}

fn thread((name, stacktrace): (String, Stacktrace)) -> impl IntoView {
    view! {
        <section class="thread">
            <h2>{format!("Thread {name}")}</h2>
            <StackTrace stacktrace/>
        </section>
    }
}
