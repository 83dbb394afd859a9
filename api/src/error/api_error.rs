//! The error type of handlers, and of everything that calls the database.

use std::sync::Arc;

use convene_rules::refusal::Refusal;
use serde_json::{Value, json};

use super::{Fault, Rejection};

/// Why a request or a piece of work failed. Its `Display` is for people, and says nothing about how the service works
/// inside.
#[derive(Debug, Clone, thiserror::Error)]
pub enum ApiError {
    /// A rule's "no".
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The request's form, or its sender.
    #[error(transparent)]
    Rejected(#[from] Rejection),
    /// Something broke.
    #[error(transparent)]
    Failed(Arc<Fault>),
}

impl ApiError {
    /// A refusal of one argument, under the name that the caller knows.
    pub fn invalid(field: &str, problem: impl Into<String>) -> Self {
        Self::Refused(Refusal::invalid(field, problem))
    }

    /// A refusal of arguments, with one of them as the caller knows it.
    pub fn renamed(self, argument: &str, name: &str) -> Self {
        let renamed = |field: &str| if field == argument { name.to_owned() } else { field.to_owned() };
        match self {
            Self::Refused(refusal) => Self::Refused(refusal.renamed(renamed)),
            other => other,
        }
    }

    pub fn internal(problem: impl Into<String>) -> Self {
        Fault::Internal { problem: problem.into() }.into()
    }

    /// The stable code.
    pub fn code(&self) -> String {
        match self {
            Self::Refused(refusal) => refusal.code().to_owned(),
            Self::Rejected(rejection) => rejection.code().to_owned(),
            Self::Failed(fault) => fault.code().to_owned(),
        }
    }

    /// For the log: the cause of a fault, else the message.
    pub fn cause(&self) -> String {
        match self {
            Self::Failed(fault) => fault.cause().to_owned(),
            Self::Refused(_) | Self::Rejected(_) => self.to_string(),
        }
    }

    /// The facts behind it, and what to do as `hint`.
    pub fn details(&self) -> Value {
        let (mut details, hint) = match self {
            Self::Refused(refusal) => (refusal.details(), refusal.hint()),
            Self::Rejected(rejection) => (rejection.details(), rejection.hint()),
            Self::Failed(fault) => (json!({}), fault.hint()),
        };
        details["hint"] = hint.into();
        details
    }
}

impl From<Fault> for ApiError {
    fn from(fault: Fault) -> Self {
        Self::Failed(Arc::new(fault))
    }
}

/// Also for a row that lacks a column, or has a column of another type.
impl From<tokio_postgres::Error> for ApiError {
    fn from(error: tokio_postgres::Error) -> Self {
        super::classify(&error)
    }
}
