//! Notices about one event of a booking's history.

use convene_rules::state::Status;

use super::{Composed, Reader, Text};
use crate::clean;
use crate::meeting::{ActedAs, BookingEvent, Meeting, Part, Reassigned, Rescheduled, Seated};
use crate::person::{Group, People, Person};
use crate::phrase::Phrase;
use crate::texts::{Args, write};

pub(super) fn render(meeting: &Meeting, event: &BookingEvent, reader: &Reader) -> Text {
    match event {
        BookingEvent::Created(created) => match created.to_status {
            Status::Pending => requested(meeting, reader),
            Status::Held => held(meeting, reader),
            _ => takes_place(meeting, reader, Phrase::BookingBookedTitle),
        },
        BookingEvent::Confirmed => takes_place(meeting, reader, Phrase::BookingConfirmedTitle),
        BookingEvent::Declined(declined) => {
            let mut text = Written::new(meeting, reader, Phrase::BookingDeclinedTitle);
            text.say_who(Phrase::BookingDeclinedByReader, Phrase::BookingDeclined, Phrase::BookingDeclinedStaff);
            text.say_words(declined.words.as_deref());
            text.text()
        }
        BookingEvent::Canceled(canceled) => {
            let mut text = Written::new(meeting, reader, Phrase::BookingCanceledTitle);
            text.say_who(Phrase::BookingCanceledByReader, Phrase::BookingCanceled, Phrase::BookingCanceledStaff);
            text.say_words(canceled.words.as_deref());
            text.text()
        }
        BookingEvent::CanceledLate(canceled) => canceled_late(meeting, canceled.words.as_deref(), reader),
        BookingEvent::Rescheduled(moved) => rescheduled(meeting, moved, reader),
        BookingEvent::Reassigned(reassigned) => reassigned_or_moved(meeting, reassigned, reader),
        BookingEvent::Completed => {
            let mut text = Written::new(meeting, reader, Phrase::BookingCompletedTitle);
            text.say_of_meeting(Phrase::BookingCompleted, Phrase::BookingCompletedStaff);
            if meeting.can_be_rated() && meeting.reader.part != Part::Staff {
                text.say(Phrase::CanRate);
            }
            text.text()
        }
        BookingEvent::NoShow(no_show) => {
            let mut text = Written::new(meeting, reader, Phrase::BookingNoShowTitle);
            text.say_of_meeting(Phrase::BookingNoShow, Phrase::BookingNoShowStaff);
            let absent = People::new(&no_show.absent);
            if !absent.is_empty() {
                text.name(Group::Absent, &absent);
                text.say(Phrase::DidNotCome);
            }
            text.text()
        }
        BookingEvent::NoShowDisputed(disputed) => {
            let mut text = Written::new(meeting, reader, Phrase::BookingNoShowDisputedTitle);
            text.say_who(
                Phrase::BookingNoShowDisputedByReader,
                Phrase::BookingNoShowDisputed,
                Phrase::BookingNoShowDisputedStaff,
            );
            text.say_words(disputed.words.as_deref());
            text.text()
        }
        BookingEvent::NoShowCorrected(corrected) => {
            let mut text = Written::new(meeting, reader, Phrase::BookingNoShowCorrectedTitle);
            text.say_who(
                Phrase::BookingNoShowCorrectedByReader,
                Phrase::BookingNoShowCorrected,
                Phrase::BookingNoShowCorrectedStaff,
            );
            text.say_words(corrected.words.as_deref());
            text.text()
        }
        BookingEvent::Expired(expired) => {
            let (title, phrase, staff) = match expired.from_status {
                Status::Held => {
                    (Phrase::BookingHoldLapsedTitle, Phrase::BookingHoldLapsed, Phrase::BookingHoldLapsedStaff)
                }
                _ => (Phrase::BookingExpiredTitle, Phrase::BookingExpired, Phrase::BookingExpiredStaff),
            };
            let mut text = Written::new(meeting, reader, title);
            text.say_of_meeting(phrase, staff);
            text.text()
        }
        BookingEvent::Rated => {
            let mut text = Written::new(meeting, reader, Phrase::BookingRatedTitle);
            text.say_who(Phrase::BookingRatedByReader, Phrase::BookingRated, Phrase::BookingRatedStaff);
            text.text()
        }
        BookingEvent::Joined(joined) => seated(meeting, joined, reader, JOINED),
        BookingEvent::Left(left) => seated(meeting, left, reader, LEFT),
    }
}

fn requested(meeting: &Meeting, reader: &Reader) -> Text {
    let mut text = Written::new(meeting, reader, Phrase::BookingRequestedTitle);
    text.name_everybody();
    text.say(match meeting.reader.part {
        Part::Host | Part::FormerHost => Phrase::BookingRequestedHost,
        Part::Attendee if meeting.reader_acted() => Phrase::BookingRequestedAttendee,
        Part::Attendee => Phrase::BookingRequestedForAttendee,
        Part::Staff => Phrase::BookingRequestedStaff,
    });
    text.say_who_answers();
    text.text()
}

