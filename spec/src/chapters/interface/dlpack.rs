//! How `DLPack` describes an array: each member of its tensor, in a capsule with a version and in one without.

use super::agree::{ADDRESSES, SHAPES, push_same};
use crate::vocabulary::dtype::{Dtype, Kind};
use crate::vocabulary::platform::{LongDouble, Platform};
use crate::vocabulary::{Answer, DlpackMember, DlpackRequest, Expectation, Raises, rules::interface as rules};
use crate::world::{Predictions, World};

/// How an export may be refused.
const REFUSED: &[Raises] =
    &[Raises::BufferError, Raises::ValueError, Raises::TypeError, Raises::NotImplementedError, Raises::OtherError];

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

pub(super) fn expect(world: &World, request: DlpackRequest, member: DlpackMember, out: &mut Predictions) {
    let layout = &world.layout;
    let size = i64::try_from(layout.dtype.item_size()).unwrap_or(i64::MAX).max(1);
    let counts = layout.strides_that_matter();
    let in_elements = layout.strides.iter().zip(&counts).all(|(stride, counts)| !counts || stride % size == 0);
    let (dtype, sure) = match word(world.platform, &layout.dtype) {
        Word::Free => return,
        Word::No => ([0; 3], None),
        Word::Is(dtype) => (dtype, Some(true)),
        Word::Maybe(dtype) => (dtype, Some(false)),
    };
    let Some(sure) = sure.filter(|_| in_elements) else {
        let error = Expectation::Raises(&[Raises::BufferError]);
        if is_number(&layout.dtype) {
            out.push(rules::dlpack_refuses, Expectation::Raises(REFUSED));
            out.push(rules::dlpack_error, error);
        } else {
            out.push(rules::dlpack_refuses_types, Expectation::Raises(REFUSED));
            if member == DlpackMember::Dtype {
                let any = Expectation::integers(vec![0; 3], vec![false; 3]);
                out.push(rules::dlpack_error, Expectation::AnyOf(vec![any, error]));
            }
        }
        return;
    };
    let read_only = !world.array.is_writeable();
    if read_only && request == DlpackRequest::Unversioned {
        out.push(rules::dlpack_read_only_refused, Expectation::Raises(REFUSED));
    }
    let aligned = layout.is_aligned(world.platform, world.array.at());
    // A capsule without flags cannot say that an array is lent for reading only.
    let can_say = request == DlpackRequest::Versioned;
    let sure = sure && aligned && can_say && !read_only && !world.writeability_is_free();
    let granted = |mut any: Vec<Expectation>| {
        if !sure {
            any.push(Expectation::Raises(REFUSED));
        }
        if any.len() == 1 { any.remove(0) } else { Expectation::AnyOf(any) }
    };
    let is = |answer| granted(vec![Expectation::Is(answer)]);
    let dimensions = layout.shape.len();
    // Without axes there may be a list of none, or no list.
    let none = || vec![Expectation::Is(Answer::Nothing), Expectation::Is(Answer::Integers(Vec::new()))];
    match member {
        DlpackMember::Address if layout.is_empty() => {}
        DlpackMember::Address => out.push(rules::dlpack_address, is(world.address().unwrap_or(Answer::Nothing))),
        DlpackMember::Device => out.push(rules::dlpack_device, is(Answer::Integers(vec![1, 0]))),
        DlpackMember::Ndim => out.push(rules::dlpack_shape, is(Answer::Integer(dimensions as i128))),
        DlpackMember::Dtype => out.push(rules::dlpack_dtype, is(Answer::Integers(dtype.to_vec()))),
        DlpackMember::Shape if dimensions == 0 => out.push(rules::dlpack_shape, granted(none())),
        DlpackMember::Shape => {
            out.push(rules::dlpack_shape, is(Answer::Integers(world.lengths())));
        }
        DlpackMember::Strides if dimensions == 0 => out.push(rules::dlpack_no_strides, granted(none())),
        DlpackMember::Strides => {
            let strides = layout.strides.iter().map(|stride| stride / size).collect();
            let strides = Expectation::integers(strides, counts);
            if layout.is_c_contiguous() {
                let null = Expectation::Is(Answer::Nothing);
                out.push(rules::dlpack_no_strides, granted(vec![strides, null]));
            } else {
                out.push(rules::dlpack_strides, granted(vec![strides]));
            }
        }
        DlpackMember::Version if request == DlpackRequest::Unversioned => {
            out.push(rules::dlpack_version, is(Answer::Nothing));
        }
        DlpackMember::Version => {
            let first = Expectation::integers(vec![1, 0], vec![true, false]);
            out.push(rules::dlpack_version, granted(vec![first, Expectation::Is(Answer::Nothing)]));
        }
        DlpackMember::ReadOnly if request == DlpackRequest::Unversioned => {
            out.push(rules::dlpack_read_only, is(Answer::Nothing));
        }
        DlpackMember::ReadOnly if read_only => out.push(rules::dlpack_read_only, is(Answer::Bool(true))),
        DlpackMember::ReadOnly => {
            let any = [Answer::Bool(false), Answer::Nothing, Answer::Bool(true)].map(Expectation::Is);
            if !world.writeability_is_free() {
                out.push(rules::dlpack_read_only_given, granted(any[..2].to_vec()));
            }
            out.push(rules::dlpack_read_only, granted(any.into()));
        }
    }
    if sure {
        let others = match member {
            DlpackMember::Address if !layout.is_empty() => ADDRESSES.as_slice(),
            DlpackMember::Shape if dimensions > 0 => SHAPES.as_slice(),
            _ => return,
        };
        push_same(world, others, rules::dlpack_agrees, out);
    }
}
