//! Connecting an account: sending its user to the provider, and taking them back with a code (OAuth 2.0 with PKCE).

use convene_providers::Secret;
use convene_providers::calendar::{Calendar, Client, Grant, Pkce, Provider};
use convene_providers::{CallError, CallErrorKind};
use convene_rules::refusal::Refusal;
use serde_json::{Value, json};
use uuid::Uuid;

use super::tokens::{Tokens, end_of};
use super::{Account, Calendars};
use crate::database::{Scalar, row};
use crate::error::{ApiError, Fault};
use crate::opaque_token::{generate, hash};
use crate::seal::SealError;

/// Sealed verifiers open for this user and provider only.
fn purpose(user_id: Uuid, provider: Provider) -> String {
    format!("calendar_connect_states: {user_id}/{}", provider.as_str())
}

row! {
    struct SealedVerifier {
        key_id: String,
        verifier: Vec<u8>,
    }
}

row! {
    /// What is left of a disconnected account.
    pub struct Removed {
        user_id: Uuid,
        provider: String,
        key_id: Option<String>,
        tokens: Option<Vec<u8>>,
        /// Whether nobody else has connected the same account.
        ends_grant: bool,
        /// Push channels: the provider's id and its resource.
        channels: Value,
    }
}

impl Calendars {
    /// Where to send a user, who must come back within ten minutes.
    pub async fn start(&self, user_id: Uuid, provider: Provider) -> Result<String, ApiError> {
        let client = self.configured(provider)?;
        let state = generate("").map_err(|error| ApiError::internal(error.to_string()))?;
        let pkce = Pkce::new().ok_or_else(|| ApiError::internal("the system gave no random bytes"))?;
        let sealed =
            self.keys().seal(&purpose(user_id, provider), pkce.verifier.reveal().as_bytes()).map_err(internal)?;
        let sql = "SELECT convene.start_calendar_connection($1, $2, $3, $4, $5)";
        let hash = hash(&state);
        self.database()
            .run(sql, &[&user_id, &provider.as_str(), &hash.as_slice(), &sealed.key_id, &sealed.bytes])
            .await?;
        Ok(client.authorize_url(&state, &pkce.challenge))
    }

    /// Takes a user back: changes the code for tokens, and connects the account, whose busy time is read at once.
    /// Returns the connection's id.
    pub async fn complete(&self, user_id: Uuid, provider: Provider, state: &str, code: &str) -> Result<Uuid, ApiError> {
        let client = self.configured(provider)?;
        let sql = "SELECT key_id, verifier FROM convene.take_calendar_state($1, $2, $3)";
        let sealed: SealedVerifier =
            self.database().one(sql, &[&user_id, &provider.as_str(), &hash(state).as_slice()]).await?;
        let verifier =
            self.keys().open(&purpose(user_id, provider), &sealed.key_id, &sealed.verifier).map_err(internal)?;
        let verifier = String::from_utf8(verifier).map_err(|_| internal(SealError::Broken))?;

        let grant = client.exchange(code, &verifier).await.map_err(|error| refused(provider, error))?;
        let mut missing = client.missing_scopes(&grant.scopes);
        if grant.subject.is_none() {
            // Without an id token nobody knows whose account it is.
            missing.push("openid");
        }
        let refresh = grant.refresh_token.as_ref().map(Secret::reveal).cloned();
        let (true, Some(refresh), Some(subject)) = (missing.is_empty(), refresh, &grant.subject) else {
            let missing = missing.into_iter().map(str::to_owned).collect();
            self.give_back(client, &grant).await?;
            return Err(Refusal::CalendarScopesMissing { provider: provider.to_string(), missing }.into());
        };
        let token = grant.access_token.reveal();
        let calendars = client.calendars(token).await.map_err(|error| refused(provider, error))?;
        let tokens = Tokens { access: token.clone(), refresh };
        let sealed = tokens.seal(self.keys(), user_id, provider).map_err(internal)?;
        let sql = "SELECT * FROM convene.connect_calendar($1, $2, $3, $4, $5, $6, $7, $8, $9)";
        let account: Account = self
            .database()
            .one(
                sql,
                &[
                    &user_id,
                    &provider.as_str(),
                    subject,
                    &grant.address,
                    &grant.scopes,
                    &sealed.key_id,
                    &sealed.bytes,
                    &end_of(&grant),
                    &listed(&calendars),
                ],
            )
            .await?;
        // If this does not work, a worker tries again; until then nothing is known, and nothing booked on it. The rest is
        // for a worker in any case.
        self.read_now(account).await;
        let sql = "SELECT convene.request_calendar_sync($1, $2)";
        self.database().run(sql, &[&user_id, &account.connection_id]).await?;
        Ok(account.connection_id)
    }

    /// A grant that is of no use is revoked, unless somebody has connected that account: theirs would end with it.
    async fn give_back(&self, client: &Client, grant: &Grant) -> Result<(), ApiError> {
        let Some(refresh) = &grant.refresh_token else { return Ok(()) };
        let sql = "SELECT convene.calendar_grant_is_used($1, $2)";
        let Scalar(is_used): Scalar<bool> =
            self.database().one(sql, &[&client.provider().as_str(), &grant.subject]).await?;
        if !is_used {
            // What it says changes nothing here.
            let _ = client.revoke(refresh.reveal()).await;
        }
        Ok(())
    }

    /// Has the provider forget a grant whose account was disconnected. What is removed here stays so whatever it says.
    pub async fn forget(&self, connection_id: Uuid, removed: &Removed) {
        if let Err(problem) = self.revoke(removed).await {
            tracing::warn!(connection = %connection_id, cause = problem, "the provider was not told of a disconnection");
        }
    }

    async fn revoke(&self, removed: &Removed) -> Result<(), String> {
        let (Some(key_id), Some(sealed)) = (&removed.key_id, &removed.tokens) else { return Ok(()) };
        let provider = removed.provider.parse().map_err(|_| "it is not known".to_owned())?;
        let client = self.client(provider).ok_or("it is not configured")?;
        let owner = (removed.user_id, removed.provider.as_str());
        let tokens = Tokens::open(self.keys(), owner, key_id, sealed).map_err(|error| error.to_string())?;
        let channels: Vec<(String, Option<String>)> =
            serde_json::from_value(removed.channels.clone()).map_err(|error| error.to_string())?;
        for (id, resource) in channels {
            // One that stays ends by itself, and is not listened to.
            let _ = client.unwatch(&tokens.access, &id, resource.as_deref()).await;
        }
        if !removed.ends_grant {
            return Ok(());
        }
        client.revoke(&tokens.refresh).await.map_err(|error| error.code)
    }
}

/// Calendars as SQL functions take them.
pub(crate) fn listed(calendars: &[Calendar]) -> Value {
    let one = |calendar: &Calendar| {
        json!({
            "id": calendar.id, "name": calendar.name, "time_zone": calendar.time_zone,
            "is_primary": calendar.is_primary, "can_write": calendar.can_write,
        })
    };
    calendars.iter().map(one).collect()
}

fn internal(error: SealError) -> ApiError {
    ApiError::internal(error.to_string())
}

/// What a user can do about it is start again; anything else is ours or the provider's.
fn refused(provider: Provider, error: CallError) -> ApiError {
    match error.kind {
        CallErrorKind::Reconnect => Refusal::CalendarCodeInvalid { provider: provider.to_string() }.into(),
        CallErrorKind::Retry { .. } => Fault::ProviderUnavailable { problem: error.code }.into(),
        _ => ApiError::internal(format!("{provider} said {}: {}", error.code, error.message)),
    }
}
