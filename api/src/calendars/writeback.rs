//! Writebacks: events made what bookings say they should be. Doing one twice does no harm: the event's key is ours, so
//! a retry after a lost answer finds what the first try made.

use jiff::Timestamp;
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use super::tokens::Access;
use super::{Account, CalendarError, Calendars};
use crate::calendar::{CallErrorKind, Conference, Event, Provider, Written};
use crate::database::{Scalar, row};
use crate::error::ApiError;
use crate::queue::{Outcome, Queue, lease_seconds};

row! {
    /// An event that is owed.
    pub struct Owed {
        org_id: i32,
        id: Uuid,
        booking_id: Uuid,
        user_id: Uuid,
        connection_id: Uuid,
        operation: String,
        generation: i32,
        incarnation: i32,
        begun: bool,
        hosts_conference: bool,
        start_time: Timestamp,
        end_time: Timestamp,
        calendar_id: Option<String>,
        event_id: Option<String>,
        event_url: Option<String>,
        /// Only its conference link is missing.
        is_written: bool,
        mentor_name: String,
        mentee_name: String,
        meeting_goal: String,
        materials_urls: Vec<String>,
        location: Option<String>,
        conference_url: Option<String>,
    }
}

/// What became of it.
enum Settled {
    Written(Written),
    Removed,
}

/// Events that are owed.
#[derive(Clone)]
pub struct Writebacks(pub Calendars);

impl Queue for Writebacks {
    const NAME: &'static str = "booking_external_events";
    const AT_ONCE: usize = 32;
    type Job = Owed;

    async fn claim(&self, lease: Uuid, limit: i32) -> Result<Vec<Owed>, ApiError> {
        let sql = "SELECT * FROM convene.claim_writebacks($1, $2, $3)";
        self.0.database().all(sql, &[&lease, &limit, &lease_seconds()]).await
    }

    fn id(owed: &Owed) -> Uuid {
        owed.id
    }

    async fn work(&self, lease: Uuid, owed: Owed) -> Outcome {
        let outcome = match self.0.write(&owed).await {
            Ok(settled) => self.0.finish(lease, &owed, &settled).await,
            Err(error) => self.0.postpone(lease, &owed, &error).await,
        };
        outcome.unwrap_or_else(|error| {
            // The lease runs out, and it is done again.
            tracing::warn!(writeback = %owed.id, code = error.code(), cause = error.cause(), "cannot settle a writeback");
            Outcome::Lost
        })
    }
}

impl Owed {
    fn account(&self) -> Account {
        Account { org_id: self.org_id, connection_id: self.connection_id }
    }

    /// The event's own id: the same in every try, and for whoever disconnected and connected again. For Google letters
    /// and digits that it takes, for Microsoft a UUID.
    fn key(&self, provider: Provider) -> String {
        let mut digest = Sha256::new();
        digest.update(self.booking_id.as_bytes());
        digest.update(self.user_id.as_bytes());
        digest.update(self.incarnation.to_be_bytes());
        let mut bytes = [0; 16];
        bytes.copy_from_slice(&digest.finalize()[..16]);
        let id = uuid::Builder::from_random_bytes(bytes).into_uuid();
        match provider {
            Provider::Google => id.simple().to_string(),
            Provider::Microsoft => id.to_string(),
        }
    }

    fn event(&self, provider: Provider) -> Event {
        Event {
            key: self.key(provider),
            title: format!("{} / {}", self.mentee_name, self.mentor_name),
            description: self.description(),
            // A host's event gets its link from the provider.
            location: self.location.clone().or_else(|| self.conference_url.clone().filter(|_| !self.hosts_conference)),
            start: self.start_time,
            end: self.end_time,
            wants_conference: self.hosts_conference,
            booking_id: self.booking_id,
        }
    }

    fn description(&self) -> String {
        let mut text = self.meeting_goal.clone();
        for (title, lines) in
            [("To read before", self.materials_urls.as_slice()), ("Meet at", self.conference_url.as_slice())]
        {
            if !lines.is_empty() {
                text.push_str(&format!("\n\n{title}:\n{}", lines.join("\n")));
            }
        }
        text
    }
}

