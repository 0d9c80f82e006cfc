//! How `DLPack` describes an array: each member of its tensor, for each request.

mod capsule;
mod grant;
mod tensor;

use crate::vocabulary::dtype::{Dtype, Kind};
use crate::vocabulary::layout::Layout;
use crate::vocabulary::platform::{LongDouble, Platform};
use crate::vocabulary::{
    Answer, DlpackMember, DlpackRequest, Expectation, MOST_COPIED, Raises, rules::interface as rules,
};
use crate::world::{Predictions, World};
use grant::{Grant, REFUSED};

/// What `DLPack` has for an element type.
enum Word {
    /// Type code, bits, lanes.
    Is([i64; 3]),
    /// Type code, bits, lanes; not every version has it.
    Maybe([i64; 3]),
    /// Nothing.
    No,
    /// Raw bytes may be lanes, or nothing.
    Free,
}

fn word(platform: &Platform, dtype: &Dtype) -> Word {
    let Dtype::Plain(plain) = dtype else { return Word::No };
    let size = u64::from(plain.size);
    let long = platform.long_double.size();
    let part = if plain.kind == Kind::Complex { size / 2 } else { size };
    // A number of bits does not distinguish a double-double or an x87 number from IEEE formats.
    let ieee = part != long || matches!(platform.long_double, LongDouble::Binary64 | LongDouble::Binary128);
    let of = |code: i64| [code, size as i64 * 8, 1];
    match plain.kind {
        _ if dtype.is_swapped(platform) => Word::No,
        Kind::Int => Word::Is(of(0)),
        Kind::UInt => Word::Is(of(1)),
        Kind::Bool => Word::Maybe(of(6)),
        Kind::Float | Kind::Complex if !ieee => Word::No,
        Kind::Float if part <= 8 => Word::Is(of(2)),
        Kind::Complex if part <= 8 => Word::Is(of(5)),
        Kind::Float => Word::Maybe(of(2)),
        Kind::Complex => Word::Maybe(of(5)),
        Kind::Void => Word::Free,
        Kind::Datetime | Kind::Timedelta | Kind::Object | Kind::Bytes | Kind::Unicode => Word::No,
    }
}

/// Returns true if `DLPack` has a code for the kind.
fn is_number(dtype: &Dtype) -> bool {
    dtype.plain().is_some_and(|plain| match plain.kind {
        Kind::Bool | Kind::Int | Kind::UInt | Kind::Float | Kind::Complex => true,
        Kind::Timedelta | Kind::Datetime | Kind::Object | Kind::Bytes | Kind::Unicode | Kind::Void => false,
    })
}

/// Predicts the device of the array itself.
pub(super) fn device(world: &World, out: &mut Predictions) {
    if matches!(word(world.platform, &world.layout.dtype), Word::Is(_) | Word::Maybe(_)) {
        out.push(rules::dlpack_array_device, Expectation::Is(Answer::Integers(CPU.to_vec())));
    }
}

/// Returns true if a request for version 1 may not be refused.
pub(crate) fn is_sure(world: &World) -> bool {
    let Word::Is(dtype) = word(world.platform, &world.layout.dtype) else { return false };
    Grant::new(world, DlpackRequest::Versioned, dtype, true).sure
}

/// Kind and number of the CPU, and of a graphics card of CUDA.
const CPU: [i64; 2] = [1, 0];
const CUDA: [i64; 2] = [2, 0];

/// The last code of an element type, in DLPack 1.3.
const LAST_CODE: i64 = 17;

