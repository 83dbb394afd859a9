//! What broke.

/// A failure. Its `Display` says what a client may know; the texts inside are for the log only.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// A statement ran into its time limit.
    #[error("this took too long and was given up")]
    StatementTimeout,
    /// The request ran into its time limit.
    #[error("this took too long and was given up")]
    RequestTimeout,
    /// No database connection was free in time.
    #[error("too much is going on at once")]
    Busy,
    /// The database cannot be reached, or is going down.
    #[error("the database cannot be reached")]
    DatabaseUnavailable { problem: String },
    /// It is a standby, or its administrator lets nobody write.
    #[error("the database can only be read at present")]
    ReadOnly,
    /// It has not the functions that this service calls.
    #[error("the database is not migrated")]
    NotMigrated { problem: String },
    /// Other transactions were in the way, also when it was tried again.
    #[error("too much is going on at once")]
    Contended,
    /// The keys of the issuer of tokens cannot be fetched.
    #[error("the issuer of this token cannot be asked for its keys")]
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
    Internal { problem: String },
}

impl Fault {
    pub(super) fn code(&self) -> &'static str {
        match self {
            Self::StatementTimeout | Self::RequestTimeout => "TIMEOUT",
            Self::Busy
            | Self::DatabaseUnavailable { .. }
            | Self::ReadOnly
            | Self::Contended
            | Self::IssuerUnavailable => "SERVICE_UNAVAILABLE",
            Self::NotReady { .. } | Self::NotMigrated { .. } => "NOT_READY",
            Self::NotConfigured { .. } => "NOT_CONFIGURED",
            Self::ProviderUnavailable { .. } => "PROVIDER_UNAVAILABLE",
            Self::Internal { .. } => "INTERNAL_SERVER_ERROR",
        }
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
