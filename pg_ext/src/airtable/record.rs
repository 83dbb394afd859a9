//! Records as the service hands them over.

use convene_rules::airtable::{self, Person, Reading};
use convene_rules::refusal::Refusal;
use serde_json::Value;

use crate::failure::{Failure, Outcome};

/// Airtable's have 17 characters.
const ID_LONGEST: usize = 100;

/// A record that says something, or is gone.
pub struct Record {
    pub id: String,
    /// `None`: it is gone.
    pub reading: Option<Reading>,
    pub phone: Phone,
}

/// What a record says of a phone, which only the service can read.
pub enum Phone {
    Sealed {
        key_id: String,
        /// In base64.
        bytes: String,
    },
    Nothing,
    /// The field cannot be used.
    Unclear,
    /// Whoever hands over the record says nothing of it.
    Unsaid,
}

impl Phone {
    fn of(json: Option<&Value>) -> Outcome<Self> {
        match json {
            None => Ok(Self::Unsaid),
            Some(Value::Null) => Ok(Self::Nothing),
            Some(Value::Bool(true)) => Ok(Self::Unclear),
            Some(sealed) => {
                let text = |name: &str| sealed.get(name).and_then(Value::as_str).map(str::to_owned);
                let parts = text("key_id").zip(text("sealed"));
                let (key_id, bytes) =
                    parts.ok_or_else(|| Refusal::invalid("records", "have a phone that is not sealed"))?;
                Ok(Self::Sealed { key_id, bytes })
            }
        }
    }
}

impl Record {
    /// From an array of `{"id", "fields", "phone"}`, without `fields` for those that are gone; `phone` is `{"key_id",
    /// "sealed"}`, null for none, true for one that cannot be used, and may be left out. Of several with the same id the
    /// last counts. Refuses as field `records`.
    pub fn all(json: &Value) -> Outcome<Vec<Self>> {
        let list = json.as_array().ok_or_else(|| Refusal::invalid("records", "must be a list"))?;
        let mut records: Vec<Self> = Vec::with_capacity(list.len());
        for record in list {
            let record = Self::one(record)?;
            records.retain(|known| known.id != record.id);
            records.push(record);
        }
        Ok(records)
    }

    fn one(json: &Value) -> Outcome<Self> {
        let is_id = |id: &&str| !id.is_empty() && id.len() <= ID_LONGEST;
        let id = json.get("id").and_then(Value::as_str).filter(is_id);
        let id = id.ok_or_else(|| Refusal::invalid("records", "must each have an id of at most 100 characters"))?;
        let phone = Phone::of(json.get("phone"))?;
        Ok(Self { id: id.to_owned(), reading: json.get("fields").map(airtable::read), phone })
    }

    pub fn email(&self) -> Option<&str> {
        Some(&self.person()?.email)
    }

    /// What it says, to be compared with what it said; `None` when it names nobody.
    pub fn said(&self) -> Outcome<Option<String>> {
        let text = self.person().map(serde_json::to_string).transpose();
        text.map_err(|error| Failure::Corrupt(format!("a person is no JSON: {error}")))
    }

    fn person(&self) -> Option<&Person> {
        self.reading.as_ref()?.person.as_ref()
    }
}
