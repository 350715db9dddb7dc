//! Divides a query between those who can answer it. What one side cannot answer becomes parts, each as large as can be, and
//! the other side's answers about them are put back in their places. See docs/decisions/020-queries-as-trees.md.

use super::term::{Side, Term};
use super::{Hints, Node, Query};

/// Most parts of one query; each is a search of its own over the whole index, or a query of its own over all issues.
const MAX_PARTS: usize = 8;

/// A leaf of a divided query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Leaf {
    /// Answered by whoever asked for the division.
    Own(Term),
    /// Answered by the other side: the number of a part.
    Part(usize),
}

/// What the other side is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    pub wanted: Node<Term>,
    /// What must not be besides, of whatever belongs to the same issue.
    pub unwanted: Option<Node<Term>>,
}

/// A divided query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Split {
    pub tree: Node<Leaf>,
    pub parts: Vec<Part>,
    pub hints: Vec<String>,
}

impl Query {
    /// For lists that SQL makes: the parts are what only the index can answer, none of them negated inside.
    pub fn for_tables(&self) -> Split {
        split(&self.tree, |node| !node.has_negation() && is_of(node, Side::Index))
    }

    /// For searches in the index: the parts are what only the tables can answer.
    pub fn for_index(&self) -> Split {
        split(&self.tree, |node| is_of(node, Side::Tables))
    }
}

fn is_of(node: &Node<Term>, side: Side) -> bool {
    node.terms().all(|term| term.side() == side)
}

fn split(tree: &Node<Term>, is_foreign: impl Fn(&Node<Term>) -> bool) -> Split {
    let mut splitter = Splitter { is_foreign, parts: Vec::new(), hints: Hints::default() };
    let tree = if tree.terms().next().is_none() { None } else { splitter.node(tree) };
    Split { tree: tree.unwrap_or_default(), parts: splitter.parts, hints: splitter.hints.0 }
}

struct Splitter<F> {
    is_foreign: F,
    parts: Vec<Part>,
    hints: Hints,
}

impl<F: Fn(&Node<Term>) -> bool> Splitter<F> {
    /// `None` where nothing is left of it.
    fn node(&mut self, node: &Node<Term>) -> Option<Node<Leaf>> {
        if (self.is_foreign)(node) {
            return self.part(node.clone(), None);
        }
        match node {
            Node::Term(term) => Some(Node::Term(Leaf::Own(term.clone()))),
            Node::Not(inner) => self.node(inner).map(Node::negated),
            Node::Any(inner) => {
                let (foreign, own) = self.divided(inner);
                let part = Node::any(foreign).and_then(|any| self.part(any, None));
                let own: Vec<_> = own.into_iter().filter_map(|each| self.node(each)).collect();
                Node::any(part.into_iter().chain(own))
            }
            Node::All(inner) => self.all(inner),
        }
    }

    /// What must not be joins what must be in one part, so that the one is taken from the whole of the other.
    fn all(&mut self, inner: &[Node<Term>]) -> Option<Node<Leaf>> {
        let (wanted, own) = self.divided(inner);
        let (mut unwanted, mut rest) = (Vec::new(), Vec::new());
        for each in own {
            match each {
                Node::Not(inner) if (self.is_foreign)(inner) => unwanted.push((**inner).clone()),
                other => rest.push(other),
            }
        }
        let part = match (Node::all(wanted), Node::any(unwanted)) {
            (Some(wanted), unwanted) => self.part(wanted, unwanted),
            (None, Some(unwanted)) => self.part(unwanted, None).map(Node::negated),
            (None, None) => None,
        };
        let own: Vec<_> = rest.into_iter().filter_map(|each| self.node(each)).collect();
        Node::all(part.into_iter().chain(own))
    }

    fn divided<'a>(&self, inner: &'a [Node<Term>]) -> (Vec<Node<Term>>, Vec<&'a Node<Term>>) {
        let (foreign, own): (Vec<_>, Vec<_>) = inner.iter().partition(|each| (self.is_foreign)(each));
        (foreign.into_iter().cloned().collect(), own)
    }

    fn part(&mut self, wanted: Node<Term>, unwanted: Option<Node<Term>>) -> Option<Node<Leaf>> {
        if self.parts.len() == MAX_PARTS {
            self.hints.add(format!(
                "Words and states alternate too often; what came after the {MAX_PARTS}th change was ignored."
            ));
            return None;
        }
        self.parts.push(Part { wanted, unwanted });
        Some(Node::Term(Leaf::Part(self.parts.len() - 1)))
    }
}
