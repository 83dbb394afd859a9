//! The limits that every call of the service runs under.

use std::time::Duration;

use crate::config::PoolConfig;

/// They are set by statements, not when a connection is made: poolers refuse startup parameters that they do not know.
#[derive(Debug, Clone)]
pub struct CallLimits {
    statement: Duration,
    lock: Duration,
    /// Calls that may have or wait for one person's row at the same time (`pg_ext/src/lock.rs`).
    most_per_person: usize,
}

impl CallLimits {
    /// Whoever holds a person's row for long stops a quarter of the connections, and no more.
    pub fn new(settings: &PoolConfig) -> Self {
        let most_per_person = (settings.size / 4).max(1);
        Self { statement: settings.statement_timeout, lock: settings.lock_timeout, most_per_person }
    }

    /// Sets them for the rest of a session.
    pub fn of_session(&self) -> String {
        self.set("SESSION")
    }

    /// Begins a transaction that has them.
    pub fn begin(&self) -> String {
        format!("BEGIN; {}", self.set("LOCAL"))
    }

    /// How long a statement waits for a lock.
    pub fn lock_timeout(&self) -> Duration {
        self.lock
    }

    /// How many calls have or wait for one person's row.
    pub fn most_per_person(&self) -> usize {
        self.most_per_person
    }

    fn set(&self, scope: &str) -> String {
        let (statement, lock) = (self.statement.as_millis(), self.lock.as_millis());
        let most = self.most_per_person;
        format!(
            "SET {scope} statement_timeout = {statement}; SET {scope} idle_in_transaction_session_timeout = {statement}; \
             SET {scope} lock_timeout = {lock}; SET {scope} convene.most_per_person = {most}"
        )
    }
}
