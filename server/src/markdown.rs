//! Markdown as members write it, made into HTML that can do nothing but show it. Pure.
//!
//! Nothing of the text becomes markup of its own: HTML in it is shown as it was typed, pictures become links, and links
//! lead by `http`, `https` and `mailto` only. Line breaks are kept, since comments are written like letters.

mod mentions;
mod write;

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd, TextMergeStream};

pub use mentions::Mention;

/// Mentions of one text that count; whoever names more means everybody.
pub const MENTIONS_MAX: usize = 50;

/// The text as HTML. What is a mention of somebody known is marked as one.
pub fn html(text: &str, is_known: impl Fn(&Mention) -> bool) -> String {
    write::html(events(text), &is_known)
}

/// Whom a text mentions, each once, in order. Code and links mention nobody.
pub fn mentions(text: &str) -> Vec<Mention> {
    let (mut found, mut opaque) = (Vec::new(), 0_usize);
    for event in events(text) {
        match event {
            Event::Start(Tag::CodeBlock(_) | Tag::Link { .. } | Tag::Image { .. }) => opaque += 1,
            Event::End(TagEnd::CodeBlock | TagEnd::Link | TagEnd::Image) => opaque = opaque.saturating_sub(1),
            Event::Text(text) if opaque == 0 => {
                let here = mentions::pieces(&text).into_iter().filter_map(mentions::Piece::mention);
                for mention in here {
                    if !found.contains(&mention) {
                        found.push(mention);
                    }
                }
            }
            _ => {}
        }
    }
    found.truncate(MENTIONS_MAX);
    found
}

fn events(text: &str) -> impl Iterator<Item = Event<'_>> {
    TextMergeStream::new(Parser::new_ext(
        text,
        Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TASKLISTS,
    ))
}

#[cfg(test)]
mod tests;
