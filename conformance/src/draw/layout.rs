//! Draws whole arrays: memory, layout, views; now and then an array that does not exist.

use super::aim::{Aim, Aims};
use super::domain::Domain;
use super::invalid::invalid;
use super::memory::{base, contents};
use super::shape::shape;
use super::stretch::stretch;
use super::strides::{Manners, contiguous, strides};
use super::view::{self, chain};
use super::{Draw, dtype, memmap};
use array_ctypes_spec::dtype::Dtype;
use array_ctypes_spec::layout::{Layout, resolve};
use array_ctypes_spec::{Array, Buffer, Owner};

/// The most bytes of an array that owns its memory. All of them are given.
const MAX_OWNED_BYTES: u64 = 1 << 14;

/// How often an array is drawn until it is inside the limits. It nearly always is at once.
const ATTEMPTS: u64 = 8;

/// An array that was drawn.
#[derive(Clone, Debug)]
pub(crate) struct DrawnArray {
    pub(crate) array: Array,
    /// After all views; `None` if the array does not exist.
    pub(crate) layout: Option<Layout>,
    /// True if the array is inside the limits.
    pub(crate) is_inside: bool,
}

/// An array, inside the limits unless they leave next to nothing.
pub(crate) fn draw(root: &Draw, domain: &Domain) -> DrawnArray {
    let mut attempt = 0;
    loop {
        let draw = if attempt == 0 { root.of("array") } else { root.of("another array").part(attempt) };
        let (array, layout) = draw_once(&draw, domain);
        let is_inside = domain.allows(&array, layout.as_ref());
        attempt += 1;
        if is_inside || attempt == ATTEMPTS {
            return DrawnArray { array, layout, is_inside };
        }
    }
}

/// Where the array of a case lies.
enum Place {
    Buffer,
    File,
    /// In memory of the library's own.
    Owned,
}

const FILES: &[Aim] = &[Aim::MappedR, Aim::MappedRPlus, Aim::MappedWPlus, Aim::MappedC];

fn place(draw: &mut Draw, domain: &Domain, aims: &Aims) -> Place {
    let (of_file, of_owner) = (draw.one_in(10), draw.one_in(12));
    let aimed = aims.iter().find(|aim| FILES.contains(aim) || *aim == Aim::Owner);
    let has_owners = !domain.limits.owners.is_empty();
    match aimed {
        Some(Aim::Owner) if has_owners => Place::Owned,
        Some(_) if domain.files && aimed != Some(Aim::Owner) => Place::File,
        // References to objects are in no file.
        None if of_file && domain.files && !aims.has(Aim::Object) => Place::File,
        None if of_owner && has_owners => Place::Owned,
        _ => Place::Buffer,
    }
}

fn draw_once(draw: &Draw, domain: &Domain) -> (Array, Option<Layout>) {
    let aims = Aims::draw(&mut draw.of("aims"));
    let mut of_refusal = draw.of("refusal");
    // Structures and references have no view as another type that exists.
    let has_no_view = aims.has(Aim::Reinterpret) && aims.has_any(&[Aim::Structured, Aim::Object]);
    let is_refused = (aims.has(Aim::Refused) || has_no_view || of_refusal.one_in(10)) && domain.limits.invalid;
    match place(&mut draw.of("place"), domain, &aims) {
        Place::File => return memmap::draw(draw, domain, &aims, is_refused),
        Place::Owned => {
            if let Some(array) = owned(draw, domain, &aims) {
                return viewed(draw, domain, &aims, array, is_refused);
            }
        }
        Place::Buffer => {}
    }
    let array = over_buffer(draw, domain, &aims);
    viewed(draw, domain, &aims, array, is_refused)
}

/// Gives an array its views, or makes it one that does not exist.
fn viewed(draw: &Draw, domain: &Domain, aims: &Aims, mut array: Array, is_refused: bool) -> (Array, Option<Layout>) {
    if is_refused {
        array = invalid(&mut draw.of("mistake"), domain, aims, array);
        let layout = resolve(domain.platform, &array).ok();
        return (array, layout);
    }
    let Ok(mut layout) = resolve(domain.platform, &array) else { return (array, None) };
    array.views = chain(&mut draw.of("views"), domain, aims, array.at(), &mut layout);
    (array, Some(layout))
}

