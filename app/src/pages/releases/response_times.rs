//! How long a release takes to answer, transaction by transaction, beside the release before it.

use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};

use super::compare::{self, Change, Trend};
use crate::api::{ResponseTimes, Times, TransactionTimes, load_transactions};
use crate::components::{Count, Load, percent, short_version};
use crate::routes;

/// The environment is in the address.
#[component]
pub(super) fn ResponseTimesSection() -> impl IntoView {
    let (params, query) = (use_params_map(), use_query_map());
    let asked = Memo::new(move |_| {
        let params = params.read();
        let of = |name: &str| params.get(name).unwrap_or_default();
        (of("project"), of("version"), query.read().get("environment"))
    });
    let times = Resource::new(
        move || asked.get(),
        async |(project, version, environment)| load_transactions(project, version, environment).await,
    );
    let path = move || {
        let (project, version, _) = asked.get_untracked();
        routes::release(&project, &version)
    };
    view! { <Load resource=times view=move |times| view! { <Section times path=path()/> }.into_any()/> }.into_any()
}

#[component]
fn Section(times: ResponseTimes, path: String) -> impl IntoView {
    let filter = (times.environments.len() > 1).then(|| environments(&times, &path));
    let previous = times.previous.as_deref().map(|version| short_version(version).to_owned()).unwrap_or_default();
    let content = if times.transactions.is_empty() {
        view! { <p class="quiet">"No transactions have arrived. They come from SDKs in which tracing is switched on."</p> }
            .into_any()
    } else {
        table(times.transactions, &previous)
    };
    view! {
        <section class="release-section" aria-labelledby="response-times-heading">
            <h2 id="response-times-heading">"Response times"</h2>
            {filter}
            {content}
        </section>
    }
    .into_any()
}

/// Where the numbers are from, and where else they could be from.
fn environments(times: &ResponseTimes, path: &str) -> AnyView {
    let names = std::iter::once(None).chain(times.environments.iter().map(|name| Some(name.as_str())));
    let link = |name: Option<&str>| {
        let here = (name == times.environment.as_deref()).then_some("true");
        let to = routes::with_query(path, &[("environment", name)]);
        let name = name.unwrap_or("all environments").to_owned();
        view! { <li><a href=to aria-current=here>{name}</a></li> }
    };
    let links = names.map(link).collect_view();
    view! { <nav aria-label="Environment of the response times"><ul class="environment-links" role="list">{links}</ul></nav> }
        .into_any()
}

fn table(transactions: Vec<TransactionTimes>, previous: &str) -> AnyView {
    let rows = transactions.into_iter().map(|transaction| row(transaction, previous)).collect_view();
    view! {
        <table class="data-table response-table" aria-labelledby="response-times-heading">
            <thead>
                <tr>
                    <th scope="col">"Transaction"</th>
                    <th scope="col" class="number">"Count"</th>
                    <th scope="col" class="number">"p50"</th>
                    <th scope="col" class="number">"p95"</th>
                    <th scope="col" class="number">"p99"</th>
                    <th scope="col" class="number">"Failed"</th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </table>
    }
    .into_any()
}

fn row(transaction: TransactionTimes, previous: &str) -> AnyView {
    let (now, before) = (transaction.times, transaction.previous);
    let time = |label: &'static str, of: fn(&Times) -> f64| {
        let change = before.map(|before| of(&before)).map(|before| compare::time(of(&now), before, previous));
        cell(label, milliseconds(of(&now)), change)
    };
    let failed = before.map(|before| compare::failures(now.failure_rate, before.failure_rate, previous));
    view! {
        <tr>
            <th scope="row" class="transaction-name">{transaction.name}</th>
            <td class="number" data-label="Count"><Count value=now.transactions/></td>
            {time("p50", |times| times.p50_ms)}
            {time("p95", |times| times.p95_ms)}
            {time("p99", |times| times.p99_ms)}
            {cell("Failed", percent(Some(now.failure_rate)), failed)}
        </tr>
    }
    .into_any()
}

fn cell(label: &'static str, value: String, change: Option<Change>) -> AnyView {
    let change = change.map(|change| {
        let class = match change.trend {
            Trend::Better => "health-change is-better",
            Trend::Worse => "health-change is-worse",
            Trend::Same => "health-change",
        };
        view! { <span class=class><span aria-hidden="true">{change.arrow}</span>" "{change.words}</span> }
    });
    view! { <td class="number" data-label=label>{value}{change}</td> }.into_any()
}

/// To two digits below ten milliseconds, in seconds from one second on.
fn milliseconds(ms: f64) -> String {
    match ms {
        ms if ms < 10.0 => format!("{ms:.2} ms"),
        ms if ms < 1_000.0 => format!("{ms:.0} ms"),
        ms => format!("{:.2} s", ms / 1_000.0),
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn times_have_few_digits() {
        for (ms, text) in [(0.251, "0.25 ms"), (9.0, "9.00 ms"), (250.4, "250 ms"), (1_234.0, "1.23 s")] {
            assert_eq!(super::milliseconds(ms), text);
        }
    }
}
