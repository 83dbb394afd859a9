//! Answers to questions: each of its question's type, and no longer than that allows.

use serde_json::{Map, Value};

use super::{ANSWER_LONGEST, Question, QuestionKind};
use crate::email;
use crate::fields;
use crate::phone;
use crate::refusal::{Problems, Refusal};
use crate::request;

/// Longest answer of one line whose question gives no length, in characters.
const LINE_LONGEST: i32 = 500;
/// Largest number, either way: beyond it a double does not tell whole numbers apart.
const NUMBER_LARGEST: f64 = 9_007_199_254_740_991.0;
/// Longest part of an unknown key that a refusal repeats, in characters.
const KEY_SHOWN: usize = 64;

pub fn check(questions: &[Question], answers: &Value) -> Result<Map<String, Value>, Refusal> {
    let answers = answers.as_object().ok_or_else(|| Refusal::invalid("answers", "must be a JSON object"))?;
    let mut problems = Problems::default();
    for unknown in answers.keys().filter(|key| !questions.iter().any(|question| question.key == **key)) {
        let shown: String = unknown.chars().take(KEY_SHOWN).collect();
        problems.note::<()>(Err(Refusal::invalid(&named(&shown), "is no question of this event type")));
    }
    let mut kept = Map::new();
    for question in questions {
        let given = answers.get(&question.key).filter(|answer| !answer.is_null());
        let answer = given.map(|answer| question.read(&named(&question.key), answer)).transpose();
        match problems.note(answer) {
            Some(Some(answer)) if !is_empty(&answer) => {
                kept.insert(question.key.clone(), answer);
            }
            Some(_) if question.required => {
                problems.note::<()>(Err(Refusal::invalid(&named(&question.key), "is required")));
            }
            _ => {}
        }
    }
    problems.check()?;
    Ok(kept)
}

fn named(key: &str) -> String {
    format!("answers.{key}")
}

fn is_empty(answer: &Value) -> bool {
    match answer {
        Value::String(text) => text.is_empty(),
        Value::Array(chosen) => chosen.is_empty(),
        _ => false,
    }
}

impl Question {
    /// The answer to keep. Refuses, under its name, what is no answer to this question.
    fn read(&self, name: &str, answer: &Value) -> Result<Value, Refusal> {
        match self.kind {
            QuestionKind::Text => {
                request::line(name, fields::as_text(name, answer)?, 0, self.longest()).map(Value::from)
            }
            QuestionKind::LongText => {
                request::text(name, fields::as_text(name, answer)?, 0, self.longest()).map(Value::from)
            }
            QuestionKind::Email => checked(name, answer, "must be an email address", email::is_address),
            QuestionKind::Phone => checked(name, answer, "must be a phone number", phone::is_number),
            QuestionKind::Url => {
                let address = fields::as_text(name, answer)?.trim();
                if !address.is_empty() {
                    request::web_address(address).map_err(|problem| Refusal::invalid(name, problem))?;
                }
                Ok(address.into())
            }
            QuestionKind::Number => number(name, answer),
            QuestionKind::Date => match fields::as_text(name, answer)?.trim() {
                "" => Ok("".into()),
                date => fields::date(name, &date.into()).map(|date| date.to_string().into()),
            },
            QuestionKind::Select => self.option(name, answer),
            QuestionKind::MultiSelect => self.options(name, answer),
            QuestionKind::Checkbox => match fields::boolean(name, answer)? {
                false if self.required => Err(Refusal::invalid(name, "must be true")),
                is_checked => Ok(is_checked.into()),
            },
        }
    }

    fn longest(&self) -> usize {
        let usual = if self.kind == QuestionKind::Text { LINE_LONGEST } else { ANSWER_LONGEST };
        usize::try_from(self.max_length.unwrap_or(usual)).unwrap_or(0)
    }

    fn option(&self, name: &str, answer: &Value) -> Result<Value, Refusal> {
        let chosen = fields::as_text(name, answer)?.trim();
        if chosen.is_empty() || self.options.iter().any(|option| option == chosen) {
            return Ok(chosen.into());
        }
        Err(Refusal::invalid(name, "must be one of the options"))
    }

    /// In the order of the options.
    fn options(&self, name: &str, answer: &Value) -> Result<Value, Refusal> {
        let list = fields::list(name, answer)?;
        let chosen: Vec<&str> = list.iter().map(|one| fields::as_text(name, one)).collect::<Result<_, _>>()?;
        let is_once = |option: &&str| chosen.iter().filter(|other| *other == option).count() == 1;
        let is_option = |chosen: &&str| self.options.iter().any(|option| option == chosen);
        // At first by number: no list is looked through that is longer than it can be.
        if chosen.len() > self.options.len() || !chosen.iter().all(|one| is_option(one) && is_once(one)) {
            return Err(Refusal::invalid(name, "must be some of the options, each once"));
        }
        let in_order = self.options.iter().filter(|option| chosen.contains(&option.as_str()));
        Ok(in_order.cloned().collect())
    }
}

/// A line of text for which a test says yes, or nothing.
fn checked(name: &str, answer: &Value, problem: &str, is_right: fn(&str) -> bool) -> Result<Value, Refusal> {
    let text = fields::as_text(name, answer)?.trim();
    if text.is_empty() || is_right(text) { Ok(text.into()) } else { Err(Refusal::invalid(name, problem)) }
}

fn number(name: &str, answer: &Value) -> Result<Value, Refusal> {
    match answer.as_f64() {
        None => Err(Refusal::invalid(name, "must be a number")),
        Some(number) if number.abs() > NUMBER_LARGEST => Err(Refusal::invalid(name, "is out of range")),
        Some(_) => Ok(answer.clone()),
    }
}
