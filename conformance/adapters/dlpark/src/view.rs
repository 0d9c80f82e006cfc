//! A tensor as a view of `ndarray`.
#![expect(unsafe_code, reason = "makes views of what is handed over")]

use array_ctypes_conformance::spec::{Answer, Raises};
use array_ctypes_conformance::{Number, Seen};
use dlpark::{DlpackElement, Managed, ManagedTensorBase, TryFromDlpack};
use ndarray::{ArrayViewD, ArrayViewMutD};
use std::marker::PhantomData;

pub(crate) struct View<T, M: ManagedTensorBase> {
    managed: Managed<M>,
    is_mutable: bool,
    of: PhantomData<T>,
}

impl<T: DlpackElement + Number, M: ManagedTensorBase> View<T, M> {
    /// Refuses what `dlpark` refuses.
    pub(crate) fn new(managed: Managed<M>, is_mutable: bool) -> Result<View<T, M>, Raises> {
        let mut view = View { managed, is_mutable, of: PhantomData };
        if is_mutable { view.view_mut().map(drop) } else { view.view().map(drop) }.map(|()| view)
    }

    fn view(&self) -> Result<ArrayViewD<'_, T>, Raises> {
        // SAFETY: the producer's memory has these elements, and nobody writes meanwhile.
        unsafe { ArrayViewD::try_from_dlpack(&self.managed, ()) }.map_err(|_| Raises::ValueError)
    }

    fn view_mut(&mut self) -> Result<ArrayViewMutD<'_, T>, Raises> {
        // SAFETY: likewise, and nobody reads.
        unsafe { ArrayViewMutD::try_from_dlpack(&mut self.managed, ()) }.map_err(|_| Raises::ValueError)
    }
}

impl<T: DlpackElement + Number, M: ManagedTensorBase> Seen for View<T, M> {
    fn data(&self) -> *const u8 {
        self.view().map_or(std::ptr::null(), |view| view.as_ptr().cast())
    }

    fn shape(&self) -> Vec<usize> {
        self.view().map(|view| view.shape().to_vec()).unwrap_or_default()
    }

    fn strides(&self) -> Vec<isize> {
        let in_bytes =
            |view: ArrayViewD<'_, T>| view.strides().iter().map(|stride| stride * size_of::<T>() as isize).collect();
        self.view().map(in_bytes).unwrap_or_default()
    }

    fn item_size(&self) -> usize {
        size_of::<T>()
    }

    fn length(&self) -> usize {
        self.view().map_or(0, |view| view.len())
    }

    fn is_read_only(&self) -> bool {
        !self.is_mutable
    }

    fn value(&self, index: &[usize]) -> Result<Answer, Raises> {
        self.view()?.get(index).map(|number| number.answer()).ok_or(Raises::IndexError)
    }

    fn put(&mut self, index: &[usize], bytes: &[u8]) -> Result<(), Raises> {
        let number = T::from_memory(bytes).ok_or(Raises::ValueError)?;
        if !self.is_mutable {
            return Err(Raises::TypeError);
        }
        self.view_mut()?.get_mut(index).map(|element| *element = number).ok_or(Raises::IndexError)
    }
}
