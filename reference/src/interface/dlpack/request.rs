//! Requests with the arguments of `__dlpack__`.

use super::{
    COPIED, CPU, DLDevice, DLManagedTensor, DLManagedTensorVersioned, DLPackVersion, DlpackError, NEWEST, Tensor,
    data_type,
};
use crate::layout::Array;

/// The arguments of `__dlpack__`; by default none is given.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Request {
    /// The newest version that the consumer knows. Without it the consumer knows the structure from before version 1 only.
    pub max_version: Option<DLPackVersion>,
    /// The device that the consumer reads.
    pub dl_device: Option<DLDevice>,
    /// True for memory of its own, false for the array's.
    pub copy: Option<bool>,
    /// A stream that the consumer waits for.
    pub stream: Option<isize>,
}

/// What a capsule has.
#[derive(Debug)]
pub enum Capsule {
    /// A `dltensor`.
    Unversioned(Tensor<DLManagedTensor>),
    /// A `dltensor_versioned`.
    Versioned(Tensor<DLManagedTensorVersioned>),
}

impl Array {
    /// Returns the device of the array: the CPU.
    pub fn dlpack_device(&self) -> DLDevice {
        CPU
    }

    /// Returns the array as a tensor of the newest version that both sides know. It shares the array's memory unless the
    /// request asks for a copy.
    ///
    /// # Errors
    /// [`DlpackError`] if no tensor can describe the array, or if the request asks for what the CPU does not have.
    ///
    /// ```
    /// use array_ctypes::{Array, interface::dlpack::{COPIED, Capsule, DLPackVersion, Request}};
    /// let array = Array::from_slice(&[1f32, 2.0, 3.0], &[3])?;
    /// let max_version = Some(DLPackVersion { major: 1, minor: 0 });
    /// let Capsule::Versioned(copy) = array.dlpack_as(&Request { max_version, copy: Some(true), ..Request::default() })?
    /// else {
    ///     panic!("expected a tensor with a version");
    /// };
    /// assert_ne!(copy.address(), array.ctypes().data());
    /// assert_eq!((copy.as_c().flags, copy.item(&[2])), (COPIED, Some(3f32.to_ne_bytes().to_vec())));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn dlpack_as(&self, request: &Request) -> Result<Capsule, DlpackError> {
        if let Some(stream) = request.stream {
            return Err(DlpackError::Stream(stream));
        }
        if let Some(device) = request.dl_device.filter(|device| *device != CPU) {
            return Err(DlpackError::Device(device));
        }
        let copies = request.copy == Some(true);
        let array = if copies {
            // A type that no tensor describes is not copied in vain.
            data_type(&self.dtype)?;
            &self.copy().map_err(|_| DlpackError::Memory)?
        } else {
            self
        };
        match request.max_version {
            Some(version) if version.major >= NEWEST.major => {
                let newer = version.major > NEWEST.major || version.minor > NEWEST.minor;
                let version = if newer { NEWEST } else { version };
                array.dlpack_of(version, if copies { COPIED } else { 0 }).map(Capsule::Versioned)
            }
            _ => array.dlpack_unversioned().map(Capsule::Unversioned),
        }
    }
}
