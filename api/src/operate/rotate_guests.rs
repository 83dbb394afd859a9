//! Sealing guests again with the first key. The index by which they are found is made anew, too.

use std::collections::BTreeMap;

use tokio_postgres::Client;
use uuid::Uuid;

use super::rotate_keys::{BATCH, Rotated};
use crate::seal::{KeyRing, open_guest, seal_guest};

pub const TABLE: &str = "booking_guests";

const LIST: &str = "SELECT org_id, id, key_id, contact, email_index FROM convene.booking_guests
    WHERE key_id <> $1 AND (org_id, id) > ($2, $3) ORDER BY org_id, id LIMIT $4";
const REPLACE: &str = "UPDATE convene.booking_guests SET key_id = $3, contact = $4, email_index = $5
    WHERE org_id = $1 AND id = $2 AND contact = $6";

/// Goes through all guests, telling `progress` after each batch.
pub async fn rotate(
    client: &Client,
    keys: &KeyRing,
    progress: &mut impl FnMut(&Rotated),
) -> Result<Rotated, tokio_postgres::Error> {
    let mut rotated = Rotated { table: TABLE, sealed: 0, failed: BTreeMap::new() };
    let mut after = (i32::MIN, Uuid::nil());
    loop {
        let rows = client.query(LIST, &[&keys.first(), &after.0, &after.1, &BATCH]).await?;
        for row in &rows {
            after = (row.try_get(0)?, row.try_get(1)?);
            let (key_id, contact, index): (String, Vec<u8>, Vec<u8>) =
                (row.try_get(2)?, row.try_get(3)?, row.try_get(4)?);
            let opened = open_guest(keys, after.0, &key_id, &contact, &index);
            match opened.and_then(|guest| seal_guest(keys, after.0, &guest)) {
                Ok(new) => {
                    let index = new.email_index.as_slice();
                    let row = client
                        .execute(REPLACE, &[&after.0, &after.1, &new.key_id, &new.contact, &index, &contact])
                        .await?;
                    rotated.sealed += row;
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
