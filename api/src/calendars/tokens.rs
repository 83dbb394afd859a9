//! Tokens of connected accounts: opened for a call, refreshed before they end, sealed again. One refresh of an account
//! goes on at a time, whichever instance does it; the others wait for its tokens.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Account, CalendarError, Calendars};
use crate::calendar::{CallErrorKind, Client, Grant, Provider};
use crate::config::Secret;
use crate::database::{Scalar, row};
use crate::error::ApiError;
use crate::queue::{Outcome, Queue};
use crate::seal::{KeyRing, SealError, Sealed};

/// A token that ends sooner is not used for another call.
const MARGIN: SignedDuration = SignedDuration::from_secs(60);
/// One that ends sooner is refreshed ahead.
const SOON: SignedDuration = SignedDuration::from_mins(10);
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
    struct Stored {
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
    pub(super) async fn access(&self, account: Account) -> Result<Access<'_>, CalendarError> {
        let (stored, tokens) = self.stored(account).await?;
        let client = self.client_of(&stored)?;
        if stored.token_expires_at.is_some_and(|end| end > Timestamp::now() + MARGIN) {
            return Ok(Access { client, token: Secret::new(tokens.access) });
        }
        self.renewed(account, &tokens.access).await
    }

    /// A token that is another than `old`, which the provider no longer takes, or soon will not.
    pub(super) async fn renewed(&self, account: Account, old: &str) -> Result<Access<'_>, CalendarError> {
        let lease = Uuid::new_v4();
        for _ in 0..LOOKS {
            let sql = "SELECT convene.claim_token_refresh($1, $2, $3, $4)";
            let Account { org_id, connection_id } = account;
            let Scalar(is_ours) =
                self.database().one(sql, &[&org_id, &connection_id, &lease, &REFRESH_SECONDS]).await?;
            let (stored, tokens) = self.stored(account).await?;
            let client = self.client_of(&stored)?;
            if tokens.access != old {
                if is_ours {
                    self.release(account, lease, false).await?;
                }
                return Ok(Access { client, token: Secret::new(tokens.access) });
            }
            if is_ours {
                return self.refresh(account, lease, &stored, tokens).await;
            }
            tokio::time::sleep(LOOK_AGAIN).await;
        }
        // Whoever claimed to refresh it did not.
        Err(CalendarError::slow())
    }

    async fn refresh(
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
            Err(error) => {
                self.release(account, lease, true).await?;
                // Whatever it is, it says nothing of what the token is wanted for: that is tried again.
                return Err(error.for_later().into());
            }
        };
        let renewed = Tokens {
            access: grant.access_token.reveal().clone(),
            // Google gives none: the one we have stays good.
            refresh: grant.refresh_token.as_ref().map_or(tokens.refresh, |token| token.reveal().clone()),
        };
        let sealed = renewed.seal(&self.0.keys, stored.user_id, provider)?;
        let sql = "SELECT convene.store_tokens($1, $2, $3, $4, $5, $6)";
        let Account { org_id, connection_id } = account;
        self.database()
            .run(sql, &[&org_id, &connection_id, &lease, &sealed.key_id, &sealed.bytes, &end_of(&grant)])
            .await?;
        Ok(Access { client, token: grant.access_token })
    }

    async fn release(&self, account: Account, lease: Uuid, has_failed: bool) -> Result<(), ApiError> {
        let sql = "SELECT convene.release_token_refresh($1, $2, $3, $4)";
        self.database().run(sql, &[&account.org_id, &account.connection_id, &lease, &has_failed]).await
    }

    /// The grant has ended: nothing is tried again until the user connects anew.
    pub(super) async fn needs_reconnect(
        &self,
        account: Account,
        lease: Option<Uuid>,
        reason: &str,
    ) -> Result<(), ApiError> {
        let sql = "SELECT convene.mark_needs_reconnect($1, $2, $3, $4)";
        self.database().run(sql, &[&account.org_id, &account.connection_id, &lease, &reason]).await
    }

    async fn stored(&self, account: Account) -> Result<(Stored, Tokens), CalendarError> {
        let sql = "SELECT * FROM convene.connection_tokens($1, $2)";
        let stored: Option<Stored> = self.database().first(sql, &[&account.org_id, &account.connection_id]).await?;
        let stored = stored.ok_or(CalendarError::Disconnected)?;
        if stored.status != "connected" {
            return Err(CalendarError::NeedsReconnect);
        }
        let owner = (stored.user_id, stored.provider.as_str());
        let tokens = Tokens::open(&self.0.keys, owner, &stored.key_id, &stored.tokens)?;
        Ok((stored, tokens))
    }

    fn client_of(&self, stored: &Stored) -> Result<&Client, CalendarError> {
        self.client(provider_of(stored)?).ok_or(CalendarError::NotConfigured)
    }
}

fn provider_of(stored: &Stored) -> Result<Provider, CalendarError> {
    stored.provider.parse().map_err(|_| CalendarError::NotConfigured)
}

/// Tokens that end soon, so that no booking waits for a refresh.
#[derive(Clone)]
pub struct Refreshes(pub Calendars);

impl Queue for Refreshes {
    const NAME: &'static str = "token_refreshes";
    const AT_ONCE: usize = 8;
    type Job = Account;

    /// Each is claimed on its own, when it is refreshed.
    async fn claim(&self, _: Uuid, limit: i32) -> Result<Vec<Account>, ApiError> {
        self.0.database().all("SELECT * FROM convene.tokens_to_refresh($1)", &[&limit]).await
    }

    fn id(account: &Account) -> Uuid {
        account.connection_id
    }

    async fn work(&self, _: Uuid, account: Account) -> Outcome {
        let refreshed = async {
            let (stored, tokens) = self.0.stored(account).await?;
            // Somebody who needed it has refreshed it since.
            if stored.token_expires_at.is_some_and(|end| end > Timestamp::now() + SOON) {
                return Ok(());
            }
            self.0.renewed(account, &tokens.access).await.map(drop)
        };
        match refreshed.await {
            Ok(()) => Outcome::Done,
            Err(CalendarError::Disconnected | CalendarError::NeedsReconnect) => Outcome::Lost,
            Err(error) => {
                tracing::warn!(connection = %account.connection_id, cause = error.word(), "cannot refresh a token");
                let sql = "SELECT convene.postpone_token_refresh($1, $2)";
                let noted = self.0.database().run(sql, &[&account.org_id, &account.connection_id]).await;
                if noted.is_ok() { Outcome::Postponed } else { Outcome::Lost }
            }
        }
    }
}
