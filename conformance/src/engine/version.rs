//! Versions, as far as ranges of known deviations need them: numbers between dots.
//!
//! What follows the numbers, such as `rc1`, is ignored. Versions of adapters follow no one standard, so a library for
//! one standard would refuse some of them.

/// The numbers of a version.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Version(Vec<u64>);

impl Version {
    /// Reads the numbers at the start of a text: `2.5.0rc1` and `2.5` are both 2.5.
    pub fn of(text: &str) -> Version {
        let mut numbers = Vec::new();
        for part in text.split('.') {
            let digits = part.find(|c: char| !c.is_ascii_digit()).unwrap_or(part.len());
            let Ok(number) = part[..digits].parse() else { break };
            numbers.push(number);
            if digits < part.len() {
                break;
            }
        }
        // So that 2.5 and 2.5.0 are equal.
        while numbers.last() == Some(&0) {
            numbers.pop();
        }
        Version(numbers)
    }

    /// Reads a text that is nothing but numbers between dots; `None` for any other text.
    pub fn exact(text: &str) -> Option<Version> {
        let is_number =
            |part: &str| !part.is_empty() && part.len() < 19 && part.bytes().all(|byte| byte.is_ascii_digit());
        text.split('.').all(is_number).then(|| Version::of(text))
    }
}

#[cfg(test)]
mod tests {
    use super::Version;

    #[test]
    fn versions_are_ordered_by_their_numbers() {
        let ordered = ["", "0.9", "1", "1.9.3", "1.10", "1.16.6", "2.0.0.1", "2.1"];
        assert!(ordered.map(Version::of).is_sorted_by(|one, other| one < other));
    }

    #[test]
    fn what_follows_the_numbers_does_not_count() {
        for same in ["2.5", "2.5.0", "2.5.0rc1", "2.5.dev0+gabc", "2.5+local", "2.5-1"] {
            assert_eq!(Version::of(same), Version::of("2.5"), "{same}");
        }
        assert_eq!(Version::of("unknown"), Version::of(""));
    }

    #[test]
    fn a_bound_is_numbers_and_dots() {
        assert_eq!(Version::exact("1.16"), Some(Version::of("1.16")));
        for wrong in ["", "1.", ".1", "1.16rc1", "v1", "1 .2", "99999999999999999999"] {
            assert_eq!(Version::exact(wrong), None, "{wrong:?}");
        }
    }
}
