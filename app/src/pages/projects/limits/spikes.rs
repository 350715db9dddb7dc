//! What becomes of a sudden flood of one issue.

use leptos::form::ActionForm;
use leptos::prelude::*;

use crate::api::{SaveSpikeProtection, SpikeProtection};
use crate::components::{SubmitButton, TextField};
use crate::pages::outcome::Outcome;

#[component]
pub(super) fn SpikesForm(
    slug: String,
    spikes: SpikeProtection,
    save: ServerAction<SaveSpikeProtection>,
) -> impl IntoView {
    let kept = spikes.kept_per_minute.map(|kept| kept.to_string()).unwrap_or_default();
    view! {
        <section class="settings-section" aria-labelledby="spikes-heading">
            <h2 id="spikes-heading">"Floods of one issue"</h2>
            <p class="quiet">
                "When one issue floods the project, all of its events are counted, for users and releases too, but only a \
                 part of them is stored: the longer the flood, the smaller the part. The other issues keep the quota."
            </p>
            <ActionForm action=save attr:class="form">
                <input type="hidden" name="slug" value=slug/>
                <div class="tick">
                    <input type="checkbox" id="enabled" name="enabled" value="on" checked=spikes.enabled/>
                    <label for="enabled">"Sample floods"</label>
                </div>
                <TextField label="Stored of one issue in a minute" name="kept_per_minute" value=kept
                    hint="What comes after is sampled. Empty means a tenth of the errors the project may send, at least 100; \
                          without a limit on errors nothing is sampled then."/>
                <Outcome action=save done="Saved."/>
                <SubmitButton label="Save"/>
            </ActionForm>
        </section>
    }
    .into_any()
}
