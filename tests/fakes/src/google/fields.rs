//! `fields`: the parts of an answer that a caller wants, such as `nextPageToken,items(id,attendees(self))`.

use std::collections::BTreeMap;

use serde_json::Value;

use super::refusal::Refusal;

/// The parts by their names; all of a part that has none of its own.
#[derive(Debug, Default, PartialEq)]
struct Wanted(BTreeMap<String, Wanted>);

/// What is left of an answer.
pub(super) fn only(mut answer: Value, fields: Option<&String>) -> Result<Value, Refusal> {
    if let Some(fields) = fields {
        let wanted = Wanted::parse(fields).ok_or_else(|| Refusal::invalid("fields", "Invalid field selection"))?;
        wanted.cut(&mut answer);
    }
    Ok(answer)
}

impl Wanted {
    fn parse(text: &str) -> Option<Self> {
        let mut rest = text;
        let wanted = Self::list(&mut rest)?;
        rest.is_empty().then_some(wanted)
    }

    /// Up to the end, or to a closing parenthesis.
    fn list(rest: &mut &str) -> Option<Self> {
        let mut wanted = Self::default();
        loop {
            let (name, part) = Self::part(rest)?;
            wanted.0.insert(name, part);
            match rest.strip_prefix(',') {
                Some(more) => *rest = more,
                None => return Some(wanted),
            }
        }
    }

    fn part(rest: &mut &str) -> Option<(String, Self)> {
        let end = rest.find(|letter: char| !letter.is_ascii_alphanumeric()).unwrap_or(rest.len());
        let (name, more) = rest.split_at(end);
        *rest = more;
        let inner = if let Some(more) = rest.strip_prefix('/') {
            *rest = more;
            Self([Self::part(rest)?].into())
        } else if let Some(more) = rest.strip_prefix('(') {
            *rest = more;
            let inner = Self::list(rest)?;
            *rest = rest.strip_prefix(')')?;
            inner
        } else {
            Self::default()
        };
        (!name.is_empty()).then(|| (name.to_owned(), inner))
    }

    fn cut(&self, value: &mut Value) {
        match value {
            _ if self.0.is_empty() => {}
            Value::Array(items) => items.iter_mut().for_each(|item| self.cut(item)),
            Value::Object(parts) => {
                parts.retain(|name, _| self.0.contains_key(name));
                parts.iter_mut().for_each(|(name, part)| self.0[name].cut(part));
            }
            _ => {}
        }
    }
}
