//! What must be known of a booking to write about one event of its history.
//!
//! The facts are those of the event, as they were after it, and who reads: with them a text needs nothing else, whatever
//! has happened to the booking since.

use convene_rules::state::Status;
use jiff::Timestamp;
use serde::{Deserialize, Deserializer};

use crate::person::{People, Person, PersonId};

/// A booking as it was after an event, who acted, and who reads.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Meeting {
    pub reader: Relation,
    /// Who did it; None when nobody did it by hand.
    #[serde(default)]
    pub actor: Option<Person>,
    pub acted_as: ActedAs,
    pub source: Source,
    #[serde(default, deserialize_with = "null_as_default")]
    pub hosts: Vec<Person>,
    #[serde(default, deserialize_with = "null_as_default")]
    pub attendees: Vec<Person>,
    /// How many attendees there are in all, where `attendees` holds only the first of them.
    #[serde(default)]
    pub attendee_count: Option<u32>,
    pub start: Timestamp,
    #[serde(default)]
    pub place: Option<String>,
    #[serde(default)]
    pub conference_url: Option<String>,
}

impl Meeting {
    /// Whether the reader did it.
    pub fn reader_acted(&self) -> bool {
        self.acted_as != ActedAs::System && self.actor.as_ref().is_some_and(|actor| self.is_reader(actor))
    }

    pub fn is_reader(&self, person: &Person) -> bool {
        self.reader.id.as_ref() == Some(&person.id)
    }

    /// Whether its participants may rate it once it is over.
    pub fn can_be_rated(&self) -> bool {
        self.source == Source::TimeSlot
    }

    pub(crate) fn attendees(&self) -> People<'_> {
        People::new(&self.attendees).of(self.attendee_count.map_or(0, saturating))
    }

    /// Whom the reader meets. An attendee meets the hosts: who else has a seat is the hosts' to know.
    pub(crate) fn others(&self) -> People<'_> {
        match self.reader.part {
            Part::Host | Part::FormerHost => self.met_by_host(self.reader.id.as_ref()),
            Part::Attendee | Part::Staff => People::new(&self.hosts),
        }
    }

    /// Whom the actor meets: nobody where the actor does not take part.
    pub(crate) fn met_by_actor(&self) -> People<'_> {
        match self.acted_as {
            ActedAs::Host => self.met_by_host(self.actor.as_ref().map(|actor| &actor.id)),
            ActedAs::Attendee => People::new(&self.hosts),
            ActedAs::Staff | ActedAs::System => People::new([]),
        }
    }

    /// The attendees, and the other hosts, if the host is one.
    fn met_by_host(&self, host: Option<&PersonId>) -> People<'_> {
        let is_host = self.hosts.iter().any(|other| Some(&other.id) == host);
        self.attendees().and(self.hosts.iter().filter(|other| is_host && Some(&other.id) != host))
    }
}

fn saturating(count: u32) -> usize {
    usize::try_from(count).unwrap_or(usize::MAX)
}

/// Who reads a text, and as what.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Relation {
    /// None for readers who are nobody in particular, such as an organization's own address.
    #[serde(default)]
    pub id: Option<PersonId>,
    pub part: Part,
}

/// What a booking is to a reader.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, strum::IntoStaticStr, strum::VariantArray)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Part {
    Host,
    Attendee,
    /// Whose meeting it was until this event.
    FormerHost,
    /// No participant: a coordinator, an admin, an organization's own address.
    Staff,
}

impl Part {
    pub const ALL: &[Self] = <Self as strum::VariantArray>::VARIANTS;

    /// As in facts, such as `former_host`.
    pub fn as_str(self) -> &'static str {
        self.into()
    }
}

/// As what somebody acted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ActedAs {
    Host,
    Attendee,
    Staff,
    System,
}

/// What a booking came from. Bookings of time slots are office hours: mentors host them, and they can be rated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, strum::IntoStaticStr)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Source {
    TimeSlot,
    EventType,
    Offer,
}

impl Source {
    /// As in facts, such as `time_slot`.
    pub fn as_str(self) -> &'static str {
        self.into()
    }
}

/// What somebody did to a booking, with what is to be said of that alone.
#[derive(Debug, Clone, PartialEq)]
pub enum BookingEvent {
    Created(Created),
    Confirmed,
    Declined(Explained),
    Canceled(Explained),
    /// What coordinators are told of a cancellation shortly before the start.
    CanceledLate(Explained),
    Rescheduled(Rescheduled),
    Reassigned(Reassigned),
    Completed,
    NoShow(NoShow),
    NoShowDisputed(Explained),
    NoShowCorrected(Explained),
    Expired(Expired),
    Rated,
    Joined(Seated),
    Left(Seated),
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Created {
    /// `held`, `pending` or `confirmed`.
    pub to_status: Status,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Explained {
    /// What the actor wrote.
    #[serde(default)]
    pub words: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Rescheduled {
    pub from_start: Timestamp,
    /// `pending` where the new time awaits an answer.
    pub to_status: Status,
    #[serde(default)]
    pub words: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Reassigned {
    /// The hosts before. Where they are those of after, the text is that of a booking that was moved.
    #[serde(default, deserialize_with = "null_as_default")]
    pub from_hosts: Vec<Person>,
    #[serde(flatten)]
    pub moved: Rescheduled,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct NoShow {
    #[serde(default, deserialize_with = "null_as_default")]
    pub absent: Vec<Person>,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Expired {
    /// `held` or `pending`.
    pub from_status: Status,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Seated {
    /// The attendee who joined or left.
    pub participant: Person,
}

/// SQL's `jsonb_agg` of no rows is NULL.
pub(crate) fn null_as_default<'de, D: Deserializer<'de>, T: Deserialize<'de> + Default>(
    deserializer: D,
) -> Result<T, D::Error> {
    Option::deserialize(deserializer).map(Option::unwrap_or_default)
}
