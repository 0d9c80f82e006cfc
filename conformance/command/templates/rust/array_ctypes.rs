//! Validates `{{name}}` by the conformance suite array-ctypes: one test for each rule, and one, `verdict`, that lists
//! what breaks by its causes.
//!
//!     cargo test --test array_ctypes
//!
//! The first run is green, and that says nothing about `{{name}}`: until you replace it, the module `stand_in` answers.
//!
//! 1. Replace each line that ends in STAND-IN by a call to `{{name}}`, and delete the module `stand_in`.
//! 2. Set name and version. Reports show them.
//! 3. Declare as limits what `{{name}}` cannot do by design, and nothing else: the suite does not test what a limit
//!    excludes.
//! 4. When `core` holds, claim the next profile: add it to the hello and to the macro at the end.

use array_ctypes_conformance::spec::{Answer, Array, Flag, Question, Raises, Step, View};
use array_ctypes_conformance::{Hello, InProcess, Limits, Memory, Records, ViewWord};

struct Library;

impl InProcess for Library {
    fn hello(&self) -> Hello {
        let limits = Limits {
            // The stand-in does not check what it is given. Delete this line if your crate does, as safe code has to.
            invalid: false, // STAND-IN
            // Many crates have neither structured element types nor numbers in the other byte order.
            records: Records::None,
            swapped: false,
            // Others that are common: `unaligned: false`, `negative_strides: false`, `odd_strides: false` for a crate
            // that counts elements, and `returns_refusals: false` for one that panics. `Limits` has them all.
            ..Limits::default()
        };
        // The views that the crate has.
        let limits = limits.with_views(&[ViewWord::Reverse, ViewWord::Transpose]);
        // Drop "-stand-in" once `{{name}}` answers.
        Hello::core("{{name}}-stand-in", "0", limits) // STAND-IN
    }

    /// Makes the array with the crate, takes its views, and answers. An error refuses the array.
    fn answer(
        &mut self,
        array: &Array,
        memory: &Memory,
        script: &[Step],
    ) -> Result<Vec<Answer>, Raises> {
        // The shape is in elements, strides are in bytes, and the first element is at byte `offset` of the memory.
        let mut mine =
            stand_in::View::new(memory.as_ptr(), array.offset, &array.shape, &array.strides); // STAND-IN
        for view in &array.views {
            match view {
                View::Reverse { axis } => mine.reverse(*axis), // STAND-IN
                View::Transpose { axes } => mine.transpose(axes), // STAND-IN
                _ => return Err(Raises::NotImplementedError),
            }
        }
        let itemsize = array.dtype.item_size();
        let answer = |question: &Question| match question {
            Question::Data => Answer::address(mine.address(&[])), // STAND-IN
            Question::Shape => Answer::integers(mine.shape.iter().copied()), // STAND-IN
            // In bytes: if the crate counts elements, multiply here.
            Question::Strides => Answer::integers(mine.strides.iter().copied()), // STAND-IN
            Question::ItemSize => Answer::Integer(itemsize.into()),
            // The memory of one element, by the crate's own indexing.
            Question::Item(index) => {
                let (start, base) = (mine.address(index).addr(), memory.as_ptr().addr()); // STAND-IN
                let at = start.wrapping_sub(base); // STAND-IN
                let bytes = memory.bytes().get(at..at.wrapping_add(itemsize as usize)); // STAND-IN
                let bytes = bytes.map(<[u8]>::to_vec); // STAND-IN
                bytes.map_or(Answer::Raises(Raises::IndexError), Answer::Bytes) // STAND-IN
            }
            Question::Flag(Flag::CContiguous) => Answer::Bool(mine.is_dense(itemsize, true)), // STAND-IN
            Question::Flag(Flag::FContiguous) => Answer::Bool(mine.is_dense(itemsize, false)), // STAND-IN
            _ => Answer::Raises(Raises::NotImplementedError),
        };
        Ok(script
            .iter()
            .filter_map(Step::question)
            .map(answer)
            .collect())
    }
}

/// STAND-IN: strided views, so that the test runs before it knows the crate.
mod stand_in {
    pub struct View {
        first: *const u8,
        pub shape: Vec<u64>,
        pub strides: Vec<i64>,
    }

    impl View {
        pub fn new(memory: *const u8, offset: i64, shape: &[u64], strides: &[i64]) -> View {
            View {
                first: memory.wrapping_offset(offset as isize),
                shape: shape.to_vec(),
                strides: strides.to_vec(),
            }
        }

        pub fn reverse(&mut self, axis: usize) {
            let last = self.shape[axis].saturating_sub(1) as i64;
            self.first = self
                .first
                .wrapping_offset(last.wrapping_mul(self.strides[axis]) as isize);
            self.strides[axis] = self.strides[axis].wrapping_neg();
        }

        pub fn transpose(&mut self, axes: &[usize]) {
            self.shape = axes.iter().map(|axis| self.shape[*axis]).collect();
            self.strides = axes.iter().map(|axis| self.strides[*axis]).collect();
        }

        pub fn address(&self, index: &[u64]) -> *const u8 {
            let offset: i64 = index
                .iter()
                .zip(&self.strides)
                .map(|(at, stride)| *at as i64 * stride)
                .sum();
            self.first.wrapping_offset(offset as isize)
        }

        /// Returns true if the elements follow each other without gaps, in C order or in Fortran order.
        pub fn is_dense(&self, itemsize: u64, in_c_order: bool) -> bool {
            let mut axes: Vec<_> = self.shape.iter().zip(&self.strides).collect();
            if in_c_order {
                axes.reverse();
            }
            let mut next = itemsize as i64;
            let mut follows = |(length, stride): (&u64, &i64)| {
                let follows = *length == 1 || *stride == next;
                next *= *length as i64;
                follows
            };
            self.shape.contains(&0) || axes.into_iter().all(&mut follows)
        }
    }
}

mod conformance {
    // The number is that of the rules that the limits leave without a case. The test `left_out` lists them, and fails if
    // there are more or fewer: `cargo test --test array_ctypes left_out -- --nocapture`.
    array_ctypes_conformance::conformance_tests!(super::Library, core; leaves_out 10);
}
