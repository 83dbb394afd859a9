//! Query strings.

use std::borrow::Cow;
use std::collections::HashSet;

use axum::extract::FromRequestParts;
use http::request::Parts;
use jiff::Timestamp;
use serde::de::{self, DeserializeOwned};
use serde::{Deserialize, Deserializer};
use uuid::Uuid;

use super::wording;
use super::wrong::{self, Problem};
use crate::answer::state::AppState;
use crate::error::ApiError;

/// The query string as a struct. Unknown and repeated names are refused with `VALIDATION_ERROR`: a misspelt filter
/// would otherwise list everything.
#[derive(Debug, Clone, Copy)]
pub struct Query<T>(pub T);

impl<T: DeserializeOwned> FromRequestParts<AppState> for Query<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &AppState) -> Result<Self, ApiError> {
        parse(parts.uri.query().unwrap_or_default()).map(Self)
    }
}

/// Refuses every parameter by name, for routes that take none.
pub fn refuse_parameters(query: &str) -> Result<(), ApiError> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Nothing {}

    parse::<Nothing>(query).map(|Nothing {}| ())
}

fn parse<T: DeserializeOwned>(query: &str) -> Result<T, ApiError> {
    let reader = serde_urlencoded::Deserializer::new(form_urlencoded::parse(query.as_bytes()));
    let mut names = HashSet::new();
    let twice = |(name, _): &(Cow<'_, str>, Cow<'_, str>)| !names.insert(name.to_string());
    let mut problems: Vec<Problem> = form_urlencoded::parse(query.as_bytes())
        .filter(twice)
        .map(|(name, _)| Problem { field: name.into_owned(), problem: wrong::TWICE.to_owned() })
        .collect();
    match T::deserialize(reader) {
        Ok(parsed) if problems.is_empty() => return Ok(parsed),
        Ok(_) => (),
        Err(error) => {
            problems.extend(form_urlencoded::parse(query.as_bytes()).take(wrong::MOST).filter_map(wrong_alone::<T>));
            if problems.is_empty() {
                problems.push(Problem { field: "query".to_owned(), problem: wording::of(&error.to_string()) });
            }
        }
    }
    Err(wrong::refusal(problems))
}

/// The problem of one parameter, whatever the others are.
fn wrong_alone<T: DeserializeOwned>((name, value): (Cow<'_, str>, Cow<'_, str>)) -> Option<Problem> {
    let pair = form_urlencoded::Serializer::new(String::new()).append_pair(&name, &value).finish();
    let reader = serde_urlencoded::Deserializer::new(form_urlencoded::parse(pair.as_bytes()));
    let problem = T::deserialize(reader).err()?.to_string();
    let is_other = wording::missing_field(&problem).is_some_and(|field| field != name);
    (!is_other).then(|| Problem { field: name.into_owned(), problem: wording::of(&problem) })
}

/// A list of ids, separated by commas; for `deserialize_with`. A repeated name is such a list too, if the query
/// [`Repeats`] it.
pub fn ids<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Vec<Uuid>>, D::Error> {
    let Some(text) = Option::<String>::deserialize(deserializer)? else { return Ok(None) };
    let ids: Result<Vec<Uuid>, _> = text.split(',').map(str::parse).collect();
    ids.map(Some).map_err(|_| de::Error::custom("must be UUIDs, separated by commas"))
}

/// A query string in which one name may be repeated: its values are joined by commas.
pub trait Repeats: DeserializeOwned {
    /// The name.
    const REPEATED: &'static str;
}

/// As [`Query`], for a struct that [`Repeats`] a name.
#[derive(Debug, Clone, Copy)]
pub struct RepeatingQuery<T>(pub T);

impl<T: Repeats> FromRequestParts<AppState> for RepeatingQuery<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &AppState) -> Result<Self, ApiError> {
        parse(&joined(parts.uri.query().unwrap_or_default(), T::REPEATED)).map(Self)
    }
}

