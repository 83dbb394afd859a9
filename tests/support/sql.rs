//! Calling functions of the schema `convene`, and what they refuse.

use convene_rules::refusal::Refusal;
use serde_json::Value;
use tokio_postgres::error::{DbError, SqlState};
use tokio_postgres::types::ToSql;
use tokio_postgres::{Client, Config, NoTls, Row};

/// A connection.
pub struct Sql {
    client: Client,
}

/// A rule's "no", as it arrived.
#[derive(Debug, Clone, PartialEq)]
pub struct Refused {
    pub code: String,
    pub sqlstate: String,
    pub details: Value,
    pub message: String,
}

impl Sql {
    pub async fn connect(config: &Config) -> Self {
        let (client, connection) = config.connect(NoTls).await.expect("the database takes connections");
        tokio::spawn(connection);
        Self { client }
    }

    pub fn client(&self) -> &Client {
        &self.client
    }

    /// Runs statements that must succeed.
    pub async fn run(&self, sql: &str) {
        self.client.batch_execute(sql).await.unwrap_or_else(|error| panic!("{sql}\n{error:?}"));
    }

    pub async fn execute(&self, sql: &str, parameters: &[&(dyn ToSql + Sync)]) -> u64 {
        self.client.execute(sql, parameters).await.unwrap_or_else(|error| panic!("{sql}\n{error:?}"))
    }

    pub async fn rows(&self, sql: &str, parameters: &[&(dyn ToSql + Sync)]) -> Vec<Row> {
        self.client.query(sql, parameters).await.unwrap_or_else(|error| panic!("{sql}\n{error:?}"))
    }

    /// The one row that a query must yield, as JSON.
    pub async fn json(&self, sql: &str, parameters: &[&(dyn ToSql + Sync)]) -> Value {
        let rows = self.rows(&format!("SELECT to_jsonb(answer) FROM ({sql}) AS answer"), parameters).await;
        assert_eq!(rows.len(), 1, "{sql}");
        rows[0].get(0)
    }

    /// The one value that a query must yield.
    pub async fn value<T: for<'a> tokio_postgres::types::FromSql<'a>>(
        &self,
        sql: &str,
        parameters: &[&(dyn ToSql + Sync)],
    ) -> T {
        let rows = self.rows(sql, parameters).await;
        assert_eq!(rows.len(), 1, "{sql}");
        rows[0].get(0)
    }

    /// Calls a function with named arguments; returns its rows, each an object of its columns.
    ///
    /// Whoever was overtaken tries again, as every client of a database does.
    pub async fn call(&self, function: &str, arguments: Value) -> Result<Vec<Value>, Refused> {
        loop {
            match self.attempt(function, &arguments).await {
                Err(error) if error.code() == Some(&SqlState::T_R_SERIALIZATION_FAILURE) => {}
                outcome => return outcome.map_err(|error| Refused::of(&error, function)),
            }
        }
    }

    /// Laws that must hold whatever happened (`tests/sql/invariants.sql`) and do not: which, and of what.
    pub async fn violations(&self) -> Vec<String> {
        let rows = self.rows(include_str!("../sql/invariants.sql"), &[]).await;
        rows.iter().map(|row| format!("{}: {}", row.get::<_, &str>(0), row.get::<_, uuid::Uuid>(1))).collect()
    }

    /// The one row of a function that returns one.
    pub async fn call_one(&self, function: &str, arguments: Value) -> Result<Value, Refused> {
        let mut rows = self.call(function, arguments).await?;
        assert_eq!(rows.len(), 1, "{function}");
        Ok(rows.remove(0))
    }

    /// Calls a function whose failures need not be refusals.
    pub async fn attempt(&self, function: &str, arguments: &Value) -> Result<Vec<Value>, tokio_postgres::Error> {
        let sql = format!("SELECT to_jsonb(answer) FROM convene.{function}({}) AS answer", named(arguments));
        Ok(self.client.query(&sql, &[]).await?.iter().map(|row| row.get::<_, Option<Value>>(0).into()).collect())
    }
}

fn named(arguments: &Value) -> String {
    let arguments = arguments.as_object().expect("arguments are an object");
    let list: Vec<String> = arguments.iter().map(|(name, value)| format!("{name} => {}", literal(value))).collect();
    list.join(", ")
}

/// A value as an SQL literal whose type the function's signature decides.
pub fn literal(value: &Value) -> String {
    match value {
        Value::Null => "NULL".to_owned(),
        Value::Bool(_) | Value::Number(_) => value.to_string(),
        Value::String(text) => quoted(text),
        Value::Array(items) => {
            format!("ARRAY[{}]::text[]", items.iter().map(literal).collect::<Vec<_>>().join(", "))
        }
        Value::Object(_) => quoted(&value.to_string()),
    }
}

fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

impl Refused {
    /// Reads a refusal out of an error. Panics when it is none, or when it does not look as its kind must.
    pub fn of(error: &tokio_postgres::Error, doing: &str) -> Self {
        let Some(reported) = error.as_db_error() else { panic!("{doing}: {error:?}") };
        Self::read(reported).unwrap_or_else(|| panic!("{doing}: not a refusal: {reported:?}"))
    }

    /// The refusal in an error that Postgres reported, if it is one.
    pub fn read(reported: &DbError) -> Option<Self> {
        let refusal: Refusal = serde_json::from_str(reported.detail()?).ok()?;
        assert_eq!(reported.code().code(), refusal.sqlstate().code(), "{refusal:?}");
        assert_eq!(reported.message(), refusal.to_string(), "{refusal:?}");
        assert_eq!(reported.hint(), Some(refusal.hint()), "{refusal:?}");
        Some(Self {
            code: refusal.code().to_owned(),
            sqlstate: reported.code().code().to_owned(),
            details: refusal.details(),
            message: reported.message().to_owned(),
        })
    }
}
