//! Stacked bars, one a day, with the same as a table.

use leptos::prelude::*;

use super::{Count, grouped};

/// Width of a bar and its gap, and the height of the tallest, in units of the drawing.
const BAR: usize = 16;
const GAP: usize = 4;
const HEIGHT: usize = 120;

/// One day: its date, and a value for each series.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Day<const N: usize> {
    pub(crate) date: String,
    pub(crate) values: [u64; N],
}

/// Bars are drawn in the order of the series, the first at the bottom. The legend says their names; so does the table.
#[component]
pub(crate) fn DayChart<const N: usize>(
    days: Vec<Day<N>>,
    series: [&'static str; N],
    /// What is counted, for who cannot see the bars.
    #[prop(into)]
    label: String,
) -> impl IntoView {
    let width = (days.len() * (BAR + GAP)).saturating_sub(GAP);
    let tallest = days.iter().map(|day| day.values.iter().sum::<u64>()).max().unwrap_or(0);
    let paths = (0..N).map(|index| view! { <path class=format!("series-{index}") d=bars(&days, index, tallest)/> });
    let paths = paths.collect_view();
    let (first, last) = (date(days.first()), date(days.last()));
    let legend = series.iter().enumerate().map(|(index, name)| {
        view! { <li><span class=format!("swatch series-{index}") aria-hidden="true"></span>{*name}</li> }
    });
    let label = format!("{label}, {first} to {last}; at most {} a day", grouped(tallest));
    view! {
        <figure class="day-chart">
            <svg viewBox=format!("0 0 {width} {HEIGHT}") role="img" aria-label=label preserveAspectRatio="none">{paths}</svg>
            <figcaption>
                <span>{first.clone()}</span>
                <ul>{legend.collect_view()}</ul>
                <span>{last}</span>
            </figcaption>
            <details><summary>"As a table"</summary>{table(days, series)}</details>
        </figure>
    }
    .into_any()
}

fn date<const N: usize>(day: Option<&Day<N>>) -> String {
    day.map(|day| day.date.clone()).unwrap_or_default()
}

fn table<const N: usize>(days: Vec<Day<N>>, series: [&'static str; N]) -> AnyView {
    let row = |day: Day<N>| {
        let cells = day.values.map(|value| view! { <td class="number"><Count value/></td> });
        view! { <tr><th scope="row">{day.date}</th>{cells.into_iter().collect_view()}</tr> }
    };
    let heads = series.map(|name| view! { <th scope="col" class="number">{name}</th> });
    view! {
        <table class="data-table">
            <thead><tr><th scope="col">"Day (UTC)"</th>{heads.into_iter().collect_view()}</tr></thead>
            <tbody>{days.into_iter().rev().map(row).collect_view()}</tbody>
        </table>
    }
    .into_any()
}

/// One path for all bars of a series, each on top of those of the series before it.
fn bars<const N: usize>(days: &[Day<N>], series: usize, tallest: u64) -> String {
    let bar = |(at, day): (usize, &Day<N>)| {
        let below = height(day.values[..series].iter().sum(), tallest);
        let until = height(day.values[..=series].iter().sum(), tallest);
        // What happened at all can be seen.
        let own = if day.values[series] == 0 { 0 } else { until.saturating_sub(below).max(2) };
        let top = HEIGHT.saturating_sub(below + own);
        (own > 0).then(|| format!("M{} {top}h{BAR}v{own}h-{BAR}z", at * (BAR + GAP)))
    };
    days.iter().enumerate().filter_map(bar).collect()
}

fn height(value: u64, tallest: u64) -> usize {
    usize::try_from(value.saturating_mul(HEIGHT as u64) / tallest.max(1)).unwrap_or(HEIGHT)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_stand_on_those_before() {
        let day = |values| Day { date: String::new(), values };
        let days = [day([60, 60]), day([0, 1]), day([0, 0])];
        assert_eq!(bars(&days, 0, 120), "M0 60h16v60h-16z");
        assert_eq!(bars(&days, 1, 120), "M0 0h16v60h-16zM20 118h16v2h-16z");
    }
}