pub(super) fn expect(world: &World, request: DlpackRequest, member: DlpackMember, out: &mut Predictions) {
    use DlpackRequest::{Copy, Minor, Newer, NoCopy, NoStream, Older, OnCpu, OnCuda, Stream, Unversioned, Versioned};
    let layout = world.layout;
    if request == Stream {
        out.push(rules::dlpack_stream, Expectation::Raises(Raises::ANY));
        return;
    }
    // A copy that is too large to be made in passing, or of memory that may be gone.
    if request == Copy && (bytes(layout) > MOST_COPIED || world.is_cut()) {
        return;
    }
    let (dtype, sure) = match word(world.platform, &layout.dtype) {
        Word::Is(dtype) => (dtype, true),
        Word::Maybe(dtype) => (dtype, false),
        Word::No if is_number(&layout.dtype) => {
            out.push(rules::dlpack_refuses, Expectation::Raises(REFUSED));
            // Another device may be what is refused.
            if request != OnCuda {
                out.push(rules::dlpack_error, BUFFER_ERROR);
            }
            return;
        }
        Word::No => {
            out.push(rules::dlpack_refuses_types, Expectation::Raises(REFUSED));
            if member == DlpackMember::Dtype {
                out.push(rules::dlpack_code, known_code());
                out.push(rules::dlpack_error, anything_or_buffer_error(3));
            }
            return;
        }
        Word::Free => {
            if member == DlpackMember::Dtype {
                out.push(rules::dlpack_code, known_code());
            }
            return;
        }
    };
    if !world.array.is_writeable() && request == Unversioned {
        out.push(rules::dlpack_read_only_refused, Expectation::Raises(REFUSED));
    }
    let grant = Grant::new(world, request, dtype, sure);
    match request {
        Copy => copy(world, member, &grant, out),
        _ if !grant.in_elements => refuse_strides(world, request, member, &grant, out),
        Unversioned | Versioned => tensor::expect(world, request, member, &grant, out),
        OnCpu | NoCopy | NoStream => match member {
            DlpackMember::Address => {
                let rule = match request {
                    OnCpu => rules::dlpack_cpu,
                    NoCopy => rules::dlpack_no_copy,
                    _ => rules::dlpack_stream,
                };
                // Where no element is, no address is right or wrong.
                if let Some(address) = world.address() {
                    out.push(rule, grant.is(address));
                }
            }
            _ => capsule::expect(request, member, layout, &grant, out),
        },
        OnCuda if member == DlpackMember::Device => {
            let moved = Expectation::Is(Answer::Integers(CUDA.to_vec()));
            let refused = if grant.sure { BUFFER_ERROR } else { Expectation::Raises(REFUSED) };
            out.push(rules::dlpack_other_device, Expectation::AnyOf(vec![moved, refused]));
        }
        Older if member == DlpackMember::Version => {
            out.push(rules::dlpack_version_older, grant.is(Answer::Nothing));
        }
        Minor | Newer if member == DlpackMember::Version => {
            let of = |major| Expectation::integers(vec![major, 0], vec![true, false]);
            let mut any = vec![of(1), Expectation::Is(Answer::Nothing)];
            if request == Newer {
                any.push(of(2));
            }
            out.push(rules::dlpack_version_newer, grant.granted(any));
        }
        OnCuda | Older | Minor | Newer | Stream => {}
    }
}

const BUFFER_ERROR: Expectation = Expectation::Raises(&[Raises::BufferError]);

/// So many integers of any value, NULL, or a refusal that is a `BufferError`.
fn anything_or_buffer_error(count: usize) -> Expectation {
    let any = Expectation::integers(vec![0; count], vec![false; count]);
    Expectation::AnyOf(vec![any, Expectation::Is(Answer::Nothing), BUFFER_ERROR])
}

/// A type with a code that DLPack has, or a refusal.
fn known_code() -> Expectation {
    let of = |code| Expectation::integers(vec![code, 0, 0], vec![true, false, false]);
    Expectation::AnyOf((0..=LAST_CODE).map(of).chain([Expectation::Raises(REFUSED)]).collect())
}

/// Predicts that an array with strides that are no multiples of the item size is refused, or copied if the request allows it.
fn refuse_strides(world: &World, request: DlpackRequest, member: DlpackMember, grant: &Grant, out: &mut Predictions) {
    if request == DlpackRequest::NoCopy {
        out.push(rules::dlpack_no_copy, BUFFER_ERROR);
        return;
    }
    match member {
        DlpackMember::Address => out.push(rules::dlpack_refuses, grant.granted(vec![elsewhere(world)])),
        DlpackMember::Copied => {
            out.push(rules::dlpack_copied_flag, grant.one_of([Answer::Bool(true), Answer::Nothing]));
        }
        DlpackMember::Dtype => out.push(rules::dlpack_error, anything_or_buffer_error(3)),
        DlpackMember::Strides => out.push(rules::dlpack_error, anything_or_buffer_error(world.layout.shape.len())),
        _ => {}
    }
}

/// An address outside of the array's memory.
fn elsewhere(world: &World) -> Expectation {
    let reach = world.array.reach(world.platform);
    let size = u64::try_from(reach.end - reach.start).unwrap_or(u64::MAX);
    Expectation::Elsewhere { start: i64::try_from(reach.start).unwrap_or(0), size }
}

/// The bytes of all elements.
fn bytes(layout: &Layout) -> u64 {
    layout.elements().saturating_mul(layout.dtype.item_size())
}

/// Predicts a member of the tensor of a copy.
fn copy(world: &World, member: DlpackMember, grant: &Grant, out: &mut Predictions) {
    let layout = world.layout;
    match member {
        DlpackMember::Address if layout.is_empty() => {}
        DlpackMember::Address => out.push(rules::dlpack_copy, grant.granted(vec![elsewhere(world)])),
        DlpackMember::Elements => {
            if let Some(elements) = world.peeked(layout.elements()) {
                out.push(rules::dlpack_copy, grant.granted(vec![elements]));
            }
        }
        _ => capsule::expect(DlpackRequest::Copy, member, layout, grant, out),
    }
}
