//! Conditions joined by and, or and not. What a condition is, the caller says.

/// A condition, or several joined.
///
/// Made by [`Node::all`], [`Node::any`] and [`Node::negated`], which keep it as flat as can be: no group of a group of the
/// same kind, no group of one, no double negation. Only the whole may be [`Node::everything`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Node<T> {
    All(Vec<Self>),
    Any(Vec<Self>),
    Not(Box<Self>),
    Term(T),
}

impl<T> Default for Node<T> {
    fn default() -> Self {
        Self::everything()
    }
}

impl<T> Node<T> {
    /// Asks for nothing, so that everything meets it.
    pub fn everything() -> Self {
        Self::All(Vec::new())
    }

    /// All of these; `None` where there are none.
    pub fn all(nodes: impl IntoIterator<Item = Self>) -> Option<Self> {
        let flat = nodes.into_iter().flat_map(|node| match node {
            Self::All(inner) => inner,
            other => vec![other],
        });
        one_or(flat.collect(), Self::All)
    }

    /// Any of these; `None` where there are none.
    pub fn any(nodes: impl IntoIterator<Item = Self>) -> Option<Self> {
        let flat = nodes.into_iter().flat_map(|node| match node {
            Self::Any(inner) => inner,
            other => vec![other],
        });
        one_or(flat.collect(), Self::Any)
    }

    /// The opposite.
    #[must_use]
    pub fn negated(self) -> Self {
        match self {
            Self::Not(inner) => *inner,
            other => Self::Not(Box::new(other)),
        }
    }

    /// Every condition in it, in order.
    pub fn terms(&self) -> impl Iterator<Item = &T> {
        let mut waiting = vec![self];
        std::iter::from_fn(move || {
            loop {
                match waiting.pop()? {
                    Self::Term(term) => return Some(term),
                    Self::Not(inner) => waiting.push(inner),
                    Self::All(inner) | Self::Any(inner) => waiting.extend(inner.iter().rev()),
                }
            }
        })
    }

    /// Whether anything in it is negated.
    pub fn has_negation(&self) -> bool {
        match self {
            Self::Term(_) => false,
            Self::Not(_) => true,
            Self::All(inner) | Self::Any(inner) => inner.iter().any(Self::has_negation),
        }
    }
}

fn one_or<T>(mut nodes: Vec<Node<T>>, group: fn(Vec<Node<T>>) -> Node<T>) -> Option<Node<T>> {
    match nodes.len() {
        0 | 1 => nodes.pop(),
        _ => Some(group(nodes)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tree_is_flat() {
        let term = Node::Term;
        let ab = Node::all([term('a'), term('b')]).unwrap();
        assert_eq!(Node::all([ab.clone(), term('c')]), Some(Node::All(vec![term('a'), term('b'), term('c')])));
        assert_eq!(Node::any([ab.clone()]), Some(ab.clone()));
        assert_eq!(Node::<char>::any([]), None);
        assert_eq!(ab.clone().negated().negated(), ab);
        let mixed = Node::any([ab.negated(), term('c')]).unwrap();
        assert_eq!(mixed.terms().collect::<String>(), "abc");
        assert!(mixed.has_negation());
    }
}
