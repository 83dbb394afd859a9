//! Sealing everything again with the first key, so that older keys can be removed. The service may run meanwhile: a row
//! that it changes at the same moment is left as the service wrote it.

use std::collections::BTreeMap;

use tokio_postgres::Client;
use uuid::Uuid;

use crate::config::{Config, DatabaseUrl};
use crate::database::connect;
use crate::operate::migrate::describe;
use crate::operate::rotate_guests;
use crate::seal::KeyRing;

/// A table with sealed bytes.
struct Place {
    table: &'static str,
    /// Which key sealed them; NULL where there are none.
    key: &'static str,
    bytes: &'static str,
    /// What the bytes are sealed for, as SQL.
    purpose: &'static str,
}

/// Every place where something sealed is kept, but for guests, whose index must follow the key as well.
const PLACES: &[Place] = &[
    Place { table: "email_deliveries", key: "key_id", bytes: "payload", purpose: "'email_deliveries: ' || template" },
    Place {
        table: "calendar_connections",
        key: "key_id",
        bytes: "tokens",
        purpose: "'calendar_connections: ' || user_id || '/' || provider",
    },
    Place {
        table: "calendar_connect_states",
        key: "key_id",
        bytes: "verifier",
        purpose: "'calendar_connect_states: ' || user_id || '/' || provider",
    },
    Place { table: "airtable_sources", key: "key_id", bytes: "secrets", purpose: "'airtable_sources: ' || id" },
    Place {
        table: "airtable_sources",
        key: "webhook_key_id",
        bytes: "webhook_secret",
        purpose: "'airtable_sources: ' || id || '/webhook'",
    },
    Place {
        table: "user_phones",
        key: "key_id",
        bytes: "phone",
        purpose: "'user_phones: ' || org_id || '/' || record_id",
    },
];

/// Rows read at a time.
pub const BATCH: i64 = 500;

/// The result for one table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rotated {
    pub table: &'static str,
    pub sealed: u64,
    /// Rows that no key opens, counted by the reason.
    pub failed: BTreeMap<String, u64>,
}

/// Goes through every table, telling `progress` after each batch. Connects as an administrator.
pub async fn rotate(
    url: &DatabaseUrl,
    config: &Config,
    mut progress: impl FnMut(&Rotated),
) -> Result<Vec<Rotated>, String> {
    let keys = config.keys.as_ref().ok_or("CONVENE_KEYS is not set, so nothing is sealed")?;
    let connection = connect(url, "convene rotate-keys").await.map_err(|error| error.to_string())?;
    let mut all = Vec::new();
    for place in PLACES {
        let rotated = place.rotate(&connection.client, keys, &mut progress).await;
        all.push(rotated.map_err(|error| describe(&error))?);
    }
    let rotated = rotate_guests::rotate(&connection.client, keys, &mut progress).await;
    all.push(rotated.map_err(|error| describe(&error))?);
    connection.close().await;
    Ok(all)
}

/// The ids of all keys that are in use.
pub async fn key_ids(client: &Client) -> Result<Vec<String>, tokio_postgres::Error> {
    let places = PLACES.iter().map(|Place { key, table, .. }| (*key, *table)).chain([("key_id", rotate_guests::TABLE)]);
    let each: Vec<String> = places.map(|(key, table)| format!("SELECT {key} AS key_id FROM convene.{table}")).collect();
    let sql = format!("SELECT key_id FROM ({}) AS used WHERE key_id IS NOT NULL ORDER BY 1", each.join(" UNION "));
    client.query(&sql, &[]).await?.iter().map(|row| row.try_get(0)).collect()
}

impl Place {
    async fn rotate(
        &self,
        client: &Client,
        keys: &KeyRing,
        progress: &mut impl FnMut(&Rotated),
    ) -> Result<Rotated, tokio_postgres::Error> {
        let Self { table, key, bytes, purpose } = self;
        let list = format!(
            "SELECT org_id, id, {key}, {bytes}, {purpose} FROM convene.{table}
             WHERE {key} <> $1 AND (org_id, id) > ($2, $3) ORDER BY org_id, id LIMIT {BATCH}"
        );
        let replace = format!(
            "UPDATE convene.{table} SET {key} = $3, {bytes} = $4 WHERE org_id = $1 AND id = $2 AND {bytes} = $5"
        );
        let mut rotated = Rotated { table, sealed: 0, failed: BTreeMap::new() };
        let mut after = (i32::MIN, Uuid::nil());
        loop {
            let rows = client.query(&list, &[&keys.first(), &after.0, &after.1]).await?;
            for row in &rows {
                after = (row.try_get(0)?, row.try_get(1)?);
                let (key_id, old, purpose): (String, Vec<u8>, String) =
                    (row.try_get(2)?, row.try_get(3)?, row.try_get(4)?);
                let sealed = keys.open(&purpose, &key_id, &old).and_then(|secret| keys.seal(&purpose, &secret));
                match sealed {
                    Ok(sealed) => {
                        rotated.sealed += client
                            .execute(&replace, &[&after.0, &after.1, &sealed.key_id, &sealed.bytes, &old])
                            .await?;
                    }
                    Err(error) => *rotated.failed.entry(error.to_string()).or_default() += 1,
                }
            }
            progress(&rotated);
            if rows.is_empty() {
                return Ok(rotated);
            }
        }
    }
}
