//! The outside look on Linux: `process_vm_readv`, `process_vm_writev` and `/proc/PID/maps`.
//!
//! # Invariants
//! 1. The local side of a call is one slice that this module borrows, with its own length; the list of remote pieces
//!    has its own length too.
//! 2. The kernel checks the remote addresses, and returns an error for memory that is not there.
//! 3. The remote side of a write is memory of another process, or memory of a case in this one. `Place` refuses all
//!    other addresses, and memory of a case is only read and written through raw pointers.
#![expect(unsafe_code, reason = "the two calls take addresses")]

use super::mapping::{Device, Mapping};
use super::piece::Piece;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;
use std::{fs, io};

/// The most pieces that one call takes, `UIO_MAXIOV` of the kernel.
const MAX_PIECES: usize = 1024;

/// Reads the bytes of these pieces, one after the other.
///
/// # Errors
/// The kernel's error, with the address that it could not read.
pub(super) fn read(process: i32, pieces: &[Piece]) -> io::Result<Vec<u8>> {
    let mut bytes = vec![0u8; size_of_all(pieces)];
    let mut done = 0;
    for some in pieces.chunks(MAX_PIECES) {
        let wanted = size_of_all(some);
        let local = libc::iovec { iov_base: bytes[done..done + wanted].as_mut_ptr().cast(), iov_len: wanted };
        let remote: Vec<libc::iovec> = some.iter().map(remote_part).collect();
        let count = if wanted == 0 {
            0
        } else {
            // SAFETY: 1: `local` is a part of `bytes`; 2.
            unsafe {
                libc::process_vm_readv(process, &raw const local, 1, remote.as_ptr(), remote.len() as libc::c_ulong, 0)
            }
        };
        if usize::try_from(count) != Ok(wanted) {
            return Err(failed(process, some));
        }
        done += wanted;
    }
    Ok(bytes)
}

/// Writes bytes at an address.
///
/// # Errors
/// What the kernel reports, with the address if it could not write there.
pub(super) fn write(process: i32, address: u64, bytes: &[u8]) -> io::Result<()> {
    if bytes.is_empty() {
        return Ok(());
    }
    // The kernel only reads the local side, in spite of the type.
    let local = libc::iovec { iov_base: bytes.as_ptr().cast_mut().cast(), iov_len: bytes.len() };
    let piece = Piece { address, size: bytes.len() };
    let remote = remote_part(&piece);
    // SAFETY: 1: `local` is the whole of `bytes`, `remote` is one piece; 2; 3.
    let count = unsafe { libc::process_vm_writev(process, &raw const local, 1, &raw const remote, 1, 0) };
    if usize::try_from(count) == Ok(bytes.len()) { Ok(()) } else { Err(failed(process, &[piece])) }
}

fn size_of_all(pieces: &[Piece]) -> usize {
    pieces.iter().map(|piece| piece.size).sum()
}

/// A piece of the other process, as the kernel takes it.
fn remote_part(piece: &Piece) -> libc::iovec {
    libc::iovec { iov_base: std::ptr::without_provenance_mut(piece.address as usize), iov_len: piece.size }
}

/// The error of the last call, with the address of a piece that is not mapped, if there is one.
fn failed(process: i32, pieces: &[Piece]) -> io::Error {
    let error = io::Error::last_os_error();
    let unmapped = |piece: &&Piece| !matches!(mapping(process, piece.address), Ok(Some(_)));
    match (error.raw_os_error(), pieces.iter().find(unmapped)) {
        (Some(libc::EPERM | libc::ENOSYS | libc::ESRCH), _) => error,
        (_, Some(piece)) => io::Error::other(format!("there is no memory at {:#x}", piece.address)),
        (_, None) => io::Error::other(format!("the kernel refuses the memory at {:#x}", pieces[0].address)),
    }
}

