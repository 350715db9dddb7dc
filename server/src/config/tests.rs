use std::path::Path;

use super::sources::Sources;
use super::{Config, ConfigError, Flags};

fn read(flags: &Flags, env: &[(&str, &str)], here: &Path) -> Result<Config, ConfigError> {
    let env = |name: &str| env.iter().find(|(it, _)| *it == name).map(|(_, value)| (*value).to_owned());
    Config::from_sources(&Sources::read(flags, &env, here)?)
}

fn with_data(data: &str) -> Flags {
    Flags { data: Some(data.to_owned()), ..Flags::default() }
}

#[test]
fn flags_win_over_the_environment_which_wins_over_the_file() {
    let here = tempfile::tempdir().unwrap();
    let data = |flags: &Flags, env: &[(&str, &str)]| {
        read(flags, env, here.path()).unwrap().storage.data.to_str().unwrap().to_owned()
    };
    assert_eq!(data(&Flags::default(), &[]), "./data");
    std::fs::write(here.path().join("fieldfare.toml"), "data = 'file'\nproject_events_per_minute = 7").unwrap();
    assert_eq!(data(&Flags::default(), &[("FIELDFARE_DATA", "")]), "file");
    assert_eq!(data(&Flags::default(), &[("FIELDFARE_DATA", "env")]), "env");
    assert_eq!(data(&with_data("flag"), &[("FIELDFARE_DATA", "env")]), "flag");
    let limits = read(&Flags::default(), &[], here.path()).unwrap().limits;
    assert_eq!(limits.project_events_per_minute.unwrap().get(), 7);
}

#[test]
fn the_file_may_be_in_the_data_directory_or_be_named() {
    let here = tempfile::tempdir().unwrap();
    std::fs::create_dir(here.path().join("kept")).unwrap();
    std::fs::write(here.path().join("kept/fieldfare.toml"), "public_url = 'https://a.example/'").unwrap();
    std::fs::write(here.path().join("other.toml"), "public_url = 'https://b.example:8443'").unwrap();
    let url = |flags: &Flags, env: &[(&str, &str)]| read(flags, env, here.path()).unwrap().web.public_url.unwrap();
    assert_eq!(url(&with_data("kept"), &[]), "https://a.example");
    assert_eq!(url(&with_data("kept"), &[("FIELDFARE_CONFIG", "other.toml")]), "https://b.example:8443");
}

#[test]
fn secrets_may_be_in_files() {
    let here = tempfile::tempdir().unwrap();
    let file = here.path().join("secret");
    std::fs::write(&file, "smtps://me:secret@mail.example\n").unwrap();
    let env = [("FIELDFARE_SMTP_URL_FILE", file.to_str().unwrap())];
    let config = read(&Flags::default(), &env, here.path()).unwrap();
    assert_eq!(config.mail.smtp_url.as_deref(), Some("smtps://me:secret@mail.example"));
    assert!(!format!("{config:?}").contains("secret"));
}

#[test]
fn a_wrong_value_is_named_with_its_place() {
    let here = tempfile::tempdir().unwrap();
    let cases = [
        ("FIELDFARE_LISTEN", "8000"),
        ("FIELDFARE_DATABASE_URL", "mysql://x"),
        ("FIELDFARE_PUBLIC_URL", "example.org"),
        ("FIELDFARE_PUBLIC_URL", "https://example.org/below"),
        ("FIELDFARE_SMTP_URL", "mail.example.org"),
        ("FIELDFARE_MAIL_FROM", "nobody"),
        ("FIELDFARE_PROJECT_EVENTS_PER_MINUTE", "-1"),
        ("FIELDFARE_INSTALLATION_QUOTAS", "error"),
        ("FIELDFARE_INSTALLATION_QUOTAS", "errors=5"),
        ("FIELDFARE_PROJECT_QUOTAS", "feedback=many"),
        ("FIELDFARE_PROJECT_QUOTAS", "error=5"),
        ("FIELDFARE_RETENTION_DAYS", "a week"),
        ("FIELDFARE_RETENTION_EVENTS", "-1"),
        ("FIELDFARE_TRUSTED_PROXIES", "10.0.0.0/99"),
        ("FIELDFARE_LOG", "xml"),
        ("FIELDFARE_SMTP_URL_FILE", "/nowhere"),
    ];
    for (name, value) in cases {
        let error = read(&Flags::default(), &[(name, value)], here.path()).unwrap_err();
        assert!(error.to_string().starts_with(&format!("{name}: ")), "{error}");
    }
    let error = read(&Flags { listen: Some("x".to_owned()), ..Flags::default() }, &[], here.path()).unwrap_err();
    assert!(error.to_string().starts_with("--listen: "), "{error}");
}

#[test]
fn an_unknown_key_is_an_error() {
    let here = tempfile::tempdir().unwrap();
    std::fs::write(here.path().join("fieldfare.toml"), "lisen = 'x'").unwrap();
    let error = read(&Flags::default(), &[], here.path()).unwrap_err().to_string();
    assert!(error.contains("`lisen` in") && error.contains("listen"), "{error}");
    assert!(Config::of([("lisen", "x")]).is_err());
}

#[test]
fn zero_events_means_no_limit() {
    assert_eq!(Config::of([("project_events_per_minute", "0")]).unwrap().limits.project_events_per_minute, None);
}

#[test]
fn quotas_are_pairs_and_zero_means_no_limit() {
    let limits = |name: &str, value: &str| Config::of([(name, value)]).unwrap().limits;
    let installation = limits("installation_quotas", "error=100000, feedback=600  session=0").installation;
    assert_eq!((installation.errors, installation.feedback, installation.sessions), (Some(100_000), Some(600), None));
    let project = limits("project_quotas", "session=0 attachment_mb=5").project;
    assert_eq!((project.sessions, project.attachment_megabytes), (None, Some(5)));
    assert!(project.feedback.is_some(), "what is not named keeps its default");
    assert_eq!(project.errors, Some(600_000), "the events of a project have a setting of their own");
}

#[test]
fn zero_keeps_everything() {
    let retention = Config::of([("retention_days", "0"), ("retention_events", "0")]).unwrap().retention;
    assert_eq!((retention.days, retention.events), (None, None));
    let retention = Config::of([]).unwrap().retention;
    assert_eq!((retention.days, retention.events), (Some(90), Some(1_000_000)));
}
