//! Where mapped memory ends a process, and where a disk or a limit refuses to let a file grow. Each in a process of its own,
//! which this program starts of itself.
//!
//! The full disk is a small file system in memory, mounted where nobody else sees it. Where that is not permitted, the test
//! is ignored, and its name says so.

#[cfg(unix)]
fn main() {
    tests::main();
}

#[cfg(not(unix))]
fn main() {}

#[cfg(unix)]
mod tests {
    use array_ctypes::Memmap;
    use array_ctypes::memmap::MemmapError;
    use array_ctypes::spec::dtype::Dtype;
    use array_ctypes::spec::memmap::Mode;
    use libtest_mimic::{Arguments, Failed, Trial};
    use std::env;
    use std::fs::{self, OpenOptions};
    use std::os::unix::process::ExitStatusExt;
    use std::path::{Path, PathBuf};
    use std::process::{Command, ExitStatus};

    /// Tells a process that this program has started what to do there.
    const DEED: &str = "ARRAY_CTYPES_TEST_DEED";
    /// The file, or folder, to do it with.
    const PLACE: &str = "ARRAY_CTYPES_TEST_PLACE";

    /// What that process ends with where all was as expected.
    const DONE: i32 = 17;

    pub(super) fn main() {
        if let (Ok(deed), Some(place)) = (env::var(DEED), env::var_os(PLACE)) {
            std::process::exit(deeds(&deed, Path::new(&place)));
        }
        let mounter = mounter();
        let full = "a full disk lets a file grow, faults where it is touched, and refuses to reserve";
        let full = match &mounter {
            Some(_) => full.to_owned(),
            None => format!("{full} (left out: no file system may be mounted here)"),
        };
        let possible = mounter.is_some();
        let trials = vec![
            Trial::test("a write to memory mapped for reading faults", || {
                dies(&run("write-r", file(&temporary()?, 8)?)?, libc::SIGSEGV)
            }),
            Trial::test("memory past the end of a file that was cut faults", || {
                dies(&run("cut", file(&temporary()?, 8)?)?, libc::SIGBUS)
            }),
            Trial::test("a limit on the size of files is told as such", limit),
            Trial::test(full, move || full_disk(&mounter.ok_or("no mounter")?)).with_ignored_flag(!possible),
        ];
        libtest_mimic::run(&Arguments::from_args(), trials).exit();
    }

    fn bytes(mode: Mode) -> array_ctypes::memmap::Options {
        Memmap::options(mode, Dtype::from_typestr("|u1").unwrap_or_else(|error| panic!("{error}")))
    }

    /// What a process of its own does.
    fn deeds(deed: &str, place: &Path) -> i32 {
        // One that dies on purpose leaves no file behind, and the shell has limited that too.
        let write = |map: &Memmap, at: isize| {
            let to_bytes = "POINTER(c_ubyte)".parse().unwrap();
            map.ctypes().data_as(&to_bytes).unwrap().write(at, &[1]).unwrap();
        };
        match deed {
            "write-r" => write(&bytes(Mode::R).open(place).unwrap(), 0),
            "cut" => {
                let map = bytes(Mode::RPlus).open(place).unwrap();
                OpenOptions::new().write(true).open(place).unwrap().set_len(0).unwrap();
                map.item(&[0]).unwrap();
            }
            "limit" => {
                let refused = bytes(Mode::WPlus).shape(&[1 << 20]).open(place).unwrap_err();
                assert!(matches!(refused, MemmapError::FileTooBig { needed: 0x10_0000 }), "{refused}");
                return DONE;
            }
            "full" => {
                let room = 1 << 20;
                let reserved = bytes(Mode::WPlus).shape(&[room]).reserve(true).open(place.join("reserved"));
                assert!(matches!(reserved, Err(MemmapError::NoSpace { needed: 0x10_0000 })), "{reserved:?}");
                fs::remove_file(place.join("reserved")).unwrap();
                let small = bytes(Mode::WPlus).shape(&[4096]).reserve(true).open(place.join("small")).unwrap();
                write(&small, 4095);
                drop(small);
                // Growing is sparse, and needs no room.
                let file = place.join("sparse");
                drop(bytes(Mode::WPlus).shape(&[room]).open(&file).unwrap());
                assert_eq!(fs::metadata(&file).unwrap().len(), room as u64);
                let touched = run("touch-all", file).unwrap();
                assert_eq!(touched.signal(), Some(libc::SIGBUS), "{touched}");
                return DONE;
            }
            "touch-all" => {
                let map = bytes(Mode::RPlus).open(place).unwrap();
                (0..map.shape()[0]).step_by(4096).for_each(|at| write(&map, at as isize));
            }
            other => panic!("no such deed: {other}"),
        }
        0
    }

    fn temporary() -> Result<tempfile::TempDir, Failed> {
        Ok(tempfile::tempdir()?)
    }

    /// A file of so many bytes. Its folder is removed by the process that uses it last, or by the system.
    fn file(folder: &tempfile::TempDir, size: usize) -> Result<PathBuf, Failed> {
        let path = folder.path().with_extension("file");
        fs::write(&path, vec![0; size])?;
        Ok(path)
    }

    fn run(deed: &str, place: PathBuf) -> Result<ExitStatus, Failed> {
        let status = command("ulimit -c 0; exec \"$0\"", deed, &place)?.status()?;
        if place.is_file() && deed != "touch-all" {
            fs::remove_file(place)?;
        }
        Ok(status)
    }

    /// This program, started by a shell that does something before.
    fn command(shell: &str, deed: &str, place: &Path) -> Result<Command, Failed> {
        let mut command = Command::new("sh");
        command.args(["-c", shell]).arg(env::current_exe()?).env(DEED, deed).env(PLACE, place);
        Ok(command)
    }

    fn dies(status: &ExitStatus, of: i32) -> Result<(), Failed> {
        if status.signal() == Some(of) { Ok(()) } else { Err(format!("expected signal {of}, found {status}").into()) }
    }

    fn is_done(status: &ExitStatus) -> Result<(), Failed> {
        if status.code() == Some(DONE) { Ok(()) } else { Err(format!("expected {DONE}, found {status}").into()) }
    }

    fn limit() -> Result<(), Failed> {
        let folder = temporary()?;
        let place = folder.path().join("limited");
        // Without the trap the system would send a signal, and not only refuse.
        is_done(&command("trap '' XFSZ; ulimit -f 8; exec \"$0\"", "limit", &place)?.status()?)
    }

    /// How to start a shell that may mount: as root, or as root of a namespace of its own.
    fn mounter() -> Option<Vec<&'static str>> {
        let ways = [vec!["-m"], vec!["-r", "-m"]];
        ways.into_iter().find(|way| {
            let mut command = Command::new("unshare");
            command.args(way).args(["sh", "-c", "mount -t tmpfs -o size=64k none /mnt"]);
            command.output().is_ok_and(|told| told.status.success())
        })
    }

    fn full_disk(mounter: &[&str]) -> Result<(), Failed> {
        let folder = temporary()?;
        let mut command = Command::new("unshare");
        command.args(mounter).args(["sh", "-c", "mount -t tmpfs -o size=64k none \"$1\" && exec \"$0\""]);
        command.arg(env::current_exe()?).arg(folder.path()).env(DEED, "full").env(PLACE, folder.path());
        is_done(&command.status()?)
    }
}
