//! Decisions that rest on people's calendars.

use convene_rules::refusal::Refusal;
use tokio_postgres::types::ToSql;

use super::resource::Answer;
use crate::database::{Database, Parameters};
use crate::error::ApiError;
use crate::integrations::calendars::{Account, Calendars};

/// Calls a function whose last argument says whether calendars that were read some time ago will do.
///
/// The first time they will not. Where nothing else speaks against it, the function then names the accounts of the people
/// concerned that are to be read again; they are read, and it is called a second time. So an answer that is replayed, and
/// one that is refused anyway, wait for nobody, and where calendars are fresh there is one call.
pub async fn decide(
    database: &Database,
    calendars: Option<&Calendars>,
    sql: &str,
    parameters: Parameters<'_>,
) -> Result<Answer, ApiError> {
    let call = async |accept_stale: bool| {
        let mut all: Vec<&(dyn ToSql + Sync)> = parameters.to_vec();
        all.push(&accept_stale);
        database.one(sql, &all).await
    };
    let Some(calendars) = calendars else { return call(true).await };
    match call(false).await {
        Err(ApiError::Refused(Refusal::CalendarsStale { org_id, connections })) => {
            let accounts = connections.into_iter().map(|connection_id| Account { org_id, connection_id }).collect();
            calendars.refresh_busy_times(accounts).await;
            call(true).await
        }
        answer => answer,
    }
}
