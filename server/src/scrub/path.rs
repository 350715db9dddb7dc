//! Where in a payload the walk is: a chain on the stack, written out only where something is found.

/// A key or an index below another path.
#[derive(Clone, Copy)]
pub(super) struct Path<'p> {
    parent: Option<&'p Path<'p>>,
    segment: Segment<'p>,
}

#[derive(Clone, Copy)]
enum Segment<'p> {
    Root,
    Key(&'p str),
    Index(usize),
}

impl<'p> Path<'p> {
    pub(super) const ROOT: Path<'static> = Path { parent: None, segment: Segment::Root };

    pub(super) fn key(&'p self, key: &'p str) -> Self {
        Self { parent: Some(self), segment: Segment::Key(key) }
    }

    pub(super) fn index(&'p self, index: usize) -> Self {
        Self { parent: Some(self), segment: Segment::Index(index) }
    }

    pub(super) fn segments(&self) -> Vec<String> {
        let mut segments = self.parent.map(Path::segments).unwrap_or_default();
        match self.segment {
            Segment::Root => {}
            Segment::Key(key) => segments.push(key.to_owned()),
            Segment::Index(index) => segments.push(index.to_string()),
        }
        segments
    }
}
