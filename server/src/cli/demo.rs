//! `fieldfare demo`: an installation to look around in.

use super::output::say;
use crate::clock::Clock;
use crate::config::Config;
use crate::demo::{self, Filled};

pub(super) async fn run(config: Config) -> anyhow::Result<()> {
    let (data, listen) = (config.storage.data.display().to_string(), config.web.url(config.web.listen));
    let command = match config.storage.database_url {
        Some(_) => "fieldfare serve, with the same --database-url".to_owned(),
        None => format!("fieldfare serve --data {data}"),
    };
    let what = match demo::fill(config, Clock::System.now()).await? {
        Filled::Now => "The demo is ready.",
        Filled::Before => "The demo is there already.",
    };
    say(&format!(
        "{what}\nlook      {command}, then open {listen}\ne-mail    {}\npassword  {}",
        demo::EMAIL,
        demo::PASSWORD
    ));
    Ok(())
}
