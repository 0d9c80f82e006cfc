//! What Linux tells of the memory of a process: `process_vm_readv`, `process_vm_writev` and `/proc/PID/maps`.
#![expect(unsafe_code, reason = "the two calls take addresses")]

use super::mapping::Mapping;
use std::{fs, io};

/// The most pieces that one call takes.
const MOST: usize = 1024;

/// The bytes of these pieces (address, size) one after the other. Of a piece that cannot be read, the error names the
/// address.
pub(super) fn read(process: i32, pieces: &[(u64, usize)]) -> io::Result<Vec<u8>> {
    let whole = pieces.iter().map(|(_, size)| size).sum();
    let mut bytes = vec![0u8; whole];
    let mut done = 0;
    for some in pieces.chunks(MOST) {
        let wanted: usize = some.iter().map(|(_, size)| size).sum();
        let local = libc::iovec { iov_base: bytes[done..].as_mut_ptr().cast(), iov_len: wanted };
        let remote: Vec<libc::iovec> = some.iter().map(|(address, size)| there(*address, *size)).collect();
        let count = if wanted == 0 {
            0
        } else {
            // SAFETY: `local` is `wanted` bytes of `bytes`, which nobody else has; the kernel checks the remote addresses.
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
pub(super) fn write(process: i32, address: u64, bytes: &[u8]) -> io::Result<()> {
    if bytes.is_empty() {
        return Ok(());
    }
    // The kernel only reads what is here.
    let local = libc::iovec { iov_base: bytes.as_ptr().cast_mut().cast(), iov_len: bytes.len() };
    let remote = there(address, bytes.len());
    // SAFETY: `local` is the whole of `bytes`. What is written belongs to another process, or, as the caller has seen to,
    // to the memory of a case, which is only read and written through raw pointers.
    let count = unsafe { libc::process_vm_writev(process, &raw const local, 1, &raw const remote, 1, 0) };
    if usize::try_from(count) == Ok(bytes.len()) { Ok(()) } else { Err(failed(process, &[(address, bytes.len())])) }
}

fn there(address: u64, size: usize) -> libc::iovec {
    libc::iovec { iov_base: std::ptr::without_provenance_mut(address as usize), iov_len: size }
}

/// Why the last call failed, and for the address of which piece as far as the mappings tell.
fn failed(process: i32, pieces: &[(u64, usize)]) -> io::Error {
    let error = io::Error::last_os_error();
    let unmapped = |(address, _): &&(u64, usize)| !matches!(mapping(process, *address), Ok(Some(_)));
    match (error.raw_os_error(), pieces.iter().find(unmapped)) {
        (Some(libc::EPERM | libc::ENOSYS), _) => error,
        (_, Some((address, _))) => io::Error::other(format!("there is no memory at {address:#x}")),
        (_, None) => io::Error::other(format!("the kernel refuses the memory at {:#x}", pieces[0].0)),
    }
}

/// The mapping that an address lies in, if there is one.
pub(super) fn mapping(process: i32, address: u64) -> io::Result<Option<Mapping>> {
    let maps = fs::read_to_string(format!("/proc/{process}/maps"))?;
    Ok(maps.lines().find_map(|line| region(line, address)))
}

/// The mapping that a line of `maps` describes, if the address lies in it: `FROM-TO PERMISSIONS OFFSET DEVICE INODE PATH`.
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
    Some(Mapping { permissions, offset, path: words.nth(2).unwrap_or("").trim_start().to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_is_read_and_written_by_address_and_what_is_not_there_is_an_error() {
        let mut bytes = vec![1u8, 2, 3, 4, 5];
        let address = bytes.as_mut_ptr().expose_provenance() as u64;
        let me = std::process::id().cast_signed();
        assert_eq!(read(me, &[(address + 3, 2), (address, 1)]).unwrap(), [4, 5, 1]);
        write(me, address + 1, &[9]).unwrap();
        assert_eq!(read(me, &[(address, 3)]).unwrap(), [1, 9, 3]);
        assert_eq!(read(me, &[(8, 1)]).unwrap_err().to_string(), "there is no memory at 0x8");
        assert!(write(me, 8, &[0]).is_err());
        assert!(read(me, &[]).unwrap().is_empty());
        assert_eq!(mapping(me, address).unwrap().unwrap().permissions, "rw-p");
        assert_eq!(mapping(me, 8).unwrap(), None);
    }

    #[test]
    fn a_line_of_maps_tells_permissions_file_and_the_place_in_it() {
        let line = "7f0000001000-7f0000003000 rw-s 00002000 fe:00 4321   /tmp/a b.bin";
        let found = region(line, 0x7f00_0000_1010).unwrap();
        assert_eq!((&found.permissions[..], found.offset, &found.path[..]), ("rw-s", 0x2010, "/tmp/a b.bin"));
        assert_eq!(region(line, 0x7f00_0000_3000), None);
        assert_eq!(region("garbage", 1), None);
    }
}
