//! The types of parameters, for statements that are sent without being prepared.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use tokio_postgres::types::Type;
use tokio_postgres::{Client, Error, SimpleQueryMessage};
use uuid::Uuid;

/// What the server was asked once for each statement. Cheap to clone.
///
/// It holds as many statements as the service's source has: none is made up at run time.
#[derive(Clone, Default)]
pub struct ParameterTypes(Arc<RwLock<HashMap<String, Arc<[Type]>>>>);

impl ParameterTypes {
    /// The types of `$1`, `$2`, … in a statement.
    pub async fn of(&self, client: &Client, sql: &str) -> Result<Arc<[Type]>, Error> {
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner).get(sql).map(Arc::clone);
        if let Some(types) = known {
            return Ok(types);
        }
        let types = ask(client, sql).await?;
        self.0.write().unwrap_or_else(PoisonError::into_inner).insert(sql.to_owned(), Arc::clone(&types));
        Ok(types)
    }

    /// What is known of a statement may have changed.
    pub fn forget(&self, sql: &str) {
        self.0.write().unwrap_or_else(PoisonError::into_inner).remove(sql);
    }
}

/// Asks in one message, which a pooler leaves to one session, and under a name that nobody else uses there.
async fn ask(client: &Client, sql: &str) -> Result<Arc<[Type]>, Error> {
    let name = format!("convene_{}", Uuid::new_v4().simple());
    let question = format!(
        "PREPARE {name} AS {sql};
         SELECT unnest(parameter_types)::oid FROM pg_prepared_statements WHERE name = '{name}';
         DEALLOCATE {name}"
    );
    let answer = client.simple_query(&question).await?;
    let oids = answer.iter().filter_map(|message| match message {
        SimpleQueryMessage::Row(row) => row.get(0),
        _ => None,
    });
    // A type that Postgres does not bring along, such as citext, takes text.
    Ok(oids.map(|oid| oid.parse().ok().and_then(Type::from_oid).unwrap_or(Type::UNKNOWN)).collect())
}
