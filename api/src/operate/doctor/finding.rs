//! The outcome of a check.

use std::fmt;

use crate::operate::migrate::describe;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    Ok,
    /// It works, but somebody should look at it.
    Warn,
    /// It does not work.
    Fail,
}

/// One line of the report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    pub verdict: Verdict,
    pub subject: &'static str,
    /// What was found.
    pub text: String,
    /// What to do; empty when all is well.
    pub advice: String,
}

impl Finding {
    pub fn ok(subject: &'static str, text: impl Into<String>) -> Self {
        Self { verdict: Verdict::Ok, subject, text: text.into(), advice: String::new() }
    }

    pub fn warn(subject: &'static str, text: impl Into<String>, advice: impl Into<String>) -> Self {
        Self { verdict: Verdict::Warn, subject, text: text.into(), advice: advice.into() }
    }

    pub fn fail(subject: &'static str, text: impl Into<String>, advice: impl Into<String>) -> Self {
        Self { verdict: Verdict::Fail, subject, text: text.into(), advice: advice.into() }
    }

    /// The finding of a check that queries the database. A query that fails is a failure of the check.
    pub fn of(subject: &'static str, outcome: Result<Self, tokio_postgres::Error>) -> Self {
        outcome.unwrap_or_else(|error| {
            Self::fail(subject, format!("cannot be checked: {}", describe(&error)), "Run `convene migrate`.")
        })
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let verdict = match self.verdict {
            Verdict::Ok => "ok",
            Verdict::Warn => "warn",
            Verdict::Fail => "FAIL",
        };
        write!(f, "{verdict:<4}  {}: {}", self.subject, self.text.replace('\n', ";"))?;
        if self.advice.is_empty() { Ok(()) } else { write!(f, ". {}", self.advice) }
    }
}
