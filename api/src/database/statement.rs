//! What is sent to the database, and how old its answer may be.

/// A statement that calls a function. Text alone is one that the primary answers.
#[derive(Debug, Clone, Copy)]
pub struct Statement<'a> {
    pub sql: &'a str,
    pub age: Age,
}

/// How old an answer may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Age {
    /// It has everything that was committed before the call.
    Newest,
    /// It may lack what was committed within `CONVENE_REPLICA_LAG` before the call, so a replica may give it.
    Recent,
}

/// A statement whose answer may be a little old: a list or report that nobody decides by, and that nobody reads to see
/// what they have just written. What it calls must be `STABLE` and take no lock, because a standby runs it.
#[derive(Debug, Clone, Copy)]
pub struct Recent<'a>(pub &'a str);

impl<'a> From<&'a str> for Statement<'a> {
    fn from(sql: &'a str) -> Self {
        Self { sql, age: Age::Newest }
    }
}

impl<'a> From<Recent<'a>> for Statement<'a> {
    fn from(Recent(sql): Recent<'a>) -> Self {
        Self { sql, age: Age::Recent }
    }
}
