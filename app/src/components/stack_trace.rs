//! Exceptions with their frames: ours in full, others folded away.

use leptos::prelude::*;

use super::{KeyValues, value_text};
use crate::api::{Exception, Frame, Generated, Stacktrace};

/// Outermost first, each followed by what caused it; they come innermost first.
#[component]
pub(crate) fn Exceptions(exceptions: Vec<Exception>) -> impl IntoView {
    let count = exceptions.len();
    let cards = exceptions.into_iter().rev().enumerate().map(|(at, exception)| {
        let caused_by = (at > 0).then(|| view! { <p class="caused-by">"caused by"</p> });
        view! { {caused_by}<ExceptionCard exception/> }
    });
    let title = if count == 1 { "Exception".to_owned() } else { format!("Exceptions ({count})") };
    view! { <section class="exceptions"><h2>{title}</h2>{cards.collect_view()}</section> }
}

#[component]
fn ExceptionCard(exception: Exception) -> impl IntoView {
    let handled = match exception.handled {
        Some(true) => Some("handled"),
        Some(false) => Some("unhandled"),
        None => None,
    };
    let how = [exception.module, exception.mechanism].into_iter().flatten();
    view! {
        <article class="exception-card">
            <header>
                <h3>{exception.kind.unwrap_or_else(|| "Exception".to_owned())}</h3>
                {handled.map(|word| view! { <span class=format!("handled is-{word}")>{word}</span> })}
                {how.map(|text| view! { <span class="how">{text}</span> }).collect_view()}
            </header>
            {exception.value.map(|text| view! { <p class="value">{text}</p> })}
            <StackTrace stacktrace=exception.stacktrace/>
        </article>
    }
}

/// Innermost frame first.
#[component]
pub(crate) fn StackTrace(stacktrace: Stacktrace) -> impl IntoView {
    let mut first = true;
    let runs = fold(stacktrace.frames).into_iter().map(|run| match run {
        Run::Ours(frame) => {
            let open = std::mem::take(&mut first);
            view! { <li><FrameView frame=*frame open/></li> }.into_any()
        }
        Run::Others(frames) => view! { <li><Folded frames/></li> }.into_any(),
    });
    let runs = runs.collect::<Vec<_>>();
    (!runs.is_empty()).then(|| view! { <ol class="stack-trace">{runs}</ol> })
}

/// Neighbouring frames shown alike.
#[derive(Debug, PartialEq)]
enum Run {
    Ours(Box<Frame>),
    Others(Vec<Frame>),
}

/// Innermost first; frames that are not ours are gathered. Where none is ours, the innermost stands for it.
fn fold(mut frames: Vec<Frame>) -> Vec<Run> {
    if let (Some(innermost), false) = (frames.len().checked_sub(1), frames.iter().any(|frame| frame.in_app)) {
        frames[innermost].in_app = true;
    }
    frames.into_iter().rev().fold(Vec::new(), |mut runs, frame| {
        match runs.last_mut() {
            _ if frame.in_app => runs.push(Run::Ours(Box::new(frame))),
            Some(Run::Others(others)) => others.push(frame),
            _ => runs.push(Run::Others(vec![frame])),
        }
        runs
    })
}

#[component]
fn Folded(frames: Vec<Frame>) -> impl IntoView {
    let title = if frames.len() == 1 { "1 other frame".to_owned() } else { format!("{} other frames", frames.len()) };
    let frames = frames.into_iter().map(|frame| view! { <li><FrameView frame open=false/></li> }).collect_view();
    view! { <details class="folded"><summary>{title}</summary><ol>{frames}</ol></details> }
}

#[component]
fn FrameView(frame: Frame, open: bool) -> impl IntoView {
    let head = view! { <FrameHead frame=frame.clone()/> };
    let generated = frame.generated.clone().map(|place| view! { <GeneratedPlace place/> });
    if frame.context_line.is_none() && frame.vars.is_empty() {
        return view! { <div class="frame">{head}{generated}</div> }.into_any();
    }
    let vars: Vec<_> = frame.vars.iter().map(|(name, value)| (name.clone(), value_text(value))).collect();
    view! {
        <details class="frame" open=open>
            <summary>{head}</summary>
            <Source frame/>
            {generated}
            {(!vars.is_empty()).then(|| view! {
                <details class="variables"><summary>"Local variables"</summary><KeyValues rows=vars/></details>
            })}
        </details>
    }
    .into_any()
}

#[component]
fn FrameHead(frame: Frame) -> impl IntoView {
    let place = place(&frame);
    let function = frame.function.unwrap_or_else(|| "<anonymous>".to_owned());
    view! {
        <span class="function">{function}</span>
        {frame.module.map(|module| view! { <span class="module">{module}</span> })}
        <span class="place" title=frame.abs_path>{place}</span>
    }
}

/// Where the frame was in the script that ran.
#[component]
fn GeneratedPlace(place: Generated) -> impl IntoView {
    let name = place.function.map(|name| view! { " in "<code>{name}</code> });
    view! {
        <p class="generated">
            "Ran at "<code>{format!("{}:{}:{}", place.path, place.lineno, place.colno)}</code>{name}
        </p>
    }
}

/// `checkout/summary.ts:42:17`.
fn place(frame: &Frame) -> String {
    let file = frame.filename.as_deref().or(frame.abs_path.as_deref()).unwrap_or_default();
    let numbers = [frame.lineno, frame.colno.filter(|_| frame.lineno.is_some())];
    numbers.into_iter().flatten().fold(file.to_owned(), |place, number| format!("{place}:{number}"))
}

/// The lines around the one that was running, numbered as in the file.
#[component]
fn Source(frame: Frame) -> impl IntoView {
    frame.context_line.map(|current| {
        let first = frame.lineno.unwrap_or(1).saturating_sub(u32::try_from(frame.pre_context.len()).unwrap_or(0));
        let line = |text: String| view! { <li><code>{text}</code></li> };
        view! {
            <ol class="source" start=first tabindex="0">
                {frame.pre_context.into_iter().map(line).collect_view()}
                <li class="current"><code>{current}</code></li>
                {frame.post_context.into_iter().map(line).collect_view()}
            </ol>
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(function: &str, in_app: bool) -> Frame {
        Frame { function: Some(function.to_owned()), in_app, ..Frame::default() }
    }

    /// Ours as their names, others in brackets.
    fn folded(frames: Vec<Frame>) -> String {
        let name = |frame: &Frame| frame.function.clone().unwrap_or_default();
        let runs = fold(frames).into_iter().map(|run| match run {
            Run::Ours(frame) => name(&frame),
            Run::Others(frames) => format!("[{}]", frames.iter().map(name).collect::<Vec<_>>().join(" ")),
        });
        runs.collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn frames_of_others_are_folded_between_ours() {
        let frames = vec![frame("main", false), frame("run", false), frame("ours", true), frame("lib", false)];
        assert_eq!(folded(frames), "[lib] ours [run main]");
    }

    #[test]
    fn the_innermost_frame_shows_where_none_is_ours() {
        assert_eq!(folded(vec![frame("main", false), frame("lib", false)]), "lib [main]");
        assert_eq!(folded(vec![]), "");
    }

    #[test]
    fn places_leave_out_what_is_not_known() {
        let at = |filename: &str, lineno, colno| Frame {
            filename: Some(filename.into()),
            lineno,
            colno,
            ..Frame::default()
        };
        assert_eq!(place(&at("a.rs", Some(4), Some(2))), "a.rs:4:2");
        assert_eq!(place(&at("a.rs", None, Some(2))), "a.rs");
    }
}
