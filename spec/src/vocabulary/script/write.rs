//! Steps that change memory: writes by the implementation, and what the suite does from outside.

use crate::vocabulary::words::forms;

forms! {
    /// A write, or another change of the memory or its file. Offsets and bytes lie inside the buffer.
    Write {
        /// Bytes through `data_as(POINTER(c_ubyte))`, from that offset to the address on.
        Pointer "write-pointer" {
            /// Bytes from the address of the first element to the first byte written.
            offset: i64 = "OFFSET",
            /// The bytes to write.
            bytes: Vec<u8> = "HEX",
        },
        /// One element, through the array itself.
        Item "write-item" {
            /// The element in memory; as long as the item size.
            bytes: Vec<u8> = "HEX",
            /// The index, one number for each axis.
            index: Vec<u64> = "INDEX…",
        },
        /// One item of the C array that `shape` yields.
        Shape "write-shape" {
            /// The axis that the item belongs to, counted from 0.
            axis: usize = "AXIS",
            /// The new value of the item.
            value: i64 = "VALUE",
        },
        /// One item of the C array that `strides` yields.
        Strides "write-strides" {
            /// The axis that the item belongs to, counted from 0.
            axis: usize = "AXIS",
            /// The new value of the item.
            value: i64 = "VALUE",
        },
        /// Bytes into the file of a mapped array, through a descriptor of its own.
        File "write-file" {
            /// Bytes from the start of the file to the first byte written.
            offset: u64 = "OFFSET",
            /// The bytes to write.
            bytes: Vec<u8> = "HEX",
        },
        /// Flushes the mapping, so that its changes reach the file.
        Flush "flush",
        /// Cuts the file, through a descriptor of its own, to that many bytes.
        TruncateFile "truncate-file" (size: u64 = "SIZE"),
        /// Closes the mapping under the array.
        CloseMap "close-map",
    }
}

forms! {
    /// What the suite does from outside, at the address, shape and byte strides that the implementation gave in the latest
    /// answers of the script to `data`, `shape`, `strides` and `itemsize`. Without one of those it looks nowhere.
    Outside {
        /// The memory of the elements in C order, of that many of them at most.
        Peek "peek" (count: u64 = "COUNT"),
        /// Writes one element.
        Poke "poke" {
            /// The element in memory; as long as the item size.
            bytes: Vec<u8> = "HEX",
            /// The index, one number for each axis.
            index: Vec<u64> = "INDEX…",
        },
        /// How the address is mapped: permissions, and the place in the file of the case if it is that, as in
        /// `rw-s file+4106`.
        Mapping "mapping",
    }
}
