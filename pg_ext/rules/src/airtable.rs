//! What a record of Airtable says about a person, and what follows from it.
//!
//! People who type into a table make mistakes: a field that cannot be used is left as it was and named, and only a
//! record that names nobody is passed over.

use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::matching::TagKind;
use crate::role::Role;
use crate::{email, profile, request};

/// The field with a phone number, which is sealed before a record comes to the rules of a person.
pub const PHONE: &str = "Phone";
const PHONE_LONGEST: usize = 50;
const TAG_LONGEST: usize = 100;
/// Most tags of one kind.
const TAGS_MOST: usize = 50;

/// A person as a record describes them. What cannot be told from the record is to stay as it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Person {
    /// As [`email::is_address`] has it.
    pub email: String,
    /// 1 to 200 characters. `None` stays; somebody new is called by their address.
    pub name: Option<String>,
    /// Never admin.
    pub role: Role,
    pub is_active: bool,
    pub title: Said,
    pub company: Said,
    pub bio: Said,
    /// As [`request::web_address`] has it; `None` stays.
    pub linkedin: Option<String>,
    /// Each 1 to 100 characters, none twice whatever its case; `None` stays.
    pub industries: Option<Vec<String>>,
    pub technologies: Option<Vec<String>>,
    pub stages: Option<Vec<String>>,
}

/// What a record says about something that may be left out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Said {
    Text(String),
    /// The field is empty, and so shall it be.
    Nothing,
    /// It cannot be used: what was known stays.
    Unclear,
}

/// Something in a record that cannot be used. It repeats nothing of what is there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Problem {
    pub field: &'static str,
    pub problem: String,
}

impl Problem {
    fn new(field: &'static str, problem: impl Into<String>) -> Self {
        Self { field, problem: problem.into() }
    }
}

/// What a record's fields, by their names, say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    /// `None` for a record that names nobody.
    pub person: Option<Person>,
    pub problems: Vec<Problem>,
}

/// Reads a record's fields: Email, Name, Role, Status, Title, Company, Bio, LinkedIn, Industries, Technologies, Stage.
/// Airtable leaves out what is empty; other fields do not matter.
pub fn read(fields: &Value) -> Reading {
    let Some(fields) = fields.as_object() else {
        return Reading { person: None, problems: vec![Problem::new("fields", "must be an object")] };
    };
    let mut reader = Reader { fields, problems: Vec::new() };
    let person = reader.person();
    Reading { person, problems: reader.problems }
}

/// The phone number in a record's fields, as it is written there. `Unclear` where it is no text, has more than 50
/// characters, or one that controls.
pub fn phone(fields: &Value) -> Said {
    match fields.get(PHONE) {
        None | Some(Value::Null) => Said::Nothing,
        Some(Value::String(text)) => match text.trim() {
            "" => Said::Nothing,
            text if text.chars().count() > PHONE_LONGEST || text.chars().any(char::is_control) => Said::Unclear,
            text => Said::Text(text.to_owned()),
        },
        Some(_) => Said::Unclear,
    }
}

/// What is said of a phone that cannot be used.
pub fn unclear_phone() -> Problem {
    Problem::new(PHONE, format!("must be text of at most {PHONE_LONGEST} characters"))
}

struct Reader<'a> {
    fields: &'a Map<String, Value>,
    problems: Vec<Problem>,
}

/// Checks a text, with the longest it may be.
type Check = fn(&str, usize) -> Result<String, String>;

