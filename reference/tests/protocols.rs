//! Exports of an array by the array interface, the buffer protocol and DLPack.

mod record;

use array_ctypes::interface::buffer::{BufferError, format};
use array_ctypes::interface::dlpack::{DLDataType, DLManagedTensorVersioned, DlpackError, READ_ONLY, Tensor};
use array_ctypes::interface::flags;
use array_ctypes::platform::{LONG_DOUBLE_FORMAT, LONG_DOUBLE_SIZE, LongDoubleFormat};
use array_ctypes::spec::BufferRequest;
use array_ctypes::spec::dtype::Dtype;
use array_ctypes::spec::platform::ByteOrder;
use array_ctypes::{Array, Buffer};
use record::record;
use std::rc::Rc;

const NATIVE: char = if cfg!(target_endian = "big") { '>' } else { '<' };
const SWAPPED: char = if cfg!(target_endian = "big") { '<' } else { '>' };

fn dtype(order: char, rest: &str) -> Dtype {
    Dtype::from_typestr(&format!("{order}{rest}")).unwrap()
}

fn array_at(offset: isize, dtype: Dtype, shape: &[usize], strides: &[isize], writeable: bool) -> Array {
    let buffer = Rc::new(Buffer::new(256, 0, &[]).unwrap());
    Array::new(&buffer, dtype, offset, shape, strides, writeable).unwrap()
}

fn array(dtype: Dtype, shape: &[usize], strides: &[isize]) -> Array {
    array_at(0, dtype, shape, strides, true)
}

const REQUESTS: [BufferRequest; 9] = [
    BufferRequest::Simple,
    BufferRequest::Writable,
    BufferRequest::Nd,
    BufferRequest::Strides,
    BufferRequest::CContiguous,
    BufferRequest::FContiguous,
    BufferRequest::AnyContiguous,
    BufferRequest::Full,
    BufferRequest::FullRo,
];

#[test]
fn a_request_gets_exactly_the_members_that_it_asks_for() {
    let array = array_at(16, dtype(NATIVE, "i2"), &[2, 3], &[6, 2], true);
    for request in REQUESTS {
        let Ok(filled) = array.buffer(request) else {
            assert_eq!(request, BufferRequest::FContiguous);
            continue;
        };
        assert_eq!((filled.buf, filled.len, filled.itemsize), (array.ctypes().data(), 12, 2), "{request:?}");
        let bare = matches!(request, BufferRequest::Simple | BufferRequest::Writable);
        assert_eq!((filled.ndim, filled.shape), if bare { (1, None) } else { (2, Some(&[2usize, 3][..])) });
        let strided = !bare && request != BufferRequest::Nd;
        assert_eq!(filled.strides, strided.then_some(&[6isize, 2][..]), "{request:?}");
        let described = matches!(request, BufferRequest::Full | BufferRequest::FullRo);
        assert_eq!(filled.format, described.then(|| format!("{NATIVE}h")), "{request:?}");
        assert!(!filled.readonly);
    }
}

/// The requests that are refused with an error.
fn refusing(array: &Array, error: BufferError) -> Vec<BufferRequest> {
    REQUESTS.into_iter().filter(|request| array.buffer(*request).err() == Some(error)).collect()
}

#[test]
fn a_request_is_refused_if_its_answer_would_be_wrong() {
    use BufferRequest::{AnyContiguous, CContiguous, FContiguous, Full, Nd, Simple, Writable};
    let i2 = || dtype(NATIVE, "i2");
    let (c, f) = (array(i2(), &[2, 3], &[6, 2]), array(i2(), &[2, 3], &[2, 4]));
    let gaps = array(i2(), &[2, 3], &[12, 2]);
    assert_eq!(refusing(&c, BufferError::NotContiguous), [FContiguous]);
    assert_eq!(refusing(&f, BufferError::NotContiguous), [Simple, Writable, Nd, CContiguous]);
    let all = [Simple, Writable, Nd, CContiguous, FContiguous, AnyContiguous];
    assert_eq!(refusing(&gaps, BufferError::NotContiguous), all);
    let read_only = array_at(0, i2(), &[2], &[2], false);
    assert_eq!(refusing(&read_only, BufferError::ReadOnly), [Writable, Full]);
    assert!(read_only.buffer(Simple).unwrap().readonly);
    let time = array(dtype(NATIVE, "M8[s]"), &[2], &[8]);
    assert_eq!(refusing(&time, BufferError::NoFormat), [Full, BufferRequest::FullRo]);
    for error in [BufferError::NotContiguous, BufferError::ReadOnly, BufferError::NoFormat] {
        assert!(error.to_string().starts_with("expected "), "{error}");
    }
}

#[test]
fn an_array_without_elements_has_no_bytes_and_one_without_axes_has_no_lengths() {
    let empty = array(dtype(NATIVE, "i2"), &[2, 0], &[6, 2]);
    let filled = empty.buffer(BufferRequest::FullRo).unwrap();
    assert_eq!((filled.len, filled.shape), (0, Some(&[2usize, 0][..])));
    let single = array(dtype(NATIVE, "i2"), &[], &[]);
    let filled = single.buffer(BufferRequest::FullRo).unwrap();
    assert_eq!((filled.len, filled.ndim, filled.shape, filled.strides), (2, 0, None, None));
}

