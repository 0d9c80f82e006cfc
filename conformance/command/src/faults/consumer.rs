//! Faults of the chapter `consumer`.

use super::fault::Faults;

pub(super) fn accepts(_: &mut Faults) {}

pub(super) fn accepts_declared(_: &mut Faults) {}

pub(super) fn accepts_no_strides(_: &mut Faults) {}

pub(super) fn accepts_offset(_: &mut Faults) {}

pub(super) fn accepts_no_deleter(_: &mut Faults) {}

pub(super) fn accepts_minor(_: &mut Faults) {}

pub(super) fn accepts_copied(_: &mut Faults) {}

pub(super) fn accepts_descr(_: &mut Faults) {}

pub(super) fn refuses_cleanly(_: &mut Faults) {}

pub(super) fn producer_refuses(_: &mut Faults) {}

pub(super) fn major(_: &mut Faults) {}

pub(super) fn lanes(_: &mut Faults) {}

pub(super) fn sub_byte(_: &mut Faults) {}

pub(super) fn device(_: &mut Faults) {}

pub(super) fn exclusive(_: &mut Faults) {}

pub(super) fn exclusive_twice(_: &mut Faults) {}

pub(super) fn unaligned(_: &mut Faults) {}

pub(super) fn shape(_: &mut Faults) {}

pub(super) fn strides(_: &mut Faults) {}

pub(super) fn address(_: &mut Faults) {}

pub(super) fn itemsize(_: &mut Faults) {}

pub(super) fn length(_: &mut Faults) {}

pub(super) fn empty(_: &mut Faults) {}

pub(super) fn value(_: &mut Faults) {}

pub(super) fn value_strided(_: &mut Faults) {}

pub(super) fn value_negative(_: &mut Faults) {}

pub(super) fn value_odd_strides(_: &mut Faults) {}

pub(super) fn value_overlap(_: &mut Faults) {}

pub(super) fn value_swapped(_: &mut Faults) {}

pub(super) fn value_unaligned(_: &mut Faults) {}

pub(super) fn value_no_axes(_: &mut Faults) {}

pub(super) fn value_no_strides(_: &mut Faults) {}

pub(super) fn value_offset(_: &mut Faults) {}

pub(super) fn value_described(_: &mut Faults) {}

pub(super) fn value_mapped(_: &mut Faults) {}

pub(super) fn value_other_type(_: &mut Faults) {}

pub(super) fn bytes(_: &mut Faults) {}

pub(super) fn no_value(_: &mut Faults) {}

pub(super) fn read_only(_: &mut Faults) {}

pub(super) fn mutable(_: &mut Faults) {}

pub(super) fn immutable(_: &mut Faults) {}

pub(super) fn write(_: &mut Faults) {}

pub(super) fn write_bytes(_: &mut Faults) {}

pub(super) fn write_file(_: &mut Faults) {}

pub(super) fn write_refused(_: &mut Faults) {}

pub(super) fn untouched(_: &mut Faults) {}

pub(super) fn sees_writes(_: &mut Faults) {}

pub(super) fn copy_kept(_: &mut Faults) {}

pub(super) fn holds(_: &mut Faults) {}

pub(super) fn memory(_: &mut Faults) {}

pub(super) fn lets_go(_: &mut Faults) {}

pub(super) fn refusal_lets_go(_: &mut Faults) {}

pub(super) fn balanced(_: &mut Faults) {}

pub(super) fn capsule(_: &mut Faults) {}

pub(super) fn quiet(_: &mut Faults) {}

pub(super) fn answered(_: &mut Faults) {}
