//! Tokens of connected accounts: opened for a call, refreshed before they end, sealed again. One refresh of an account
//! goes on at a time, whichever instance does it; the others wait for its tokens.

use std::time::Duration;

use convene_providers::calendar::{Client, Grant, Provider};
use convene_providers::{CallErrorKind, Secret};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Account, CalendarError, Calendars};
use crate::claims::{self, Patience, Settlement, TOKEN_REFRESHES, UrgentClaim};
use crate::database::row;
use crate::error::ApiError;
use crate::seal::{KeyRing, SealError, Sealed};

/// A token that ends sooner is not used for another call.
const MARGIN: SignedDuration = SignedDuration::from_secs(60);
/// How long a refresh may take.
const REFRESH_SECONDS: i32 = 30;
const LOOK_AGAIN: Duration = Duration::from_millis(250);
/// How often somebody waits for another's refresh before giving up.
const LOOKS: u32 = 24;

/// What is sealed of an account.
#[derive(Serialize, Deserialize)]
pub struct Tokens {
    pub access: String,
    pub refresh: String,
}

/// A token to call with, and whom.
pub struct Access<'a> {
    pub client: &'a Client,
    pub token: Secret<String>,
}

row! {
    pub struct Stored {
        user_id: Uuid,
        provider: String,
        status: String,
        key_id: String,
        tokens: Vec<u8>,
        token_expires_at: Option<Timestamp>,
    }
}

/// What tokens are sealed for: they open for nobody else's account.
fn purpose(user_id: Uuid, provider: &str) -> String {
    format!("calendar_connections: {user_id}/{provider}")
}

impl Tokens {
    pub fn seal(&self, keys: &KeyRing, user_id: Uuid, provider: Provider) -> Result<Sealed, SealError> {
        let text = serde_json::to_vec(self).map_err(|_| SealError::Broken)?;
        keys.seal(&purpose(user_id, provider.as_str()), &text)
    }

    pub fn open(
        keys: &KeyRing,
        (user_id, provider): (Uuid, &str),
        key_id: &str,
        bytes: &[u8],
    ) -> Result<Self, SealError> {
        let text = keys.open(&purpose(user_id, provider), key_id, bytes)?;
        serde_json::from_slice(&text).map_err(|_| SealError::Broken)
    }
}

/// When a grant's access token ends.
pub fn end_of(grant: &Grant) -> Timestamp {
    let lasts = SignedDuration::try_from(grant.expires_in).unwrap_or(SignedDuration::ZERO);
    Timestamp::now().saturating_add(lasts).unwrap_or(Timestamp::MAX)
}

