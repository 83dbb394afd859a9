# Alle Texte, die Menschen über ihre Termine lesen. docs/messages.md nennt die Variablen.
#
# Eine Liste von Personen steht in drei Variablen: $hosts ist die Liste selbst (Nominativ und Akkusativ), $with-hosts
# dieselbe mit „mit“ (Dativ), $hosts-count ihre Anzahl.

## Datum und Uhrzeit

month-january = Januar
month-february = Februar
month-march = März
month-april = April
month-may = Mai
month-june = Juni
month-july = Juli
month-august = August
month-september = September
month-october = Oktober
month-november = November
month-december = Dezember

weekday-monday = Montag
weekday-tuesday = Dienstag
weekday-wednesday = Mittwoch
weekday-thursday = Donnerstag
weekday-friday = Freitag
weekday-saturday = Samstag
weekday-sunday = Sonntag

wall-time = { $weekday }, { $day }. { $month } { $year }, { $time } ({ $zone })
# In der Stunde, die Uhren im Herbst zweimal zeigen.
wall-time-shown-twice = { $weekday }, { $day }. { $month } { $year }, { $time } ({ $zone }, UTC{ $offset })

## Personen

# Wer tat, was niemand von Hand tat.
product-name = Convene
erased-person = Gelöschtes Konto
unnamed-guest = Gast

people-none = niemand
people-two = { $first } und { $second }
people-three = { $first }, { $second } und { $third }
people-unnamed =
    { $count ->
        [one] { $count } Person
       *[other] { $count } Personen
    }
people-one-and-more =
    { $rest ->
        [one] { $first } und { $rest } weitere Person
       *[other] { $first } und { $rest } weitere Personen
    }
people-two-and-more =
    { $rest ->
        [one] { $first }, { $second } und { $rest } weitere Person
       *[other] { $first }, { $second } und { $rest } weitere Personen
    }
with-people =
    { $count ->
        [0] mit niemandem
       *[other] mit { $people }
    }
with-people-one-and-more =
    { $rest ->
        [one] mit { $first } und { $rest } weiteren Person
       *[other] mit { $first } und { $rest } weiteren Personen
    }
with-people-two-and-more =
    { $rest ->
        [one] mit { $first }, { $second } und { $rest } weiteren Person
       *[other] mit { $first }, { $second } und { $rest } weiteren Personen
    }

## Satzteile, die in den Texten unten stehen

# $others-count ist 0, wenn die andere Person nicht genannt werden muss: Sie hat gehandelt und ist schon genannt.
your-meeting =
    { $others-count ->
        [0] Ihr Treffen
       *[other] Ihr Treffen { $with-others }
    }
your-meeting-first-word = { your-meeting }
# Dasselbe mit denen, die es bisher angeboten haben.
your-former-meeting =
    { $former-hosts-count ->
        [0] Ihr Treffen
       *[other] Ihr Treffen { $with-former-hosts }
    }
the-meeting = das Treffen „{ $attendees } / { $hosts }“
the-meeting-first-word = Das Treffen „{ $attendees } / { $hosts }“
# Was $actor tat, für Koordination und Verwaltung. Hier sind die anderen die, die $actor trifft; 0, wenn $actor nicht
# teilnimmt.
their-meeting =
    { $others-count ->
        [0] { the-meeting }
       *[other] das eigene Treffen { $with-others }
    }

## Sätze, die an Texte angefügt werden

please-answer = Bitte sagen Sie zu oder ab.
they-will-answer = Eine Zusage oder Absage folgt.
they-wrote = Nachricht dazu: { $words }
reason-is = Grund: { $words }
reviewer-wrote = Nachricht dazu: { $words }
place-is = Ort: { $place }.
link-is = Link: { $link }
can-rate = Sie können es jetzt bewerten.
did-not-come =
    { $absent-count ->
        [one] { $absent } ist nicht erschienen.
       *[other] { $absent } sind nicht erschienen.
    }

## booking_created

booking-requested-title = Treffen angefragt
booking-requested-host =
    { $attendees-count ->
        [one] { $attendees } möchte Sie am { $when } treffen.
       *[other] { $attendees } möchten Sie am { $when } treffen.
    }
booking-requested-attendee = Sie haben { $hosts } um ein Treffen am { $when } gebeten.
booking-requested-for-attendee = { $actor } hat { $hosts } um ein Treffen mit Ihnen am { $when } gebeten.
booking-requested-staff =
    { $attendees-count ->
        [one] { $attendees } hat { $hosts } um ein Treffen am { $when } gebeten.
       *[other] { $attendees } haben { $hosts } um ein Treffen am { $when } gebeten.
    }

