//! Tokens that end soon are refreshed ahead, so that no booking waits for it.

use crate::claims::{Item, Patience, Settlement, TOKEN_REFRESHES};
use crate::integrations::calendars::tokens::refresh_failed;
use crate::integrations::calendars::{Account, CalendarError, Calendars};
use crate::work::queue::Queue;

/// Accounts whose token ends soon.
#[derive(Clone)]
pub struct Refreshes(pub Calendars);

impl Queue for Refreshes {
    const NAME: &'static str = TOKEN_REFRESHES;
    const AT_ONCE: usize = 8;
    const PATIENCE: Patience = Patience::Persistent;

    async fn work(&self, item: &Item) -> Settlement {
        match self.refresh(item).await {
            // It was put back for when the new token ends.
            Ok(()) => Settlement::Done,
            Err(error) => {
                tracing::warn!(connection = %item.subject_id, cause = error.code(), "cannot refresh a token");
                refresh_failed(&error)
            }
        }
    }
}

impl Refreshes {
    async fn refresh(&self, item: &Item) -> Result<(), CalendarError> {
        let account = Account::of(item);
        let (stored, tokens) = self.0.stored(account).await?;
        self.0.refresh(account, item.lease, &stored, tokens).await.map(drop)
    }
}
