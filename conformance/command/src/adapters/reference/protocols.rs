//! Questions about the buffer protocol and `DLPack`, asked of the reference.

use super::answer::{address, integer, integers};
use array_ctypes::Array;
use array_ctypes::interface::dlpack::{DLManagedTensor, DLManagedTensorVersioned, Managed, READ_ONLY, Tensor};
use array_ctypes_spec::{Answer, BufferMember, BufferRequest, DlpackMember, DlpackRequest, Raises};

/// Answers a question about a member of a buffer.
pub(super) fn buffer(array: &Array, request: BufferRequest, member: BufferMember) -> Result<Answer, Raises> {
    let filled = array.buffer(request).map_err(|_| Raises::BufferError)?;
    Ok(match member {
        BufferMember::Address => address(filled.buf),
        BufferMember::Length => integer(filled.len as i64),
        BufferMember::ItemSize => integer(filled.itemsize as i64),
        BufferMember::ReadOnly => Answer::Bool(filled.readonly),
        BufferMember::Ndim => integer(filled.ndim as i64),
        BufferMember::Format => filled.format.map_or(Answer::Nothing, Answer::Text),
        BufferMember::Shape => filled.shape.map_or(Answer::Nothing, |shape| Answer::integers(shape.iter().copied())),
        BufferMember::Strides => filled.strides.map_or(Answer::Nothing, integers),
        // The reference has no such member, because it has no arrays of pointers.
        BufferMember::Suboffsets => Answer::Nothing,
    })
}

/// Answers a question about a member of a tensor.
pub(super) fn dlpack(array: &Array, request: DlpackRequest, member: DlpackMember) -> Result<Answer, Raises> {
    match request {
        DlpackRequest::Versioned => {
            let tensor: Tensor<DLManagedTensorVersioned> = array.dlpack().map_err(|_| Raises::BufferError)?;
            let DLManagedTensorVersioned { version, flags, .. } = tensor.as_c();
            Ok(match member {
                DlpackMember::Version => Answer::integers([version.major, version.minor]),
                DlpackMember::ReadOnly => Answer::Bool(flags & READ_ONLY != 0),
                DlpackMember::Address
                | DlpackMember::Device
                | DlpackMember::Ndim
                | DlpackMember::Dtype
                | DlpackMember::Shape
                | DlpackMember::Strides => of_tensor(&tensor, member),
            })
        }
        DlpackRequest::Unversioned => {
            let tensor: Tensor<DLManagedTensor> = array.dlpack_unversioned().map_err(|_| Raises::BufferError)?;
            Ok(of_tensor(&tensor, member))
        }
    }
}

/// Answers a question about a member that both kinds of tensors have.
fn of_tensor<T: Managed>(managed: &Tensor<T>, member: DlpackMember) -> Answer {
    let tensor = managed.as_c().tensor();
    match member {
        DlpackMember::Address if tensor.data.is_null() => Answer::Nothing,
        DlpackMember::Address => address(managed.address()),
        DlpackMember::Device => Answer::integers([tensor.device.device_type, tensor.device.device_id]),
        DlpackMember::Ndim => integer(i64::from(tensor.ndim)),
        DlpackMember::Dtype => {
            Answer::integers([u16::from(tensor.dtype.code), u16::from(tensor.dtype.bits), tensor.dtype.lanes])
        }
        DlpackMember::Shape => Answer::integers(managed.shape().iter().copied()),
        DlpackMember::Strides => Answer::integers(managed.strides().iter().copied()),
        DlpackMember::Version | DlpackMember::ReadOnly => Answer::Nothing,
    }
}
