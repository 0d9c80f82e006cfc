//! Questions about the buffer protocol and `DLPack`, asked of the reference.

use super::answer::{address, integer, integers};
use array_ctypes::Array;
use array_ctypes::interface::dlpack::{
    COPIED, Capsule, DLDevice, DLManagedTensorVersioned, DLPackVersion, DlpackError, Managed, READ_ONLY, Request,
    Tensor,
};
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

/// The arguments of a request.
fn arguments(request: DlpackRequest) -> Request {
    let version = |major, minor| Request { max_version: Some(DLPackVersion { major, minor }), ..Request::default() };
    let first = version(1, 0);
    let on = |device_type| Request { dl_device: Some(DLDevice { device_type, device_id: 0 }), ..first };
    match request {
        DlpackRequest::Unversioned => Request::default(),
        DlpackRequest::Versioned | DlpackRequest::NoStream => first,
        DlpackRequest::Older => version(0, 8),
        DlpackRequest::Minor => version(1, 3),
        DlpackRequest::Newer => version(2, 0),
        DlpackRequest::OnCpu => on(1),
        DlpackRequest::OnCuda => on(2),
        DlpackRequest::Copy => Request { copy: Some(true), ..first },
        DlpackRequest::NoCopy => Request { copy: Some(false), ..first },
        DlpackRequest::Stream => Request { stream: Some(1), ..first },
    }
}

/// Answers a question about a member of a tensor.
pub(super) fn dlpack(array: &Array, request: DlpackRequest, member: DlpackMember) -> Result<Answer, Raises> {
    let capsule = array.dlpack_as(&arguments(request)).map_err(|error| match error {
        DlpackError::Stream(_) => Raises::ValueError,
        _ => Raises::BufferError,
    })?;
    Ok(match &capsule {
        Capsule::Unversioned(tensor) => of_tensor(tensor, member),
        Capsule::Versioned(tensor) => {
            let DLManagedTensorVersioned { version, flags, dl_tensor, .. } = tensor.as_c();
            match member {
                DlpackMember::Version => Answer::integers([version.major, version.minor]),
                DlpackMember::ReadOnly => Answer::Bool(flags & READ_ONLY != 0),
                DlpackMember::Copied => Answer::Bool(flags & COPIED != 0),
                DlpackMember::Flags => integer(*flags as i64),
                DlpackMember::StridesGiven => {
                    Answer::integers([version.major, version.minor, u32::from(!dl_tensor.strides.is_null())])
                }
                DlpackMember::Address
                | DlpackMember::Device
                | DlpackMember::Ndim
                | DlpackMember::Dtype
                | DlpackMember::Shape
                | DlpackMember::Strides
                | DlpackMember::Elements => of_tensor(tensor, member),
            }
        }
    })
}

/// Answers the question about the device of an array.
pub(super) fn device(array: &Array) -> Answer {
    let DLDevice { device_type, device_id } = array.dlpack_device();
    Answer::integers([device_type, device_id])
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
        DlpackMember::Elements => elements(managed),
        DlpackMember::Version
        | DlpackMember::ReadOnly
        | DlpackMember::Copied
        | DlpackMember::Flags
        | DlpackMember::StridesGiven => Answer::Nothing,
    }
}

/// The memory of the elements in C order.
fn elements<T: Managed>(managed: &Tensor<T>) -> Answer {
    let lengths: Vec<usize> = managed.shape().iter().map(|length| *length as usize).collect();
    let count = if lengths.contains(&0) { 0 } else { lengths.iter().product() };
    let index = |mut at: usize| {
        let mut index = vec![0; lengths.len()];
        for (place, length) in index.iter_mut().zip(&lengths).rev() {
            (*place, at) = (at % length, at / length);
        }
        index
    };
    let items: Option<Vec<Vec<u8>>> = (0..count).map(|at| managed.item(&index(at))).collect();
    items.map_or(Answer::Raises(Raises::OtherError), |items| Answer::Bytes(items.concat()))
}