/// The query string with the values of every `name` in one.
fn joined(query: &str, name: &str) -> String {
    let (repeated, others): (Vec<_>, Vec<_>) =
        form_urlencoded::parse(query.as_bytes()).partition(|(named, _)| named == name);
    let mut joined = form_urlencoded::Serializer::new(String::new());
    joined.extend_pairs(others);
    if !repeated.is_empty() {
        let values: Vec<_> = repeated.into_iter().map(|(_, value)| value).collect();
        joined.append_pair(name, &values.join(","));
    }
    joined.finish()
}

/// An instant in RFC 3339, with any offset; for `deserialize_with`.
pub fn instant<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Timestamp>, D::Error> {
    let Some(text) = Option::<String>::deserialize(deserializer)? else { return Ok(None) };
    text.parse()
        .map(Some)
        .map_err(|_| de::Error::custom("must be an instant such as 2026-03-29T09:00:00Z; write + as %2B"))
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;
    use serde_json::json;

    use super::*;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Sample {
        limit: Option<u8>,
        #[serde(default, deserialize_with = "instant")]
        from: Option<Timestamp>,
    }

    #[test]
    fn an_instant_has_an_offset() {
        let instant = |query| parse::<Sample>(query).map(|sample| sample.from.map(|from| from.to_string()));
        assert_eq!(instant("from=2026-03-29T09:00:00%2B02:00").unwrap().as_deref(), Some("2026-03-29T07:00:00Z"));
        for query in
            ["from=2026-03-29T09:00:00", "from=2026-03-29", "from=now", "from=", "from=2026-03-29T09:00:00+02:00"]
        {
            assert_eq!(instant(query).unwrap_err().details()["field"], "from", "{query}");
        }
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Tagged {
        #[serde(default, deserialize_with = "ids")]
        tags: Option<Vec<Uuid>>,
        #[serde(rename = "match")]
        how: Option<String>,
    }

    #[test]
    fn a_list_of_ids_is_separated_by_commas_or_repeated() {
        let [one, two] = [1, 2].map(Uuid::from_u128);
        let read = |query: &str| parse::<Tagged>(&joined(query, "tags"));
        for query in [format!("tags={one},{two}"), format!("tags={one}&match=all&tags={two}")] {
            assert_eq!(read(&query).unwrap().tags, Some(vec![one, two]), "{query}");
        }
        assert_eq!(read("match=all").unwrap().tags, None);
        assert_eq!(read("match=a%26b").unwrap().how.as_deref(), Some("a&b"));
        for query in ["tags=", "tags=7", "tags=,", &format!("tags={one},"), &format!("tags={one}&tags=")] {
            assert_eq!(read(query).unwrap_err().details()["field"], "tags", "{query}");
        }
        assert_eq!(read("match=all&match=any").unwrap_err().code(), "VALIDATION_ERROR");
    }

    #[test]
    fn what_is_absent_is_none() {
        assert_eq!(parse::<Sample>("").unwrap().limit, None);
        assert_eq!(parse::<Sample>("limit=7").unwrap().limit, Some(7));
    }

    #[test]
    fn where_none_are_taken_each_is_refused_by_name() {
        assert!(refuse_parameters("").is_ok());
        let fields = refuse_parameters("limit=1&q=x").unwrap_err().details()["fields"].clone();
        assert_eq!(fields, json!({ "limit": ["is not known here"], "q": ["is not known here"] }));
    }

    #[test]
    fn wrong_unknown_and_repeated_names_are_refused() {
        for query in ["limit=many", "limit=-1", "limits=7", "limit=1&limit=2", "limit=", "limit=%ff"] {
            assert_eq!(parse::<Sample>(query).unwrap_err().code(), "VALIDATION_ERROR", "{query}");
        }
        let fields = parse::<Sample>("limit=many&from=now&limits=7&limit=1").unwrap_err().details()["fields"].clone();
        let instant = "must be an instant such as 2026-03-29T09:00:00Z; write + as %2B";
        assert_eq!(
            fields,
            json!({ "from": [instant], "limit": ["is given twice", "must be a whole number"], "limits": ["is not known here"] })
        );
    }
}
