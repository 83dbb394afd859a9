//! Accounts are read when they are due: their busy time, their list of calendars, and what became of our own events.

use convene_providers::CallErrorKind;
use convene_providers::calendar::ChangeState;
use serde_json::json;

use crate::claims::{CALENDAR_SYNCS, Item, Patience, Settlement};
use crate::integrations::calendars::busy::settlement_of;
use crate::integrations::calendars::connect::listed;
use crate::integrations::calendars::{Account, CalendarError, Calendars};
use crate::work::queue::Queue;

/// Accounts that are due to be read.
#[derive(Clone)]
pub struct Syncs(pub Calendars);

impl Queue for Syncs {
    const NAME: &'static str = CALENDAR_SYNCS;
    const AT_ONCE: usize = 8;
    const PATIENCE: Patience = Patience::Persistent;

    /// Busy time, and what became of our own events.
    async fn work(&self, item: &Item) -> Settlement {
        let account = Account::of(item);
        let kept = match self.0.read_busy(account, item.lease).await {
            Ok(kept) => kept,
            Err(error) => return self.0.failure_of(account, &error).await,
        };
        // The rest must not keep busy time from being known.
        for outcome in [self.0.refresh_list(account).await, self.0.notice_changes(account).await] {
            if let Err(error) = outcome {
                tracing::warn!(connection = %account.connection_id, cause = error.code(), "cannot look after a calendar");
            }
        }
        self.0.keep_watching(account).await;
        settlement_of(kept)
    }
}

impl Calendars {
    /// Which calendars there are, for their user to choose from. They seldom change.
    async fn refresh_list(&self, account: Account) -> Result<(), CalendarError> {
        if !self.plan(account).await?.lists_calendars {
            return Ok(());
        }
        let access = self.access(account).await?;
        let calendars = match access.client.calendars(access.token.reveal()).await {
            // The next reading of busy time refreshes the token.
            Err(error) if error.kind == CallErrorKind::Unauthorized => return Ok(()),
            calendars => listed(&calendars?),
        };
        let sql = "SELECT convene.refresh_calendars($1, $2, $3)";
        self.database().run(sql, &[&account.org_id, &account.connection_id, &calendars]).await?;
        Ok(())
    }

    /// What owners did to our events in the calendar we write to.
    async fn notice_changes(&self, account: Account) -> Result<(), CalendarError> {
        let plan = self.plan(account).await?;
        let Some(calendar) = plan.written_calendar.clone() else { return Ok(()) };
        let access = self.access(account).await?;
        let (token, zone, mut cursor) = (access.token.reveal(), plan.zone(), plan.cursor.as_deref());
        let (from, to) = (plan.cursor_from, plan.cursor_to);
        let mut found = access.client.changes(token, &calendar, cursor, from, to, &zone).await;
        if matches!(&found, Err(error) if error.kind == CallErrorKind::CursorExpired) {
            cursor = None;
            found = access.client.changes(token, &calendar, None, from, to, &zone).await;
        }
        let found = match found {
            // The next reading of busy time refreshes the token; changes are noticed then.
            Err(error) if error.kind == CallErrorKind::Unauthorized => return Ok(()),
            found => found?,
        };
        let changes: Vec<_> = found
            .events
            .iter()
            .map(|change| match &change.state {
                ChangeState::Gone => json!({ "id": change.id }),
                ChangeState::Present { start, end, .. } => {
                    json!({ "id": change.id, "start_time": start, "end_time": end })
                }
            })
            .collect();
        let sql = "SELECT convene.store_calendar_changes($1, $2, $3, $4, $5, $6, $7, $8, $9)";
        let Account { org_id, connection_id } = account;
        let (is_whole, changes) = (cursor.is_none(), json!(changes));
        self.database()
            .run(
                sql,
                &[&org_id, &connection_id, &calendar, &plan.from_time, &is_whole, &from, &to, &found.cursor, &changes],
            )
            .await?;
        Ok(())
    }
}
