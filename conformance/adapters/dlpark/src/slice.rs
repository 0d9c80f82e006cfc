//! A tensor whose elements are a slice.
#![expect(unsafe_code, reason = "reads and writes what is handed over")]

use array_ctypes_conformance::spec::{Answer, Raises};
use array_ctypes_conformance::{Number, Seen};
use dlpark::tensor::compact_strides;
use dlpark::{DlpackElement, Managed, ManagedTensorBase};
use std::marker::PhantomData;

pub(crate) struct Slice<T, M: ManagedTensorBase> {
    managed: Managed<M>,
    is_mutable: bool,
    shape: Vec<i64>,
    of: PhantomData<T>,
}

impl<T: DlpackElement + Number, M: ManagedTensorBase> Slice<T, M> {
    /// Refuses what `dlpark` refuses.
    pub(crate) fn new(managed: Managed<M>, is_mutable: bool) -> Result<Slice<T, M>, Raises> {
        let shape = managed.validate().map_err(|_| Raises::ValueError)?.shape().to_vec();
        let mut slice = Slice { managed, is_mutable, shape, of: PhantomData };
        if is_mutable { slice.write(|_| ()) } else { slice.read(|_| ()) }.map(|()| slice)
    }

    fn read<R>(&self, look: impl FnOnce(&[T]) -> R) -> Result<R, Raises> {
        let tensor = self.managed.validate().map_err(|_| Raises::ValueError)?;
        // SAFETY: the producer's memory has these elements, and nobody writes meanwhile.
        unsafe { tensor.cpu_slice() }.map(look).map_err(|_| Raises::ValueError)
    }

    fn write<R>(&mut self, change: impl FnOnce(&mut [T]) -> R) -> Result<R, Raises> {
        let mut tensor = self.managed.validate_mut().map_err(|_| Raises::ValueError)?;
        // SAFETY: likewise, and nobody reads.
        unsafe { tensor.cpu_slice_mut() }.map(change).map_err(|_| Raises::ValueError)
    }

    /// The position of an element.
    fn at(&self, index: &[usize]) -> usize {
        index.iter().zip(self.shape()).fold(0, |at, (index, length)| at * length + index)
    }
}

impl<T: DlpackElement + Number, M: ManagedTensorBase> Seen for Slice<T, M> {
    fn data(&self) -> *const u8 {
        self.read(|slice| slice.as_ptr().cast()).unwrap_or(std::ptr::null())
    }

    fn shape(&self) -> Vec<usize> {
        self.shape.iter().map(|length| *length as usize).collect()
    }

    fn strides(&self) -> Vec<isize> {
        let strides = compact_strides(&self.shape).unwrap_or_default();
        strides.iter().map(|stride| *stride as isize * size_of::<T>() as isize).collect()
    }

    fn item_size(&self) -> usize {
        size_of::<T>()
    }

    fn length(&self) -> usize {
        self.read(<[T]>::len).unwrap_or_default()
    }

    fn is_read_only(&self) -> bool {
        !self.is_mutable
    }

    fn value(&self, index: &[usize]) -> Result<Answer, Raises> {
        let at = self.at(index);
        self.read(|slice| slice.get(at).map(|number| number.answer()))?.ok_or(Raises::IndexError)
    }

    fn put(&mut self, index: &[usize], bytes: &[u8]) -> Result<(), Raises> {
        let (at, number) = (self.at(index), T::from_memory(bytes).ok_or(Raises::ValueError)?);
        if !self.is_mutable {
            return Err(Raises::TypeError);
        }
        self.write(|slice| slice.get_mut(at).map(|element| *element = number))?.ok_or(Raises::IndexError)
    }
}
