//! What the name of a field says about its value.
//!
//! A name is read as words: `dbPassword`, `DB_PASSWORD` and `db-password` are the same two. Words matter, since
//! `csrf_token` is a secret and `tokens_used` a number.

/// Letters and digits of a name that are read; longer names say nothing more.
const FOLDED_MAX: usize = 64;

/// What kind of secret a name announces.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Class {
    Credential,
    Card,
    Cookie,
    /// The network address of a person.
    Address,
}

/// Beginnings of words without which no name is looked at further: most names have none of them.
const STEMS: [&str; 25] = [
    "pass",
    "pwd",
    "secret",
    "key",
    "auth",
    "token",
    "cookie",
    "cred",
    "jwt",
    "ssn",
    "social",
    "card",
    "ccnum",
    "cvv",
    "cvc",
    "sess",
    "sid",
    "sig",
    "iban",
    "bearer",
    "csrf",
    "xsrf",
    "ip",
    "addr",
    "forwarded",
];
/// Secret wherever they stand in a name, across its words.
const CREDENTIALS: [&str; 27] = [
    "password",
    "passwd",
    "passphrase",
    "passwort",
    "apikey",
    "accesskey",
    "secretkey",
    "privatekey",
    "encryptionkey",
    "signingkey",
    "masterkey",
    "licensekey",
    "sshkey",
    "authkey",
    "accountkey",
    "sharedkey",
    "consumerkey",
    "sessionid",
    "sessionkey",
    "sessid",
    "clientsecret",
    "socialsecurity",
    "csrfmiddleware",
    "amzsignature",
    "amzcredential",
    "googsignature",
    "googcredential",
];
const CARDS: [&str; 6] = ["creditcard", "debitcard", "cardnumber", "cardno", "ccnumber", "ccnum"];
/// Secret as a word of its own.
const CREDENTIAL_WORDS: [&str; 13] = [
    "pwd",
    "secret",
    "secrets",
    "credential",
    "credentials",
    "cred",
    "creds",
    "jwt",
    "ssn",
    "iban",
    "bearer",
    "csrf",
    "xsrf",
];
const CARD_WORDS: [&str; 4] = ["cvv", "cvv2", "cvc", "cvc2"];
/// Secret as the last word: what follows one of them describes it (`auth_method`, `token_type`).
const LAST_WORDS: [&str; 4] = ["auth", "authorization", "authentication", "token"];
/// Secret as the whole name only.
const WHOLE: [&str; 5] = ["sid", "connectsid", "sig", "pass", "signature"];
/// Whose password a word before `pass` makes it.
const BEFORE_PASS: [&str; 9] = ["db", "user", "smtp", "mysql", "pg", "ftp", "admin", "login", "redis"];
/// What may follow `token` and still be the token.
const TOKEN_ITSELF: [&str; 4] = ["value", "hash", "string", "plain"];
/// Names of addresses, without the `http` and `x` that servers put before them.
const ADDRESSES: [&str; 22] = [
    "ip",
    "ipaddress",
    "ipaddr",
    "remoteaddr",
    "remoteaddress",
    "remoteip",
    "clientip",
    "clientaddr",
    "clientaddress",
    "userip",
    "sourceip",
    "peerip",
    "forwarded",
    "forwardedfor",
    "realip",
    "originalforwardedfor",
    "cfconnectingip",
    "trueclientip",
    "clusterclientip",
    "fastlyclientip",
    "flyclientip",
    "netpeerip",
];

/// What a name announces, if anything. Most names are settled without being taken apart.
pub(super) fn class(key: &str) -> Option<Class> {
    let name = Name::fold(key);
    if !name.has_stem() {
        return None;
    }
    name.class()
}

/// A name in lower case without separators, and where its words begin.
struct Name {
    folded: [u8; FOLDED_MAX],
    length: usize,
    /// A bit for each letter that begins a word.
    starts: u64,
}

impl Name {
    fn fold(key: &str) -> Self {
        let mut name = Self { folded: [0; FOLDED_MAX], length: 0, starts: 0 };
        let (mut at_word_start, mut was_lower) = (true, false);
        for byte in key.bytes() {
            if name.length == FOLDED_MAX {
                break;
            }
            if !byte.is_ascii_alphanumeric() && byte.is_ascii() {
                (at_word_start, was_lower) = (true, false);
                continue;
            }
            if at_word_start || (was_lower && byte.is_ascii_uppercase()) {
                name.starts |= 1 << name.length;
            }
            name.folded[name.length] = byte.to_ascii_lowercase();
            name.length += 1;
            (at_word_start, was_lower) = (false, byte.is_ascii_lowercase() || byte.is_ascii_digit());
        }
        name
    }

    fn bytes(&self) -> &[u8] {
        &self.folded[..self.length]
    }

    fn has_stem(&self) -> bool {
        let bytes = self.bytes();
        let stem_at = |at: usize| {
            let rest = &bytes[at..];
            matches!(rest[0], b'p' | b's' | b'k' | b'a' | b't' | b'c' | b'j' | b'i' | b'b' | b'x' | b'f')
                && STEMS.iter().any(|stem| rest.starts_with(stem.as_bytes()))
        };
        (0..bytes.len()).any(stem_at)
    }