#[test]
fn a_format_has_the_byte_order_kind_and_size() {
    let of = |text: &str| format(&Dtype::from_typestr(text).unwrap());
    for (typestr, expected) in [
        ("|b1", "<?"),
        ("|i1", "<b"),
        (">i2", ">h"),
        ("<i4", "<i"),
        (">i8", ">q"),
        ("|u1", "<B"),
        ("<u2", "<H"),
        (">u4", ">I"),
        ("<u8", "<Q"),
        ("<f2", "<e"),
        (">f4", ">f"),
        ("<f8", "<d"),
        ("<c8", "<Zf"),
        (">c16", ">Zd"),
        ("|S1", "<s"),
        ("|S3", "<3s"),
        ("<U1", "<w"),
        (">U3", ">3w"),
        ("|V1", "<x"),
        ("|V5", "<5x"),
    ] {
        assert_eq!(of(typestr).as_deref(), Some(expected), "{typestr}");
    }
    assert_eq!((of("<m8[s]"), of("<M8")), (None, None));
    assert_eq!(format(&Dtype::object(size_of::<usize>() as u64)).as_deref(), Some("<O"));
    if LONG_DOUBLE_SIZE > 8 {
        let long = |order, kind, parts: usize| format(&dtype(order, &format!("{kind}{}", parts * LONG_DOUBLE_SIZE)));
        assert_eq!(long(NATIVE, 'f', 1).as_deref(), Some("^g"));
        assert_eq!(long(NATIVE, 'c', 2).as_deref(), Some("^Zg"));
        assert_eq!((long(SWAPPED, 'f', 1), long(SWAPPED, 'c', 2)), (None, None));
    }
}

#[test]
fn the_format_of_a_structure_has_names_shapes_and_all_padding() {
    let i2 = || dtype('<', "i2");
    let of = |fields: &[(&str, Dtype, &[u64], u64)], size| format(&record(fields, size));
    assert_eq!(of(&[("a", i2(), &[], 0), ("b", i2(), &[], 2)], 4).as_deref(), Some("T{<h:a:<h:b:}"));
    assert_eq!(of(&[("a", i2(), &[], 1), ("b", i2(), &[2, 3], 5)], 20).as_deref(), Some("T{1x<h:a:2x(2,3)<h:b:3x}"));
    assert_eq!(of(&[("a", i2(), &[4], 0)], 8).as_deref(), Some("T{(4)<h:a:}"));
    assert_eq!(of(&[], 3).as_deref(), Some("T{3x}"));
    let inner = record(&[("x", i2(), &[], 0)], 2);
    assert_eq!(of(&[("a", inner, &[], 0)], 2).as_deref(), Some("T{T{<h:x:}:a:}"));
    assert_eq!(of(&[("a", i2(), &[], 0), ("b", i2(), &[], 1)], 4), None, "the fields overlap");
    assert_eq!(of(&[("a:b", i2(), &[], 0)], 2), None, "the name contains the end mark of a name");
    assert_eq!(of(&[("a", dtype('<', "M8"), &[], 0)], 8), None);
}

#[test]
fn the_c_structure_has_a_flag_for_each_property() {
    let flags_of = |array: &Array| array.array_struct().as_c().flags;
    let i4 = || dtype(NATIVE, "i4");
    let properties = flags::ALIGNED | flags::NOTSWAPPED | flags::WRITEABLE;
    assert_eq!(flags_of(&array(i4(), &[2, 3], &[12, 4])), properties | flags::C_CONTIGUOUS);
    assert_eq!(flags_of(&array(i4(), &[2, 3], &[4, 8])), properties | flags::F_CONTIGUOUS);
    assert_eq!(flags_of(&array(i4(), &[3], &[8])), properties);
    assert_eq!(flags_of(&array(dtype(SWAPPED, "i4"), &[3], &[8])), properties & !flags::NOTSWAPPED);
    assert_eq!(flags_of(&array_at(0, i4(), &[3], &[8], false)), properties & !flags::WRITEABLE);
    assert_eq!(flags_of(&array_at(2, i4(), &[3], &[8], true)), properties & !flags::ALIGNED);
    assert_eq!(flags_of(&array(i4(), &[3], &[6])), properties & !flags::ALIGNED, "the second element is not aligned");
    assert_eq!(flags_of(&array(i4(), &[1], &[6])), properties | flags::C_CONTIGUOUS | flags::F_CONTIGUOUS);
    let fields = array(record(&[("a", i4(), &[], 0)], 4), &[3], &[8]);
    assert_eq!(flags_of(&fields), properties | flags::HAS_DESCR);
    let overlapping = array(record(&[("a", i4(), &[], 0), ("b", i4(), &[], 2)], 8), &[3], &[16]);
    assert_eq!(flags_of(&overlapping), properties);
    let owner = fields.array_struct();
    assert_eq!((owner.shape(), owner.strides()), (&[3isize][..], &[8isize][..]));
    assert!(owner.descr().unwrap().to_str().unwrap().contains("'a'"));
    assert_eq!(array(i4(), &[3], &[8]).array_struct().descr(), None);
}