impl Calendars {
    /// A token that is good for a while yet.
    pub(crate) async fn access(&self, account: Account) -> Result<Access<'_>, CalendarError> {
        let (stored, tokens) = self.stored(account).await?;
        let client = self.client_of(&stored)?;
        if stored.token_expires_at.is_some_and(|end| end > Timestamp::now() + MARGIN) {
            return Ok(Access { client, token: Secret::new(tokens.access) });
        }
        self.renewed(account, &tokens.access).await
    }

    /// A token that is another than `old`, which the provider no longer takes, or soon will not.
    pub(crate) async fn renewed(&self, account: Account, old: &str) -> Result<Access<'_>, CalendarError> {
        for _ in 0..LOOKS {
            let claim = claims::claim_now(self.database(), TOKEN_REFRESHES, account.key(), REFRESH_SECONDS).await?;
            let Some(claim) = claim else {
                tokio::time::sleep(LOOK_AGAIN).await;
                let (stored, tokens) = self.stored(account).await?;
                if tokens.access != old {
                    return Ok(Access { client: self.client_of(&stored)?, token: Secret::new(tokens.access) });
                }
                continue;
            };
            let (settlement, access) = self.renewed_under(account, &claim, old).await;
            let settlements = [(&claim.item, &settlement)];
            claims::settle(self.database(), TOKEN_REFRESHES, Patience::Persistent, &settlements).await?;
            return access;
        }
        // Whoever claimed to refresh it did not.
        Err(CalendarError::slow())
    }

    /// Refreshes a token under a claim, unless somebody has since it was looked at.
    async fn renewed_under(
        &self,
        account: Account,
        claim: &UrgentClaim,
        old: &str,
    ) -> (Settlement, Result<Access<'_>, CalendarError>) {
        let as_before = Settlement::Again { due_at: claim.due_at };
        let (stored, tokens) = match self.stored(account).await {
            Ok(stored) => stored,
            Err(error) => return (as_before, Err(error)),
        };
        if tokens.access != old {
            let access = self.client_of(&stored).map(|client| Access { client, token: Secret::new(tokens.access) });
            return (as_before, access);
        }
        let refreshed = self.refresh(account, claim.item.lease, &stored, tokens).await;
        let settlement = match &refreshed {
            // It was put back for when the new token ends.
            Ok(_) => Settlement::Done,
            Err(error) => refresh_failed(error),
        };
        (settlement, refreshed)
    }

    /// Refreshes a token under a claim on queue `token_refreshes`.
    pub(crate) async fn refresh(
        &self,
        account: Account,
        lease: Uuid,
        stored: &Stored,
        tokens: Tokens,
    ) -> Result<Access<'_>, CalendarError> {
        let client = self.client_of(stored)?;
        let provider = provider_of(stored)?;
        let grant = match client.refresh(&tokens.refresh).await {
            Ok(grant) => grant,
            Err(error) if error.kind == CallErrorKind::Reconnect => {
                self.needs_reconnect(account, Some(lease), &error.code).await?;
                return Err(CalendarError::NeedsReconnect);
            }
            // Whatever it is, it says nothing of what the token is wanted for: that is tried again.
            Err(error) => return Err(error.for_later().into()),
        };
        let renewed = Tokens {
            access: grant.access_token.reveal().clone(),
            // Google gives none: the one we have stays good.
            refresh: grant.refresh_token.as_ref().map_or(tokens.refresh, |token| token.reveal().clone()),
        };
        let sealed = renewed.seal(self.keys(), stored.user_id, provider)?;
        let sql = "SELECT convene.store_tokens($1, $2, $3, $4, $5, $6)";
        let Account { org_id, connection_id } = account;
        self.database()
            .run(sql, &[&org_id, &connection_id, &lease, &sealed.key_id, &sealed.bytes, &end_of(&grant)])
            .await?;
        Ok(Access { client, token: grant.access_token })
    }

    /// The grant has ended: nothing is tried again until the user connects anew.
    pub(crate) async fn needs_reconnect(
        &self,
        account: Account,
        lease: Option<Uuid>,
        reason: &str,
    ) -> Result<(), ApiError> {
        let sql = "SELECT convene.mark_needs_reconnect($1, $2, $3, $4)";
        self.database().run(sql, &[&account.org_id, &account.connection_id, &lease, &reason]).await
    }

    pub(crate) async fn stored(&self, account: Account) -> Result<(Stored, Tokens), CalendarError> {
        let sql = "SELECT * FROM convene.connection_tokens($1, $2)";
        let stored: Option<Stored> = self.database().first(sql, &[&account.org_id, &account.connection_id]).await?;
        let stored = stored.ok_or(CalendarError::Disconnected)?;
        if stored.status != "connected" {
            return Err(CalendarError::NeedsReconnect);
        }
        let owner = (stored.user_id, stored.provider.as_str());
        let tokens = Tokens::open(self.keys(), owner, &stored.key_id, &stored.tokens)?;
        Ok((stored, tokens))
    }

    fn client_of(&self, stored: &Stored) -> Result<&Client, CalendarError> {
        self.client(provider_of(stored)?).ok_or(CalendarError::NotConfigured)
    }
}

fn provider_of(stored: &Stored) -> Result<Provider, CalendarError> {
    stored.provider.parse().map_err(|_| CalendarError::NotConfigured)
}

/// What becomes of a token that could not be refreshed.
pub fn refresh_failed(error: &CalendarError) -> Settlement {
    match error {
        // Connecting the account again puts it back.
        CalendarError::Disconnected | CalendarError::NeedsReconnect => Settlement::Done,
        error => Settlement::Retry { error: Some(error.code()), wait: error.retry_after() },
    }
}
