# Every text that people read about their bookings. docs/messages.md says which variables there are.
#
# A list of people comes in three variables: $hosts is the list itself, $with-hosts the same after "with", and
# $hosts-count how many they are.

## Dates and times

month-january = January
month-february = February
month-march = March
month-april = April
month-may = May
month-june = June
month-july = July
month-august = August
month-september = September
month-october = October
month-november = November
month-december = December

weekday-monday = Monday
weekday-tuesday = Tuesday
weekday-wednesday = Wednesday
weekday-thursday = Thursday
weekday-friday = Friday
weekday-saturday = Saturday
weekday-sunday = Sunday

wall-time = { $weekday }, { $day } { $month } { $year }, { $time } ({ $zone })
# In the hour that clocks show twice in autumn.
wall-time-shown-twice = { $weekday }, { $day } { $month } { $year }, { $time } ({ $zone }, UTC{ $offset })

## People

# Who did what nobody did by hand.
product-name = Convene
erased-person = Erased user
unnamed-guest = Guest

people-none = nobody
people-two = { $first } and { $second }
people-three = { $first }, { $second } and { $third }
people-unnamed =
    { $count ->
        [one] { $count } person
       *[other] { $count } people
    }
people-one-and-more =
    { $rest ->
        [one] { $first } and { $rest } other
       *[other] { $first } and { $rest } others
    }
people-two-and-more =
    { $rest ->
        [one] { $first }, { $second } and { $rest } other
       *[other] { $first }, { $second } and { $rest } others
    }
with-people = with { $people }
with-people-one-and-more = with { people-one-and-more }
with-people-two-and-more = with { people-two-and-more }

## Parts of sentences, used by the messages below

# $others-count is 0 when the other person need not be named: that person did it, and is named already.
your-meeting =
    { $others-count ->
        [0] your meeting
       *[other] your meeting { $with-others }
    }
your-meeting-first-word =
    { $others-count ->
        [0] Your meeting
       *[other] Your meeting { $with-others }
    }
# The same with those who were hosts before.
your-former-meeting =
    { $former-hosts-count ->
        [0] your meeting
       *[other] your meeting { $with-former-hosts }
    }
the-meeting = the meeting of { $attendees } { $with-hosts }
the-meeting-first-word = The meeting of { $attendees } { $with-hosts }
# To staff, of what $actor did. Here the others are those whom $actor meets; 0 where $actor does not take part.
their-meeting =
    { $others-count ->
        [0] { the-meeting }
       *[other] their meeting { $with-others }
    }

## Sentences added to messages

please-answer = Please confirm or decline.
they-will-answer = They will confirm or decline.
they-wrote = They wrote: { $words }
reason-is = Reason: { $words }
reviewer-wrote = The reviewer wrote: { $words }
place-is = Place: { $place }.
link-is = Link: { $link }
can-rate = You can rate it now.
did-not-come = { $absent } did not come.

## booking_created

booking-requested-title = Meeting requested
booking-requested-host =
    { $attendees-count ->
        [one] { $attendees } asks to meet you on { $when }.
       *[other] { $attendees } ask to meet you on { $when }.
    }
booking-requested-attendee = You asked to meet { $hosts } on { $when }.
booking-requested-for-attendee = { $actor } asked { $hosts } to meet you on { $when }.
booking-requested-staff = { $attendees } asked to meet { $hosts } on { $when }.

booking-booked-title = Meeting booked
meeting-takes-place =
    { $others-count ->
        [0] You have a meeting on { $when }.
       *[other] You meet { $others } on { $when }.
    }
meeting-takes-place-staff =
    { $attendees-count ->
        [one] { $attendees } meets { $hosts } on { $when }.
       *[other] { $attendees } meet { $hosts } on { $when }.
    }

booking-held-title = Time held
booking-held-attendee = { your-meeting-first-word } on { $when } is held for you until you finish booking.
booking-held-host = { your-meeting-first-word } on { $when } is held until the booking is finished.
booking-held-staff = { the-meeting-first-word } on { $when } is held until the booking is finished.

## booking_confirmed

booking-confirmed-title = Meeting confirmed

## booking_declined

booking-declined-title = Meeting request declined
booking-declined-by-reader = You declined the request for { your-meeting } on { $when }.
booking-declined = { $actor } declined the request for { your-meeting } on { $when }.
booking-declined-staff = { $actor } declined the request for { their-meeting } on { $when }.

## booking_canceled, booking_canceled_late

booking-canceled-title = Meeting canceled
booking-canceled-by-reader = You canceled { your-meeting } on { $when }.
booking-canceled = { $actor } canceled { your-meeting } on { $when }.
booking-canceled-staff = { $actor } canceled { their-meeting } on { $when }.

booking-canceled-late-title = Late cancellation
booking-canceled-late = { $actor } canceled { their-meeting } on { $when } shortly before it.

## booking_rescheduled

booking-rescheduled-title = Meeting moved
booking-rescheduled-by-reader = You moved { your-meeting } from { $from } to { $when }.
booking-rescheduled = { $actor } moved { your-meeting } from { $from } to { $when }.
booking-rescheduled-staff = { $actor } moved { their-meeting } from { $from } to { $when }.

## booking_reassigned

booking-reassigned-title =
    { $source ->
        [time_slot] Meeting given to another mentor
       *[other] Meeting given to another host
    }
