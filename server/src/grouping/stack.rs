//! From the frames of one stack to the few tokens that stand for it.

use std::borrow::Cow;
use std::cell::OnceCell;

use super::explanation::{Component, Kind};
use super::language::Language;
use super::rules::Rules;
use super::version::Version;
use super::{function, in_app, machinery, path};
use crate::protocol::event::{Event, Frame};

/// Farther from the throw site lies the way the program came, which one bug is reached by many.
const APP_FRAMES_MAX: usize = 6;

/// The system key takes the whole way, so that a library's inner frames alone never join two bugs; bounded for speed.
const SYSTEM_FRAMES_MAX: usize = 64;

/// Frames looked at: SDKs send 250 at most, and what a deeper stack adds is recursion.
const FRAMES_MAX: usize = 256;

/// Left-out frames listed one by one in an explanation.
const LEFT_OUT_MAX: usize = 40;

/// The frames of one stack, nearest to the throw site first.
pub(super) struct Stack<'e> {
    pub(super) frames: Vec<StackFrame<'e>>,
    release: Option<&'e str>,
    pub(super) version: Version,
}

pub(super) struct StackFrame<'e> {
    pub(super) frame: &'e Frame,
    pub(super) language: Language,
    /// Why it is not in app, if it is not.
    pub(super) outside: Option<&'static str>,
    /// Why it is no place in the program at all, if it is none.
    pub(super) machinery: Option<&'static str>,
    /// Two keys are made of it, and making it is most of the work.
    token: OnceCell<String>,
}

impl<'e> Stack<'e> {
    pub(super) fn new(frames: &'e [Frame], event: &'e Event, rules: &Rules) -> Self {
        let mut at_throw_site = true;
        let frames = frames.iter().rev().take(FRAMES_MAX).map(|frame| {
            let language = Language::of(frame.platform.as_deref().unwrap_or(&event.platform));
            let machinery = machinery::reason(frame, language, at_throw_site);
            let awaits = rules.version() >= Version::Ff2 && machinery::is_combinator(frame, language);
            let machinery = machinery.or(awaits.then_some(machinery::AWAIT));
            at_throw_site &= machinery.is_some();
            let outside = in_app::outside(frame, language, rules);
            StackFrame { frame, language, outside, machinery, token: OnceCell::new() }
        });
        Self { frames: frames.collect(), release: event.release.as_deref(), version: rules.version() }
    }

    pub(super) fn has_in_app(&self) -> bool {
        self.frames.iter().any(|frame| frame.outside.is_none() && frame.machinery.is_none())
    }

    /// The frame the problem is seen in: the nearest one in app.
    pub(super) fn nearest_in_app(&self) -> Option<&StackFrame<'e>> {
        self.frames.iter().find(|frame| frame.outside.is_none() && frame.machinery.is_none())
    }

    /// A component for every frame: the nearest in-app ones contribute (any, if none is in app), the others say why not.
    pub(super) fn components(&self) -> Vec<Component> {
        let only_app = self.has_in_app();
        let mut components: Vec<Component> = Vec::with_capacity(self.frames.len().min(APP_FRAMES_MAX + LEFT_OUT_MAX));
        let (mut used, mut left_out) = (0, 0);
        for frame in &self.frames {
            let component = frame.component(self.release, only_app, &components, used == APP_FRAMES_MAX);
            used += usize::from(component.contributes);
            left_out += usize::from(!component.contributes);
            if component.contributes || left_out <= LEFT_OUT_MAX {
                components.push(component);
            }
        }
        components
    }

    /// The file the problem is in, for stacks whose functions say nothing.
    pub(super) fn file(&self) -> Option<Component> {
        let path = self.nearest_in_app().or(self.frames.first())?.path()?;
        Some(Component::normalised(Kind::File, path::place(path, self.release), path))
    }

    /// The components of the system key: every frame, in app or not. It is never shown, so nothing says why.
    pub(super) fn system(&self) -> Vec<Component> {
        let mut tokens: Vec<&str> = Vec::with_capacity(self.frames.len().min(SYSTEM_FRAMES_MAX));
        for token in self.tokens() {
            if !tokens.contains(&token) {
                tokens.push(token);
            }
            if tokens.len() == SYSTEM_FRAMES_MAX {
                break;
            }
        }
        tokens.into_iter().map(|token| Component::used(Kind::Frame, token)).collect()
    }

    /// The tokens of all frames that name something, in app or not, nearest first.
    pub(super) fn tokens(&self) -> impl Iterator<Item = &str> {
        let named = self.frames.iter().filter(|frame| frame.machinery.is_none());
        named.map(|frame| frame.token(self.release)).filter(|token| !token.is_empty())
    }
}

impl StackFrame<'_> {
    fn component(&self, release: Option<&str>, only_app: bool, before: &[Component], full: bool) -> Component {
        let reason = self.machinery.or(self.outside.filter(|_| only_app));
        if let Some(reason) = reason.or(full.then_some("beyond the 6 nearest frames")) {
            return Component::left_out(Kind::Frame, &self.as_sent(), reason);
        }
        let token = self.token(release);
        if token.is_empty() {
            return Component::left_out(Kind::Frame, &self.as_sent(), "names neither a function nor a file");
        }
        // How deep a recursion went says how much data there was, not what went wrong.
        if before.iter().any(|component| component.contributes && component.value == token) {
            return Component::left_out(Kind::Frame, &self.as_sent(), "recursion");
        }
        Component::normalised(Kind::Frame, token.to_owned(), &self.as_sent())
    }

    /// "function in module" or "function in file": what is the same in every build.
    fn token(&self, release: Option<&str>) -> &str {
        self.token.get_or_init(|| self.make_token(release))
    }

    fn make_token(&self, release: Option<&str>) -> String {
        let (place, function) = (self.place(release), self.function());
        match (place.is_empty(), function.is_empty()) {
            (_, true) => place,
            (true, _) => function,
            _ => format!("{function} in {place}"),
        }
    }

    pub(super) fn function(&self) -> String {
        let name = self.frame.function.as_deref().unwrap_or_default();
        let module = self.frame.module.as_deref().unwrap_or_default();
        match function::method_in_class(self.language, module) {
            Some(method) if name == "MoveNext" => method.to_owned(),
            _ => function::function(self.language, name),
        }
    }

    fn place(&self, release: Option<&str>) -> String {
        let module = self.frame.module.as_deref().filter(|module| self.is_trusted(module));
        match (module, self.path()) {
            (Some(module), _) => function::module(self.language, module),
            (None, Some(path)) => path::place(path, release),
            (None, None) => String::new(),
        }
    }

    pub(super) fn path(&self) -> Option<&str> {
        self.frame.filename.as_deref().filter(|name| !name.is_empty()).or(self.frame.abs_path.as_deref())
    }

    /// JavaScript SDKs derive the module from the bundle's name, hash and all; `__main__` is any script.
    fn is_trusted(&self, module: &str) -> bool {
        !module.is_empty() && module != "__main__" && self.language != Language::JavaScript
    }

    fn as_sent(&self) -> Cow<'_, str> {
        let function = self.frame.function.as_deref().unwrap_or("?");
        match self.frame.module.as_deref().filter(|module| self.is_trusted(module)).or(self.path()) {
            Some(place) => Cow::Owned(format!("{function} in {place}")),
            None => Cow::Borrowed(function),
        }
    }
}
