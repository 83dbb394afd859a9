//! Writing events, at both providers alike.

use convene_fakes::google::Meetings;
use convene_fakes::{Calls, Fault, Faults, Google, Microsoft};
use convene_providers::CallErrorKind;
use convene_providers::calendar::{Client, Conference, Event};
use jiff::Timestamp;
use uuid::Uuid;

use crate::support::{ANN, CALENDAR, at, event, google, microsoft};

/// Either provider, as these tests need it.
struct Place {
    fake: Fake,
    client: Client,
    token: String,
    calendar: &'static str,
}

enum Fake {
    Google(Google),
    Microsoft(Microsoft),
}

async fn places() -> [Place; 2] {
    let (google, at_google, google_token) = google().await;
    let (microsoft, at_microsoft, microsoft_token) = microsoft().await;
    [
        Place { fake: Fake::Google(google), client: at_google, token: google_token, calendar: ANN },
        Place { fake: Fake::Microsoft(microsoft), client: at_microsoft, token: microsoft_token, calendar: CALENDAR },
    ]
}

impl Place {
    async fn put(
        &self,
        known: Option<&str>,
        event: &Event,
    ) -> Result<convene_providers::calendar::Written, CallErrorKind> {
        self.client.put(&self.token, self.calendar, known, event).await.map_err(|error| error.kind)
    }

    async fn remove(&self, known: Option<&str>, event: &Event) -> Result<(), CallErrorKind> {
        self.client.remove(&self.token, self.calendar, known, event).await.map_err(|error| error.kind)
    }

    async fn conference(&self, id: &str) -> Result<Conference, CallErrorKind> {
        self.client.conference(&self.token, self.calendar, id).await.map_err(|error| error.kind)
    }

    fn set_faults(&self, faults: Faults) {
        match &self.fake {
            Fake::Google(google) => google.set_faults(faults),
            Fake::Microsoft(microsoft) => microsoft.set_faults(faults),
        }
    }

    /// The live events: titles and times.
    fn events(&self) -> Vec<(String, Timestamp, Timestamp)> {
        match &self.fake {
            Fake::Google(google) => google
                .events(ANN, self.calendar)
                .into_iter()
                .map(|event| (event.summary, event.start, event.end))
                .collect(),
            Fake::Microsoft(microsoft) => microsoft
                .events(ANN, self.calendar)
                .into_iter()
                .map(|event| (event.subject, event.start, event.end))
                .collect(),
        }
    }

    fn delete_by_hand(&self, id: &str) {
        match &self.fake {
            Fake::Google(google) => google.delete_event(ANN, self.calendar, id),
            Fake::Microsoft(microsoft) => microsoft.delete_event(ANN, id),
        }
    }
}

fn shown(event: &Event) -> (String, Timestamp, Timestamp) {
    (event.title.clone(), event.start, event.end)
}

const LATER: CallErrorKind = CallErrorKind::Retry { after: None };

#[tokio::test]
async fn an_event_is_made_moved_and_removed() {
    for place in places().await {
        let first = event("09:00", "10:00");
        let written = place.put(None, &first).await.unwrap();
        assert_eq!(place.events(), [shown(&first)]);
        assert!(written.url.is_some());
        assert_eq!(written.conference, Conference::None);

        let moved = Event { start: at("11:00"), end: at("12:00"), title: "Moved".to_owned(), ..first };
        let again = place.put(Some(&written.id), &moved).await.unwrap();
        assert_eq!((again.id, place.events()), (written.id.clone(), vec![shown(&moved)]));

        assert_eq!(place.remove(Some(&written.id), &moved).await, Ok(()));
        assert_eq!(place.events(), []);
        assert_eq!(place.remove(Some(&written.id), &moved).await, Ok(()));
    }
}

