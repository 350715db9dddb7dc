//! Makes a tree of tokens. Words that stand side by side must all hold, which binds closer than `OR`.

use super::lexer::{Placed, Token};
use super::{Hints, MAX_DEPTH, MAX_TERMS, Node, Term, key};

/// The tree that tokens make; [`Node::everything`] where nothing is left of them.
pub(super) fn parse(tokens: Vec<Placed>, hints: &mut Hints) -> Node<Term> {
    let tokens = tokens.into_iter().map(|placed| placed.token).peekable();
    let mut parser = Parser { tokens, hints, depth: 0, too_deep: 0, terms: 0 };
    parser.alternatives().unwrap_or_default()
}

struct Parser<'a, I: Iterator<Item = Token>> {
    tokens: std::iter::Peekable<I>,
    hints: &'a mut Hints,
    depth: usize,
    /// Open parentheses that were ignored; whatever closes them is ignored as well.
    too_deep: usize,
    terms: usize,
}

impl<I: Iterator<Item = Token>> Parser<'_, I> {
    /// `a b OR c`, up to the end or the parenthesis that closes it.
    fn alternatives(&mut self) -> Option<Node<Term>> {
        let mut found = Vec::new();
        loop {
            let part = self.together();
            let more = self.tokens.next_if_eq(&Token::Or).is_some();
            if part.is_none() && (more || !found.is_empty()) {
                self.hints.add("“OR” needs something on both sides; where it has not, it was ignored.");
            }
            found.extend(part);
            if !more {
                return Node::any(found);
            }
        }
    }

    /// `a b`, up to the next `OR`, the end, or the parenthesis that closes it.
    fn together(&mut self) -> Option<Node<Term>> {
        let mut found = Vec::new();
        loop {
            let in_group = self.depth > 0 && self.too_deep == 0;
            let goes_on = |token: &Token| *token != Token::Or && !(in_group && *token == Token::Close);
            match self.tokens.next_if(goes_on) {
                None => return Node::all(found),
                Some(Token::Close) if self.too_deep > 0 => self.too_deep -= 1,
                Some(Token::Close) => self.hints.add("A closing parenthesis closes nothing and was ignored."),
                Some(token) => found.extend(self.condition(token)),
            }
        }
    }

    fn condition(&mut self, token: Token) -> Option<Node<Term>> {
        match token {
            Token::Not => {
                let negated = self.tokens.next_if(|next| !matches!(next, Token::Or | Token::And | Token::Close))?;
                self.condition(negated).map(Node::negated)
            }
            Token::Open => self.group(),
            Token::Word(text) => self.alone(Term::Text(text)),
            Token::Phrase(text) => self.alone(Term::Phrase(text)),
            Token::Pair { name, value } => {
                let terms = key::terms(&name, value, self.hints);
                Node::any(terms.into_iter().filter_map(|term| self.counted(term)).collect::<Vec<_>>())
            }
            Token::Close | Token::Or | Token::And => None,
        }
    }

    fn group(&mut self) -> Option<Node<Term>> {
        if self.depth == MAX_DEPTH {
            self.hints.add(format!("Parentheses more than {MAX_DEPTH} deep were ignored."));
            self.too_deep += 1;
            return None;
        }
        self.depth += 1;
        let inner = self.alternatives();
        self.depth -= 1;
        if self.tokens.next_if_eq(&Token::Close).is_none() {
            self.hints.add("A parenthesis is never closed; it was closed at the end.");
        }
        inner
    }

    /// Punctuation alone can be found nowhere.
    fn alone(&mut self, term: Term) -> Option<Node<Term>> {
        let (Term::Text(text) | Term::Phrase(text)) = &term else { return self.counted(term) };
        let has_letters = text.chars().any(char::is_alphanumeric);
        has_letters.then(|| self.counted(term)).flatten()
    }

    fn counted(&mut self, term: Term) -> Option<Node<Term>> {
        if self.terms == MAX_TERMS {
            self.hints.add(format!("Only the first {MAX_TERMS} terms were used."));
            return None;
        }
        self.terms += 1;
        Some(Node::Term(term))
    }
}
