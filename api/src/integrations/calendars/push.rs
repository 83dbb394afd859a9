//! Push: providers tell us that a calendar changed, and it is read at once. Channels end, and are opened anew a day
//! before that; without a public address there are none, and calendars are read only when they are due.

use std::time::Duration;

use convene_providers::CallErrorKind;
use convene_providers::calendar::{Channel, Provider};
use jiff::Timestamp;
use uuid::Uuid;

use super::{Account, CalendarError, Calendars};
use crate::database::{Scalar, row};
use crate::error::ApiError;
use crate::opaque_token::{generate, hash};

/// The longest that both providers offer, less a margin.
const LASTS: Duration = Duration::from_secs(6 * 24 * 3600);

row! {
    struct Unwatched {
        calendar_id: String,
    }
}

row! {
    /// A channel that another replaces.
    struct Replaced {
        remote_id: Option<String>,
        resource_id: Option<String>,
    }
}

/// A provider's word that something changed.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Notice {
    pub channel: ChannelId,
    /// What the channel was opened with, if the word is its own.
    pub secret: String,
    /// Whether the channel ends.
    pub is_over: bool,
}

/// How a provider names a channel.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum ChannelId {
    /// Google uses our id.
    Ours(Uuid),
    /// Microsoft uses its own.
    Theirs(String),
}

impl std::fmt::Display for ChannelId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Ours(id) => id.fmt(f),
            Self::Theirs(id) => f.write_str(id),
        }
    }
}

impl Calendars {
    /// Takes the word of a provider that things changed, all of it at once. Returns those that are a channel's own.
    pub async fn changed(&self, notices: Vec<Notice>) -> Result<Vec<Notice>, ApiError> {
        let (mut ours, mut theirs, mut secrets, mut over) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for Notice { channel, secret, is_over } in &notices {
            ours.push(if let ChannelId::Ours(id) = channel { Some(*id) } else { None });
            theirs.push(if let ChannelId::Theirs(id) = channel { Some(id.as_str()) } else { None });
            secrets.push(hash(secret).to_vec());
            over.push(*is_over);
        }
        let sql = "SELECT nth FROM convene.calendar_changed($1, $2, $3, $4)";
        let known: Vec<Scalar<i32>> = self.database().all(sql, &[&ours, &theirs, &secrets, &over]).await?;
        let nth =
            |Scalar(nth): Scalar<i32>| usize::try_from(nth - 1).ok().and_then(|index| notices.get(index)).cloned();
        Ok(known.into_iter().filter_map(nth).collect())
    }

    /// Opens the channels that an account lacks. What fails is tried again when the account is next read.
    pub(crate) async fn keep_watching(&self, account: Account) {
        if let Err(error) = self.watch(account).await {
            tracing::warn!(connection = %account.connection_id, cause = error.code(), "no push for a calendar");
        }
    }

    /// What is wrong with one calendar keeps no other from being watched.
    async fn watch(&self, account: Account) -> Result<(), CalendarError> {
        let Some(public_url) = &self.0.public_url else { return Ok(()) };
        let Account { org_id, connection_id } = account;
        let sql = "SELECT * FROM convene.calendar_channels_to_open($1, $2)";
        let unwatched: Vec<Unwatched> = self.database().all(sql, &[&org_id, &connection_id]).await?;
        let mut outcome = Ok(());
        for Unwatched { calendar_id } in unwatched {
            match self.watch_one(account, public_url, &calendar_id).await {
                Err(error) if is_about_one_calendar(&error) => outcome = Err(error),
                watched => watched?,
            }
        }
        outcome
    }

    async fn watch_one(&self, account: Account, public_url: &str, calendar: &str) -> Result<(), CalendarError> {
        let Account { org_id, connection_id } = account;
        let access = self.access(account).await?;
        let (client, token) = (access.client, access.token.reveal());
        let secret = generate("").map_err(|error| ApiError::internal(error.to_string()))?;
        let sql = "SELECT convene.open_calendar_channel($1, $2, $3, $4)";
        let Scalar(id) =
            self.database().one(sql, &[&org_id, &connection_id, &calendar, &hash(&secret).as_slice()]).await?;
        let address = address(public_url, client.provider(), id);
        let channel = Channel { id, secret, address, expires_in: LASTS };
        let Some(watched) = client.watch(token, calendar, &channel).await? else {
            let sql = "SELECT convene.refuse_calendar_channel($1, $2)";
            return Ok(self.database().run(sql, &[&org_id, &id]).await?);
        };
        let sql = "SELECT * FROM convene.keep_calendar_channel($1, $2, $3, $4, $5)";
        let end: Timestamp = watched.expires_at;
        let replaced: Vec<Replaced> =
            self.database().all(sql, &[&org_id, &id, &watched.id, &watched.resource_id, &end]).await?;
        for Replaced { remote_id, resource_id } in replaced {
            let Some(remote_id) = remote_id else { continue };
            // Otherwise it ends by itself.
            let _ = client.unwatch(token, &remote_id, resource_id.as_deref()).await;
        }
        Ok(())
    }
}

/// An outage, a limit or a token that ended is no calendar's own.
fn is_about_one_calendar(error: &CalendarError) -> bool {
    error.is(&CallErrorKind::Refused) || error.is(&CallErrorKind::Gone)
}

/// Where a provider pushes to. Graph refuses a second subscription with the address of the first.
fn address(public_url: &str, provider: Provider, channel: Uuid) -> String {
    format!("{public_url}/v1/webhooks/calendar/{provider}?channel={channel}")
}
