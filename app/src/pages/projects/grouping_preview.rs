//! What a draft of grouping rules would do.

use leptos::prelude::*;

use crate::api::{GroupingPreview, IssueName, WouldMerge, WouldSplit};
use crate::routes;

#[component]
pub(super) fn Preview(preview: GroupingPreview) -> impl IntoView {
    let effect = effect(&preview);
    let looked_at = format!("Tried on {} stored events of {} issues.", preview.events, preview.issues);
    view! {
        <section class="settings-section grouping-preview" aria-labelledby="preview-heading">
            <h2 id="preview-heading">"Preview"</h2>
            <p role="status"><strong>{effect}</strong>" "{looked_at}</p>
            <ul>{preview.merges.into_iter().map(merge).collect_view()}</ul>
            <ul>{preview.splits.into_iter().map(split).collect_view()}</ul>
        </section>
    }
}

/// "12 issues would merge into 3, 1 would split."
fn effect(preview: &GroupingPreview) -> String {
    let merging: usize = preview.merges.iter().map(|merge| merge.issues.len()).sum();
    let issues = |count: usize| if count == 1 { "1 issue".to_owned() } else { format!("{count} issues") };
    match (merging, preview.splits.len(), preview.regrouped) {
        (0, 0, 0) => "Nothing would change.".to_owned(),
        (0, 0, regrouped) => {
            format!("No issue would merge or split; {regrouped} events would get another fingerprint.")
        }
        (_, 0, _) => format!("{} would merge into {}.", issues(merging), preview.merges.len()),
        (0, splitting, _) => format!("{} would split.", issues(splitting)),
        (_, splitting, _) => {
            format!("{} would merge into {}, {splitting} would split.", issues(merging), preview.merges.len())
        }
    }
}

fn merge(merge: WouldMerge) -> impl IntoView {
    let issues = merge.issues.into_iter().map(name).collect_view();
    view! { <li>"Would merge: "{issues}<span class="reason">{merge.reason}</span></li> }
}

fn split(split: WouldSplit) -> impl IntoView {
    let into = split.into.into_iter().map(|way| view! { <li class="reason">{way}</li> }).collect_view();
    view! { <li>"Would split: "{name(split.issue)}<ul>{into}</ul></li> }
}

fn name(issue: IssueName) -> impl IntoView {
    let address = routes::issue(&issue.short_id);
    view! { <a href=address title=issue.title>{issue.short_id}</a>" " }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_effect_is_one_sentence() {
        let issue = || IssueName { short_id: "SHOP-1".to_owned(), title: String::new() };
        let merges = |sizes: &[usize]| {
            let merge = |size: &usize| WouldMerge { issues: vec![issue(); *size], reason: String::new() };
            sizes.iter().map(merge).collect::<Vec<_>>()
        };
        let splits = |count: usize| vec![WouldSplit { issue: issue(), into: Vec::new() }; count];
        for (merging, splitting, regrouped, expected) in [
            (&[][..], 0, 0, "Nothing would change."),
            (&[], 0, 5, "No issue would merge or split; 5 events would get another fingerprint."),
            (&[7, 5], 0, 9, "12 issues would merge into 2."),
            (&[], 1, 9, "1 issue would split."),
            (&[12], 3, 9, "12 issues would merge into 1, 3 would split."),
        ] {
            let preview = GroupingPreview {
                merges: merges(merging),
                splits: splits(splitting),
                regrouped,
                ..GroupingPreview::default()
            };
            assert_eq!(effect(&preview), expected);
        }
    }
}
