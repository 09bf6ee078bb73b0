//! Values that wait in little room: a large site has a hundred thousand waiting pages, and one hardly differs from the next.

use duwang_model::Packed;
use serde::{Serialize, de::DeserializeOwned};
use std::collections::VecDeque;

/// Values packed together in a [`PackedQueue`].
const BLOCK: usize = 256;
/// First in, first out; all but the ends packed.
#[derive(Debug)]
pub struct PackedQueue<T> {
    front: VecDeque<T>,
    middle: VecDeque<Packed<T>>,
    back: Vec<T>,
    count: usize,
}

impl<T> Default for PackedQueue<T> {
    fn default() -> Self {
        Self {
            front: VecDeque::new(),
            middle: VecDeque::new(),
            back: Vec::new(),
            count: 0,
        }
    }
}

impl<T: Serialize + DeserializeOwned + Clone> PackedQueue<T> {
    /// Puts a value at the end.
    pub fn push(&mut self, value: T) {
        self.back.push(value);
        self.count += 1;
        if self.back.len() == BLOCK {
            self.middle
                .push_back(Packed::of(std::mem::take(&mut self.back)));
        }
    }

    /// Takes the first value.
    pub fn pop(&mut self) -> Option<T> {
        if self.front.is_empty() {
            let next = self.middle.pop_front().map(|block| block.open());
            self.front = next
                .unwrap_or_else(|| std::mem::take(&mut self.back))
                .into();
        }
        let value = self.front.pop_front()?;
        self.count -= 1;
        Some(value)
    }

    /// How many values wait.
    pub fn len(&self) -> usize {
        self.count
    }

    /// Whether none waits.
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn what_went_in_comes_out_in_order(pushes in proptest::collection::vec(0usize..700, 1..8)) {
            let (mut queue, mut next_in, mut next_out) = (PackedQueue::default(), 0u32, 0u32);
            for push in pushes {
                for _ in 0..push {
                    queue.push(next_in);
                    next_in += 1;
                }
                for _ in 0..push / 2 {
                    prop_assert_eq!(queue.pop(), Some(next_out));
                    next_out += 1;
                }
                prop_assert_eq!(queue.len(), (next_in - next_out) as usize);
            }
            while let Some(value) = queue.pop() {
                prop_assert_eq!(value, next_out);
                next_out += 1;
            }
            prop_assert_eq!(next_in, next_out);
        }
    }
}
