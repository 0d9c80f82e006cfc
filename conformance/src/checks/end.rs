//! Which check may end the script of a case.
//!
//! Few questions make sense after the memory was looked at from outside, the array was dropped or its file was closed. So one
//! check at most adds the last steps of a script. Which one is drawn for each case from a fixed number of places, not
//! decided by which check comes first: so a rule that is added or left out takes no script's end from another.

use array_ctypes_spec::Array;

/// The places, of which one is drawn for each case.
pub(crate) const PLACES: u32 = 128;

/// Declares the ends for arrays of one sort: the check, and how many places it has. New ones are added at the bottom, so that
/// they take free places.
macro_rules! ends {
    ($($(#[$doc:meta])* $name:ident { $($End:ident $places:literal,)* })*) => {
        $($(#[$doc])* const $name: &[(End, u32)] = &[$((End::$End, $places)),*];)*
    };
}

/// A check that may end a script.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    Memory,
    MemoryWritten,
    Kept,
    InterfaceHolds,
    MethodHolds,
    ViewHolds,
    CapsuleHolds,
    PointerHolds,
    ParameterHolds,
    DerivedHolds,
    CastHolds,
    AsCtypesHolds,
    AsArrayHolds,
    PointerBorrows,
    ValuesFree,
    DictionaryFree,
    Prompt,
    Collected,
    Balanced,
    LifetimeOfMemory,
    DuringCall,
    PointerDuringCall,
    Quiet,
    Mapping,
    Truncated,
    Unmaps,
    Close,
    ShapeFree,
    DlpackHolds,
    BufferHolds,
    TakenTwice,
    ConsumerWrites,
    ProducerWrites,
    ProducerLetsGo,
    ConsumerLetsGo,
    Repeated,
}

ends! {
    /// Over buffers.
    OVER_BUFFERS {
        Memory 8, MemoryWritten 9,
        Kept 2, InterfaceHolds 2, MethodHolds 2, ViewHolds 2, CapsuleHolds 2, PointerHolds 2, ParameterHolds 2,
        DerivedHolds 3, CastHolds 2, AsCtypesHolds 16, AsArrayHolds 3, PointerBorrows 2, ValuesFree 3, DictionaryFree 2,
        Prompt 2, Collected 2, Balanced 3, LifetimeOfMemory 2, DuringCall 2, PointerDuringCall 2, Quiet 2, ShapeFree 2,
        DlpackHolds 14, BufferHolds 3,
    }
    /// In memory of the library's own.
    OF_OWNERS {
        Memory 4, MemoryWritten 4,
        Kept 6, InterfaceHolds 6, MethodHolds 3, ViewHolds 6, CapsuleHolds 3, PointerHolds 8, ParameterHolds 4,
        DerivedHolds 6, CastHolds 3, AsCtypesHolds 12, AsArrayHolds 3, PointerBorrows 8, ValuesFree 8, DictionaryFree 4,
        Prompt 3, Collected 3, Balanced 3, LifetimeOfMemory 12, DuringCall 3, PointerDuringCall 3, Quiet 3, ShapeFree 6,
        DlpackHolds 2, BufferHolds 2,
    }
    /// In mapped files.
    IN_FILES { Mapping 44, Truncated 20, Unmaps 20, Close 32, }
    /// Handed to a consumer.
    HANDED_OVER {
        TakenTwice 10, ConsumerWrites 44, ProducerWrites 24, ProducerLetsGo 20, ConsumerLetsGo 16, Repeated 14,
    }
}

/// Returns the check that may end the script about an array, if its place was drawn.
pub(crate) fn end(array: &Array, is_handed: bool, place: u32) -> Option<End> {
    let ends = match array {
        _ if is_handed => HANDED_OVER,
        Array { map: Some(_), .. } => IN_FILES,
        Array { owner: Some(_), .. } => OF_OWNERS,
        _ => OVER_BUFFERS,
    };
    let mut before = 0;
    let at_place = |(_, places): &&(End, u32)| {
        before += places;
        place < before
    };
    ends.iter().find(at_place).map(|(end, _)| *end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_more_places_are_given_than_there_are() {
        for ends in [OVER_BUFFERS, OF_OWNERS, IN_FILES, HANDED_OVER] {
            let given: u32 = ends.iter().map(|(_, places)| places).sum();
            assert!(given <= PLACES, "expected at most {PLACES} places, found {given}");
        }
    }
}
