//! Many values of one sort in little room: a large site has a hundred thousand pages and list entries, and one hardly differs from the next.

use serde::de::{DeserializeOwned, Deserializer};
use serde::{Deserialize, Serialize, Serializer};

/// Values packed together in a [`Bulk`].
const BLOCK: usize = 256;
/// Fewer values than this are kept as they are: packing them would save nothing.
const WORTH_PACKING: usize = 8;
/// The fastest level: the words of one list repeat each other so much that a higher one hardly saves more.
const LEVEL: i32 = 1;

/// Values read back as they were, in about a tenth of the room.
#[derive(Debug, Clone)]
pub struct Packed<T>(Form<T>);

#[derive(Debug, Clone)]
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

/// A list that grows at its end and is read from its beginning; all but its last values are packed. Written like any other list.
#[derive(Debug, Clone)]
pub struct Bulk<T> {
    packed: Vec<Packed<T>>,
    last: Vec<T>,
}

impl<T> Default for Bulk<T> {
    fn default() -> Self {
        Self {
            packed: Vec::new(),
            last: Vec::new(),
        }
    }
}

impl<T: Serialize + DeserializeOwned + Clone> Bulk<T> {
    /// Puts a value at the end.
    pub fn push(&mut self, value: T) {
        self.last.push(value);
        if self.last.len() == BLOCK {
            self.packed.push(Packed::of(std::mem::take(&mut self.last)));
        }
    }

    /// How many values there are.
    pub fn len(&self) -> usize {
        self.packed.len() * BLOCK + self.last.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.packed.is_empty() && self.last.is_empty()
    }

    /// The values in order, a block unpacked at a time.
    pub fn iter(&self) -> impl Iterator<Item = T> {
        let packed = self.packed.iter().flat_map(Packed::open);
        packed.chain(self.last.iter().cloned())
    }
}

impl<T: Serialize + DeserializeOwned + Clone> FromIterator<T> for Bulk<T> {
    fn from_iter<I: IntoIterator<Item = T>>(values: I) -> Self {
        let mut bulk = Self::default();
        values.into_iter().for_each(|value| bulk.push(value));
        bulk
    }
}

impl<T: Serialize + DeserializeOwned + Clone> From<Vec<T>> for Bulk<T> {
    fn from(values: Vec<T>) -> Self {
        values.into_iter().collect()
    }
}

impl<T: Serialize + DeserializeOwned + Clone + PartialEq> PartialEq for Bulk<T> {
    fn eq(&self, other: &Self) -> bool {
        self.len() == other.len() && self.iter().eq(other.iter())
    }
}

impl<T: Serialize + DeserializeOwned + Clone + Eq> Eq for Bulk<T> {}

impl<T: Serialize + DeserializeOwned + Clone> Serialize for Bulk<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter())
    }
}

impl<'de, T: Serialize + DeserializeOwned + Clone> Deserialize<'de> for Bulk<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Vec::deserialize(deserializer)?.into())
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
        fn a_bulk_is_the_list_it_was_made_of(count in 0_u32..700) {
            let values: Vec<u32> = (0..count).collect();
            let bulk = Bulk::from(values.clone());
            prop_assert_eq!(bulk.len(), values.len());
            prop_assert_eq!(bulk.is_empty(), values.is_empty());
            prop_assert_eq!(bulk.iter().collect::<Vec<_>>(), values.clone());
            let json = serde_json::to_string(&bulk).unwrap_or_default();
            prop_assert_eq!(&json, &serde_json::to_string(&values).unwrap_or_default());
            prop_assert_eq!(serde_json::from_str::<Bulk<u32>>(&json).ok(), Some(bulk));
        }
    }
}
