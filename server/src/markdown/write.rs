//! From the parser's events to HTML, tag by tag, so that nothing is written that is not written here.

use pulldown_cmark::{CodeBlockKind, Event, HeadingLevel, LinkType, Tag};

use super::mentions::{Mention, Piece, pieces};

/// Elements inside each other; deeper ones are shown without their own.
const DEPTH_MAX: usize = 40;
/// What a link may lead by.
const SCHEMES: [&str; 3] = ["https://", "http://", "mailto:"];
/// Headings of a page come before those of a comment.
const HEADINGS: [&str; 3] = ["h4", "h5", "h6"];

pub(super) fn html<'a>(events: impl Iterator<Item = Event<'a>>, is_known: &dyn Fn(&Mention) -> bool) -> String {
    let mut writer = Writer { out: String::new(), open: Vec::new(), is_known, in_head: false, links: 0, code: 0 };
    events.for_each(|event| writer.event(event));
    writer.out
}

/// An element that is open: how it ends, and what ends with it.
struct Open {
    end: String,
    kind: Kind,
    /// What an empty link shows, and where its text began.
    fallback: Option<(usize, String)>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Plain,
    Link,
    Code,
    TableHead,
}

struct Writer<'w> {
    out: String,
    open: Vec<Open>,
    is_known: &'w dyn Fn(&Mention) -> bool,
    in_head: bool,
    /// How many links, and blocks of code, are open.
    links: usize,
    code: usize,
}

impl Writer<'_> {
    fn event(&mut self, event: Event<'_>) {
        match event {
            Event::Start(tag) => self.start(tag),
            Event::End(_) => self.end(),
            Event::Text(text) => self.text(&text),
            Event::Code(text) => {
                self.out.push_str("<code>");
                self.escaped(&text);
                self.out.push_str("</code>");
            }
            Event::Rule => self.out.push_str("<hr>"),
            Event::SoftBreak | Event::HardBreak => self.out.push_str("<br>\n"),
            Event::TaskListMarker(done) => self.out.push_str(if done { "☑ " } else { "☐ " }),
            // Shown as it was typed.
            Event::Html(text)
            | Event::InlineHtml(text)
            | Event::InlineMath(text)
            | Event::DisplayMath(text)
            | Event::FootnoteReference(text) => self.escaped(&text),
        }
    }

    fn start(&mut self, tag: Tag<'_>) {
        let (begin, end, kind, fallback) = if self.open.len() >= DEPTH_MAX { bare() } else { self.element(tag) };
        self.out.push_str(&begin);
        self.links += usize::from(kind == Kind::Link);
        self.code += usize::from(kind == Kind::Code);
        self.in_head |= kind == Kind::TableHead;
        let fallback = fallback.map(|text| (self.out.len(), text));
        self.open.push(Open { end, kind, fallback });
    }

    fn end(&mut self) {
        let Some(open) = self.open.pop() else { return };
        if let Some((began, text)) = open.fallback
            && self.out.len() == began
        {
            self.escaped(&text);
        }
        self.out.push_str(&open.end);
        self.links -= usize::from(open.kind == Kind::Link);
        self.code -= usize::from(open.kind == Kind::Code);
        self.in_head &= open.kind != Kind::TableHead;
    }

    /// How an element begins and ends.
    fn element(&self, tag: Tag<'_>) -> Element {
        match tag {
            Tag::Paragraph | Tag::HtmlBlock => plain("p"),
            Tag::Heading { level, .. } => plain(heading(level)),
            Tag::BlockQuote(_) => plain("blockquote"),
            Tag::CodeBlock(CodeBlockKind::Fenced(_) | CodeBlockKind::Indented) => {
                ("<pre><code>".to_owned(), "</code></pre>".to_owned(), Kind::Code, None)
            }
            Tag::List(None) => plain("ul"),
            Tag::List(Some(1)) => plain("ol"),
            Tag::List(Some(start)) => (format!("<ol start=\"{start}\">"), "</ol>".to_owned(), Kind::Plain, None),
            Tag::Item => plain("li"),
            Tag::Emphasis => plain("em"),
            Tag::Strong => plain("strong"),
            Tag::Strikethrough => plain("del"),
            Tag::Table(_) => ("<table>".to_owned(), "</tbody></table>".to_owned(), Kind::Plain, None),
            Tag::TableHead => ("<thead><tr>".to_owned(), "</tr></thead><tbody>".to_owned(), Kind::TableHead, None),
            Tag::TableRow => plain("tr"),
            Tag::TableCell => plain(if self.in_head { "th" } else { "td" }),
            Tag::Link { link_type: LinkType::Email, dest_url, .. } => self.link(&format!("mailto:{dest_url}")),
            Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. } => self.link(&dest_url),
            // Of extensions that are off.
            _ => bare(),
        }
    }

    /// A link, or nothing but its text where it may not lead there or stands in another link.
    fn link(&self, address: &str) -> Element {
        let fallback = Some(address.to_owned());
        match safe(address) {
            Some(address) if self.links == 0 => (anchor(&address), "</a>".to_owned(), Kind::Link, fallback),
            _ => (String::new(), String::new(), Kind::Plain, fallback),
        }
    }

    fn text(&mut self, text: &str) {
        if self.links > 0 || self.code > 0 {
            return self.escaped(text);
        }
        for piece in pieces(text) {
            match piece {
                Piece::Mention(written, mention) if (self.is_known)(&mention) => {
                    self.out.push_str("<span class=\"mention\">");
                    self.escaped(written);
                    self.out.push_str("</span>");
                }
                Piece::Address(written) => match safe(written) {
                    Some(address) => {
                        self.out.push_str(&anchor(&address));
                        self.escaped(written);
                        self.out.push_str("</a>");
                    }
                    None => self.escaped(written),
                },
                Piece::Words(written) | Piece::Mention(written, _) => self.escaped(written),
            }
        }
    }

    fn escaped(&mut self, text: &str) {
        escape(text, &mut self.out);
    }
}

type Element = (String, String, Kind, Option<String>);

fn plain(name: &str) -> Element {
    (format!("<{name}>"), format!("</{name}>"), Kind::Plain, None)
}

fn bare() -> Element {
    (String::new(), String::new(), Kind::Plain, None)
}

fn heading(level: HeadingLevel) -> &'static str {
    HEADINGS.get(level as usize - 1).unwrap_or(&HEADINGS[2])
}

/// Nobody's good name is lent to what a comment leads to.
fn anchor(address: &str) -> String {
    let mut begin = "<a href=\"".to_owned();
    escape(address, &mut begin);
    begin.push_str("\" rel=\"nofollow noopener\">");
    begin
}

/// The address as a browser would read it, if it may lead there. Browsers drop control characters wherever they stand.
fn safe(address: &str) -> Option<String> {
    let read: String = address.chars().filter(|char| !char.is_control()).collect();
    let read = read.trim().to_owned();
    let leads_by = |scheme: &&str| read.get(..scheme.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(scheme));
    SCHEMES.iter().any(leads_by).then_some(read)
}

fn escape(text: &str, out: &mut String) {
    for char in text.chars() {
        match char {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#x27;"),
            '\0' => {}
            _ => out.push(char),
        }
    }
}
