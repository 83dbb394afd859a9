//! Lists, one page at a time.

use std::convert::Infallible;
use std::fmt;

use axum::extract::FromRequestParts;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::Uri;
use http::request::Parts;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize, de};
use sha2::{Digest, Sha256};
use utoipa::ToSchema;

use crate::answer::state::AppState;
use crate::error::ApiError;

/// A list: what is on this page, and where the next one begins.
#[derive(Debug, Serialize, ToSchema)]
pub struct Page<T> {
    pub data: Vec<T>,
    /// Give it back as `cursor` for the next page; null on the last.
    pub next_cursor: Option<String>,
}

/// How many, 1 to 200.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limit(i32);

/// What the functions of the database accept at most.
const MOST: i32 = 200;

impl Default for Limit {
    fn default() -> Self {
        Self(50)
    }
}

impl Limit {
    /// One more than wanted, which shows whether there is a next page. At the maximum there is no room for that: a full
    /// page is then followed by another one, which may be empty.
    pub fn probe(self) -> i32 {
        (self.0 + 1).min(MOST)
    }
}

impl<'de> Deserialize<'de> for Limit {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match i32::deserialize(deserializer)? {
            number @ 1..=MOST => Ok(Self(number)),
            _ => Err(de::Error::custom("must be from 1 to 200")),
        }
    }
}

/// Which list a request asks for, and with which filters: its address, but for where the page begins and how long it is.
/// A cursor of one says nothing about another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct List(String);

impl List {
    fn of(uri: &Uri) -> Self {
        let query = form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes());
        let mut filters: Vec<_> = query.filter(|(name, _)| name != "cursor" && name != "limit").collect();
        filters.sort();
        let mut asked = form_urlencoded::Serializer::new(format!("{}?", uri.path()));
        let digest = Sha256::digest(asked.extend_pairs(filters).finish());
        Self(URL_SAFE_NO_PAD.encode(&digest[..9]))
    }
}

impl FromRequestParts<AppState> for List {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &AppState) -> Result<Self, Infallible> {
        Ok(Self::of(&parts.uri))
    }
}

/// Where a list goes on: the last row's sort key, opaque to clients.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(transparent)]
#[schema(pattern = "^[A-Za-z0-9_-]+$")]
pub struct Cursor(String);

/// Our cursors are shorter.
const LONGEST: usize = 4096;

impl Cursor {
    /// The cursor after `key` in a list.
    pub fn after(list: &List, key: &impl Serialize) -> Self {
        Self(URL_SAFE_NO_PAD.encode(serde_json::to_vec(&(&list.0, key)).unwrap_or_default()))
    }

    /// The sort key inside. Refuses a cursor that is damaged, of another list, or of other filters.
    pub fn open<K: DeserializeOwned>(&self, list: &List) -> Result<K, ApiError> {
        let bad = || ApiError::invalid("cursor", "is not a cursor of this list with these filters");
        let bytes =
            (self.0.len() <= LONGEST).then(|| URL_SAFE_NO_PAD.decode(&self.0).ok()).flatten().ok_or_else(bad)?;
        let (of, key) = serde_json::from_slice::<(String, K)>(&bytes).map_err(|_| bad())?;
        if of == list.0 { Ok(key) } else { Err(bad()) }
    }
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The sort key to continue after. `None` without a cursor.
pub fn position<K: DeserializeOwned>(cursor: Option<&Cursor>, list: &List) -> Result<Option<K>, ApiError> {
    cursor.map(|cursor| cursor.open(list)).transpose()
}

impl<T> Page<T> {
    /// Cuts the rows that [`Limit::probe`] asked for to the page that was wanted.
    pub fn cut<K: Serialize>(mut rows: Vec<T>, limit: Limit, list: &List, key: impl Fn(&T) -> K) -> Self {
        let wanted = usize::try_from(limit.0).unwrap_or_default();
        let more = rows.len() > wanted || (limit.0 == MOST && rows.len() == wanted);
        rows.truncate(wanted);
        let next_cursor = rows.last().filter(|_| more).map(|last| Cursor::after(list, &key(last)).to_string());
        Self { data: rows, next_cursor }
    }