/// The mapping that an address lies in; `None` if the address is not mapped.
///
/// # Errors
/// [`io::ErrorKind::Unsupported`] if the system lists no mappings; `ESRCH` if the process has ended.
pub(super) fn mapping(process: i32, address: u64) -> io::Result<Option<Mapping>> {
    // Without the list, as without `/proc`, nothing can be looked up.
    let maps = fs::read(format!("/proc/{process}/maps")).map_err(|error| {
        let is_gone = error.raw_os_error() == Some(libc::ESRCH) || Path::new("/proc/self/maps").exists();
        if is_gone { io::Error::from_raw_os_error(libc::ESRCH) } else { io::ErrorKind::Unsupported.into() }
    })?;
    // A process that has ended has no memory left.
    if maps.is_empty() {
        return Err(io::Error::from_raw_os_error(libc::ESRCH));
    }
    Ok(String::from_utf8_lossy(&maps).lines().find_map(|line| region(line, address)))
}

/// The mapping that a line of `maps` describes, if the address lies in it. The line is
/// `FROM-TO PERMISSIONS OFFSET DEVICE INODE PATH`.
fn region(line: &str, address: u64) -> Option<Mapping> {
    let mut words = line.splitn(6, ' ');
    let (from, to) = words.next()?.split_once('-')?;
    let number = |text: &str| u64::from_str_radix(text, 16).ok();
    let (from, to) = (number(from)?, number(to)?);
    if !(from..to).contains(&address) {
        return None;
    }
    let permissions = words.next()?.to_owned();
    let offset = number(words.next()?)?.wrapping_add(address - from);
    let (major, minor) = words.next()?.split_once(':')?;
    let device = (u32::from_str_radix(major, 16).ok()?, u32::from_str_radix(minor, 16).ok()?);
    let inode = words.next()?.parse().ok()?;
    Some(Mapping { permissions, offset, device, inode, path: words.next().unwrap_or("").trim_start().to_owned() })
}

/// The device and the number of the file at a path, as a process sees it: its root may be another. `None` if there is none.
pub(super) fn identity(process: i32, path: &Path) -> Option<(Device, u64)> {
    let seen = Path::new("/proc").join(process.to_string()).join("root").join(path.strip_prefix("/").ok()?);
    let found = fs::metadata(seen).or_else(|_| fs::metadata(path)).ok()?;
    Some(((libc::major(found.dev()), libc::minor(found.dev())), found.ino()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_is_read_and_written_by_address_and_an_unmapped_address_is_an_error() {
        let mut bytes = vec![1u8, 2, 3, 4, 5];
        let address = bytes.as_mut_ptr().expose_provenance() as u64;
        let piece = |address, size| Piece { address, size };
        let me = std::process::id().cast_signed();
        assert_eq!(read(me, &[piece(address + 3, 2), piece(address, 1)]).unwrap(), [4, 5, 1]);
        write(me, address + 1, &[9]).unwrap();
        assert_eq!(read(me, &[piece(address, 3)]).unwrap(), [1, 9, 3]);
        assert_eq!(read(me, &[piece(8, 1)]).unwrap_err().to_string(), "there is no memory at 0x8");
        assert!(write(me, 8, &[0]).is_err());
        assert!(read(me, &[]).unwrap().is_empty());
        assert_eq!(mapping(me, address).unwrap().unwrap().permissions, "rw-p");
        assert_eq!(mapping(me, 8).unwrap(), None);
    }

    #[test]
    fn a_line_of_maps_has_permissions_a_file_and_an_offset_in_the_file() {
        let line = "7f0000001000-7f0000003000 rw-s 00002000 fe:00 4321   /tmp/a b.bin";
        let found = region(line, 0x7f00_0000_1010).unwrap();
        assert_eq!((&found.permissions[..], found.offset, &found.path[..]), ("rw-s", 0x2010, "/tmp/a b.bin"));
        assert_eq!((found.device, found.inode), ((0xfe, 0), 4321));
        assert_eq!(region(line, 0x7f00_0000_3000), None);
        assert_eq!(region("garbage", 1), None);
    }
}