#[tokio::test]
async fn a_write_whose_answer_is_lost_makes_one_event() {
    for fault in [Fault::LostAnswer, Fault::HiddenAnswer] {
        for place in places().await {
            let event = event("09:00", "10:00");
            place.set_faults(Faults::none().next(1, Calls::to("POST", "/events"), fault.clone()));
            assert_eq!(place.put(None, &event).await.unwrap_err(), LATER);
            let written = place.put(None, &event).await.unwrap();
            assert_eq!(place.events(), [shown(&event)]);
            assert_eq!(place.put(None, &event).await.unwrap().id, written.id);
            assert_eq!(place.events(), [shown(&event)]);
        }
    }
}

#[tokio::test]
async fn a_booking_that_moved_while_the_answer_was_lost_is_where_it_is_now() {
    for place in places().await {
        let before = event("09:00", "10:00");
        place.set_faults(Faults::none().next(1, Calls::to("POST", "/events"), Fault::LostAnswer));
        assert_eq!(place.put(None, &before).await.unwrap_err(), LATER);
        let after = Event { start: at("14:00"), end: at("15:00"), ..before };
        place.put(None, &after).await.unwrap();
        assert_eq!(place.events(), [shown(&after)]);
    }
}

#[tokio::test]
async fn a_booking_that_was_cancelled_while_the_answer_was_lost_leaves_no_event() {
    for place in places().await {
        let event = event("09:00", "10:00");
        place.set_faults(Faults::none().next(1, Calls::to("POST", "/events"), Fault::LostAnswer));
        assert_eq!(place.put(None, &event).await.unwrap_err(), LATER);
        assert_eq!(place.events().len(), 1);
        assert_eq!(place.remove(None, &event).await, Ok(()));
        assert_eq!(place.events(), []);
    }
}

#[tokio::test]
async fn a_booking_that_moved_and_was_cancelled_while_the_answer_was_lost_leaves_no_event() {
    for place in places().await {
        let before = event("09:00", "10:00");
        place.set_faults(Faults::none().next(1, Calls::to("POST", "/events"), Fault::LostAnswer));
        assert_eq!(place.put(None, &before).await.unwrap_err(), LATER);
        let after = Event { start: at("14:00"), end: at("15:00"), wants_conference: true, ..before };
        assert_eq!(place.remove(None, &after).await, Ok(()));
        assert_eq!(place.events(), []);
    }
}

#[tokio::test]
async fn what_was_never_written_is_removed_without_being_written() {
    for place in places().await {
        assert_eq!(place.remove(None, &event("09:00", "10:00")).await, Ok(()));
        let calls = match &place.fake {
            Fake::Google(google) => google.calls_to("POST", "/events"),
            Fake::Microsoft(microsoft) => microsoft.calls_to("POST", "/events"),
        };
        assert_eq!(calls, 0);
    }
}

#[tokio::test]
async fn a_removal_whose_answer_is_lost_can_be_repeated() {
    for place in places().await {
        let event = event("09:00", "10:00");
        let id = place.put(None, &event).await.unwrap().id;
        place.set_faults(Faults::none().next(1, Calls::to("DELETE", "/events"), Fault::LostAnswer));
        assert_eq!(place.remove(Some(&id), &event).await, Err(LATER));
        assert_eq!(place.remove(Some(&id), &event).await, Ok(()));
        assert_eq!(place.events(), []);
    }
}

#[tokio::test]
async fn an_event_that_its_owner_deleted_is_gone() {
    for place in places().await {
        let event = event("09:00", "10:00");
        let id = place.put(None, &event).await.unwrap().id;
        place.delete_by_hand(&id);
        assert_eq!(place.put(Some(&id), &event).await.unwrap_err(), CallErrorKind::Gone);
        assert_eq!(place.events(), []);
    }
}

#[tokio::test]
async fn a_calendar_that_is_not_there_is_gone() {
    for place in places().await {
        let place = Place { calendar: "never/was here", ..place };
        let event = event("09:00", "10:00");
        assert_eq!(place.put(None, &event).await.unwrap_err(), CallErrorKind::Gone);
        assert_eq!(place.remove(None, &event).await, Ok(()));
    }
}

