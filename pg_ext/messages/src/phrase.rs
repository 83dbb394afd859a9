//! The names of all texts.

/// A text of `texts/*.ftl` by its name there: `BookingRatedTitle` is `booking-rated-title`. The files have a few more,
/// which are parts of these.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, strum::IntoStaticStr)]
#[cfg_attr(test, derive(strum::VariantArray))]
#[strum(serialize_all = "kebab-case")]
pub(crate) enum Phrase {
    MonthJanuary,
    MonthFebruary,
    MonthMarch,
    MonthApril,
    MonthMay,
    MonthJune,
    MonthJuly,
    MonthAugust,
    MonthSeptember,
    MonthOctober,
    MonthNovember,
    MonthDecember,
    WeekdayMonday,
    WeekdayTuesday,
    WeekdayWednesday,
    WeekdayThursday,
    WeekdayFriday,
    WeekdaySaturday,
    WeekdaySunday,
    WallTime,
    WallTimeShownTwice,

    ProductName,
    ErasedPerson,
    UnnamedGuest,
    PeopleNone,
    PeopleTwo,
    PeopleThree,
    PeopleUnnamed,
    PeopleOneAndMore,
    PeopleTwoAndMore,
    WithPeople,
    WithPeopleOneAndMore,
    WithPeopleTwoAndMore,

    PleaseAnswer,
    TheyWillAnswer,
    TheyWrote,
    ReasonIs,
    ReviewerWrote,
    PlaceIs,
    LinkIs,
    CanRate,
    DidNotCome,

    BookingRequestedTitle,
    BookingRequestedHost,
    BookingRequestedAttendee,
    BookingRequestedForAttendee,
    BookingRequestedStaff,
    BookingBookedTitle,
    MeetingTakesPlace,
    MeetingTakesPlaceStaff,
    BookingHeldTitle,
    BookingHeldAttendee,
    BookingHeldHost,
    BookingHeldStaff,

    BookingConfirmedTitle,

    BookingDeclinedTitle,
    BookingDeclinedByReader,
    BookingDeclined,
    BookingDeclinedStaff,

    BookingCanceledTitle,
    BookingCanceledByReader,
    BookingCanceled,
    BookingCanceledStaff,
    BookingCanceledLateTitle,
    BookingCanceledLate,

    BookingRescheduledTitle,
    BookingRescheduledByReader,
    BookingRescheduled,
    BookingRescheduledStaff,

    BookingReassignedTitle,
    BookingReassignedFormerHost,
    BookingReassignedFormerHostByReader,
    BookingReassignedNewHost,
    BookingReassignedNewHostByReader,
    BookingReassigned,
    BookingReassignedByReader,
    BookingReassignedStaff,

    BookingCompletedTitle,
    BookingCompleted,
    BookingCompletedStaff,

    BookingNoShowTitle,
    BookingNoShow,
    BookingNoShowStaff,

    BookingNoShowDisputedTitle,
    BookingNoShowDisputedByReader,
    BookingNoShowDisputed,
    BookingNoShowDisputedStaff,
    BookingNoShowCorrectedTitle,
    BookingNoShowCorrectedByReader,
    BookingNoShowCorrected,
    BookingNoShowCorrectedStaff,

    BookingExpiredTitle,
    BookingExpired,
    BookingExpiredStaff,
    BookingHoldLapsedTitle,
    BookingHoldLapsed,
    BookingHoldLapsedStaff,

    BookingRatedTitle,
    BookingRatedByReader,
    BookingRated,
    BookingRatedStaff,

    BookingJoinedTitle,
    BookingJoinedByReader,
    BookingJoinedAddedReader,
    BookingJoinedHost,
    BookingJoinedOthers,
    BookingLeftTitle,
    BookingLeftByReader,
    BookingLeftRemovedReader,
    BookingLeftHost,
    BookingLeftOthers,

    TierOverrideApprovedTitle,
    TierOverrideApproved,
    TierOverrideRejectedTitle,
    TierOverrideRejected,
    TierOverrideExpiredTitle,
    TierOverrideExpired,

    CalendarNeedsReconnectTitle,
    CalendarNeedsReconnect,

    AirtableBrokenTitle,
    AirtableBroken,

    UserRemovedTitle,
    UserRemoved,

    UnreadableTitle,
    Unreadable,

    CalendarEventTitle,
    CalendarEventNamedTitle,
    CalendarEventToRead,
    CalendarEventMeetAt,
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use fluent_bundle::FluentResource;
    use fluent_syntax::ast::{Entry, Expression, InlineExpression, Pattern, PatternElement};
    use strum::VariantArray as _;

    use super::Phrase;
    use crate::language::Language;
    use crate::texts::source;

    /// The entries of a language's file, all of which can be read.
    fn resource(language: Language) -> FluentResource {
        FluentResource::try_new(source(language).to_owned()).unwrap_or_else(|(_, errors)| panic!("{errors:?}"))
    }

    /// The names of a file's messages, each with the messages that are part of it.
    fn messages(resource: &FluentResource) -> Vec<(String, Vec<String>)> {
        let message = |entry: &Entry<&str>| match entry {
            Entry::Message(message) => {
                let name = message.id.name.to_owned();
                assert!(message.attributes.is_empty(), "{name} has attributes");
                let mut parts = Vec::new();
                collect_parts(message.value.as_ref().unwrap(), &mut parts);
                Some((name, parts))
            }
            Entry::Term(term) => panic!("{} is a term", term.id.name),
            Entry::Junk { content } => panic!("{content}"),
            Entry::Comment(_) | Entry::GroupComment(_) | Entry::ResourceComment(_) => None,
        };
        resource.entries().filter_map(message).collect()
    }

    fn collect_parts(pattern: &Pattern<&str>, parts: &mut Vec<String>) {
        for element in &pattern.elements {
            match element {
                PatternElement::Placeable { expression: Expression::Select { variants, .. } } => {
                    variants.iter().for_each(|variant| collect_parts(&variant.value, parts));
                }
                PatternElement::Placeable {
                    expression: Expression::Inline(InlineExpression::MessageReference { id, .. }),
                } => parts.push(id.name.to_owned()),
                PatternElement::Placeable { .. } | PatternElement::TextElement { .. } => {}
            }
        }
    }

    fn names(language: Language) -> BTreeSet<String> {
        messages(&resource(language)).into_iter().map(|(name, _)| name).collect()
    }

    #[test]
    fn every_language_has_the_same_texts_each_once() {
        let english = names(Language::English);
        for language in Language::ALL {
            assert_eq!(names(language), english, "{language}");
            assert_eq!(messages(&resource(language)).len(), english.len(), "{language} has a text twice");
        }
    }

    #[test]
    fn every_text_is_used_by_the_code_or_by_another_text() {
        let phrases: BTreeSet<String> =
            Phrase::VARIANTS.iter().map(|&phrase| <&str>::from(phrase).to_owned()).collect();
        let parts = messages(&resource(Language::English)).into_iter().flat_map(|(_, parts)| parts);
        let used: BTreeSet<String> = phrases.into_iter().chain(parts).collect();
        assert_eq!(names(Language::English), used);
    }
}