    /// A page whose search stopped early, after `key`, goes on there, however few rows it has.
    pub fn going_on<K: Serialize>(self, list: &List, key: Option<K>) -> Self {
        let stopped = || key.map(|key| Cursor::after(list, &key).to_string());
        Self { next_cursor: self.next_cursor.or_else(stopped), ..self }
    }

    /// A list that has only one page.
    pub fn whole(data: Vec<T>) -> Self {
        Self { data, next_cursor: None }
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use uuid::Uuid;

    use super::*;

    fn limit(number: i32) -> Limit {
        serde_json::from_value(number.into()).unwrap()
    }

    fn list(uri: &'static str) -> List {
        List::of(&Uri::from_static(uri))
    }

    #[test]
    fn a_cursor_gives_back_the_key_it_was_made_of() {
        let key = (Timestamp::UNIX_EPOCH, Uuid::max());
        let cursor = Cursor::after(&list("/slots?from=1&to=2&limit=1"), &key);
        for uri in ["/slots?from=1&to=2", "/slots?cursor=x&to=2&from=1&limit=7"] {
            assert_eq!(cursor.open::<(Timestamp, Uuid)>(&list(uri)).unwrap(), key);
        }
    }

    #[test]
    fn damaged_and_foreign_cursors_are_refused() {
        let slots = list("/slots?from=1");
        let good = Cursor::after(&slots, &(Timestamp::UNIX_EPOCH, Uuid::max()));
        for uri in ["/bookings?from=1", "/slots?from=2", "/slots", "/slots?from=1&to=2", "/slots?to=1"] {
            assert!(good.open::<(Timestamp, Uuid)>(&list(uri)).is_err(), "{uri}");
        }
        assert!(good.open::<Uuid>(&slots).is_err());
        for text in ["", "x", "AAAA", "!!!!", &good.to_string()[1..], &"A".repeat(5000)] {
            assert!(Cursor(text.to_owned()).open::<Uuid>(&slots).is_err(), "{text}");
        }
    }

    #[test]
    fn a_page_knows_whether_another_follows() {
        let numbers = list("/numbers");
        let page =
            |rows: std::ops::Range<i32>, wanted| Page::cut(rows.collect(), limit(wanted), &numbers, |n: &i32| *n);
        assert_eq!(page(0..2, 2).next_cursor, None);
        let first = page(0..3, 2);
        assert_eq!((first.data, first.next_cursor), (vec![0, 1], Some(Cursor::after(&numbers, &1).to_string())));
        assert!(page(0..200, 200).next_cursor.is_some());
        assert_eq!(page(0..199, 200).next_cursor, None);
        assert_eq!(page(0..0, 2).next_cursor, None);
    }

    #[test]
    fn a_page_whose_search_stopped_early_goes_on_where_it_stopped() {
        let numbers = list("/numbers");
        let after = |key: i32| Some(Cursor::after(&numbers, &key).to_string());
        let cut = |rows: std::ops::Range<i32>| Page::cut(rows.collect(), limit(2), &numbers, |n: &i32| *n);
        assert_eq!(cut(0..0).going_on(&numbers, Some(9)).next_cursor, after(9));
        assert_eq!(cut(0..2).going_on(&numbers, Some(9)).next_cursor, after(9));
        // What is left over of the page comes first.
        assert_eq!(cut(0..3).going_on(&numbers, Some(9)).next_cursor, after(1));
        assert_eq!(cut(0..2).going_on(&numbers, None::<i32>).next_cursor, None);
    }

    #[test]
    fn a_limit_is_from_1_to_200_and_asks_for_one_more() {
        assert_eq!(Limit::default().probe(), 51);
        assert_eq!(limit(200).probe(), 200);
        for number in [0, -1, 201] {
            assert!(serde_json::from_value::<Limit>(number.into()).is_err());
        }
    }
}