fn held(meeting: &Meeting, reader: &Reader) -> Text {
    let mut text = Written::new(meeting, reader, Phrase::BookingHeldTitle);
    let phrase = match meeting.reader.part {
        Part::Attendee => Phrase::BookingHeldAttendee,
        Part::Host | Part::FormerHost | Part::Staff => Phrase::BookingHeldHost,
    };
    text.say_of_meeting(phrase, Phrase::BookingHeldStaff);
    text.text()
}

fn takes_place(meeting: &Meeting, reader: &Reader, title: Phrase) -> Text {
    let mut text = Written::new(meeting, reader, title);
    text.say_of_meeting(Phrase::MeetingTakesPlace, Phrase::MeetingTakesPlaceStaff);
    text.say_where();
    text.text()
}

fn canceled_late(meeting: &Meeting, words: Option<&str>, reader: &Reader) -> Text {
    let mut text = Written::new(meeting, reader, Phrase::BookingCanceledLateTitle);
    text.name_for_staff();
    text.say(Phrase::BookingCanceledLate);
    text.say_words(words);
    text.text()
}

fn rescheduled(meeting: &Meeting, moved: &Rescheduled, reader: &Reader) -> Text {
    let mut text = Written::new(meeting, reader, Phrase::BookingRescheduledTitle);
    text.text.time("from", moved.from_start);
    text.say_who(Phrase::BookingRescheduledByReader, Phrase::BookingRescheduled, Phrase::BookingRescheduledStaff);
    text.say_what_follows(moved);
    text.text()
}

fn reassigned_or_moved(meeting: &Meeting, reassigned: &Reassigned, reader: &Reader) -> Text {
    let former = except(&reassigned.from_hosts, &meeting.hosts);
    let new = except(&meeting.hosts, &reassigned.from_hosts);
    if former.is_empty() || new.is_empty() {
        return rescheduled(meeting, &reassigned.moved, reader);
    }
    let is_new = new.iter().any(|host| meeting.is_reader(host));
    let mut text = Written::new(meeting, reader, Phrase::BookingReassignedTitle);
    text.text.args.text("source", meeting.source.as_str());
    text.text.time("from", reassigned.moved.from_start);
    text.name_everybody();
    match meeting.reader.part {
        Part::Staff => text.name(Group::FormerHosts, &People::new(former)),
        Part::Host | Part::Attendee | Part::FormerHost => text.name_once(Group::FormerHosts, People::new(former)),
    }
    match meeting.reader.part {
        Part::FormerHost => text.name_once(Group::Others, meeting.others()),
        Part::Host | Part::Attendee | Part::Staff => text.name(Group::Others, &meeting.others()),
    }
    text.name(Group::NewHosts, &People::new(new));
    text.say(match (meeting.reader.part, meeting.reader_acted()) {
        (Part::FormerHost, false) => Phrase::BookingReassignedFormerHost,
        (Part::FormerHost, true) => Phrase::BookingReassignedFormerHostByReader,
        (Part::Host, false) if is_new => Phrase::BookingReassignedNewHost,
        (Part::Host, true) if is_new => Phrase::BookingReassignedNewHostByReader,
        (Part::Host | Part::Attendee, false) => Phrase::BookingReassigned,
        (Part::Host | Part::Attendee, true) => Phrase::BookingReassignedByReader,
        (Part::Staff, _) => Phrase::BookingReassignedStaff,
    });
    text.say_what_follows(&reassigned.moved);
    text.text()
}

/// What is said when an attendee joins or leaves.
struct SeatPhrases {
    title: Phrase,
    by_reader: Phrase,
    of_reader: Phrase,
    to_host: Phrase,
    to_others: Phrase,
}

const JOINED: SeatPhrases = SeatPhrases {
    title: Phrase::BookingJoinedTitle,
    by_reader: Phrase::BookingJoinedByReader,
    of_reader: Phrase::BookingJoinedAddedReader,
    to_host: Phrase::BookingJoinedHost,
    to_others: Phrase::BookingJoinedOthers,
};

const LEFT: SeatPhrases = SeatPhrases {
    title: Phrase::BookingLeftTitle,
    by_reader: Phrase::BookingLeftByReader,
    of_reader: Phrase::BookingLeftRemovedReader,
    to_host: Phrase::BookingLeftHost,
    to_others: Phrase::BookingLeftOthers,
};