booking-booked-title = Treffen gebucht
meeting-takes-place =
    { $others-count ->
        [0] Sie haben ein Treffen am { $when }.
       *[other] Sie treffen { $others } am { $when }.
    }
meeting-takes-place-staff =
    { $attendees-count ->
        [one] { $attendees } trifft { $hosts } am { $when }.
       *[other] { $attendees } treffen { $hosts } am { $when }.
    }

booking-held-title = Zeit freigehalten
booking-held-attendee = { your-meeting-first-word } am { $when } ist für Sie vorgemerkt, bis Sie die Buchung abschließen.
booking-held-host = { your-meeting-first-word } am { $when } ist vorgemerkt, bis die Buchung abgeschlossen ist.
booking-held-staff = { the-meeting-first-word } am { $when } ist vorgemerkt, bis die Buchung abgeschlossen ist.

## booking_confirmed

booking-confirmed-title = Treffen zugesagt

## booking_declined

booking-declined-title = Anfrage abgelehnt
booking-declined-by-reader = Sie haben die Anfrage für { your-meeting } am { $when } abgelehnt.
booking-declined = { $actor } hat die Anfrage für { your-meeting } am { $when } abgelehnt.
booking-declined-staff = { $actor } hat die Anfrage für { their-meeting } am { $when } abgelehnt.

## booking_canceled, booking_canceled_late

booking-canceled-title = Treffen abgesagt
booking-canceled-by-reader = Sie haben { your-meeting } am { $when } abgesagt.
booking-canceled = { $actor } hat { your-meeting } am { $when } abgesagt.
booking-canceled-staff = { $actor } hat { their-meeting } am { $when } abgesagt.

booking-canceled-late-title = Kurzfristige Absage
booking-canceled-late = { $actor } hat { their-meeting } am { $when } kurz vorher abgesagt.

## booking_rescheduled

booking-rescheduled-title = Treffen verschoben
booking-rescheduled-by-reader = Sie haben { your-meeting } von { $from } auf { $when } verschoben.
booking-rescheduled = { $actor } hat { your-meeting } von { $from } auf { $when } verschoben.
booking-rescheduled-staff = { $actor } hat { their-meeting } von { $from } auf { $when } verschoben.

## booking_reassigned

booking-reassigned-title = Treffen neu vergeben
booking-reassigned-former-host = { $actor } hat { your-meeting } am { $from } an { $new-hosts } übergeben.
booking-reassigned-former-host-by-reader = Sie haben { your-meeting } am { $from } an { $new-hosts } übergeben.
booking-reassigned-new-host =
    { $former-hosts-count ->
        [0] { $actor } hat Ihnen ein Treffen übergeben: Sie treffen { $others } am { $when }.
       *[other] { $actor } hat Ihnen ein Treffen übergeben (bisher: { $former-hosts }): Sie treffen { $others } am { $when }.
    }
booking-reassigned-new-host-by-reader = Sie haben ein Treffen übernommen (bisher: { $former-hosts }): Sie treffen { $others } am { $when }.
booking-reassigned = { $actor } hat { your-former-meeting } am { $from } an { $new-hosts } übergeben: Es findet am { $when } statt.
booking-reassigned-by-reader = Sie haben { your-former-meeting } am { $from } an { $new-hosts } übergeben: Es findet am { $when } statt.
booking-reassigned-staff = { $actor } hat das Treffen „{ $attendees } / { $former-hosts }“ am { $from } an { $new-hosts } übergeben: Es findet am { $when } statt.

## booking_completed

booking-completed-title = Treffen abgeschlossen
booking-completed = { your-meeting-first-word } am { $when } ist abgeschlossen.
booking-completed-staff = { the-meeting-first-word } am { $when } ist abgeschlossen.

## booking_no_show

booking-no-show-title = Treffen versäumt
booking-no-show = { your-meeting-first-word } am { $when } hat nicht stattgefunden.
booking-no-show-staff = { the-meeting-first-word } am { $when } hat nicht stattgefunden.

## booking_no_show_disputed, booking_no_show_corrected

booking-no-show-disputed-title = Abwesenheit bestritten
booking-no-show-disputed-by-reader = Sie bestreiten, { your-meeting } am { $when } versäumt zu haben. Die Koordination entscheidet.
booking-no-show-disputed = { $actor } bestreitet, { your-meeting } am { $when } versäumt zu haben. Die Koordination entscheidet.
booking-no-show-disputed-staff = { $actor } bestreitet, { their-meeting } am { $when } versäumt zu haben. Bitte entscheiden Sie.

