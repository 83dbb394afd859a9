//! Writebacks: events made what bookings say they should be. Doing one twice does no harm: the event's key is ours, so
//! a retry after a lost answer finds what the first try made.

use convene_providers::CallErrorKind;
use convene_providers::calendar::{Conference, Event, Provider, Written};
use jiff::Timestamp;
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use crate::claims::{Item, Settlement, WRITEBACKS};
use crate::database::{Scalar, row};
use crate::error::ApiError;
use crate::integrations::calendars::tokens::Access;
use crate::integrations::calendars::{Account, CalendarError, Calendars};
use crate::work::queue::Queue;

row! {
    /// A claimed writeback: what the event is to be, and what is known of it.
    pub struct Writeback {
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
        host_names: Vec<String>,
        attendee_names: Vec<String>,
        meeting_goal: String,
        materials_urls: Vec<String>,
        location: Option<String>,
        conference_url: Option<String>,
    }
}

/// What is at the provider now.
enum Found {
    Written(Written),
    Removed,
    /// The event is gone, and its id cannot be used again.
    Gone,
}

/// The queue of writebacks.
#[derive(Clone)]
pub struct Writebacks(pub Calendars);

impl Queue for Writebacks {
    const NAME: &'static str = WRITEBACKS;
    const AT_ONCE: usize = 32;
    /// Providers allow four requests to a mailbox at once, and reading it is one.
    const MOST_PER_KEY: Option<i32> = Some(3);

    async fn work(&self, item: &Item) -> Settlement {
        self.0.write_back(item).await.unwrap_or_else(|error| {
            tracing::warn!(writeback = %item.subject_id, code = error.code(), cause = error.cause(), "cannot do a writeback");
            Settlement::Retry { error: Some(error.code()), wait: None }
        })
    }
}

impl Writeback {
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
            title: format!("{} / {}", self.attendee_names.join(", "), self.host_names.join(", ")),
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
    async fn write_back(&self, item: &Item) -> Result<Settlement, ApiError> {
        let sql = "SELECT * FROM convene.begin_writeback($1, $2, $3)";
        let writeback: Option<Writeback> =
            self.database().first(sql, &[&item.org_id, &item.subject_id, &item.lease]).await?;
        let Some(writeback) = writeback else { return Ok(Settlement::Done) };
        let account = Account { org_id: item.org_id, connection_id: writeback.connection_id };
        match self.write(account, &writeback).await {
            Ok(found) => self.finish(item, &writeback, &found).await,
            Err(error) if error.is(&CallErrorKind::Gone) => self.finish(item, &writeback, &Found::Gone).await,
            Err(error) => self.write_failed(item, account, &error).await,
        }
    }

    async fn write(&self, account: Account, writeback: &Writeback) -> Result<Found, CalendarError> {
        let is_cancel = writeback.operation == "cancel";
        let Some(calendar) = writeback.calendar_id.as_deref().filter(|_| writeback.begun || !is_cancel) else {
            // Nobody ever began to make it, or there is no calendar to write to any more.
            return Ok(Found::Removed);
        };
        let access = self.access(account).await?;
        match self.write_with(writeback, calendar, &access).await {
            Err(error) if error.is(&CallErrorKind::Unauthorized) => {
                let access = self.renewed(account, access.token.reveal()).await?;
                self.write_with(writeback, calendar, &access).await
            }
            outcome => outcome,
        }
    }

    async fn write_with(
        &self,
        writeback: &Writeback,
        calendar: &str,
        access: &Access<'_>,
    ) -> Result<Found, CalendarError> {
        let (client, token) = (access.client, access.token.reveal());
        if let (true, Some(id)) = (writeback.is_written, &writeback.event_id) {
            let conference = client.conference(token, calendar, id).await?;
            return Ok(Found::Written(Written { id: id.clone(), url: writeback.event_url.clone(), conference }));
        }
        let event = writeback.event(client.provider());
        if writeback.operation == "cancel" {
            client.remove(token, calendar, writeback.event_id.as_deref(), &event).await?;
            return Ok(Found::Removed);
        }
        Ok(Found::Written(client.put(token, calendar, writeback.event_id.as_deref(), &event).await?))
    }

    async fn finish(&self, item: &Item, writeback: &Writeback, found: &Found) -> Result<Settlement, ApiError> {
        let (result, id, url, conference) = match found {
            Found::Removed => ("removed", None, None, &Conference::None),
            Found::Gone => ("gone", None, None, &Conference::None),
            Found::Written(written) => ("written", Some(&written.id), written.url.as_ref(), &written.conference),
        };
        let (state, link) = match conference {
            Conference::None => ("none", None),
            Conference::Pending => ("pending", None),
            Conference::Failed => ("failed", None),
            Conference::Ready(link) => ("ready", Some(link)),
        };
        let sql = "SELECT convene.finish_writeback($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
        let Writeback { generation, start_time, end_time, .. } = writeback;
        let Item { org_id, subject_id, lease, .. } = item;
        let Scalar(conclusion): Scalar<Option<String>> = self
            .database()
            .one(sql, &[org_id, subject_id, lease, generation, &result, start_time, end_time, &id, &url, &state, &link])
            .await?;
        Ok(match conclusion.as_deref() {
            Some("await_link") => Settlement::Retry { error: None, wait: None },
            Some("make_anew") => Settlement::Retry { error: Some("its id was used up".to_owned()), wait: None },
            Some(_) => Settlement::Done,
            None => Settlement::Lost,
        })
    }

    async fn write_failed(&self, item: &Item, account: Account, error: &CalendarError) -> Result<Settlement, ApiError> {
        if matches!(error, CalendarError::Disconnected | CalendarError::NeedsReconnect) {
            // Connecting the account again puts it back.
            return Ok(Settlement::Done);
        }
        // Also with a fresh token.
        if error.is(&CallErrorKind::Unauthorized) {
            self.needs_reconnect(account, None, &error.code()).await?;
            return Ok(Settlement::Lost);
        }
        let is_permanent = error.is(&CallErrorKind::Refused);
        tracing::warn!(writeback = %item.subject_id, cause = error.code(), is_permanent, "a calendar did not take an event");
        Ok(if is_permanent {
            Settlement::Failed { error: error.code() }
        } else {
            Settlement::Retry { error: Some(error.code()), wait: error.retry_after() }
        })
    }
}
