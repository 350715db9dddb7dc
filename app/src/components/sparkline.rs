//! A row of small bars, oldest first.

use leptos::prelude::*;

/// Width of a bar and its gap, and the height of the tallest, in pixels.
const BAR: usize = 6;
const GAP: usize = 2;
const HEIGHT: usize = 20;

#[component]
pub(crate) fn Sparkline(values: Vec<u32>, #[prop(into)] label: String) -> impl IntoView {
    let width = (values.len() * (BAR + GAP)).saturating_sub(GAP);
    let size = format!("0 0 {width} {HEIGHT}");
    let label = format!("{label}: {}", joined(&values));
    view! {
        <svg class="sparkline" width=width height=HEIGHT viewBox=size role="img" aria-label=label>
            <path d=bars(&values)/>
        </svg>
    }
}

fn joined(values: &[u32]) -> String {
    values.iter().map(u32::to_string).collect::<Vec<_>>().join(", ")
}

/// One path for all bars: a table has hundreds of them.
fn bars(values: &[u32]) -> String {
    let max = values.iter().copied().max().unwrap_or(0).max(1) as usize;
    let bar = |(at, value): (usize, &u32)| {
        // What happened at all is at least two pixels high; what did not is a line.
        let height = if *value == 0 { 1 } else { (*value as usize * HEIGHT / max).max(3) };
        format!("M{} {}h{BAR}v{height}h-{BAR}z", at * (BAR + GAP), HEIGHT - height)
    };
    values.iter().enumerate().map(bar).collect()
}

#[cfg(test)]
mod tests {
    #[test]
    fn bars_are_scaled_to_the_tallest() {
        assert_eq!(super::bars(&[0, 5, 10]), "M0 19h6v1h-6zM8 10h6v10h-6zM16 0h6v20h-6z");
        assert_eq!(super::bars(&[]), "");
    }
}
