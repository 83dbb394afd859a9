//! `convene mail`: mail that waits in the database, with its secrets opened.

use crate::config::{Config, DatabaseUrl};
use crate::database::connect;
use crate::operate::migrate::describe;
use crate::seal::MagicLink;

/// A mail that waits.
pub struct Waiting {
    pub to: String,
    pub template: String,
    /// RFC 3339.
    pub since: String,
    /// The link, or what keeps it from being read.
    pub content: String,
}

/// The mails that wait, oldest first. Connects as an administrator.
pub async fn waiting(url: &DatabaseUrl, config: &Config) -> Result<Vec<Waiting>, String> {
    let connection = connect(url, "convene mail").await.map_err(|error| error.to_string())?;
    let sql = "SELECT u.email::text, d.template, to_json(d.created_at) #>> '{}', d.key_id, d.payload
        FROM convene.email_deliveries d
        JOIN convene.users u ON u.org_id = d.org_id AND u.id = d.user_id
        ORDER BY d.created_at
        LIMIT 1000";
    let rows = connection.client.query(sql, &[]).await;
    connection.close().await;
    let rows = rows.map_err(|error| describe(&error))?;
    let read = |row: &tokio_postgres::Row| -> Result<Waiting, tokio_postgres::Error> {
        let (key_id, payload): (String, Vec<u8>) = (row.try_get(3)?, row.try_get(4)?);
        let content = match &config.keys {
            None => "(sealed: CONVENE_KEYS is not set)".to_owned(),
            Some(keys) => match MagicLink::open(keys, &key_id, &payload) {
                Ok(link) => link.address(config.sign_in_url.as_deref()),
                Err(problem) => format!("({problem})"),
            },
        };
        Ok(Waiting { to: row.try_get(0)?, template: row.try_get(1)?, since: row.try_get(2)?, content })
    };
    rows.iter().map(read).collect::<Result<_, _>>().map_err(|error| describe(&error))
}
