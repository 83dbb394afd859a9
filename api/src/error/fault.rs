//! What broke.

/// A failure. Its `Display` says what a client may know; the texts inside are for the log only. The code is the variant's
/// name, or what it says.
#[derive(Debug, thiserror::Error, strum::IntoStaticStr, strum::VariantNames)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
pub enum Fault {
    /// A statement ran into its time limit.
    #[error("this took too long and was given up")]
    #[strum(serialize = "TIMEOUT")]
    StatementTimeout,
    /// The request ran into its time limit.
    #[error("this took too long and was given up")]
    #[strum(serialize = "TIMEOUT")]
    RequestTimeout,
    /// No database connection was free in time.
    #[error("too much is going on at once")]
    #[strum(serialize = "SERVICE_UNAVAILABLE")]
    Busy,
    /// The database cannot be reached, or is going down.
    #[error("the database cannot be reached")]
    #[strum(serialize = "SERVICE_UNAVAILABLE")]
    DatabaseUnavailable { problem: String },
    /// It is a standby, or its administrator lets nobody write.
    #[error("the database can only be read at present")]
    #[strum(serialize = "SERVICE_UNAVAILABLE")]
    ReadOnly,
    /// It has not the functions that this service calls.
    #[error("the database is not migrated")]
    #[strum(serialize = "NOT_READY")]
    NotMigrated { problem: String },
    /// Other transactions were in the way, also when it was tried again.
    #[error("too much is going on at once")]
    #[strum(serialize = "SERVICE_UNAVAILABLE")]
    Contended,
    /// The keys of the issuer of tokens cannot be fetched.
    #[error("the issuer of this token cannot be asked for its keys")]
    #[strum(serialize = "SERVICE_UNAVAILABLE")]
    IssuerUnavailable,
    /// The service is shutting down, or its database is not migrated.
    #[error("{problem}")]
    NotReady { problem: &'static str },
    /// A setting is missing.
    #[error("{problem}")]
    NotConfigured { problem: &'static str },
    /// A provider, such as that of a calendar, cannot be reached.
    #[error("the provider does not answer at present")]
    ProviderUnavailable { problem: String },
    /// Anything else.
    #[error("something went wrong inside the service")]
    #[strum(serialize = "INTERNAL_SERVER_ERROR")]
    Internal { problem: String },
}

impl Fault {
    pub(super) fn code(&self) -> &'static str {
        self.into()
    }

    pub(super) fn hint(&self) -> &'static str {
        match self {
            Self::Internal { .. } => "Report it with the request id.",
            Self::NotConfigured { .. } => "Ask whoever runs this service; `convene config` lists the settings.",
            _ => "Try again in a moment, with the same Idempotency-Key where there was one.",
        }
    }

    /// For the log.
    pub fn cause(&self) -> &str {
        match self {
            Self::DatabaseUnavailable { problem }
            | Self::NotMigrated { problem }
            | Self::Internal { problem }
            | Self::ProviderUnavailable { problem } => problem,
            Self::StatementTimeout => "statement timeout",
            Self::RequestTimeout => "request timeout",
            Self::Busy => "no database connection was free in time",
            Self::IssuerUnavailable => "no keys of the issuer",
            Self::ReadOnly => "the database takes no writes",
            Self::Contended => "a conflict with other transactions, or rows that they held for too long",
            Self::NotReady { problem } | Self::NotConfigured { problem } => problem,
        }
    }
}
