//! The sample of the README, word for word, with a small crate for it to check.

/// A crate of strided views over bytes.
mod my_arrays {
    use array_ctypes_conformance::spec::View as Operation;

    pub(super) struct View<'a> {
        memory: &'a [u8],
        first: i64,
        item: i64,
        shape: Vec<i64>,
        strides: Vec<i64>,
    }

    impl<'a> View<'a> {
        /// Returns a view, if all its elements lie in the memory.
        pub(super) fn new(memory: &'a [u8], first: i64, item: u64, shape: &[u64], strides: &[i64]) -> Option<View<'a>> {
            (shape.len() == strides.len()).then_some(())?;
            let shape = shape.iter().map(|length| i64::try_from(*length).ok()).collect::<Option<Vec<i64>>>()?;
            let item = i64::try_from(item).ok()?;
            let full = shape.iter().filter(|length| **length > 0);
            full.copied().try_fold(item, i64::checked_mul)?;
            let (mut low, mut high) = (i128::from(first), i128::from(first) + i128::from(item));
            if !shape.contains(&0) {
                for (length, stride) in shape.iter().zip(strides) {
                    let reach = i128::from(*stride) * i128::from(length - 1);
                    (low, high) = (low + reach.min(0), high + reach.max(0));
                }
                (low >= 0 && high <= memory.len() as i128).then_some(())?;
            }
            Some(View { memory, first, item, shape, strides: strides.to_vec() })
        }

        /// Returns the view that an operation makes of this one.
        pub(super) fn apply(mut self, operation: &Operation) -> Option<View<'a>> {
            match operation {
                Operation::Index { axis, at } => {
                    let length = *self.shape.get(*axis)?;
                    let at = if *at < 0 { at + length } else { *at };
                    (0..length).contains(&at).then_some(())?;
                    self.first += at * self.strides[*axis];
                    self.shape.remove(*axis);
                    self.strides.remove(*axis);
                }
                Operation::Reverse { axis } => {
                    if *self.shape.get(*axis)? > 0 {
                        self.first += self.strides[*axis].wrapping_mul(self.shape[*axis] - 1);
                    }
                    self.strides[*axis] = self.strides[*axis].wrapping_neg();
                }
                Operation::Transpose { axes } => {
                    let mut sorted = axes.clone();
                    sorted.sort_unstable();
                    sorted.iter().copied().eq(0..self.shape.len()).then_some(())?;
                    self.shape = axes.iter().map(|axis| self.shape[*axis]).collect();
                    self.strides = axes.iter().map(|axis| self.strides[*axis]).collect();
                }
                _ => return None,
            }
            Some(self)
        }

        pub(super) fn as_ptr(&self) -> *const u8 {
            self.memory.as_ptr().wrapping_offset(self.first as isize)
        }

        pub(super) fn shape(&self) -> &[i64] {
            &self.shape
        }

        pub(super) fn strides(&self) -> &[i64] {
            &self.strides
        }

        pub(super) fn item_size(&self) -> i64 {
            self.item
        }

        pub(super) fn element(&self, index: &[u64]) -> &[u8] {
            let at: i64 = index.iter().zip(&self.strides).map(|(at, stride)| *at as i64 * stride).sum();
            &self.memory[(self.first + at) as usize..][..self.item as usize]
        }

        pub(super) fn is_c_contiguous(&self) -> bool {
            self.is_dense(self.shape.iter().zip(&self.strides).rev())
        }

        pub(super) fn is_f_contiguous(&self) -> bool {
            self.is_dense(self.shape.iter().zip(&self.strides))
        }

        /// Returns true if the elements follow each other without gaps, the axes in this order, the fastest first.
        fn is_dense<'b>(&self, mut axes: impl Iterator<Item = (&'b i64, &'b i64)>) -> bool {
            let mut next = self.item;
            let mut follows = |(length, stride): (&i64, &i64)| {
                let follows = *length == 1 || *stride == next;
                next *= length;
                follows
            };
            self.shape.contains(&0) || axes.all(&mut follows)
        }
    }
}

use array_ctypes_conformance::spec::{Answer, Array, Flag, Question, Raises, Step};
use array_ctypes_conformance::{Hello, InProcess, Limits, Memory, Records, ViewWord};

struct MyArrays;

impl InProcess for MyArrays {
    fn hello(&self) -> Hello {
        // What the crate cannot do: see `Limits`.
        let limits = Limits { max_item_size: 8, records: Records::None, ..Limits::default() };
        Hello::core("my-arrays", "1.0", limits.with_views(&[ViewWord::Index, ViewWord::Reverse, ViewWord::Transpose]))
    }

    fn answer(&mut self, array: &Array, memory: &Memory, script: &[Step]) -> Result<Vec<Answer>, Raises> {
        // The first element at byte `offset` of the memory, shape in elements (u64), strides in bytes (i64).
        let size = array.dtype.item_size();
        let mine = my_arrays::View::new(memory.bytes(), array.offset, size, &array.shape, &array.strides);
        let mut mine = mine.ok_or(Raises::ValueError)?;
        for view in &array.views {
            mine = mine.apply(view).ok_or(Raises::ValueError)?; // the views named above
        }
        let answer = |question: &Question| match question {
            Question::Data => Answer::address(mine.as_ptr()),
            Question::Shape => Answer::integers(mine.shape().iter().copied()),
            Question::Strides => Answer::integers(mine.strides().iter().copied()),
            Question::ItemSize => Answer::Integer(mine.item_size().into()),
            Question::Item(index) => Answer::Bytes(mine.element(index).to_vec()),
            Question::Flag(Flag::CContiguous) => Answer::Bool(mine.is_c_contiguous()),
            Question::Flag(Flag::FContiguous) => Answer::Bool(mine.is_f_contiguous()),
            _ => Answer::Raises(Raises::NotImplementedError),
        };
        Ok(script.iter().filter_map(Step::question).map(answer).collect())
    }
}

mod conformance {
    array_ctypes_conformance::conformance_tests!(super::MyArrays, core; leaves_out 6);
}