impl Calendars {
    async fn write(&self, owed: &Owed) -> Result<Settled, CalendarError> {
        let is_cancel = owed.operation == "cancel";
        let Some(calendar) = owed.calendar_id.as_deref().filter(|_| owed.begun || !is_cancel) else {
            // Nobody ever began to make it, or there is no calendar to write to any more.
            return Ok(Settled::Removed);
        };
        let access = self.access(owed.account()).await?;
        match self.write_with(owed, calendar, &access).await {
            Err(error) if error.is(&CallErrorKind::Unauthorized) => {
                let access = self.renewed(owed.account(), access.token.reveal()).await?;
                self.write_with(owed, calendar, &access).await
            }
            outcome => outcome,
        }
    }

    async fn write_with(&self, owed: &Owed, calendar: &str, access: &Access<'_>) -> Result<Settled, CalendarError> {
        let (client, token) = (access.client, access.token.reveal());
        if let (true, Some(id)) = (owed.is_written, &owed.event_id) {
            let conference = client.conference(token, calendar, id).await?;
            return Ok(Settled::Written(Written { id: id.clone(), url: owed.event_url.clone(), conference }));
        }
        let event = owed.event(client.provider());
        if owed.operation == "cancel" {
            client.remove(token, calendar, owed.event_id.as_deref(), &event).await?;
            return Ok(Settled::Removed);
        }
        Ok(Settled::Written(client.put(token, calendar, owed.event_id.as_deref(), &event).await?))
    }

    async fn finish(&self, lease: Uuid, owed: &Owed, settled: &Settled) -> Result<Outcome, ApiError> {
        let (id, url, conference) = match settled {
            Settled::Removed => (None, None, &Conference::None),
            Settled::Written(written) => (Some(&written.id), written.url.as_ref(), &written.conference),
        };
        let (state, link) = match conference {
            Conference::None => ("none", None),
            Conference::Pending => ("pending", None),
            Conference::Failed => ("failed", None),
            Conference::Ready(link) => ("ready", Some(link)),
        };
        let sql = "SELECT convene.finish_writeback($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
        let Owed { org_id, id: row, generation, start_time, end_time, .. } = owed;
        let Scalar(is_kept) = self
            .database()
            .one(sql, &[org_id, row, &lease, generation, start_time, end_time, &id, &url, &state, &link])
            .await?;
        Ok(if is_kept { Outcome::Done } else { Outcome::Lost })
    }

    async fn postpone(&self, lease: Uuid, owed: &Owed, error: &CalendarError) -> Result<Outcome, ApiError> {
        if matches!(error, CalendarError::Disconnected | CalendarError::NeedsReconnect) {
            return Ok(Outcome::Lost);
        }
        // Also with a fresh token.
        if error.is(&CallErrorKind::Unauthorized) {
            self.needs_reconnect(owed.account(), None, &error.word()).await?;
            return Ok(Outcome::Postponed);
        }
        let is_gone = error.is(&CallErrorKind::Gone);
        let is_permanent = error.is(&CallErrorKind::Refused);
        tracing::warn!(writeback = %owed.id, cause = error.word(), is_permanent, "a calendar did not take an event");
        let sql = "SELECT convene.postpone_writeback($1, $2, $3, $4, $5, $6, $7, $8)";
        let Scalar(status): Scalar<Option<String>> = self
            .database()
            .one(
                sql,
                &[
                    &owed.org_id,
                    &owed.id,
                    &lease,
                    &owed.generation,
                    &error.word(),
                    &error.retry_after(),
                    &is_permanent,
                    &is_gone,
                ],
            )
            .await?;
        Ok(match status.as_deref() {
            Some("failed") => Outcome::Failed,
            Some(_) => Outcome::Postponed,
            None => Outcome::Lost,
        })
    }
}
