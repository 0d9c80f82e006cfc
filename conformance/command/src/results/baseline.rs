//! What has changed since earlier results.

use super::Run;
use array_ctypes_conformance::engine::standing::Standing;

/// What has changed for one implementation.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// Rules that are broken now and were not.
    pub new: Vec<String>,
    /// Rules that were broken, and are judged and hold now.
    pub mended: Vec<String>,
    /// Rules that were broken, and are broken now by a known deviation.
    pub known: Vec<String>,
    /// Rules that are broken now and were.
    pub still: Vec<String>,
    /// Rules that were broken, and are not judged now.
    pub unjudged: Vec<String>,
}

/// What has changed since the earlier run of the same implementation; `None` if there is none. Of several, those on the same
/// platform and then the last count.
pub fn changes(run: &Run, baseline: &[Run]) -> Option<Changes> {
    let same = |other: &&Run| other.header.implementation == run.header.implementation;
    let near = |other: &&Run| same(other) && other.header.platform == run.header.platform;
    let before = baseline.iter().rev().find(near).or_else(|| baseline.iter().rev().find(same))?;
    let mut changes = Changes::default();
    let is_broken = |run: &Run, rule: &str| run.failures.iter().any(|failure| failure.rule == rule);
    let stands = |rule: &str, standing: Standing| run.rule(rule).is_some_and(|rule| rule.standing == standing.name());
    let mut rules: Vec<&str> = Vec::new();
    for failure in run.failures.iter().chain(&before.failures) {
        if !rules.contains(&&*failure.rule) {
            rules.push(&failure.rule);
        }
    }
    for rule in rules {
        let list = match (is_broken(before, rule), is_broken(run, rule)) {
            (true, true) => &mut changes.still,
            (false, _) => &mut changes.new,
            (true, false) if stands(rule, Standing::Held) => &mut changes.mended,
            (true, false) if stands(rule, Standing::Known) => &mut changes.known,
            (true, false) => &mut changes.unjudged,
        };
        list.push(rule.to_owned());
    }
    Some(changes)
}
