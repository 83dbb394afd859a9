//! Everything that is wrong with what a client sent, so that all of it can be corrected at once.
//!
//! A deserializer stops at the first problem. So after a failure each value is tried once more, alone: what is around it
//! is left out. Which fields are missing, the schema of the OpenAPI document says.

use convene_rules::refusal::Refusal;
use serde::de::DeserializeOwned;
use serde_json::Value;
use serde_path_to_error::Segment;
use utoipa::ToSchema;
use utoipa::openapi::schema::ArrayItems;
use utoipa::openapi::{RefOr, Schema};

use super::value::Strict;
use super::wording;
use crate::error::ApiError;

/// The most problems that an answer lists.
pub const MOST: usize = 20;
/// The most values of a body that are tried alone.
const TRIED: usize = 500;

pub const TWICE: &str = "is given twice";

/// What is wrong with a field.
pub struct Problem {
    /// Its path, such as `urls[0].label`.
    pub field: String,
    pub problem: String,
}

/// One refusal of all these.
pub fn refusal(problems: impl IntoIterator<Item = Problem>) -> ApiError {
    let pairs = problems.into_iter().take(MOST).map(|Problem { field, problem }| (field, problem));
    Refusal::wrong(pairs).map_or_else(|| ApiError::internal("a refusal without a problem"), ApiError::Refused)
}

/// Everything that keeps a body from being a `T`, which failed with `first`.
pub fn in_body<T: DeserializeOwned + ToSchema>(
    body: &Value,
    first: &serde_path_to_error::Error<serde_json::Error>,
) -> Vec<Problem> {
    let mut leaves = Vec::new();
    collect(body, &mut Vec::new(), &mut leaves);
    let mut problems: Vec<Problem> = leaves.iter().filter_map(wrong_alone::<T>).collect();
    let mut schemas = Vec::new();
    T::schemas(&mut schemas);
    missing(&T::schema(), &schemas, body, "", &mut problems);
    if problems.is_empty() {
        let field = Some(first.path().to_string()).filter(|path| path != ".");
        problems.push(Problem {
            field: field.unwrap_or_else(|| BODY.to_owned()),
            problem: wording::of(&first.inner().to_string()),
        });
    }
    problems
}

const BODY: &str = "body";

#[derive(Clone)]
enum Step<'a> {
    Key(&'a str),
    Index(usize),
}

/// A value without values inside, and where it is.
struct Leaf<'a> {
    steps: Vec<Step<'a>>,
    value: &'a Value,
}

fn collect<'a>(value: &'a Value, steps: &mut Vec<Step<'a>>, leaves: &mut Vec<Leaf<'a>>) {
    let inside: Vec<(Step<'a>, &'a Value)> = match value {
        _ if leaves.len() >= TRIED => return,
        Value::Array(list) => list.iter().enumerate().map(|(index, one)| (Step::Index(index), one)).collect(),
        Value::Object(object) => object.iter().map(|(key, one)| (Step::Key(key), one)).collect(),
        _ => Vec::new(),
    };
    if inside.is_empty() {
        leaves.push(Leaf { steps: steps.clone(), value });
    }
    for (step, one) in inside {
        steps.push(step);
        collect(one, steps, leaves);
        steps.pop();
    }
}

/// The problem of a value, or of what it is in, whatever else the body lacks.
fn wrong_alone<T: DeserializeOwned>(leaf: &Leaf<'_>) -> Option<Problem> {
    let mut alone = leaf.value.clone();
    for step in leaf.steps.iter().rev() {
        alone = match step {
            Step::Key(key) => Value::Object([((*key).to_owned(), alone)].into_iter().collect()),
            Step::Index(_) => Value::Array(vec![alone]),
        };
    }
    let error = serde_path_to_error::deserialize::<_, T>(Strict(&alone)).err()?;
    let problem = error.inner().to_string();
    if wording::missing_field(&problem).is_some() {
        return None;
    }
    let is_step = |segment: &&Segment| matches!(segment, Segment::Seq { .. } | Segment::Map { .. });
    let depth = error.path().iter().filter(is_step).count();
    Some(Problem { field: path(leaf.steps.get(..depth)?), problem: wording::of(&problem) })
}

fn path(steps: &[Step<'_>]) -> String {
    let mut path = String::new();
    for step in steps {
        match step {
            Step::Key(key) => path = inside(&path, key),
            Step::Index(index) => path += &format!("[{index}]"),
        }
    }
    if path.is_empty() { BODY.to_owned() } else { path }
}

/// Longest part of an unknown field's name that an answer repeats, in characters.
const NAME_LONGEST: usize = 64;

fn inside(path: &str, name: &str) -> String {
    let name: String = name.chars().take(NAME_LONGEST).collect();
    if path.is_empty() { name } else { format!("{path}.{name}") }
}

/// Notes the required fields that objects of this schema lack.
fn missing(
    schema: &RefOr<Schema>,
    known: &[(String, RefOr<Schema>)],
    value: &Value,
    place: &str,
    problems: &mut Vec<Problem>,
) {
    let schema = match schema {
        RefOr::T(schema) => schema,
        RefOr::Ref(reference) => {
            let name = reference.ref_location.rsplit('/').next().unwrap_or_default();
            let named = known.iter().find(|(known, _)| known == name);
            return named.map_or((), |(_, schema)| missing(schema, known, value, place, problems));
        }
    };
    match (schema, value) {
        (Schema::Object(object), Value::Object(fields)) => {
            for name in object.required.iter().filter(|name| !fields.contains_key(*name)) {
                problems.push(Problem { field: inside(place, name), problem: wording::MUST_BE_GIVEN.to_owned() });
            }
            for (name, value) in fields {
                if let Some(schema) = object.properties.get(name) {
                    missing(schema, known, value, &inside(place, name), problems);
                }
            }
        }
        (Schema::Array(array), Value::Array(list)) => {
            let ArrayItems::RefOrSchema(of_items) = &array.items else { return };
            for (index, value) in list.iter().enumerate().take(TRIED) {
                missing(of_items, known, value, &format!("{place}[{index}]"), problems);
            }
        }
        _ => (),
    }
}