#[tokio::test]
async fn a_conference_may_be_there_at_once() {
    for place in places().await {
        let event = Event { wants_conference: true, ..event("09:00", "10:00") };
        let written = place.put(None, &event).await.unwrap();
        let Conference::Ready(link) = &written.conference else { panic!("{written:?}") };
        assert!(link.starts_with("https://"));
        let moved = Event { start: at("11:00"), end: at("12:00"), ..event };
        assert_eq!(place.put(Some(&written.id), &moved).await.unwrap().conference, written.conference);
    }
}

#[tokio::test]
async fn a_conference_may_take_its_time() {
    for place in places().await {
        match &place.fake {
            Fake::Google(google) => google.set_meetings(Meetings::ReadyAfter(1)),
            Fake::Microsoft(microsoft) => microsoft.set_meeting_delay(1),
        }
        let event = Event { wants_conference: true, ..event("09:00", "10:00") };
        let written = place.put(None, &event).await.unwrap();
        assert_eq!(written.conference, Conference::Pending);
        assert_eq!(place.conference(&written.id).await, Ok(Conference::Pending));
        let Ok(Conference::Ready(_)) = place.conference(&written.id).await else { panic!("it is there by now") };
    }
}

#[tokio::test]
async fn an_event_is_written_even_if_its_conference_fails() {
    let [google, microsoft] = places().await;
    let event = Event { wants_conference: true, ..event("09:00", "10:00") };

    let Fake::Google(fake) = &google.fake else { unreachable!("it is Google") };
    fake.set_meetings(Meetings::FailAfter(0));
    assert_eq!(google.put(None, &event).await.unwrap().conference, Conference::Failed);

    let Fake::Microsoft(fake) = &microsoft.fake else { unreachable!("it is Microsoft") };
    fake.add_personal_account(ANN);
    assert_eq!(microsoft.put(None, &event).await.unwrap().conference, Conference::Failed);
    assert_eq!((google.events(), microsoft.events()), (vec![shown(&event)], vec![shown(&event)]));
}

#[tokio::test]
async fn a_conference_that_is_refused_takes_no_event_with_it() {
    for place in places().await {
        let event = Event { wants_conference: true, ..event("09:00", "10:00") };
        place.set_faults(Faults::none().next(1, Calls::to("POST", "/events"), Fault::Status(400)));
        assert_eq!(place.put(None, &event).await.unwrap().conference, Conference::Failed);
        assert_eq!(place.events(), [shown(&event)]);
    }
}

#[tokio::test]
async fn an_event_at_google_says_whose_it_is_and_another_ones_is_left_alone() {
    let [google, _] = places().await;
    let ours = event("09:00", "10:00");
    google.put(None, &ours).await.unwrap();
    let Fake::Google(fake) = &google.fake else { unreachable!("it is Google") };
    assert_eq!(fake.events(ANN, ANN)[0].private["convene_booking"], ours.booking_id.to_string());

    let others = Event { booking_id: Uuid::new_v4(), title: "Other".to_owned(), ..ours.clone() };
    assert_eq!(google.put(None, &others).await.unwrap_err(), CallErrorKind::Refused);
    assert_eq!(google.events(), [shown(&ours)]);
}

#[tokio::test]
async fn a_key_of_a_deleted_event_is_not_to_be_had_again_at_google() {
    let [google, _] = places().await;
    let event = event("09:00", "10:00");
    let id = google.put(None, &event).await.unwrap().id;
    google.delete_by_hand(&id);
    assert_eq!(google.put(None, &event).await.unwrap_err(), CallErrorKind::Gone);
    let renewed = Event { key: Uuid::new_v4().simple().to_string(), ..event };
    google.put(None, &renewed).await.unwrap();
    assert_eq!(google.events(), [shown(&renewed)]);
}
