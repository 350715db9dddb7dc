//! Who can be mentioned, and whom a mention means.

use std::collections::BTreeSet;

use sea_orm::{ConnectionTrait, EntityTrait, QuerySelect};

use super::assignment::team_members;
use crate::error::Result;
use crate::markdown::{self, Mention};
use crate::store::entities::{member, team};

/// Everybody who can be mentioned.
#[derive(Clone, Debug, Default)]
pub(super) struct Directory {
    members: Vec<Person>,
    /// Id and slug.
    teams: Vec<(i64, String)>,
}

/// A member by everything they answer to, in lower case.
#[derive(Clone, Debug)]
struct Person {
    id: i64,
    email: String,
    /// What stands before the @ of the address.
    mailbox: String,
    /// The name without blanks and punctuation.
    name: String,
    first_name: String,
}

/// Members and teams that a text mentions.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Mentioned {
    pub(super) members: BTreeSet<i64>,
    pub(super) teams: BTreeSet<i64>,
}

impl Directory {
    pub(super) async fn load(db: &impl ConnectionTrait) -> Result<Self> {
        use member::Column as M;
        let members = member::Entity::find().select_only().columns([M::Id, M::Email, M::Name]);
        let members: Vec<(i64, String, String)> = members.into_tuple().all(db).await?;
        let teams = team::Entity::find().select_only().columns([team::Column::Id, team::Column::Slug]);
        Ok(Self {
            members: members.iter().map(|(id, email, name)| person(*id, email, name)).collect(),
            teams: teams.into_tuple().all(db).await?,
        })
    }

    /// The member that a handle means: by address, by name, by mailbox, or by a first name that only one has. What may
    /// mean several means nobody.
    fn member(&self, handle: &str) -> Option<i64> {
        let (plain, handle) = (letters(handle), handle.to_lowercase());
        let one = |is: &dyn Fn(&Person) -> bool| {
            let mut found = self.members.iter().filter(|person| is(person));
            match (found.next(), found.next()) {
                (Some(only), None) => Some(only.id),
                _ => None,
            }
        };
        if handle.contains('@') {
            return one(&|person| person.email == handle);
        }
        one(&|person| person.name == plain)
            .or_else(|| one(&|person| person.mailbox == handle))
            .or_else(|| one(&|person| person.first_name == plain))
    }

    fn team(&self, slug: &str) -> Option<i64> {
        self.teams.iter().find(|(_, it)| it == slug).map(|(id, _)| *id)
    }

    /// Whether a mention means somebody.
    pub(super) fn knows(&self, mention: &Mention) -> bool {
        match mention {
            Mention::Member(handle) => self.member(handle).is_some(),
            Mention::Team(slug) => self.team(slug).is_some(),
        }
    }

    /// Whom a text mentions.
    pub(super) fn mentioned(&self, text: &str) -> Mentioned {
        let mut mentioned = Mentioned::default();
        for mention in markdown::mentions(text) {
            match mention {
                Mention::Member(handle) => mentioned.members.extend(self.member(&handle)),
                Mention::Team(slug) => mentioned.teams.extend(self.team(&slug)),
            }
        }
        mentioned
    }
}

impl Mentioned {
    /// Every member: those named, and those of the teams named.
    pub(super) async fn people(&self, db: &impl ConnectionTrait) -> Result<BTreeSet<i64>> {
        let mut people = team_members(db, self.teams.iter().copied()).await?;
        people.extend(&self.members);
        Ok(people)
    }
}

fn person(id: i64, email: &str, name: &str) -> Person {
    Person {
        id,
        email: email.to_lowercase(),
        mailbox: email.split('@').next().unwrap_or_default().to_lowercase(),
        name: letters(name),
        first_name: letters(name.split_whitespace().next().unwrap_or_default()),
    }
}

fn letters(text: &str) -> String {
    text.chars().filter(|char| char.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_handle_means_one_member_or_nobody() {
        let members = [
            (1, "ada@example.org", "Ada Lovelace"),
            (2, "grace@example.org", "Grace Hopper"),
            (3, "g.murray@example.org", "Grace Murray"),
            (4, "lovelace@other.org", "Bo"),
            (5, "zoe@example.org", "Żółć"),
        ];
        let members = members.map(|(id, email, name)| person(id, email, name)).to_vec();
        let directory = Directory { members, teams: vec![(7, "web".to_owned())] };
        for (handle, expected) in [
            ("ada", Some(1)),
            ("Ada@Example.org", Some(1)),
            ("adalovelace", Some(1)),
            ("ada.lovelace", Some(1)),
            ("ada-lovelace", Some(1)),
            ("lovelace", Some(4)),
            ("grace", Some(2)),
            ("gracemurray", Some(3)),
            ("g.murray", Some(3)),
            ("murray", None),
            ("żółć", Some(5)),
            ("ada@elsewhere.org", None),
            ("", None),
        ] {
            assert_eq!(directory.member(handle), expected, "{handle}");
        }
        let text = "@ada and #web, `@grace`, @nobody, #nowhere";
        let expected = Mentioned { members: BTreeSet::from([1]), teams: BTreeSet::from([7]) };
        assert_eq!(directory.mentioned(text), expected);
        let two = [person(1, "a@x.org", "Ada"), person(2, "b@x.org", "Ada")].to_vec();
        assert_eq!(Directory { members: two, teams: Vec::new() }.member("ada"), None, "which of the two?");
    }
}