booking-reassigned-former-host = { $actor } gave { your-meeting } on { $from } to { $new-hosts }.
booking-reassigned-former-host-by-reader = You gave { your-meeting } on { $from } to { $new-hosts }.
booking-reassigned-new-host =
    { $former-hosts-count ->
        [0] { $actor } gave you a meeting: you meet { $others } on { $when }.
       *[other] { $actor } gave you a meeting of { $former-hosts }: you meet { $others } on { $when }.
    }
booking-reassigned-new-host-by-reader = You took over a meeting of { $former-hosts }: you meet { $others } on { $when }.
booking-reassigned = { $actor } gave { your-former-meeting } on { $from } to { $new-hosts }: you meet on { $when }.
booking-reassigned-by-reader = You gave { your-former-meeting } on { $from } to { $new-hosts }: you meet on { $when }.
booking-reassigned-staff = { $actor } gave the meeting of { $attendees } { $with-former-hosts } on { $from } to { $new-hosts }: they meet on { $when }.

## booking_completed

booking-completed-title = Meeting completed
booking-completed = { your-meeting-first-word } on { $when } is completed.
booking-completed-staff = { the-meeting-first-word } on { $when } is completed.

## booking_no_show

booking-no-show-title = Meeting missed
booking-no-show = { your-meeting-first-word } on { $when } did not take place.
booking-no-show-staff = { the-meeting-first-word } on { $when } did not take place.

## booking_no_show_disputed, booking_no_show_corrected

booking-no-show-disputed-title = Absence disputed
booking-no-show-disputed-by-reader = You said that you did not miss { your-meeting } on { $when }. A coordinator will decide.
booking-no-show-disputed = { $actor } says that they did not miss { your-meeting } on { $when }. A coordinator will decide.
booking-no-show-disputed-staff = { $actor } says that they did not miss { their-meeting } on { $when }. Please decide.

booking-no-show-corrected-title = Attendance corrected
booking-no-show-corrected-by-reader = You corrected who missed { your-meeting } on { $when }.
booking-no-show-corrected = { $actor } corrected who missed { your-meeting } on { $when }.
booking-no-show-corrected-staff = { $actor } corrected who missed { their-meeting } on { $when }.

## booking_expired

booking-expired-title = Meeting request expired
booking-expired = The request for { your-meeting } on { $when } expired without an answer.
booking-expired-staff = The request for { the-meeting } on { $when } expired without an answer.

booking-hold-lapsed-title = Time no longer held
booking-hold-lapsed = { your-meeting-first-word } on { $when } is no longer held: the booking was not finished in time.
booking-hold-lapsed-staff = { the-meeting-first-word } on { $when } is no longer held: the booking was not finished in time.

## booking_rated

booking-rated-title = Meeting rated
booking-rated-by-reader = You rated { your-meeting } of { $when }.
booking-rated = { $actor } rated { your-meeting } of { $when }.
booking-rated-staff = { $actor } rated { their-meeting } of { $when }.

## booking_joined, booking_left: one attendee of a meeting that takes several

booking-joined-title = Meeting joined
booking-joined-by-reader = You joined the meeting { $with-hosts } on { $when }.
booking-joined-added-reader = { $actor } added you to the meeting { $with-hosts } on { $when }.
booking-joined-host = { $participant } joined your meeting on { $when }.
booking-joined-others = { $participant } joined the meeting { $with-hosts } on { $when }.

booking-left-title = Meeting left
booking-left-by-reader = You left the meeting { $with-hosts } on { $when }.
booking-left-removed-reader = { $actor } removed you from the meeting { $with-hosts } on { $when }.
booking-left-host = { $participant } left your meeting on { $when }.
booking-left-others = { $participant } left the meeting { $with-hosts } on { $when }.

## tier_override_approved, tier_override_rejected, tier_override_expired

tier-override-approved-title = Exception approved
tier-override-approved = You may book { $mentor } once, until { $when }.
tier-override-rejected-title = Exception rejected
tier-override-rejected = Your request to book { $mentor } was rejected.
tier-override-expired-title = Exception request expired
tier-override-expired = No coordinator decided in time on your request to book { $mentor }. You may ask again.

## calendar_needs_reconnect

calendar-needs-reconnect-title = Reconnect your calendar
calendar-needs-reconnect = { $provider } no longer lets Convene use your calendar. Connect it again: until then nobody can tell when you are busy there, and meetings are not written to it.

## airtable_broken

airtable-broken-title = Connect Airtable again
airtable-broken = Airtable no longer lets Convene read the directory of people ({ $error }). Until an admin connects it again, changes there change nothing here.

## user_removed

user-removed-title = Somebody is no longer in Airtable
user-removed =
    { $meetings ->
        [one] { $person } is no longer in Airtable and was removed. A meeting was canceled, and the other participants are told.
       *[other] { $person } is no longer in Airtable and was removed. { $meetings } meetings were canceled, and the other participants are told.
    }

## A notice that this version cannot read

unreadable-title = Notice
unreadable = This notice ({ $kind }) cannot be shown.

## Events in calendars of Google and Microsoft

calendar-event-title = { $attendees } / { $hosts }
calendar-event-named-title = { $name }: { $attendees } / { $hosts }
calendar-event-to-read = To read before
calendar-event-meet-at = Meet at
