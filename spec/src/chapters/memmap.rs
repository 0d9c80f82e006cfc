#![doc = include_str!("memmap.md")]

use crate::vocabulary::layout::{Invalid, Layout};
use crate::vocabulary::memmap::{Handle, Map, Mode};
use crate::vocabulary::platform::Platform;
use crate::vocabulary::{Array, Expectation, Raises, Rule, described, granularity, rules::memmap as rules};

mod steps;

pub(crate) use steps::{expect, forked, look, write, written};

/// The rule of the errors that NumPy raises.
pub(super) const ERROR: Rule = rules::error;

/// Predicts that an array that exists may be refused because it is mapped without elements; `None` if it must be made.
pub(crate) fn expect_making(array: &Array) -> Option<(Rule, Expectation)> {
    let is_empty = array.map.as_ref().is_some_and(|map| described(array, map).is_empty());
    is_empty.then_some((rules::empty, Expectation::AcceptedOr(&[Raises::ValueError, Raises::OSError])))
}

/// The layout of a mapped array before any view. If there are several faults, the implementation chooses which one it
/// reports.
///
/// # Errors
/// [`Invalid`], where the file cannot be mapped like that.
pub(crate) fn resolve(platform: &Platform, array: &Array, map: &Map) -> Result<Layout, Invalid> {
    let layout = described(array, map);
    let mut faults = faults(platform, array, map, &layout);
    if !layout.dtype.exists_on(platform) {
        // The errors of the other faults are among those of a wrong type.
        return Err(match faults.find(|(_, _, raises)| *raises != VALUE) {
            Some((rule, reason, _)) => Invalid::Map { rule, reason, raises: ANY_OF_THOSE_OR_OF_TYPES },
            None => Invalid::ElementType(layout.dtype.typestr()),
        });
    }
    let Some((rule, reason, raises)) = faults.next() else { return Ok(layout) };
    let raises = if faults.next().is_some() { ANY_OF_THOSE } else { raises };
    Err(Invalid::Map { rule, reason, raises })
}

/// A rule by which a file is refused, the reason in words, and the errors.
type Fault = (Rule, &'static str, &'static [Raises]);

const VALUE: &[Raises] = &[Raises::ValueError];
const ANY_OF_THOSE: &[Raises] = &[Raises::ValueError, Raises::OverflowError, Raises::OSError];
const ANY_OF_THOSE_OR_OF_TYPES: &[Raises] =
    &[Raises::ValueError, Raises::OverflowError, Raises::OSError, Raises::TypeError];

/// The reasons why the file cannot be mapped like that.
fn faults(platform: &Platform, array: &Array, map: &Map, layout: &Layout) -> impl Iterator<Item = Fault> + use<> {
    const SYSTEM: &[Raises] = &[Raises::OSError];
    const WIDTH: &[Raises] = &[Raises::OverflowError, Raises::ValueError];
    let written = matches!(map.mode, Mode::RPlus | Mode::WPlus);
    let has_size = !matches!(map.file, Handle::Missing | Handle::Directory);
    let size = i128::from(array.buffer.size);
    let (start, end) = layout.extent();
    let (before, behind) = (start < 0, has_size && map.deduced && start > size);
    // A layout that is too big for the address space may have any extent.
    let length = end.saturating_sub(start.saturating_sub(start.rem_euclid(granularity(platform))));
    let room = i128::from(platform.intp_max());
    let too_big = layout.check_size(platform).is_err() || length > room || end > i128::from(i64::MAX);
    let rest = size.saturating_sub(start) % i128::from(layout.dtype.item_size().max(1));
    let all: [(bool, Fault); 9] = [
        (
            map.deduced && map.mode == Mode::WPlus,
            (rules::shape_needed, "an emptied file has no elements to count", VALUE),
        ),
        (map.file == Handle::Missing && map.mode != Mode::WPlus, (rules::missing, "there is no file", SYSTEM)),
        (map.file == Handle::Directory, (rules::directory, "a directory is no file", SYSTEM)),
        (before, (rules::offset, "the offset is before the file", ANY_OF_THOSE)),
        (behind, (rules::offset, "the offset is behind the end of the file", WIDTH)),
        (too_big, (rules::too_big, "no address space has room for so many bytes", ANY_OF_THOSE)),
        (
            has_size && map.deduced && !before && !behind && rest != 0,
            (rules::whole_items, "what is left of the file is no whole number of elements", VALUE),
        ),
        (
            map.file == Handle::ReadOnly && written,
            (rules::read_only_file, "the file is opened for reading only", SYSTEM),
        ),
        (has_size && !written && !behind && end > size, (rules::too_short, "the file is too short", VALUE)),
    ];
    all.into_iter().filter_map(|(is_there, fault)| is_there.then_some(fault))
}
