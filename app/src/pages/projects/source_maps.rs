//! The source maps of a project: what was uploaded, and what its events looked for in vain.

use leptos::form::ActionForm;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;

use super::tabs::ProjectTabs;
use crate::api::{ArtifactBundle, DeleteArtifactBundle, SourceMapMiss, SourceMapPage, load_source_maps};
use crate::components::{CodeBlock, Count, EmptyState, Load, PageHeader, SubmitButton, TimeAgo};
use crate::pages::outcome::{Outcome, successes};

#[component]
pub(crate) fn SourceMapsPage() -> impl IntoView {
    let params = use_params_map();
    let slug = Memo::new(move |_| params.read().get("slug").unwrap_or_default());
    let delete = ServerAction::<DeleteArtifactBundle>::new();
    let deleted = successes(delete);
    let report = Resource::new(move || (slug.get(), deleted.get()), async |(slug, _)| load_source_maps(slug).await);
    view! { <Load resource=report view=move |page| view! { <Report page delete/> }.into_any()/> }.into_any()
}

#[component]
fn Report(page: SourceMapPage, delete: ServerAction<DeleteArtifactBundle>) -> impl IntoView {
    let SourceMapPage { report, organization, public_url } = page;
    let slug = report.project;
    let commands = commands(&public_url, &organization, &slug);
    let content = if report.bundles.is_empty() && report.misses.is_empty() {
        nothing()
    } else {
        found(&slug, (report.misses, report.bundles), delete)
    };
    view! {
        <Title text=format!("Source maps of {}", report.name)/>
        <PageHeader title=report.name.clone() subtitle="Project settings"/>
        <ProjectTabs slug=slug.clone() current="source-maps"/>
        <div class="project-settings source-maps">
            {content}
            <section class="settings-section" aria-labelledby="upload-heading">
                <h2 id="upload-heading">"How a build uploads its maps"</h2>
                <p class="quiet">
                    "With an API token of a developer or above, before the build is deployed. The plugins for Vite, webpack, \
                     Rollup and esbuild take the same four values."
                </p>
                <CodeBlock text=commands/>
            </section>
        </div>
    }
    .into_any()
}

/// What to run after a build, to be copied.
fn commands(public_url: &str, organization: &str, slug: &str) -> String {
    format!(
        "export SENTRY_URL='{public_url}'\nexport SENTRY_ORG='{organization}'\nexport SENTRY_PROJECT='{slug}'\n\
         export SENTRY_AUTH_TOKEN='ff_…'\n\nsentry-cli sourcemaps inject dist\nsentry-cli sourcemaps upload dist"
    )
}

fn nothing() -> AnyView {
    view! {
        <EmptyState title="No source maps yet">
            <p>
                "With the maps of your build, a minified stack trace is shown and grouped as your own source. What events \
                 look for and do not find is listed here, with the reason."
            </p>
        </EmptyState>
    }
    .into_any()
}

fn found(
    slug: &str,
    (missed, bundles): (Vec<SourceMapMiss>, Vec<ArtifactBundle>),
    delete: ServerAction<DeleteArtifactBundle>,
) -> AnyView {
    view! {
        <section class="settings-section" aria-labelledby="misses-heading">
            <h2 id="misses-heading">"Not mapped"</h2>
            {misses(missed)}
        </section>
        <section class="settings-section" aria-labelledby="uploads-heading">
            <h2 id="uploads-heading">"Uploads"</h2>
            {uploads(slug, bundles, delete)}
            <Outcome action=delete/>
        </section>
    }
    .into_any()
}

/// Scripts whose frames stay minified, each with the reason and what to do.
fn misses(misses: Vec<SourceMapMiss>) -> AnyView {
    if misses.is_empty() {
        return view! { <p class="quiet">"Every minified script that events named lately was mapped."</p> }.into_any();
    }
    let rows = misses.into_iter().map(miss).collect_view();
    view! {
        <table class="data-table" aria-labelledby="misses-heading">
            <thead>
                <tr>
                    <th scope="col">"Script"</th>
                    <th scope="col">"Why, and what to do"</th>
                    <th scope="col" class="number">"Events"</th>
                    <th scope="col">"Last seen"</th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </table>
    }
    .into_any()
}

fn miss(miss: SourceMapMiss) -> AnyView {
    let sought = [("debug id", miss.debug_id), ("release", miss.release), ("dist", miss.dist)];
    let sought = sought.into_iter().map(|(what, value)| match value {
        Some(value) => view! { <span>{what}" "<code>{value}</code></span> }.into_any(),
        None => view! { <span class="quiet">"no "{what}</span> }.into_any(),
    });
    let similar = miss.similar.map(|url| view! { <p>"A file of this name was uploaded as "<code>{url}</code>"."</p> });
    view! {
        <tr>
            <th scope="row"><code>{miss.url}</code><p class="sought">{sought.collect_view()}</p></th>
            <td data-label="Why">
                <p>{sentence(&miss.detail)}</p>
                {similar}
                <p class="quiet">{miss.reason.advice()}</p>
            </td>
            <td class="number" data-label="Events"><Count value=miss.events/></td>
            <td data-label="Last seen"><TimeAgo at=miss.last_seen/></td>
        </tr>
    }
    .into_any()
}

