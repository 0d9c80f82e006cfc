//! Formats of the buffer protocol: any text means a type or does not, soon; and the reference's own formats mean what they should.
#![no_main]

use arbitrary::{Result, Unstructured};
use array_ctypes::interface::buffer;
use array_ctypes_spec::dtype::{Dtype, Field, Record};
use array_ctypes_spec::interface::format::{describes, means, spans};
use array_ctypes_spec::platform::{DataModel, Platform};
use libfuzzer_sys::fuzz_target;

/// The most structures in each other.
const DEPTH: u32 = 3;

const TYPESTRS: [&str; 16] = [
    "|b1", "|i1", "|u1", "<i2", ">i4", "<u8", "<f2", ">f8", "<c8", "<f16", "<c32", "|S3", "<U2", "|V4", "|O", "<M8[s]",
];

fuzz_target!(|bytes: &[u8]| {
    let mut bytes = Unstructured::new(bytes);
    let Ok(dtype) = dtype(&mut bytes, DEPTH) else { return };
    let text = array_ctypes_fuzz::text(&mut bytes);
    let host = Platform::host();
    let other =
        Platform { data_model: DataModel::Ilp32, byte_order: host.byte_order.swapped(), eight_byte_align: 4, ..host };
    for platform in [host, other] {
        let _ = (
            means(&platform, &text, &dtype),
            spans(&platform, &text, dtype.item_size()),
            spans(&platform, &text, u64::MAX),
        );
    }
    if array_ctypes::dtype::exists(&dtype) && describes(&host, &dtype) {
        if let Some(format) = buffer::format(&dtype) {
            assert!(means(&host, &format, &dtype), "{format}: {dtype:?}");
        }
    }
});

/// A type, with fields side by side or over each other.
fn dtype(bytes: &mut Unstructured, depth: u32) -> Result<Dtype> {
    if depth == 0 || bytes.ratio(1, 2)? {
        let typestr = bytes.choose(&TYPESTRS)?;
        return Ok(Dtype::from_typestr(typestr).expect("a type"));
    }
    let (mut fields, mut end) = (Vec::new(), 0u64);
    for name in ["a", "b", "c d"].into_iter().take(bytes.int_in_range(1..=3)?) {
        let dtype = dtype(bytes, depth - 1)?;
        let shape = (0..bytes.int_in_range(0..=2)?).map(|_| bytes.int_in_range(0..=3)).collect::<Result<_>>()?;
        let offset = end + bytes.int_in_range(0..=4u64)?;
        let field = Field { name: name.to_owned(), title: None, dtype, shape, offset };
        end = if bytes.ratio(1, 8)? { offset } else { offset + field.size() };
        fields.push(field);
    }
    let inside = fields.iter().map(|field| field.offset + field.size()).max().unwrap_or(0);
    let size = inside + bytes.int_in_range(0..=4u64)?;
    Ok(Dtype::from(Record { fields, size, aligned: bytes.ratio(1, 4)? }))
}
