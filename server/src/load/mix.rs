//! What the traffic is made of.

use std::path::PathBuf;

use anyhow::{Context, ensure};

/// One kind of request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// An error of a Python web shop, about 15 kB with 24 frames.
    Error,
    /// An error of a page in a browser, about 6 kB, source maps not applied.
    Browser,
    /// A run of the software that ended well.
    Session,
    /// A few words of a user.
    Feedback,
    /// The caller's own event: JSON in which `{{n}}`, `{{issue}}` and `{{user}}` stand for numbers.
    Template(PathBuf),
}

/// Kinds with their shares, as in `error=8,session=2` or `template:event.json=1`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mix(Vec<(Kind, u32)>);

impl Mix {
    /// Reads a mix as it is written on the command line.
    ///
    /// # Errors
    /// When a kind is not known, a share is no number, or nothing is left.
    pub fn parse(text: &str) -> anyhow::Result<Self> {
        let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
        let mix = parts.map(part).collect::<anyhow::Result<Vec<_>>>()?;
        ensure!(mix.iter().any(|(_, share)| *share > 0), "the mix is empty");
        Ok(Self(mix))
    }

    pub(super) fn kinds(&self) -> impl Iterator<Item = &Kind> {
        self.0.iter().map(|(kind, _)| kind)
    }

    /// The place of the kind that a request has: each kind in its share, and the same number always the same.
    pub(super) fn pick(&self, number: u64) -> usize {
        let all = self.0.iter().map(|(_, share)| u64::from(*share)).sum::<u64>().max(1);
        // Scattered, so that the rare kinds do not come in a bunch.
        let mut at = number.wrapping_mul(0x9E37_79B9_7F4A_7C15) % all;
        for (place, (_, share)) in self.0.iter().enumerate() {
            match at.checked_sub(u64::from(*share)) {
                Some(rest) => at = rest,
                None => return place,
            }
        }
        0
    }
}

fn part(text: &str) -> anyhow::Result<(Kind, u32)> {
    let (name, share) = text.rsplit_once('=').unwrap_or((text, "1"));
    let share = share.parse().with_context(|| format!("{share} is not a share"))?;
    let kind = match name {
        "error" => Kind::Error,
        "browser" => Kind::Browser,
        "session" => Kind::Session,
        "feedback" => Kind::Feedback,
        _ => Kind::Template(name.strip_prefix("template:").with_context(|| format!("{name} is not a kind"))?.into()),
    };
    Ok((kind, share))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mix_is_read_and_keeps_its_shares() {
        let mix = Mix::parse("error=8, session=2,template:my/event.json").unwrap();
        assert_eq!(mix.0[2], (Kind::Template("my/event.json".into()), 1));
        let mut counts = [0; 3];
        (0..11_000).for_each(|number| counts[mix.pick(number)] += 1);
        assert!(
            counts.iter().zip([8_000, 2_000, 1_000]).all(|(found, wanted)| i32::abs(found - wanted) < 300),
            "{counts:?}"
        );
    }

    #[test]
    fn what_is_no_mix_is_refused() {
        for wrong in ["", "error=0", "errors", "error=many", "error=-1"] {
            assert!(Mix::parse(wrong).is_err(), "{wrong}");
        }
    }
}