fn uploads(slug: &str, bundles: Vec<ArtifactBundle>, delete: ServerAction<DeleteArtifactBundle>) -> AnyView {
    if bundles.is_empty() {
        return view! { <p class="quiet">"Nothing is uploaded for this project yet."</p> }.into_any();
    }
    let rows = by_release(bundles).into_iter().map(|bundle| upload(slug, bundle, delete)).collect_view();
    view! {
        <table class="data-table" aria-labelledby="uploads-heading">
            <thead>
                <tr>
                    <th scope="col">"Release"</th>
                    <th scope="col" class="number">"Files"</th>
                    <th scope="col" class="number">"Size"</th>
                    <th scope="col">"Uploaded"</th>
                    <th scope="col"><span class="visually-hidden">"Delete"</span></th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </table>
    }
    .into_any()
}

fn upload(slug: &str, bundle: ArtifactBundle, delete: ServerAction<DeleteArtifactBundle>) -> AnyView {
    let name = match (bundle.release, bundle.dist) {
        (Some(release), Some(dist)) => format!("{release} ({dist})"),
        (Some(release), None) => release,
        (None, _) => "By debug id".to_owned(),
    };
    let waiting = (!bundle.ready).then(|| view! { <span class="quiet">" linking earlier events"</span> });
    view! {
        <tr>
            <th scope="row">{name}{waiting}</th>
            <td class="number" data-label="Files"><Count value=bundle.files/></td>
            <td class="number" data-label="Size">{size(bundle.bytes)}</td>
            <td data-label="Uploaded"><TimeAgo at=bundle.uploaded_at/></td>
            <td>{delete_form(slug.to_owned(), bundle.id, delete)}</td>
        </tr>
    }
    .into_any()
}

/// Asks before it does it, without needing a script for that.
fn delete_form(slug: String, bundle: i64, delete: ServerAction<DeleteArtifactBundle>) -> AnyView {
    view! {
        <details class="revoke">
            <summary>"Delete…"</summary>
            <p>"Events that were mapped with it stay mapped; later ones are not."</p>
            <ActionForm action=delete>
                <input type="hidden" name="slug" value=slug/>
                <input type="hidden" name="bundle" value=bundle.to_string()/>
                <SubmitButton label="Delete upload" look="danger"/>
            </ActionForm>
        </details>
    }
    .into_any()
}

/// Uploads of one release stand together, the release with the newest upload first.
fn by_release(bundles: Vec<ArtifactBundle>) -> Vec<ArtifactBundle> {
    let mut releases: Vec<Option<String>> = Vec::new();
    for bundle in &bundles {
        if !releases.contains(&bundle.release) {
            releases.push(bundle.release.clone());
        }
    }
    let mut bundles = bundles;
    bundles.sort_by_key(|bundle| releases.iter().position(|release| *release == bundle.release));
    bundles
}

/// `no upload has it` as `No upload has it.`
fn sentence(text: &str) -> String {
    let mut chars = text.chars();
    let first = chars.next().map(|first| first.to_uppercase().to_string()).unwrap_or_default();
    format!("{first}{}.", chars.as_str())
}

/// `183211` as `178.9 KiB`.
fn size(bytes: u64) -> String {
    match bytes {
        0..1_024 => format!("{bytes} B"),
        1_024..1_048_576 => format!("{:.1} KiB", bytes as f64 / 1_024.0),
        _ => format!("{:.1} MiB", bytes as f64 / 1_048_576.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::Timestamp;

    #[test]
    fn uploads_of_one_release_stand_together() {
        let bundle = |id, release: Option<&str>| ArtifactBundle {
            id,
            release: release.map(str::to_owned),
            dist: None,
            files: 1,
            bytes: 1,
            uploaded_at: Timestamp(0),
            ready: true,
        };
        let sorted = by_release(vec![bundle(4, Some("b")), bundle(3, None), bundle(2, Some("b")), bundle(1, None)]);
        assert_eq!(sorted.iter().map(|bundle| bundle.id).collect::<Vec<_>>(), [4, 2, 3, 1]);
    }

    #[test]
    fn details_become_sentences() {
        assert_eq!(sentence("no upload has it"), "No upload has it.");
        assert_eq!(sentence(""), ".");
    }
}
