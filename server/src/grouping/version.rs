//! The versions of the algorithm. A change that moves any key is a new one; old ones stay for as long as a project uses
//! them.

/// A version of the algorithm.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Version {
    #[default]
    Ff1,
    /// Makes other keys of the same content, so that tests can change versions.
    #[cfg(test)]
    Test,
}

impl Version {
    /// Those a project can choose, oldest first.
    pub const ALL: [Self; 1] = [Self::Ff1];

    /// As settings and pages name it; part of every key it makes.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ff1 => "ff-1",
            #[cfg(test)]
            Self::Test => "test",
        }
    }

    /// The version of this name; the default for an empty one.
    pub fn named(name: &str) -> Option<Self> {
        if name.is_empty() {
            return Some(Self::default());
        }
        Self::ALL.into_iter().find(|version| version.name() == name)
    }
}
