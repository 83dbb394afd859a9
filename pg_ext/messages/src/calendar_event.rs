//! What an event in a connected calendar says.

use serde::Deserialize;

use crate::clean;
use crate::language::Language;
use crate::meeting::{Part, Relation, null_as_default};
use crate::person::{Group, People, Person, PersonId};
use crate::phrase::Phrase;
use crate::texts::{Args, write};

/// Longest title, in characters: Microsoft wants fewer than 255 (PROTOCOLS §2.2).
const TITLE_LONGEST: usize = 250;

/// What the calendar event of one participant is about.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct CalendarEventFacts {
    /// Whose calendar it is in.
    pub reader: Relation,
    /// The event type's title, where the booking has one.
    #[serde(default)]
    pub name: Option<String>,
    #[serde(default, deserialize_with = "null_as_default")]
    pub hosts: Vec<Person>,
    #[serde(default, deserialize_with = "null_as_default")]
    pub attendees: Vec<Attendee>,
    #[serde(default)]
    pub conference_url: Option<String>,
}

/// An attendee, and what they wrote for the meeting.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Attendee {
    pub person: Person,
    #[serde(default)]
    pub goal: Option<String>,
    #[serde(default, deserialize_with = "null_as_default")]
    pub materials_urls: Vec<String>,
}

/// Plain text of a calendar event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CalendarEvent {
    /// One line of at most 250 characters.
    pub title: String,
    pub description: String,
}

/// The texts of a participant's calendar event. An attendee's says nothing of the other attendees.
pub fn calendar_event(facts: &CalendarEventFacts, language: Language) -> CalendarEvent {
    let attendees: Vec<&Attendee> =
        facts.attendees.iter().filter(|attendee| facts.reader.may_see(&attendee.person.id)).collect();
    CalendarEvent { title: title(facts, &attendees, language), description: description(facts, &attendees, language) }
}

impl Relation {
    fn may_see(&self, attendee: &PersonId) -> bool {
        self.part != Part::Attendee || self.id.as_ref() == Some(attendee)
    }
}

fn title(facts: &CalendarEventFacts, attendees: &[&Attendee], language: Language) -> String {
    let mut args = Args::default();
    People::new(attendees.iter().map(|attendee| &attendee.person)).tell(Group::Attendees, language, &mut args);
    People::new(&facts.hosts).tell(Group::Hosts, language, &mut args);
    let title = match clean::optional_line(facts.name.as_deref()) {
        Some(name) => {
            args.text("name", name);
            write(language, Phrase::CalendarEventNamedTitle, &args)
        }
        None => write(language, Phrase::CalendarEventTitle, &args),
    };
    title.chars().take(TITLE_LONGEST).collect()
}

fn description(facts: &CalendarEventFacts, attendees: &[&Attendee], language: Language) -> String {
    let headed = |heading, lines: Vec<String>| {
        (!lines.is_empty()).then(|| format!("{}:\n{}", write(language, heading, &Args::default()), lines.join("\n")))
    };
    let goals = attendees.iter().filter_map(|attendee| {
        let goal = clean::words(attendee.goal.as_deref())?;
        // Whose goal it is goes without saying where only one attends.
        Some(if attendees.len() == 1 { goal } else { format!("{}:\n{goal}", attendee.person.shown(language)) })
    });
    let materials =
        attendees.iter().flat_map(|attendee| &attendee.materials_urls).map(|url| clean::line(url)).collect();
    let link = clean::optional_line(facts.conference_url.as_deref()).into_iter().collect();
    let parts: Vec<String> = goals
        .chain(headed(Phrase::CalendarEventToRead, materials))
        .chain(headed(Phrase::CalendarEventMeetAt, link))
        .collect();
    parts.join("\n\n")
}
