//! Fields of requests that change something.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A field that may be absent, which is not the same as null.
#[derive(Debug, Default)]
pub enum Change<T> {
    #[default]
    Absent,
    To(Option<T>),
}

impl<T> Change<T> {
    pub fn is_absent(&self) -> bool {
        matches!(self, Self::Absent)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Change<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Option::deserialize(deserializer).map(Self::To)
    }
}

impl<T: Serialize> Serialize for Change<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Absent => serializer.serialize_none(),
            Self::To(value) => value.serialize(serializer),
        }
    }
}
