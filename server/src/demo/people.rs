//! Customers of the shop, and what they look at it with. Nobody in here exists.

use serde_json::{Value, json};

use super::chance::Chance;

const FIRST: [&str; 24] = [
    "Anna", "Ben", "Carla", "David", "Elif", "Finn", "Greta", "Hugo", "Ines", "Jakob", "Karin", "Leo", "Maja", "Noah",
    "Olga", "Pablo", "Rosa", "Samir", "Tilda", "Umut", "Vera", "Wim", "Yara", "Zoe",
];
const LAST: [&str; 24] = [
    "Andersen", "Bauer", "Costa", "Dvorak", "Eriksen", "Fabbri", "Garnier", "Hofer", "Ivanova", "Jonker", "Kaya",
    "Lang", "Martin", "Nilsen", "Ortega", "Petit", "Quist", "Rossi", "Silva", "Toth", "Urban", "Vogel", "Weiss",
    "Zanetti",
];
/// Customers who are signed in.
const CUSTOMERS: usize = FIRST.len() * LAST.len();

/// Browser, its version, system, its version, device, user agent.
type Setup = [&'static str; 6];

#[rustfmt::skip]
const SETUPS: [Setup; 5] = [
    ["Chrome", "142.0.0", "Windows", "11", "PC", "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36"],
    ["Mobile Safari", "18.6", "iOS", "18.6", "iPhone", "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6 Mobile/15E148 Safari/604.1"],
    ["Chrome Mobile", "142.0.0", "Android", "15", "Pixel 9", "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Mobile Safari/537.36"],
    ["Firefox", "145.0", "Linux", "6.12", "PC", "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0"],
    ["Safari", "26.1", "macOS", "26.1", "Mac", "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.1 Safari/605.1.15"],
];

/// Somebody in the shop.
#[derive(Clone, Debug)]
pub(super) struct Person {
    pub(super) name: String,
    pub(super) email: String,
    id: String,
    address: String,
    setup: Setup,
}

impl Person {
    pub(super) fn any(chance: &mut Chance) -> Self {
        let number = chance.below(CUSTOMERS);
        Self::named(&format!("{} {}", FIRST[number % FIRST.len()], LAST[number / FIRST.len()]))
    }

    /// The same for the same name.
    pub(super) fn named(name: &str) -> Self {
        let mut chance = Chance::of(name);
        Self {
            name: name.to_owned(),
            email: format!("{}@mail.example", name.to_lowercase().replace(' ', ".")),
            id: (10_000 + chance.below(80_000)).to_string(),
            // An address from the block that is kept for documentation.
            address: format!("203.0.113.{}", 1 + chance.below(254)),
            setup: *chance.pick(&SETUPS),
        }
    }

    pub(super) fn user(&self) -> Value {
        json!({ "id": self.id, "email": self.email, "username": self.name, "ip_address": self.address })
    }

    pub(super) fn agent(&self) -> &'static str {
        self.setup[5]
    }

    /// The contexts a browser's client sends.
    pub(super) fn contexts(&self) -> Value {
        let [browser, version, system, system_version, device, _] = self.setup;
        json!({
            "browser": { "name": browser, "version": version },
            "os": { "name": system, "version": system_version },
            "device": { "model": device, "family": device },
        })
    }

    pub(super) fn browser(&self) -> String {
        format!("{} {}", self.setup[0], self.setup[1])
    }

    pub(super) fn system(&self) -> String {
        format!("{} {}", self.setup[2], self.setup[3])
    }
}
