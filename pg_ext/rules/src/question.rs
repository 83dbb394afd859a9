//! What an event type asks whoever books it: questions as their host sends them, and the answers to them.

mod answer;

use std::collections::BTreeSet;

use serde::Serialize;
use serde_json::{Map, Value};

use crate::fields::{self, Fields, Kind};
use crate::refusal::{Problems, Refusal};
use crate::request;
use crate::word::{self, words};

/// Most questions of an event type.
pub const MOST: usize = 20;
const KEY_LONGEST: usize = 40;
const LABEL_LONGEST: usize = 200;
const OPTIONS_MOST: usize = 50;
const OPTION_LONGEST: usize = 200;
/// Longest answer in characters, whatever the question says.
const ANSWER_LONGEST: i32 = 5_000;
const QUESTION: Kind = Kind {
    argument: "questions",
    noun: "a question",
    known: &["key", "label", "kind", "required", "options", "max_length"],
};

words! {
    /// What an answer is.
    pub enum QuestionKind {
        /// One line.
        Text,
        LongText,
        Email,
        Phone,
        /// An http(s) address.
        Url,
        Number,
        /// `YYYY-MM-DD`.
        Date,
        /// One of the options.
        Select,
        /// Some of the options, each once.
        MultiSelect,
        /// True or false; where it is required, true.
        Checkbox,
    }
}

impl QuestionKind {
    fn has_options(self) -> bool {
        matches!(self, Self::Select | Self::MultiSelect)
    }

    fn has_length(self) -> bool {
        matches!(self, Self::Text | Self::LongText)
    }
}

/// One question, as stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct Question {
    /// 1 to 40 lower-case letters, digits and underscores: under this name its answer is sent and kept.
    key: String,
    /// One line of 1 to 200 characters.
    label: String,
    kind: QuestionKind,
    required: bool,
    /// For `select` and `multi_select`: 1 to 50 different lines of 1 to 200 characters.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    options: Vec<String>,
    /// For `text` and `long_text`, in characters: 1 to 5,000.
    #[serde(skip_serializing_if = "Option::is_none")]
    max_length: Option<i32>,
}

/// The questions of an event type in their order, at most [`MOST`], each with another key.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Questions(Vec<Question>);

impl Questions {
    /// Questions from a JSON list of objects with `key`, `label`, `kind`, and, if wanted, `required` (default false),
    /// `options` (needed by the two kinds that select, and theirs only) and `max_length` (of texts only).
    ///
    /// Refuses as field `questions`, or `questions[0].key` and so on, with everything that is wrong with each.
    pub fn parse(json: &Value) -> Result<Self, Refusal> {
        let list = json.as_array().ok_or_else(|| Refusal::invalid("questions", "must be a list"))?;
        if list.len() > MOST {
            return Err(Refusal::invalid("questions", format!("must be at most {MOST} questions")));
        }
        let mut problems = Problems::default();
        let mut questions: Vec<Question> = Vec::with_capacity(list.len());
        for (index, one) in list.iter().enumerate() {
            let Some(question) =
                problems.note(question(one).map_err(|refusal| refusal.renamed(|it| QUESTION.at(index, it))))
            else {
                continue;
            };
            if questions.iter().any(|other| other.key == question.key) {
                let problem = "is the key of a question before it";
                problems.note::<()>(Err(Refusal::invalid(&QUESTION.at(index, "key"), problem)));
            }
            questions.push(question);
        }
        problems.check()?;
        Ok(Self(questions))
    }

    /// As [`Questions::parse`] reads them, with nothing left to a default.
    pub fn to_json(&self) -> Value {
        serde_json::to_value(self).unwrap_or_else(|_| Value::Array(Vec::new()))
    }

    /// The answers to keep, from a JSON object of keys and answers; null is no answer, and so is text of spaces only, and
    /// no option at all.
    ///
    /// Refuses each wrong answer as field `answers.KEY`: to a question that is not asked, none to one that requires it, of
    /// the wrong type, too long, or none of the options; and as field `answers` what is no object.
    pub fn check(&self, answers: &Value) -> Result<Map<String, Value>, Refusal> {
        answer::check(&self.0, answers)
    }
}

fn question(json: &Value) -> Result<Question, Refusal> {
    let mut problems = Problems::default();
    let fields = Fields::of(json, &QUESTION, &mut problems)?;
    let key = problems.note(fields.required("key", read_key));
    let label = problems.note(fields.required("label", read_label));
    let kind = problems.note(fields.required("kind", read_kind));
    let required = problems.note(fields.optional("required", fields::boolean)).flatten().unwrap_or(false);
    let options = problems.note(fields.optional("options", read_options));
    let max_length = problems.note(fields.optional("max_length", read_length));
    // What is wrong by itself is not also said to be missing.
    if let (Some(kind), Some(options)) = (kind, &options) {
        problems.note(fits("options", options.is_some(), kind, kind.has_options(), kind.has_options()));
    }
    if let (Some(kind), Some(max_length)) = (kind, max_length) {
        problems.note(fits("max_length", max_length.is_some(), kind, false, kind.has_length()));
    }
    problems.check()?;
    let (Some(key), Some(label), Some(kind)) = (key, label, kind) else {
        return Err(Refusal::invalid(QUESTION.argument, "lacks a required field"));
    };
    Ok(Question {
        key,
        label,
        kind,
        required,
        options: options.flatten().unwrap_or_default(),
        max_length: max_length.flatten(),
    })
}

fn fits(field: &str, is_given: bool, kind: QuestionKind, is_needed: bool, is_allowed: bool) -> Result<(), Refusal> {
    match is_given {
        false if is_needed => Err(Refusal::invalid(field, format!("is required for the kind {kind}"))),
        true if !is_allowed => Err(Refusal::invalid(field, format!("does not go with the kind {kind}"))),
        _ => Ok(()),
    }
}

fn read_key(name: &str, value: &Value) -> Result<String, Refusal> {
    let key = fields::text(name, value)?;
    let is_plain = key.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_');
    if is_plain && (1..=KEY_LONGEST).contains(&key.len()) {
        return Ok(key);
    }
    let problem = format!("must be 1 to {KEY_LONGEST} lower-case letters, digits and underscores");
    Err(Refusal::invalid(name, problem))
}

fn read_label(name: &str, value: &Value) -> Result<String, Refusal> {
    request::line(name, fields::as_text(name, value)?, 1, LABEL_LONGEST)
}

fn read_kind(name: &str, value: &Value) -> Result<QuestionKind, Refusal> {
    word::parse(name, fields::as_text(name, value)?)
}

fn read_length(name: &str, value: &Value) -> Result<i32, Refusal> {
    fields::integer_in(name, value, 1, ANSWER_LONGEST)
}

fn read_options(name: &str, value: &Value) -> Result<Vec<String>, Refusal> {
    let list = fields::list(name, value)?;
    if !(1..=OPTIONS_MOST).contains(&list.len()) {
        return Err(Refusal::invalid(name, format!("must be 1 to {OPTIONS_MOST} texts")));
    }
    let mut problems = Problems::default();
    let mut known = BTreeSet::new();
    let mut options = Vec::with_capacity(list.len());
    for (index, one) in list.iter().enumerate() {
        let name = format!("{name}[{index}]");
        let option = fields::as_text(&name, one).and_then(|option| request::line(&name, option, 1, OPTION_LONGEST));
        let Some(option) = problems.note(option) else { continue };
        if !known.insert(option.clone()) {
            problems.note::<()>(Err(Refusal::invalid(&name, "is there already")));
        }
        options.push(option);
    }
    problems.check()?;
    Ok(options)
}
