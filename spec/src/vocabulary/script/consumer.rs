//! The steps of a consumer: it is handed an array, says what it sees, and writes; its producer looks on.

use super::door::Take;
use crate::vocabulary::words::forms;

forms! {
    /// A step of a consumer. What follows the first word is asked of what the consumer has made of the array, unless it
    /// refused the array.
    Consumer {
        /// Hands the array to a door, which makes something of it or refuses it.
        Take "take" (take: Box<Take> = "DOOR:PROTOCOL NAME=VALUE…"),
        /// Hands the array to the same door once more, while the first result is kept.
        TakeAgain "take-again",
        /// Hands the array to the same door that many times, each time letting go of the result, or being refused.
        Repeat "repeat" (count: u64 = "COUNT"),
        /// Lets go of what was made.
        Drop "let-go",
        /// The address of the first element.
        Data "sees-data",
        /// Lengths of the axes.
        Shape "sees-shape",
        /// Byte strides.
        Strides "sees-strides",
        /// Size of an element in bytes.
        ItemSize "sees-itemsize",
        /// Number of elements.
        Length "sees-length",
        /// Asks if elements can only be read.
        ReadOnly "sees-read-only",
        /// The value of one element, through the consumer's own typed access.
        Value "sees-value" (index: Vec<u64> = "INDEX…"),
        /// The bytes of one element.
        Bytes "sees-bytes" (index: Vec<u64> = "INDEX…"),
        /// Writes one element, through the consumer's own access.
        Write "puts" {
            /// The element in memory; as long as the item size.
            bytes: Vec<u8> = "HEX",
            /// The index, one number for each axis.
            index: Vec<u64> = "INDEX…",
        },
    }
}

forms! {
    /// A step of the producer of an array that is handed to a consumer. The consumer is not asked.
    Producer {
        /// All bytes of its memory.
        Memory "producer-memory",
        /// All bytes of the file that its memory maps.
        File "producer-file",
        /// Writes bytes to its memory.
        Write "producer-writes" {
            /// Bytes from the start of the memory to the first byte written.
            offset: u64 = "OFFSET",
            /// The bytes to write.
            bytes: Vec<u8> = "HEX",
        },
        /// Lets go of the array. Unless somebody else holds it, its memory is overwritten and freed.
        Drop "producer-lets-go",
        /// Asks if somebody else holds the array.
        Held "producer-held",
        /// How many times somebody took hold of the array, less how many times somebody let go of it.
        Exports "producer-exports",
        /// The name of the capsule that it handed out.
        Capsule "producer-capsule",
    }
}
