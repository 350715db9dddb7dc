//! The versions of the algorithm. A change that moves any key is a new one; old ones stay for as long as a project uses
//! them.

/// A version of the algorithm; later ones are greater.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Version {
    #[default]
    Ff1,
    /// Knows a page whose address ends in a number from a bundle, leaves `Promise.all` out of asynchronous stacks,
    /// finds the host in what PostgreSQL's clients write, and reads the engines' words for a property of nothing.
    Ff2,
    /// Makes other keys of the same content, so that tests can change versions.
    #[cfg(test)]
    Test,
}

impl Version {
    /// Those a project can choose, oldest first.
    pub const ALL: [Self; 2] = [Self::Ff1, Self::Ff2];
    /// What new projects take; others keep what they have.
    pub const NEWEST: Self = Self::Ff2;

    /// As settings and pages name it; part of every key it makes.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ff1 => "ff-1",
            Self::Ff2 => "ff-2",
            #[cfg(test)]
            Self::Test => "test",
        }
    }

    /// The version of this name; the first for an empty one.
    pub fn named(name: &str) -> Option<Self> {
        if name.is_empty() {
            return Some(Self::default());
        }
        Self::ALL.into_iter().find(|version| version.name() == name)
    }
}