fn seated(meeting: &Meeting, seated: &Seated, reader: &Reader, phrases: SeatPhrases) -> Text {
    let mut text = Written::new(meeting, reader, phrases.title);
    text.name_everybody();
    text.text.args.text("participant", seated.participant.shown(reader.language));
    text.say(match meeting.reader.part {
        _ if meeting.is_reader(&seated.participant) && meeting.reader_acted() => phrases.by_reader,
        _ if meeting.is_reader(&seated.participant) => phrases.of_reader,
        Part::Host => phrases.to_host,
        Part::Attendee | Part::FormerHost | Part::Staff => phrases.to_others,
    });
    text.text()
}

fn except<'a>(people: &'a [Person], others: &[Person]) -> Vec<&'a Person> {
    people.iter().filter(|person| !others.iter().any(|other| other.id == person.id)).collect()
}

/// A text about a meeting as it is put together; says who acted and when the meeting is from the start.
struct Written<'a> {
    meeting: &'a Meeting,
    text: Composed<'a>,
}

impl<'a> Written<'a> {
    fn new(meeting: &'a Meeting, reader: &'a Reader, title: Phrase) -> Self {
        let mut text = Composed::new(reader, title);
        let actor = match (&meeting.actor, meeting.acted_as) {
            (_, ActedAs::System) => write(reader.language, Phrase::ProductName, &Args::default()),
            (Some(actor), _) => actor.shown(reader.language),
            (None, _) => write(reader.language, Phrase::ErasedPerson, &Args::default()),
        };
        text.args.text("actor", actor);
        text.time("when", meeting.start);
        Self { meeting, text }
    }

    fn say(&mut self, phrase: Phrase) {
        self.text.say(phrase);
    }

    fn text(self) -> Text {
        self.text.text()
    }

    fn name(&mut self, group: Group, people: &People<'_>) {
        people.tell(group, self.text.reader.language, &mut self.text.args);
    }

    /// Names people in a sentence that names the actor: nobody, where they are only the actor.
    fn name_once(&mut self, group: Group, people: People<'_>) {
        let is_named_already = self.meeting.actor.as_ref().is_some_and(|actor| people.is_only(&actor.id));
        self.name(group, &if is_named_already { People::new([]) } else { people });
    }

    fn name_everybody(&mut self) {
        self.name(Group::Hosts, &People::new(&self.meeting.hosts));
        self.name(Group::Attendees, &self.meeting.attendees());
    }

    /// For staff: everybody, and whom the actor meets.
    fn name_for_staff(&mut self) {
        self.name_everybody();
        self.name(Group::Others, &self.meeting.met_by_actor());
    }

    /// Says who did what to the meeting: "you", or by name, and to staff also whose meeting it is.
    fn say_who(&mut self, by_reader: Phrase, by_other: Phrase, to_staff: Phrase) {
        if self.meeting.reader.part == Part::Staff {
            self.name_for_staff();
            return self.say(to_staff);
        }
        self.name_once(Group::Others, self.meeting.others());
        self.say(if self.meeting.reader_acted() { by_reader } else { by_other });
    }

    /// Says what became of the meeting, whoever did it.
    fn say_of_meeting(&mut self, to_participant: Phrase, to_staff: Phrase) {
        if self.meeting.reader.part == Part::Staff {
            self.name_everybody();
            return self.say(to_staff);
        }
        self.name(Group::Others, &self.meeting.others());
        self.say(to_participant);
    }

    fn say_who_answers(&mut self) {
        match self.meeting.reader.part {
            Part::Host => self.say(Phrase::PleaseAnswer),
            Part::Attendee => self.say(Phrase::TheyWillAnswer),
            Part::FormerHost | Part::Staff => {}
        }
    }

    /// After a move: whether it awaits an answer, where it is, and what the actor wrote.
    fn say_what_follows(&mut self, moved: &Rescheduled) {
        if moved.to_status == Status::Pending {
            self.say_who_answers();
        }
        self.say_where();
        self.say_words(moved.words.as_deref());
    }

    /// Where to meet, for those who do.
    fn say_where(&mut self) {
        if !matches!(self.meeting.reader.part, Part::Host | Part::Attendee) {
            return;
        }
        if let Some(place) = clean::optional_line(self.meeting.place.as_deref()) {
            self.text.args.text("place", place);
            self.say(Phrase::PlaceIs);
        }
        if let Some(link) = clean::optional_line(self.meeting.conference_url.as_deref()) {
            self.text.args.text("link", link);
            self.say(Phrase::LinkIs);
        }
    }

    /// What the actor wrote, for all but the actor.
    fn say_words(&mut self, words: Option<&str>) {
        if self.meeting.reader_acted() {
            return;
        }
        let phrase = match self.meeting.acted_as {
            ActedAs::System => Phrase::ReasonIs,
            ActedAs::Host | ActedAs::Attendee | ActedAs::Staff => Phrase::TheyWrote,
        };
        self.text.say_words(phrase, words);
    }
}