impl Reader<'_> {
    fn person(&mut self) -> Option<Person> {
        let email = self.email()?;
        Some(Person {
            email,
            name: self.name(),
            role: self.role(),
            is_active: self.text("Status").ok().flatten().is_some_and(|status| status == "Active"),
            title: self.said("Title", one_line, profile::TITLE_LONGEST),
            company: self.said("Company", one_line, profile::COMPANY_LONGEST),
            bio: self.said("Bio", length_of, profile::BIO_LONGEST),
            linkedin: self.linkedin(),
            industries: self.tags("Industries"),
            technologies: self.tags("Technologies"),
            stages: self.tags("Stage"),
        })
    }

    fn wrong<T>(&mut self, field: &'static str, problem: impl Into<String>) -> Option<T> {
        self.problems.push(Problem::new(field, problem));
        None
    }

    /// Text without the space around it; `None` where there is none.
    fn text(&self, field: &'static str) -> Result<Option<&str>, &'static str> {
        match self.fields.get(field) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => Ok(Some(text.trim()).filter(|text| !text.is_empty())),
            Some(_) => Err("must be text"),
        }
    }

    fn email(&mut self) -> Option<String> {
        match self.text("Email").map(|email| email.map(str::to_owned)) {
            Ok(Some(email)) if email::is_address(&email) => Some(email),
            Ok(Some(_)) => self.wrong("Email", "must be an email address"),
            Ok(None) => self.wrong("Email", "is empty"),
            Err(problem) => self.wrong("Email", problem),
        }
    }

    fn name(&mut self) -> Option<String> {
        match self.said("Name", one_line, profile::NAME_LONGEST) {
            Said::Text(name) => Some(name),
            Said::Nothing => self.wrong("Name", "is empty"),
            Said::Unclear => None,
        }
    }

    fn role(&mut self) -> Role {
        match self.text("Role") {
            Ok(Some("Coordinator")) => Role::Coordinator,
            Ok(Some("Mentor")) => Role::Mentor,
            Ok(Some("Mentee")) => Role::Mentee,
            // Whoever is not known to be more is that.
            Ok(None) => Role::Mentee,
            _ => {
                self.problems.push(Problem::new("Role", "is none of Mentee, Mentor and Coordinator: taken for Mentee"));
                Role::Mentee
            }
        }
    }

    fn said(&mut self, field: &'static str, check: Check, longest: usize) -> Said {
        let read = match self.text(field) {
            Ok(None) => return Said::Nothing,
            Ok(Some(text)) => check(text, longest),
            Err(problem) => Err(problem.to_owned()),
        };
        match read {
            Ok(text) => Said::Text(text),
            Err(problem) => {
                self.problems.push(Problem::new(field, problem));
                Said::Unclear
            }
        }
    }

    fn linkedin(&mut self) -> Option<String> {
        let url = match self.text("LinkedIn") {
            Ok(url) => url?.to_owned(),
            Err(problem) => return self.wrong("LinkedIn", problem),
        };
        match request::web_address(&url) {
            Ok(()) => Some(url),
            Err(problem) => self.wrong("LinkedIn", problem),
        }
    }

    /// The words of a field of one or several choices. Those that cannot be tags are left out.
    fn tags(&mut self, field: &'static str) -> Option<Vec<String>> {
        let choices: Vec<&Value> = match self.fields.get(field) {
            None | Some(Value::Null) => Vec::new(),
            Some(Value::Array(choices)) => choices.iter().collect(),
            Some(choice @ Value::String(_)) => vec![choice],
            Some(_) => return self.wrong(field, "must be a list of words"),
        };
        let mut words: Vec<String> = Vec::new();
        for choice in choices {
            let word = choice.as_str().map_or(Err("must be words"), tag);
            match word {
                Ok(None) => {}
                Ok(Some(word)) if words.iter().any(|known| known.to_lowercase() == word.to_lowercase()) => {}
                Ok(Some(_)) if words.len() == TAGS_MOST => {
                    self.problems.push(Problem::new(field, format!("has more than {TAGS_MOST} words")));
                    break;
                }
                Ok(Some(word)) => words.push(word),
                Err(problem) => self.problems.push(Problem::new(field, problem)),
            }
        }
        Some(words)
    }
}

impl Person {
    /// The tags of every kind that the record tells.
    pub fn tags(&self) -> impl Iterator<Item = (TagKind, &[String])> {
        let kinds = [
            (TagKind::Industry, &self.industries),
            (TagKind::Technology, &self.technologies),
            (TagKind::Stage, &self.stages),
        ];
        kinds.into_iter().filter_map(|(kind, words)| words.as_deref().map(|words| (kind, words)))
    }

    /// What somebody new is called.
    pub fn first_name(&self) -> String {
        let local = || self.email.split('@').next().unwrap_or_default().chars().take(profile::NAME_LONGEST).collect();
        self.name.clone().unwrap_or_else(local)
    }
}

fn length_of(text: &str, longest: usize) -> Result<String, String> {
    if text.chars().count() > longest {
        return Err(format!("must have at most {longest} characters"));
    }
    Ok(text.to_owned())
}

fn one_line(text: &str, longest: usize) -> Result<String, String> {
    if request::is_one_line(text) {
        length_of(text, longest)
    } else {
        Err("must be one line without control characters".to_owned())
    }
}

