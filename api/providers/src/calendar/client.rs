//! One provider, and the calls that both have.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::google::Google;
use super::microsoft::Microsoft;
use super::provider::Provider;
use super::registration::{GoogleConfig, MicrosoftConfig};
use super::types::{Busy, Calendar, Changes, Channel, Conference, Event, Grant, Watched, Written};
use crate::call_error::CallError;

/// The providers that are configured. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct Clients {
    google: Option<Client>,
    microsoft: Option<Client>,
}

impl Clients {
    /// A pool of connections for each provider that is configured.
    pub fn new(google: Option<GoogleConfig>, microsoft: Option<MicrosoftConfig>) -> Self {
        Self {
            google: google.map(|config| Client::Google(Google::new(config))),
            microsoft: microsoft.map(|config| Client::Microsoft(Microsoft::new(config))),
        }
    }

    /// `None` where the provider is not configured.
    pub fn of(&self, provider: Provider) -> Option<&Client> {
        match provider {
            Provider::Google => self.google.as_ref(),
            Provider::Microsoft => self.microsoft.as_ref(),
        }
    }
}

/// One provider. Cheap to clone. Nothing is tried twice: who calls decides when to go on, by the kind of the error.
#[derive(Debug, Clone)]
pub enum Client {
    Google(Google),
    Microsoft(Microsoft),
}

impl Client {
    pub fn provider(&self) -> Provider {
        match self {
            Self::Google(_) => Provider::Google,
            Self::Microsoft(_) => Provider::Microsoft,
        }
    }

    /// Where to send a person for consent. `state` comes back with the code; `challenge` is [`Pkce`](super::Pkce)'s.
    pub fn authorize_url(&self, state: &str, challenge: &str) -> String {
        match self {
            Self::Google(google) => google.authorize_url(state, challenge),
            Self::Microsoft(microsoft) => microsoft.authorize_url(state, challenge),
        }
    }

    /// Tokens for a code, which is good once. `Reconnect` where the code is not (any more).
    pub async fn exchange(&self, code: &str, verifier: &str) -> Result<Grant, CallError> {
        match self {
            Self::Google(google) => google.exchange(code, verifier).await,
            Self::Microsoft(microsoft) => microsoft.exchange(code, verifier).await,
        }
    }

    /// A new access token, and perhaps a new refresh token, which must be stored then.
    pub async fn refresh(&self, refresh_token: &str) -> Result<Grant, CallError> {
        match self {
            Self::Google(google) => google.refresh(refresh_token).await,
            Self::Microsoft(microsoft) => microsoft.refresh(refresh_token).await,
        }
    }

    /// Revokes the grant of an account, and with it every token that anybody got for that account, not only this one.
    /// Microsoft offers no way to do that: the token can only be deleted.
    pub async fn revoke(&self, refresh_token: &str) -> Result<(), CallError> {
        match self {
            Self::Google(google) => google.revoke(refresh_token).await,
            Self::Microsoft(_) => Ok(()),
        }
    }

    /// The scopes that are needed and were not granted.
    pub fn missing_scopes(&self, granted: &[String]) -> Vec<&'static str> {
        match self {
            Self::Google(_) => Google::missing_scopes(granted),
            Self::Microsoft(_) => Microsoft::missing_scopes(granted),
        }
    }

    /// Every calendar of the account.
    pub async fn calendars(&self, token: &str) -> Result<Vec<Calendar>, CallError> {
        match self {
            Self::Google(google) => google.calendars(token).await,
            Self::Microsoft(microsoft) => microsoft.calendars(token).await,
        }
    }

    /// When each of the calendars is busy between `from` and `until`, in the order given. Windows may reach beyond.
    /// `zone` is where the calendars' owner is: Microsoft tells whole days without saying in which zone they are.
    pub async fn busy(
        &self,
        token: &str,
        calendars: &[String],
        from: Timestamp,
        until: Timestamp,
        zone: &TimeZone,
    ) -> Result<Vec<Busy>, CallError> {
        match self {
            Self::Google(google) => google.busy(token, calendars, from, until).await,
            Self::Microsoft(microsoft) => microsoft.busy(token, calendars, from, until, zone).await,
        }
    }

    /// What changed since `cursor`; without a cursor, every event between `from` and `until`, which must stay the same
    /// for all calls with that cursor. Events outside may be included. `CursorExpired` where the provider no longer
    /// knows the cursor. `zone` as for [`busy`](Self::busy).
    pub async fn changes(
        &self,
        token: &str,
        calendar: &str,
        cursor: Option<&str>,
        from: Timestamp,
        until: Timestamp,
        zone: &TimeZone,
    ) -> Result<Changes, CallError> {
        match self {
            Self::Google(google) => google.changes(token, calendar, cursor, from, until, zone).await,
            Self::Microsoft(microsoft) => microsoft.changes(token, calendar, cursor, from, until, zone).await,
        }
    }

    /// Creates or updates the event. `known` is the id that an earlier write returned. When an answer was lost, the
    /// same call can be repeated, and makes no second event. `Gone` where the event or its calendar was deleted; a new
    /// event needs a new key then.
    pub async fn put(
        &self,
        token: &str,
        calendar: &str,
        known: Option<&str>,
        event: &Event,
    ) -> Result<Written, CallError> {
        match self {
            Self::Google(google) => google.put(token, calendar, known, event).await,
            Self::Microsoft(microsoft) => microsoft.put(token, calendar, known, event).await,
        }
    }

    /// Removes the event; one that does not exist counts as removed. `event` is what was written last: without a
    /// `known` id it is found by its key. Call it only after every write of the event has ended, or a late write would
    /// create it again.
    pub async fn remove(
        &self,
        token: &str,
        calendar: &str,
        known: Option<&str>,
        event: &Event,
    ) -> Result<(), CallError> {
        match self {
            Self::Google(google) => google.remove(token, calendar, known, event).await,
            Self::Microsoft(microsoft) => microsoft.remove(token, calendar, known, event).await,
        }
    }

    /// The video meeting of an event for which one was requested.
    pub async fn conference(&self, token: &str, calendar: &str, id: &str) -> Result<Conference, CallError> {
        match self {
            Self::Google(google) => google.conference(token, calendar, id).await,
            Self::Microsoft(microsoft) => microsoft.conference(token, calendar, id).await,
        }
    }

    /// Subscribes to changes of a calendar; `None` where the provider tells of no changes of this one, and never will.
    pub async fn watch(&self, token: &str, calendar: &str, channel: &Channel) -> Result<Option<Watched>, CallError> {
        match self {
            Self::Google(google) => google.watch(token, calendar, channel).await,
            Self::Microsoft(microsoft) => microsoft.watch(token, calendar, channel).await,
        }
    }

    /// Ends a subscription; one that does not exist counts as ended.
    pub async fn unwatch(&self, token: &str, id: &str, resource_id: Option<&str>) -> Result<(), CallError> {
        match self {
            Self::Google(google) => google.unwatch(token, id, resource_id).await,
            Self::Microsoft(microsoft) => microsoft.unwatch(token, id).await,
        }
    }
}