#[test]
fn a_dictionary_has_strides_unless_they_are_those_of_c_and_marks_read_only_arrays() {
    let i4 = || dtype(NATIVE, "i4");
    let contiguous = array(i4(), &[2, 3], &[12, 4]);
    assert_eq!((contiguous.interface().strides, contiguous.interface().data.1), (None, false));
    let strided = array_at(0, i4(), &[3], &[8], false);
    assert_eq!((strided.interface().strides, strided.interface().data.1), (Some(&[8isize][..]), true));
}

fn tensor(array: &Array) -> Tensor<DLManagedTensorVersioned> {
    array.dlpack().unwrap()
}

#[test]
fn a_tensor_begins_where_the_array_does_and_counts_strides_in_elements() {
    let array_of = |strides: &[isize]| array_at(100, dtype(NATIVE, "i4"), &[2, 3], strides, true);
    let view = array_of(&[-24, 8]);
    let exported = tensor(&view);
    assert_eq!((exported.shape(), exported.strides()), (&[2i64, 3][..], &[-6i64, 2][..]));
    assert_eq!((exported.address(), exported.as_c().dl_tensor.ndim), (view.ctypes().data(), 2));
    assert_eq!((exported.as_c().flags & READ_ONLY, exported.as_c().dl_tensor.byte_offset), (0, 100));
    assert_eq!(array_of(&[24, 6]).dlpack().err(), Some(DlpackError::Stride(6)));
    assert_eq!(array_of(&[-23, 8]).dlpack().err(), Some(DlpackError::Stride(-23)));
    // A stride that reaches no element need not be a multiple of the item size.
    let i4 = || dtype(NATIVE, "i4");
    assert_eq!(tensor(&array(i4(), &[1, 2], &[7, 4])).strides()[1], 1);
    let empty = array(i4(), &[0, 2], &[8, 7]);
    assert_eq!((tensor(&empty).shape(), tensor(&empty).address()), (&[0i64, 2][..], 0));
}

#[test]
fn a_tensor_has_the_type_code_of_dlpack_if_there_is_one() {
    let data_type = |dtype: &Dtype| {
        let size = usize::try_from(dtype.item_size()).unwrap();
        let exported = array(dtype.clone(), &[2], &[size as isize]).dlpack()?;
        let DLDataType { code, bits, lanes } = exported.as_c().dl_tensor.dtype;
        Ok((code, bits, lanes))
    };
    for (text, expected) in [
        ("i1", (0, 8, 1)),
        ("i8", (0, 64, 1)),
        ("u2", (1, 16, 1)),
        ("f2", (2, 16, 1)),
        ("f4", (2, 32, 1)),
        ("f8", (2, 64, 1)),
        ("c8", (5, 64, 1)),
        ("c16", (5, 128, 1)),
        ("b1", (6, 8, 1)),
    ] {
        let order = if text.ends_with('1') { '|' } else { NATIVE };
        assert_eq!(data_type(&dtype(order, text)), Ok(expected), "{text}");
    }
    let none = Err(DlpackError::ElementType);
    for other in [dtype(SWAPPED, "i4"), dtype('|', "S2"), dtype(NATIVE, "M8"), record(&[], 4)] {
        assert_eq!(data_type(&other), none, "{}", other.typestr());
    }
    let long = |kind, parts: usize| data_type(&dtype(NATIVE, &format!("{kind}{}", parts * LONG_DOUBLE_SIZE)));
    if LONG_DOUBLE_SIZE > 8 {
        let ieee = LONG_DOUBLE_FORMAT == LongDoubleFormat::Binary128;
        assert_eq!(long('f', 1), if ieee { Ok((2, 128, 1)) } else { none });
        assert_eq!(long('c', 2), none, "too many bits");
    }
}

#[test]
fn a_read_only_array_is_exported_only_if_the_tensor_can_be_marked_as_read_only() {
    let read_only = array_at(0, dtype(NATIVE, "i4"), &[2], &[4], false);
    assert_eq!(tensor(&read_only).as_c().flags & READ_ONLY, READ_ONLY);
    assert_eq!(read_only.dlpack_unversioned().err(), Some(DlpackError::ReadOnly));
    assert_eq!(array(dtype(NATIVE, "i4"), &[2], &[4]).dlpack_unversioned().unwrap().strides(), [1]);
    let errors = [DlpackError::ElementType, DlpackError::Stride(3), DlpackError::ReadOnly, DlpackError::TooManyAxes];
    assert!(errors.iter().all(|error| error.to_string().starts_with("expected ")));
}

#[test]
fn the_byte_order_is_that_of_this_machine() {
    let native = array_ctypes::platform::BYTE_ORDER;
    assert_eq!(native, if NATIVE == '>' { ByteOrder::Big } else { ByteOrder::Little });
    assert_eq!(array_ctypes::platform::native()[0], if NATIVE == '>' { 1 } else { 4 });
}