/// A word as tags are; `None` for one that is only space.
fn tag(word: &str) -> Result<Option<String>, &'static str> {
    let word = word.trim();
    if !request::is_one_line(word) {
        return Err("has a word with a character that controls");
    }
    if word.chars().count() > TAG_LONGEST {
        return Err("has a word of more than 100 characters");
    }
    Ok(Some(word.to_owned()).filter(|word| !word.is_empty()))
}

/// What is known about a record before it is applied.
#[derive(Debug, Clone, Default)]
pub struct Known {
    /// As of when the record was last applied.
    pub as_of: Option<Timestamp>,
    /// Whether it said the same then, and all of it could be used.
    pub is_same: bool,
    /// Whom the record stands for.
    pub linked: Option<Linked>,
    /// Who else in the organization has the address.
    pub named: Option<Named>,
}

/// The user that a record stands for.
#[derive(Debug, Clone, Copy)]
pub struct Linked {
    pub user_id: Uuid,
    pub is_admin: bool,
    pub is_removed: bool,
    pub is_erased: bool,
}

/// Another user, with the record's address.
#[derive(Debug, Clone, Copy)]
pub struct Named {
    pub user_id: Uuid,
    pub is_admin: bool,
    /// Whether another record stands for them.
    pub is_linked: bool,
}

/// What to do about a record that describes a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Something newer was applied before.
    Stale,
    /// It says what it said before.
    Unchanged,
    Create,
    /// Also of somebody who was gone, and is back.
    Change {
        user_id: Uuid,
        /// Whether somebody else has the address, so that theirs stays.
        keeps_email: bool,
    },
    Skip(Reason),
}

/// What to do about a record that is gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gone {
    Stale,
    /// Nobody is left whom it stands for.
    Nothing,
    Remove {
        user_id: Uuid,
    },
    Skip(Reason),
}

/// Why a record is passed over, or a part of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    IsAdmin,
    IsErased,
    EmailTaken,
    /// Only of an address, not of the record.
    TooManyUrls,
}

impl Reason {
    pub fn problem(self) -> Problem {
        match self {
            Self::IsAdmin => Problem::new("Email", "is an admin's, whom Airtable does not change"),
            Self::IsErased => Problem::new("Email", "is of somebody whose data was erased"),
            Self::EmailTaken => Problem::new("Email", "is taken by another user"),
            Self::TooManyUrls => Problem::new("LinkedIn", "is left out: the user shows ten addresses already"),
        }
    }
}

impl Known {
    /// What a record that was read at `as_of` and describes a person is to do. A user who is there already, and for whom
    /// no record stands, is taken over.
    pub fn step(&self, as_of: Timestamp) -> Step {
        if self.is_newer_than(as_of) {
            return Step::Stale;
        }
        match (self.linked, self.named) {
            (Some(linked), _) if linked.is_erased => Step::Skip(Reason::IsErased),
            (Some(linked), _) if linked.is_admin => Step::Skip(Reason::IsAdmin),
            // Coming back, they would have to share the address.
            (Some(linked), Some(_)) if linked.is_removed => Step::Skip(Reason::EmailTaken),
            (Some(linked), _) if self.is_same && !linked.is_removed => Step::Unchanged,
            (Some(linked), named) => Step::Change { user_id: linked.user_id, keeps_email: named.is_some() },
            (None, Some(named)) if named.is_admin => Step::Skip(Reason::IsAdmin),
            (None, Some(named)) if named.is_linked => Step::Skip(Reason::EmailTaken),
            (None, Some(named)) => Step::Change { user_id: named.user_id, keeps_email: false },
            (None, None) => Step::Create,
        }
    }

    /// What a record that was gone at `as_of` is to do.
    pub fn gone(&self, as_of: Timestamp) -> Gone {
        if self.is_newer_than(as_of) {
            return Gone::Stale;
        }
        match self.linked {
            Some(linked) if linked.is_removed => Gone::Nothing,
            Some(linked) if linked.is_admin => Gone::Skip(Reason::IsAdmin),
            Some(linked) => Gone::Remove { user_id: linked.user_id },
            None => Gone::Nothing,
        }
    }

    /// The same again is nothing new.
    fn is_newer_than(&self, as_of: Timestamp) -> bool {
        self.as_of.is_some_and(|applied| applied >= as_of)
    }
}