    fn words(&self) -> Vec<&str> {
        let mut words = Vec::new();
        let mut from = 0;
        for at in 1..=self.length {
            if at == self.length || self.starts & (1 << at) != 0 {
                words.extend(std::str::from_utf8(&self.folded[from..at]).ok());
                from = at;
            }
        }
        words
    }

    fn class(&self) -> Option<Class> {
        let whole = String::from_utf8_lossy(self.bytes());
        let words = self.words();
        let last = words.last().copied().unwrap_or_default();
        if ["cookie", "cookies"].contains(&last) {
            return Some(Class::Cookie);
        }
        if CARDS.iter().any(|part| whole.contains(part)) || words.iter().any(|word| CARD_WORDS.contains(word)) {
            return Some(Class::Card);
        }
        if is_credential(&whole, &words, last) {
            return Some(Class::Credential);
        }
        is_address(&whole).then_some(Class::Address)
    }
}

fn is_credential(whole: &str, words: &[&str], last: &str) -> bool {
    let before_last = words.len().checked_sub(2).map_or("", |index| words[index]);
    CREDENTIALS.iter().any(|part| whole.contains(part))
        || WHOLE.contains(&whole)
        || words.iter().any(|word| CREDENTIAL_WORDS.contains(word))
        || LAST_WORDS.contains(&last)
        || last.ends_with("token")
        || last.ends_with("secret")
        || (before_last == "token" && TOKEN_ITSELF.contains(&last))
        || (last == "pass" && BEFORE_PASS.contains(&before_last))
}

fn is_address(whole: &str) -> bool {
    let name = whole.strip_prefix("http").unwrap_or(whole);
    let name = name.strip_prefix('x').unwrap_or(name);
    ADDRESSES.contains(&name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_secrets_are_known_in_every_spelling() {
        for name in [
            "password",
            "Password",
            "user_password",
            "userPassword",
            "PASSWORD_CONFIRMATION",
            "db-passwd",
            "pwd",
            "dbPass",
            "pass",
            "secret",
            "client_secret",
            "clientSecret",
            "SECRET_KEY",
            "aws.secret.access.key",
            "api_key",
            "apiKey",
            "X-Api-Key",
            "apikey",
            "AUTH",
            "basic_auth",
            "Authorization",
            "Proxy-Authorization",
            "HTTP_AUTHORIZATION",
            "token",
            "csrf_token",
            "csrftoken",
            "csrfmiddlewaretoken",
            "access_token",
            "accessToken",
            "refresh-token",
            "X-Auth-Token",
            "token_value",
            "credentials",
            "sessionid",
            "session_id",
            "PHPSESSID",
            "JSESSIONID",
            "connect.sid",
            "sid",
            "private_key",
            "privateKey",
            "ssn",
            "social_security_number",
            "jwt",
            "X-CSRF-Token",
            "iban",
            "passphrase",
            "X-Amz-Signature",
            "signing_key",
        ] {
            assert_eq!(class(name), Some(Class::Credential), "{name}");
        }
        for name in ["card_number", "creditCard", "ccnum", "cvv", "cvc2", "card-no"] {
            assert_eq!(class(name), Some(Class::Card), "{name}");
        }
        for name in ["cookie", "Cookie", "set-cookie", "cookies", "HTTP_COOKIE"] {
            assert_eq!(class(name), Some(Class::Cookie), "{name}");
        }
        for name in
            ["ip", "ip_address", "REMOTE_ADDR", "X-Forwarded-For", "HTTP_X_REAL_IP", "Forwarded", "client.address"]
        {
            assert_eq!(class(name), Some(Class::Address), "{name}");
        }
    }

    #[test]
    fn names_that_only_sound_like_secrets_are_left_alone() {
        for name in [
            "tokens_used",
            "max_tokens",
            "token_count",
            "token_type",
            "tokenizer",
            "tokens",
            "author",
            "authenticated",
            "auth_method",
            "oauth_provider",
            "authority",
            "secretary",
            "keyboard",
            "key",
            "primary_key",
            "public_key",
            "keys",
            "monkey",
            "session",
            "session_mode",
            "cookie_consent",
            "passenger",
            "bypass",
            "compass",
            "first_pass",
            "cardinality",
            "discard",
            "card",
            "message",
            "user_id",
            "zip",
            "shipping",
            "description",
            "address",
            "email_address",
            "",
            "_",
            "ä",
            "side",
            "inside",
            "signal",
            "design",
            "signature_algorithm",
            "credit",
        ] {
            assert_eq!(class(name), None, "{name}");
        }
    }

    #[test]
    fn long_and_odd_names_are_harmless() {
        assert_eq!(class(&"ä".repeat(1_000)), None);
        assert_eq!(class(&format!("{}password", "x".repeat(1_000))), None);
        assert_eq!(class("ключ_password"), Some(Class::Credential));
    }
}