booking-no-show-corrected-title = Anwesenheit berichtigt
booking-no-show-corrected-by-reader = Sie haben berichtigt, wer { your-meeting } am { $when } versäumt hat.
booking-no-show-corrected = { $actor } hat berichtigt, wer { your-meeting } am { $when } versäumt hat.
booking-no-show-corrected-staff = { $actor } hat berichtigt, wer { their-meeting } am { $when } versäumt hat.

## booking_expired

booking-expired-title = Anfrage abgelaufen
booking-expired = Die Anfrage für { your-meeting } am { $when } ist ohne Antwort abgelaufen.
booking-expired-staff = Die Anfrage für { the-meeting } am { $when } ist ohne Antwort abgelaufen.

booking-hold-lapsed-title = Zeit wieder frei
booking-hold-lapsed = { your-meeting-first-word } am { $when } ist nicht mehr vorgemerkt: Die Buchung wurde nicht rechtzeitig abgeschlossen.
booking-hold-lapsed-staff = { the-meeting-first-word } am { $when } ist nicht mehr vorgemerkt: Die Buchung wurde nicht rechtzeitig abgeschlossen.

## booking_rated

booking-rated-title = Treffen bewertet
booking-rated-by-reader = Sie haben { your-meeting } vom { $when } bewertet.
booking-rated = { $actor } hat { your-meeting } vom { $when } bewertet.
booking-rated-staff = { $actor } hat { their-meeting } vom { $when } bewertet.

## booking_joined, booking_left: eine Person eines Treffens mit mehreren Plätzen

booking-joined-title = Platz belegt
booking-joined-by-reader = Sie nehmen am Treffen { $with-hosts } am { $when } teil.
booking-joined-added-reader = { $actor } hat Sie zum Treffen { $with-hosts } am { $when } hinzugefügt.
booking-joined-host = { $participant } nimmt an Ihrem Treffen am { $when } teil.
booking-joined-others = { $participant } nimmt am Treffen { $with-hosts } am { $when } teil.

booking-left-title = Platz wieder frei
booking-left-by-reader = Sie nehmen am Treffen { $with-hosts } am { $when } nicht mehr teil.
booking-left-removed-reader = { $actor } hat Sie vom Treffen { $with-hosts } am { $when } abgemeldet.
booking-left-host = { $participant } nimmt an Ihrem Treffen am { $when } nicht mehr teil.
booking-left-others = { $participant } nimmt am Treffen { $with-hosts } am { $when } nicht mehr teil.

## tier_override_approved, tier_override_rejected, tier_override_expired

tier-override-approved-title = Ausnahme genehmigt
tier-override-approved = Sie dürfen { $mentor } einmal buchen, bis { $when }.
tier-override-rejected-title = Ausnahme abgelehnt
tier-override-rejected = Ihre Anfrage, { $mentor } zu buchen, wurde abgelehnt.
tier-override-expired-title = Anfrage für eine Ausnahme abgelaufen
tier-override-expired = Über Ihre Anfrage, { $mentor } zu buchen, wurde nicht rechtzeitig entschieden. Sie können erneut fragen.

## calendar_needs_reconnect

calendar-needs-reconnect-title = Verbinden Sie Ihren Kalender erneut
calendar-needs-reconnect = { $provider } lässt Convene Ihren Kalender nicht mehr verwenden. Verbinden Sie ihn erneut: Bis dahin ist nicht bekannt, wann Sie dort belegt sind, und Treffen werden nicht eingetragen.

## airtable_broken

airtable-broken-title = Verbinden Sie Airtable erneut
airtable-broken = Airtable lässt Convene das Verzeichnis der Personen nicht mehr lesen ({ $error }). Bis es erneut verbunden wird, haben Änderungen dort hier keine Wirkung.

## user_removed

user-removed-title = Jemand steht nicht mehr in Airtable
user-removed =
    { $meetings ->
        [one] { $person } steht nicht mehr in Airtable und wurde entfernt. Ein Treffen wurde abgesagt, und die anderen Beteiligten werden benachrichtigt.
       *[other] { $person } steht nicht mehr in Airtable und wurde entfernt. { $meetings } Treffen wurden abgesagt, und die anderen Beteiligten werden benachrichtigt.
    }

## Eine Nachricht, die diese Version nicht lesen kann

unreadable-title = Nachricht
unreadable = Diese Nachricht ({ $kind }) kann nicht angezeigt werden.

## Termine in Kalendern von Google und Microsoft

calendar-event-title = { $attendees } / { $hosts }
calendar-event-named-title = { $name }: { $attendees } / { $hosts }
calendar-event-to-read = Vorher zu lesen
calendar-event-meet-at = Link zum Treffen
