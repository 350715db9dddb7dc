//! Values of fields that somebody may have changed before the page ran.

use leptos::tachys::html::property::IntoProperty;
use leptos::tachys::renderer::types::Element;

/// A property that leaves the element alone when the page begins to run: what was typed or chosen by then stays. Later
/// it is set like any other. For `prop:value`, `prop:selected`, `prop:checked`.
#[derive(Clone)]
pub(crate) struct Kept<T>(pub(crate) T);

impl<T: IntoProperty> IntoProperty for Kept<T> {
    type State = Element;
    type Cloneable = Kept<T::Cloneable>;
    type CloneableOwned = Kept<T::CloneableOwned>;

    fn hydrate<const FROM_SERVER: bool>(self, element: &Element, _key: &str) -> Self::State {
        element.clone()
    }

    fn build(self, element: &Element, key: &str) -> Self::State {
        self.0.build(element, key);
        element.clone()
    }

    fn rebuild(self, element: &mut Self::State, key: &str) {
        self.0.build(element, key);
    }

    fn into_cloneable(self) -> Self::Cloneable {
        Kept(self.0.into_cloneable())
    }

    fn into_cloneable_owned(self) -> Self::CloneableOwned {
        Kept(self.0.into_cloneable_owned())
    }
}