/// An array over a buffer, without views.
fn over_buffer(draw: &Draw, domain: &Domain, aims: &Aims) -> Array {
    let mut of_memory = draw.of("memory");
    let dtype = dtype::draw(&mut draw.of("type"), domain, aims);
    let layout = layout(draw, domain, aims, dtype);
    let (low, high) = layout.extent();
    let limits = domain.limits;
    // An array that a library allocates fills its memory.
    let mut spare = || if of_memory.one_in(3) || !limits.given_memory { 0 } else { i128::from(of_memory.below(20)) };
    let (mut lead, tail) = (spare(), spare());
    let mut at = if limits.given_memory { base(&mut of_memory) } else { 0 };
    let align = layout.dtype.alignment(domain.platform) as u32;
    if !limits.unaligned || !aims.has(Aim::Misaligned) && of_memory.one_in(3) {
        (at, lead) = aligned(at, lead - low, align, low);
    } else if aims.has(Aim::Misaligned) && align > 1 && (i128::from(at) + lead - low) % i128::from(align) == 0 {
        at += 1 + of_memory.below(align - 1);
        at %= Buffer::PAGE;
    }
    let size = (high - low + lead + tail) as u64;
    let bytes = contents(&mut of_memory, &layout.dtype, size);
    let offset = (lead - low) as i64;
    let Layout { dtype, shape, strides, .. } = layout;
    let is_writeable = !(aims.has(Aim::ReadOnly) || draw.of("writeable").one_in(8));
    Array {
        buffer: Buffer { size, bytes, at },
        map: None,
        owner: None,
        writeable: is_writeable && limits.writeable || !limits.read_only,
        dtype,
        offset,
        shape,
        strides,
        views: Vec::new(),
    }
}

/// The address of the buffer, and the bytes before the array, so that the first element is aligned.
fn aligned(at: u32, offset: i128, align: u32, low: i128) -> (u32, i128) {
    let at = at - at % align;
    let offset = offset + (i128::from(align) - offset.rem_euclid(i128::from(align))) % i128::from(align);
    (at, offset + low)
}

/// A layout whose first element has the offset 0.
fn layout(draw: &Draw, domain: &Domain, aims: &Aims, dtype: Dtype) -> Layout {
    let mut of_layout = draw.of("layout");
    let size = dtype.item_size();
    let shape = shape(&mut of_layout, domain, aims, size);
    let strides = if domain.limits.strided {
        let manners = Manners::of(domain, domain.stride_unit(&dtype));
        strides(&mut of_layout, manners, aims, &shape, size)
    } else {
        contiguous(&mut of_layout, domain, aims, &shape, size)
    };
    let strides = strides.into_iter();
    let max = domain.platform.intp_max();
    // A stride is an intp.
    let strides = strides.map(|stride| stride.clamp(-max - 1, max)).collect();
    let mut layout = Layout { dtype, offset: 0, shape, strides };
    stretch(&mut draw.of("stretch"), domain, aims, &mut layout);
    layout
}

/// An array in memory of the library's own, without views; `None` if the library makes none of the type that was drawn, or
/// the array would be too large.
fn owned(draw: &Draw, domain: &Domain, aims: &Aims) -> Option<Array> {
    let mut of_owner = draw.of("owner");
    let platform = domain.platform;
    let dtype = dtype::draw(&mut draw.of("type"), domain, aims);
    let ways = domain.limits.owners.iter().copied().filter(|owner| owner.makes(platform, &dtype));
    let ways: Vec<Owner> = ways.collect();
    if ways.is_empty() || !domain.limits.writeable {
        return None;
    }
    // Few types have sums, so those have them more often.
    let is_sum = ways.contains(&Owner::Sum) && of_owner.one_in(2);
    let owner = if is_sum { Owner::Sum } else { of_owner.pick(&ways) };
    let layout = layout(draw, domain, &view::of_contiguous(aims), dtype);
    let size = layout.shape.iter().try_fold(layout.dtype.item_size(), |bytes, length| bytes.checked_mul(*length))?;
    if size > MAX_OWNED_BYTES {
        return None;
    }
    let bytes = match owner {
        Owner::Zeros => vec![0; size as usize],
        _ => contents(&mut of_owner, &layout.dtype, size),
    };
    let array = Array::owned(owner, bytes, layout.dtype, &layout.shape);
    // It is in C order, which a library may not have.
    let is_inside = domain.limits.allow_order(&array.shape, &array.strides, array.dtype.item_size());
    is_inside.then_some(array)
}
