//! Mapped memory that ends a process, and files that cannot grow because of a full disk or a limit.
//!
//! Each case runs in a process of its own: this program starts itself. The full disk is a small file system in memory,
//! mounted where no other process sees it. If mounting is not permitted, the test is ignored, and its name says so.

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

    /// Environment variable that names the case for a process that this program started.
    const CASE: &str = "ARRAY_CTYPES_TEST_CASE";
    /// Environment variable with the file or folder of the case.
    const PLACE: &str = "ARRAY_CTYPES_TEST_PLACE";

    /// Exit code of a process in which everything was as expected.
    const PASSED: i32 = 17;

    pub(super) fn main() {
        if let (Ok(case), Some(place)) = (env::var(CASE), env::var_os(PLACE)) {
            std::process::exit(run_case(&case, Path::new(&place)));
        }
        let mounter = mounter();
        let full = "on a full disk a file grows, its memory faults when touched, and reserving is refused";
        let full = match &mounter {
            Some(_) => full.to_owned(),
            None => format!("{full} (ignored: mounting is not permitted here)"),
        };
        let can_mount = mounter.is_some();
        let trials = vec![
            Trial::test("writing to memory that is mapped for reading faults", || {
                ends_by_signal(&run("write-r", file(&temporary()?, 8)?)?, libc::SIGSEGV)
            }),
            Trial::test("touching memory after the end of a truncated file faults", || {
                ends_by_signal(&run("truncate", file(&temporary()?, 8)?)?, libc::SIGBUS)
            }),
            Trial::test("a limit on the size of files is reported as such", limit),
            Trial::test(full, move || full_disk(&mounter.ok_or("mounting is not permitted")?))
                .with_ignored_flag(!can_mount),
        ];
        libtest_mimic::run(&Arguments::from_args(), trials).exit();
    }

    fn bytes(mode: Mode) -> array_ctypes::memmap::Options {
        Memmap::options(mode, Dtype::from_typestr("|u1").unwrap_or_else(|error| panic!("{error}")))
    }

    /// Runs a case, in a process of its own, and returns the exit code.
    fn run_case(case: &str, place: &Path) -> i32 {
        let write = |map: &Memmap, at: isize| {
            let to_bytes = "POINTER(c_ubyte)".parse().unwrap();
            map.ctypes().data_as(&to_bytes).unwrap().write(at, &[1]).unwrap();
        };
        match case {
            "write-r" => write(&bytes(Mode::R).open(place).unwrap(), 0),
            "truncate" => {
                let map = bytes(Mode::RPlus).open(place).unwrap();
                OpenOptions::new().write(true).open(place).unwrap().set_len(0).unwrap();
                map.item(&[0]).unwrap();
            }
            "limit" => {
                let refused = bytes(Mode::WPlus).shape(&[1 << 20]).open(place).unwrap_err();
                assert!(matches!(refused, MemmapError::FileTooBig { needed: 0x10_0000 }), "{refused}");
                return PASSED;
            }
            "full" => {
                let room = 1 << 20;
                let reserved = bytes(Mode::WPlus).shape(&[room]).reserve(true).open(place.join("reserved"));
                assert!(matches!(reserved, Err(MemmapError::NoSpace { needed: 0x10_0000 })), "{reserved:?}");
                fs::remove_file(place.join("reserved")).unwrap();
                let small = bytes(Mode::WPlus).shape(&[4096]).reserve(true).open(place.join("small")).unwrap();
                write(&small, 4095);
                drop(small);
                // A file grows sparsely, which needs no space.
                let file = place.join("sparse");
                drop(bytes(Mode::WPlus).shape(&[room]).open(&file).unwrap());
                assert_eq!(fs::metadata(&file).unwrap().len(), room as u64);
                let touched = run("touch-all", file).unwrap();
                assert_eq!(touched.signal(), Some(libc::SIGBUS), "{touched}");
                return PASSED;
            }
            "touch-all" => {
                let map = bytes(Mode::RPlus).open(place).unwrap();
                (0..map.shape()[0]).step_by(4096).for_each(|at| write(&map, at as isize));
            }
            other => panic!("expected the name of a case, found {other}"),
        }
        0
    }

    fn temporary() -> Result<tempfile::TempDir, Failed> {
        Ok(tempfile::tempdir()?)
    }

    /// Makes a file of `size` bytes beside a temporary folder. `run` removes it.
    fn file(folder: &tempfile::TempDir, size: usize) -> Result<PathBuf, Failed> {
        let path = folder.path().with_extension("file");
        fs::write(&path, vec![0; size])?;
        Ok(path)
    }

    fn run(case: &str, place: PathBuf) -> Result<ExitStatus, Failed> {
        let status = command("ulimit -c 0; exec \"$0\"", case, &place)?.status()?;
        if place.is_file() && case != "touch-all" {
            fs::remove_file(place)?;
        }
        Ok(status)
    }

    /// Returns the command of this program in a shell, which sets the program up first.
    fn command(shell: &str, case: &str, place: &Path) -> Result<Command, Failed> {
        let mut command = Command::new("sh");
        command.args(["-c", shell]).arg(env::current_exe()?).env(CASE, case).env(PLACE, place);
        Ok(command)
    }

    fn ends_by_signal(status: &ExitStatus, signal: i32) -> Result<(), Failed> {
        if status.signal() == Some(signal) {
            Ok(())
        } else {
            Err(format!("expected signal {signal}, found {status}").into())
        }
    }

    fn passes(status: &ExitStatus) -> Result<(), Failed> {
        if status.code() == Some(PASSED) { Ok(()) } else { Err(format!("expected {PASSED}, found {status}").into()) }
    }

    fn limit() -> Result<(), Failed> {
        let folder = temporary()?;
        let place = folder.path().join("limited");
        // Without the trap, the system would send a signal instead of an error.
        passes(&command("trap '' XFSZ; ulimit -f 8; exec \"$0\"", "limit", &place)?.status()?)
    }

    /// Returns the options of `unshare` for a shell that may mount: as root, or as root of a namespace of its own.
    fn mounter() -> Option<Vec<&'static str>> {
        let options = [vec!["-m"], vec!["-r", "-m"]];
        options.into_iter().find(|options| {
            let mut command = Command::new("unshare");
            command.args(options).args(["sh", "-c", "mount -t tmpfs -o size=64k none /mnt"]);
            command.output().is_ok_and(|output| output.status.success())
        })
    }

    fn full_disk(mounter: &[&str]) -> Result<(), Failed> {
        let folder = temporary()?;
        let mut command = Command::new("unshare");
        command.args(mounter).args(["sh", "-c", "mount -t tmpfs -o size=64k none \"$1\" && exec \"$0\""]);
        command.arg(env::current_exe()?).arg(folder.path()).env(CASE, "full").env(PLACE, folder.path());
        passes(&command.status()?)
    }
}
