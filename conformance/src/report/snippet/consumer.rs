//! Python for what a consumer is asked. The producer is NumPy, as far as it makes such arrays.

use super::tuple::tuple;
use array_ctypes_spec::{Consumer, Feature, Producer, Protocol, Take};

/// Python for a step of a consumer: `b` is what its door makes. The reader puts that in place of `door`, which makes what is right.
pub(super) fn step(step: &Consumer) -> String {
    match step {
        Consumer::Take(take) => self::take(take),
        Consumer::TakeAgain => "print(door(given))".to_owned(),
        Consumer::Repeat(count) => format!("for _ in range({count}): door(given)"),
        Consumer::Drop => "del b".to_owned(),
        Consumer::Data => "print('the address that b has, less base')".to_owned(),
        Consumer::Shape => "print(b.shape)".to_owned(),
        Consumer::Strides => "print(b.strides)".to_owned(),
        Consumer::ItemSize => "print(b.itemsize)".to_owned(),
        Consumer::Length => "print(b.size)".to_owned(),
        Consumer::ReadOnly => "print('True if b is read-only')".to_owned(),
        Consumer::Value(index) => format!("print(b[{}])", tuple(index)),
        Consumer::Bytes(index) => {
            let index: String = index.iter().map(|at| format!("{at}, ")).collect();
            format!("print(b[{index}...].tobytes().hex())")
        }
        Consumer::Write { bytes, index } => {
            let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
            format!("b[{}] = np.frombuffer(bytes.fromhex('{hex}'), a.dtype)[0]", tuple(index))
        }
    }
}

/// An object that offers `DLPack` alone.
pub(super) const GIVEN: (&str, &str) = (
    "Given(",
    "class Given:  # has no more than what DLPack asks for
    def __init__(self, dlpack): self.dlpack, self.capsules = dlpack, []
    def __dlpack_device__(self): return 1, 0
    def __dlpack__(self, **asked):
        self.capsules.append(self.dlpack(**asked))
        return self.capsules[-1]",
);

fn take(take: &Take) -> String {
    let given = match take.door.takes {
        Protocol::Pointer => "a.ctypes.data, a.shape, a.strides",
        Protocol::Interface => "type('Given', (), {'__array_interface__': a.__array_interface__, 'keep': a})()",
        Protocol::Struct => "type('Given', (), {'__array_struct__': a.__array_struct__, 'keep': a})()",
        Protocol::Buffer => "memoryview(a)",
        Protocol::Dlpack => "Given(lambda **asked: a.__dlpack__())",
        Protocol::DlpackVersioned => "Given(a.__dlpack__)",
        Protocol::Object => "a",
    };
    let with: Vec<&str> = take.with.iter().copied().map(Feature::word).collect();
    let note =
        if with.is_empty() { String::new() } else { format!("  # but {}, which NumPy does not do", with.join(", ")) };
    let name = &take.door.name;
    format!("given = {given}{note}\ndoor = lambda given: a  # put here the door {name}\nb = door(given)")
}

/// Python for a step of the producer.
pub(super) fn producer(step: &Producer) -> String {
    match step {
        Producer::Memory => "print(memory[:].hex())".to_owned(),
        Producer::File => "print(open(path, 'rb').read().hex())".to_owned(),
        Producer::Write { offset, bytes } => {
            let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
            format!("memmove(base + {offset}, bytes.fromhex('{hex}'), {})", bytes.len())
        }
        Producer::Drop => "del a, given".to_owned(),
        Producer::Held | Producer::Exports => "print('who holds the memory now')".to_owned(),
        Producer::Capsule => "print(given.capsules)".to_owned(),
    }
}
