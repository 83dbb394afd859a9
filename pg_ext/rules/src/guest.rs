//! What is known of a guest: somebody who books without an account.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::fields::{self, Fields, Kind};
use crate::refusal::{Problems, Refusal};
use crate::request;
use crate::{email, phone};

const NAME_LONGEST: usize = 200;
const COMPANY_LONGEST: usize = 200;
/// As long as the longest answer to a question.
const INQUIRY_LONGEST: usize = 5_000;
const GUEST: Kind =
    Kind { argument: "guest", noun: "a guest", known: &["name", "email", "company", "phone", "inquiry"] };

/// A guest as they are kept: sealed by the service, with their answers to the event type's questions.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Guest {
    /// One line of 1 to 200 characters.
    pub name: String,
    /// In lower case, so that one person has one address.
    pub email: String,
    /// One line of at most 200 characters.
    pub company: Option<String>,
    pub phone: Option<String>,
    /// What they want, at most 5,000 characters.
    pub inquiry: Option<String>,
    #[serde(default)]
    pub answers: Map<String, Value>,
}

impl Guest {
    /// A guest from a JSON object with `name` and `email`, and, if given, `company`, `phone` and `inquiry` (MB). Text of
    /// spaces only is none.
    ///
    /// Refuses with everything that is wrong with any field.
    pub fn parse(json: &Value) -> Result<Self, Refusal> {
        let mut problems = Problems::default();
        let fields = Fields::of(json, &GUEST, &mut problems)?;
        let name = problems.note(fields.required("name", read_name));
        let email = problems.note(fields.required("email", read_email));
        let company = problems.note(fields.optional("company", read_company));
        let phone = problems.note(fields.optional("phone", read_phone));
        let inquiry = problems.note(fields.optional("inquiry", read_inquiry));
        problems.check()?;
        let (Some(name), Some(email)) = (name, email) else {
            return Err(Refusal::invalid(GUEST.argument, "lacks a required field"));
        };
        Ok(Self {
            name,
            email,
            company: given(company),
            phone: given(phone),
            inquiry: given(inquiry),
            answers: Map::new(),
        })
    }

    /// The same person with another inquiry; `None` takes it away. Refuses as field `inquiry`.
    pub fn with_inquiry(self, inquiry: Option<&str>) -> Result<Self, Refusal> {
        let inquiry = inquiry.map(|text| read_inquiry("inquiry", &text.into())).transpose()?;
        Ok(Self { inquiry: given(Some(inquiry)), ..self })
    }
}

/// An address as guests are found by it: in lower case.
pub fn address(text: &str) -> String {
    text.trim().to_lowercase()
}

/// Nothing is none.
fn given(text: Option<Option<String>>) -> Option<String> {
    text.flatten().filter(|text| !text.is_empty())
}

fn read_name(name: &str, value: &Value) -> Result<String, Refusal> {
    request::line(name, fields::as_text(name, value)?, 1, NAME_LONGEST)
}

fn read_email(name: &str, value: &Value) -> Result<String, Refusal> {
    let address = address(fields::as_text(name, value)?);
    if email::is_address(&address) { Ok(address) } else { Err(Refusal::invalid(name, "must be an email address")) }
}

fn read_company(name: &str, value: &Value) -> Result<String, Refusal> {
    request::line(name, fields::as_text(name, value)?, 0, COMPANY_LONGEST)
}

fn read_phone(name: &str, value: &Value) -> Result<String, Refusal> {
    let number = fields::as_text(name, value)?.trim();
    if number.is_empty() || phone::is_number(number) {
        return Ok(number.to_owned());
    }
    Err(Refusal::invalid(name, "must be a phone number"))
}

fn read_inquiry(name: &str, value: &Value) -> Result<String, Refusal> {
    request::text(name, fields::as_text(name, value)?, 0, INQUIRY_LONGEST)
}
