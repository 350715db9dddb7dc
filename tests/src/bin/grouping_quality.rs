//! Prints how well the grouping algorithm finds the groups of the labelled corpus, as JSON.

use fieldfare::grouping::{Rules, Version};
use fieldfare_tests::corpus;

#[expect(clippy::print_stdout, reason = "its output is what it is for")]
fn main() -> anyhow::Result<()> {
    let labelled = corpus::load()?;
    let qualities = Version::ALL.map(|version| {
        let quality = corpus::measure(&labelled, &Rules::default().with_version(version));
        (version.name(), quality)
    });
    println!("{}", serde_json::to_string_pretty(&std::collections::BTreeMap::from(qualities))?);
    Ok(())
}
