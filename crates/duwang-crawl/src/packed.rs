//! Values that wait in little room: a large site has a hundred thousand waiting pages and list entries, and one hardly differs from the next.

use serde::{Serialize, de::DeserializeOwned};
use std::collections::VecDeque;

/// Fewer values than this are kept as they are: packing them would save nothing.
const WORTH_PACKING: usize = 8;
/// Values packed together in a [`PackedQueue`].
const BLOCK: usize = 256;
/// The fastest level: the words of one list repeat each other so much that a higher one hardly saves more.
const LEVEL: i32 = 1;

/// Values read back as they were, in about a tenth of the room.
#[derive(Debug)]
pub struct Packed<T>(Form<T>);

#[derive(Debug)]
enum Form<T> {
    Plain(Box<[T]>),
    Zipped {
        bytes: Box<[u8]>,
        count: u32,
        json: u32,
    },
}

impl<T: Serialize + DeserializeOwned> Packed<T> {
    /// Packs values; those that cannot be packed are kept as they are.
    pub fn of(values: Vec<T>) -> Self {
        match zip(&values) {
            Some(zipped) => Self(zipped),
            None => Self(Form::Plain(values.into_boxed_slice())),
        }
    }

    /// How many values there are.
    pub fn len(&self) -> usize {
        match &self.0 {
            Form::Plain(values) => values.len(),
            Form::Zipped { count, .. } => *count as usize,
        }
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl<T: Serialize + DeserializeOwned + Clone> Packed<T> {
    /// The values.
    pub fn open(&self) -> Vec<T> {
        match &self.0 {
            Form::Plain(values) => values.to_vec(),
            Form::Zipped { bytes, json, .. } => unzip(bytes, *json),
        }
    }
}

fn zip<T: Serialize>(values: &[T]) -> Option<Form<T>> {
    if values.len() < WORTH_PACKING {
        return None;
    }
    let json = serde_json::to_vec(values).ok()?;
    Some(Form::Zipped {
        bytes: zstd::bulk::compress(&json, LEVEL).ok()?.into(),
        count: values.len().try_into().ok()?,
        json: json.len().try_into().ok()?,
    })
}

#[allow(
    clippy::expect_used,
    reason = "these bytes were made by `zip` in this process and never left it; going on without them would lose pages silently"
)]
fn unzip<T: DeserializeOwned>(bytes: &[u8], json: u32) -> Vec<T> {
    let json = zstd::bulk::decompress(bytes, json as usize).expect("packed by `zip`");
    serde_json::from_slice(&json).expect("written by `zip`")
}

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
        fn what_was_packed_opens_as_it_was(values: Vec<(String, Option<u32>)>) {
            let packed = Packed::of(values.clone());
            prop_assert_eq!(packed.len(), values.len());
            prop_assert_eq!(packed.open(), values);
        }

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
