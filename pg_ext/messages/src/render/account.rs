//! Notices about a person's account, and about the organization's.

use super::{Composed, Reader, Text};
use crate::clean;
use crate::notice::{ApprovedOverride, BrokenAirtable, ExpiredOverride, LostCalendar, RejectedOverride, RemovedUser};
use crate::phrase::Phrase;

pub(super) fn override_approved(facts: &ApprovedOverride, reader: &Reader) -> Text {
    let mut text = Composed::new(reader, Phrase::TierOverrideApprovedTitle);
    text.args.text("mentor", facts.mentor.shown(reader.language));
    text.time("when", facts.expires_at);
    text.say(Phrase::TierOverrideApproved);
    text.say_words(Phrase::ReviewerWrote, facts.words.as_deref());
    text.text()
}

pub(super) fn override_rejected(facts: &RejectedOverride, reader: &Reader) -> Text {
    let mut text = Composed::new(reader, Phrase::TierOverrideRejectedTitle);
    text.args.text("mentor", facts.mentor.shown(reader.language));
    text.say(Phrase::TierOverrideRejected);
    text.say_words(Phrase::ReviewerWrote, facts.words.as_deref());
    text.text()
}

pub(super) fn override_expired(facts: &ExpiredOverride, reader: &Reader) -> Text {
    let mut text = Composed::new(reader, Phrase::TierOverrideExpiredTitle);
    text.args.text("mentor", facts.mentor.shown(reader.language));
    text.say(Phrase::TierOverrideExpired);
    text.text()
}

pub(super) fn calendar_needs_reconnect(facts: &LostCalendar, reader: &Reader) -> Text {
    let mut text = Composed::new(reader, Phrase::CalendarNeedsReconnectTitle);
    text.args.text("provider", facts.provider.name());
    text.say(Phrase::CalendarNeedsReconnect);
    text.text()
}

pub(super) fn airtable_broken(facts: &BrokenAirtable, reader: &Reader) -> Text {
    let mut text = Composed::new(reader, Phrase::AirtableBrokenTitle);
    text.args.text("error", clean::line(&facts.error));
    text.say(Phrase::AirtableBroken);
    text.text()
}

pub(super) fn user_removed(facts: &RemovedUser, reader: &Reader) -> Text {
    let mut text = Composed::new(reader, Phrase::UserRemovedTitle);
    text.args.text("person", facts.person.shown(reader.language));
    text.args.number("meetings", facts.meetings_canceled);
    text.say(Phrase::UserRemoved);
    text.text()
}
