//! Connecting to the database, and whether it accepts enough connections.

use tokio_postgres::Client;

use super::Finding;
use crate::config::{Config, DatabaseUrl, Pooling};
use crate::database::{Connection, connect};
use crate::operate::migrate::check_server;

/// Opens both connections, and reports about each.
pub async fn open(config: &Config, findings: &mut Vec<Finding>) -> (Option<Connection>, Option<Connection>) {
    let admin = attempt("CONVENE_ADMIN_DATABASE_URL", config.admin_database.as_ref(), findings).await;
    let service = attempt("CONVENE_DATABASE_URL", config.database.as_ref(), findings).await;
    if let Some(admin) = &admin {
        findings.push(match check_server(&admin.client).await {
            Ok(server) => Finding::ok("server", server),
            Err(problem) => Finding::fail("server", problem.to_string(), "Use a suitable server and role."),
        });
    }
    (admin, service)
}

async fn attempt(setting: &'static str, url: Option<&DatabaseUrl>, findings: &mut Vec<Finding>) -> Option<Connection> {
    let Some(url) = url else {
        findings.push(Finding::fail(setting, "is not set", "Set it: see `convene config`."));
        return None;
    };
    match connect(url, "convene doctor").await {
        Ok(connection) => {
            let encryption = encryption(&connection.client).await;
            findings.push(Finding::ok(setting, format!("connects to {}, {encryption}", url.describe())));
            Some(connection)
        }
        Err(problem) => {
            let advice = "Check that the server runs and listens there, that the database exists, the password \
                          (ALTER ROLE … PASSWORD sets it), and pg_hba.conf.";
            findings.push(Finding::fail(setting, problem.to_string(), advice));
            None
        }
    }
}

async fn encryption(client: &Client) -> String {
    let sql = "SELECT version FROM pg_stat_ssl WHERE pid = pg_backend_pid() AND ssl";
    match client.query_typed_opt(sql, &[]).await.ok().flatten().and_then(|row| row.try_get::<_, String>(0).ok()) {
        Some(version) => format!("encrypted with {version}"),
        None => "not encrypted".to_owned(),
    }
}

/// Whether a pooler in front of the database is what the settings say.
pub async fn pooler(config: &Config, service: &Client) -> Finding {
    const SUBJECT: &str = "pooler";
    let check = async {
        let shares = shares_sessions(config, service).await?;
        Ok(match (shares, config.pool.pooling) {
            (true, Pooling::Sessions) => Finding::fail(
                SUBJECT,
                "two connections had the same session: one could run what the other prepared",
                "Set CONVENE_POOLER=transaction.",
            ),
            (true, Pooling::Transactions) => Finding::ok(SUBJECT, "sessions are lent for a transaction, as it is set"),
            (false, Pooling::Sessions) => Finding::ok(SUBJECT, "each connection has a session of its own"),
            (false, Pooling::Transactions) => {
                Finding::ok(SUBJECT, "CONVENE_POOLER=transaction, which is slower and does no harm without a pooler")
            }
        })
    };
    Finding::of(SUBJECT, check.await)
}

/// Whether a second connection finds itself in the session that the first has just left. When others use the pooler, too,
/// that is not certain at the first try.
async fn shares_sessions(config: &Config, service: &Client) -> Result<bool, tokio_postgres::Error> {
    const SESSION: &str = "SELECT pg_backend_pid()";
    let Some(second) = config.database.as_ref() else { return Ok(false) };
    let Ok(second) = connect(second, "convene doctor").await else { return Ok(false) };
    let mut shares = false;
    for _ in 0..10 {
        let (one, other) =
            (service.query_typed_one(SESSION, &[]).await?, second.client.query_typed_one(SESSION, &[]).await?);
        shares |= one.try_get::<_, i32>(0)? == other.try_get::<_, i32>(0)?;
    }
    second.close().await;
    Ok(shares)
}

/// Whether the server accepts as many connections as the pool may open.
pub async fn room(config: &Config, admin: &Client) -> Finding {
    const SUBJECT: &str = "connection limit";
    let check = async {
        let row = admin.query_one(include_str!("sql/connection_limit.sql"), &[]).await?;
        let (limit, used): (i32, i64) = (row.try_get("connection_limit")?, row.try_get("used_by_others")?);
        let wanted = i64::try_from(config.pool.size).unwrap_or(i64::MAX);
        let text = format!("{limit} connections for everybody, {used} used by others, the pool may want {wanted}");
        let advice = "Lower CONVENE_POOL_SIZE, or raise max_connections or the limit of the role or database.";
        Ok(if wanted > i64::from(limit) {
            Finding::fail(SUBJECT, text, advice)
        } else if wanted + used > i64::from(limit) {
            Finding::warn(SUBJECT, text, advice)
        } else {
            Finding::ok(SUBJECT, text)
        })
    };
    Finding::of(SUBJECT, check.await)
}
