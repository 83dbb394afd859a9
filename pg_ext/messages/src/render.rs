//! What notices say.

mod account;
mod booking;

use convene_rules::zone::Zone;
use serde_json::Value;

use crate::language::Language;
use crate::notice::Notice;
use crate::phrase::Phrase;
use crate::texts::{Args, write};
use crate::{clean, when};

/// Who reads: in which language, and by which clocks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reader {
    pub language: Language,
    pub time_zone: Zone,
}

/// What a person reads. Plain text, for whoever shows it to escape as their medium needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text {
    /// One line, which names nobody.
    pub title: String,
    /// Sentences; several lines only where somebody wrote several.
    pub message: String,
}

/// What a notice says to a reader.
pub fn render(notice: &Notice, reader: &Reader) -> Text {
    match notice {
        Notice::Booking(meeting, event) => booking::render(meeting, event, reader),
        Notice::TierOverrideApproved(facts) => account::override_approved(facts, reader),
        Notice::TierOverrideRejected(facts) => account::override_rejected(facts, reader),
        Notice::TierOverrideExpired(facts) => account::override_expired(facts, reader),
        Notice::CalendarNeedsReconnect(facts) => account::calendar_needs_reconnect(facts, reader),
        Notice::AirtableBroken(facts) => account::airtable_broken(facts, reader),
        Notice::UserRemoved(facts) => account::user_removed(facts, reader),
    }
}

/// What a stored notice says to a reader. One that cannot be read says so, and does not fail: in a list it must not
/// hide the others.
pub fn render_stored(kind: &str, facts: &Value, reader: &Reader) -> Text {
    match Notice::from_parts(kind, facts) {
        Ok(notice) => render(&notice, reader),
        Err(_) => {
            let mut composed = Composed::new(reader, Phrase::UnreadableTitle);
            composed.args.text("kind", clean::line(kind));
            composed.say(Phrase::Unreadable);
            composed.text()
        }
    }
}

/// A text as it is put together: a title, and sentences about the same things.
struct Composed<'a> {
    reader: &'a Reader,
    title: Phrase,
    args: Args<'a>,
    message: String,
}

impl<'a> Composed<'a> {
    fn new(reader: &'a Reader, title: Phrase) -> Self {
        Self { reader, title, args: Args::default(), message: String::new() }
    }

    /// Adds a sentence.
    fn say(&mut self, phrase: Phrase) {
        if !self.message.is_empty() {
            self.message.push(' ');
        }
        self.message.push_str(&write(self.reader.language, phrase, &self.args));
    }

    /// Adds what somebody wrote, if anything, as a sentence that says whose words they are.
    fn say_words(&mut self, phrase: Phrase, words: Option<&str>) {
        if let Some(words) = clean::words(words) {
            self.args.text("words", words);
            self.say(phrase);
        }
    }

    fn time(&mut self, variable: &'static str, instant: jiff::Timestamp) {
        self.args.text(variable, when::wall_time(instant, &self.reader.time_zone, self.reader.language));
    }

    fn text(self) -> Text {
        Text { title: write(self.reader.language, self.title, &self.args), message: self.message }
    }
}
