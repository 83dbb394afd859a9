//! One migration of a database at a time.

use tokio_postgres::Client;

use super::error::MigrateError;

/// The advisory lock's key: "convene" in ASCII.
const KEY: i64 = 0x63_6f_6e_76_65_6e_65;

/// Waits until no other process migrates this database. The lock is held until the connection ends.
pub async fn acquire(client: &Client, report: &mut (dyn FnMut(&str, &str) + Send)) -> Result<(), MigrateError> {
    let free: bool = client.query_one("SELECT pg_try_advisory_lock($1)", &[&KEY]).await?.try_get(0)?;
    if !free {
        report("lock", "another process migrates this database: waiting for it");
        client.query_one("SELECT pg_advisory_lock($1)", &[&KEY]).await?;
    }
    Ok(())
}
