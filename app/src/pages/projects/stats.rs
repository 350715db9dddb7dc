//! What arrived in the last 30 days and what became of it: nothing is dropped in silence.

use leptos::prelude::*;

use crate::api::Stats;
use crate::components::{Count, grouped};

/// What, what became of it, how much of it.
type Row = (String, String, u64);

#[component]
pub(super) fn StatsTable(stats: Stats) -> impl IntoView {
    let rows = rows(stats);
    let content = if rows.is_empty() {
        view! { <p class="quiet">"Nothing has arrived in the last 30 days."</p> }.into_any()
    } else {
        table(rows)
    };
    view! {
        <section class="settings-section" aria-labelledby="stats-heading">
            <h2 id="stats-heading">"What arrived, last 30 days"</h2>
            {content}
        </section>
    }
    .into_any()
}

fn table(rows: Vec<Row>) -> AnyView {
    let rows = rows.into_iter().map(|(what, outcome, quantity)| {
        view! {
            <tr>
                <th scope="row">{what}</th>
                <td data-label="Outcome">{outcome}</td>
                <td class="number" data-label="Quantity"><Count value=quantity/></td>
            </tr>
        }
    });
    let rows = rows.collect_view();
    view! {
        <table class="data-table stats-table" aria-labelledby="stats-heading">
            <thead>
                <tr>
                    <th scope="col">"What"</th>
                    <th scope="col">"Outcome"</th>
                    <th scope="col" class="number">"Quantity"</th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </table>
    }
    .into_any()
}

/// Kept first, then dropped, then what Fieldfare does not keep at all, then what it has removed since.
fn rows(stats: Stats) -> Vec<Row> {
    let sampled = stats.sampled;
    let kept = stats.accepted.into_iter().map(|(what, quantity)| {
        let outcome = match sampled.get(&what) {
            Some(counted) => {
                format!("kept; {} stored, a flood was sampled", grouped(quantity.saturating_sub(*counted)))
            }
            None => "kept".to_owned(),
        };
        (what, outcome, quantity)
    });
    let dropped = stats
        .dropped
        .into_iter()
        .map(|dropped| (dropped.category, format!("dropped: {}", dropped.reason.replace('_', " ")), dropped.quantity));
    let skipped =
        stats.skipped.into_iter().map(|(what, quantity)| (what, "skipped: not kept by Fieldfare".to_owned(), quantity));
    let evicted = stats
        .evicted
        .into_iter()
        .map(|evicted| (evicted.category, format!("removed since: {}", evicted.reason), evicted.quantity));
    kept.chain(dropped).chain(skipped).chain(evicted).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::Dropped;

    #[test]
    fn every_quantity_has_its_outcome() {
        let stats = Stats {
            accepted: [("error".to_owned(), 1_240), ("session".to_owned(), 7)].into(),
            sampled: [("error".to_owned(), 840)].into(),
            dropped: vec![Dropped { category: "error".to_owned(), reason: "rate_limit".to_owned(), quantity: 3 }],
            skipped: [("replay_event".to_owned(), 4)].into(),
            evicted: vec![Dropped { category: "error".to_owned(), reason: "age".to_owned(), quantity: 5 }],
        };
        let lines: Vec<String> = rows(stats).into_iter().map(|(what, how, n)| format!("{what} {how} {n}")).collect();
        assert_eq!(
            lines,
            [
                "error kept; 400 stored, a flood was sampled 1240",
                "session kept 7",
                "error dropped: rate limit 3",
                "replay_event skipped: not kept by Fieldfare 4",
                "error removed since: age 5",
            ]
        );
    }
}
