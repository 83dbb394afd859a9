//! What bookings write into their participants' calendars.

use convene_fakes::google::Meetings;
use convene_fakes::{Calls, Fault, Faults};
use serde_json::{Value, json};
use support::calendars::{Meeting, Providers, until};
use support::{Booking, Client, Service, User, World, days, hours};

struct Office {
    world: World,
    providers: Providers,
    service: Service,
    mentee: User,
    mentor: User,
    mentees: Client,
}

/// A mentee with an account at Google, a mentor with one at Microsoft.
async fn office() -> Office {
    let (world, providers) = (World::new().await, Providers::start().await);
    let service = providers.service(&world).await;
    let (mentee, mentor) = (world.mentee().await, world.mentor().await);
    let mentees = service.signed_in(&world, &mentee).await;
    providers.connect_google(&mentees, &mentee).await;
    providers.connect_microsoft(&service.signed_in(&world, &mentor).await, &mentor).await;
    Office { world, providers, service, mentee, mentor, mentees }
}

impl Office {
    fn at_google(&self) -> Vec<Meeting> {
        self.providers.meetings(&self.mentee)
    }

    fn at_microsoft(&self) -> Vec<Meeting> {
        self.providers.meetings(&self.mentor)
    }

    async fn booking(&self) -> Booking {
        self.world.booking(&self.mentee, &self.mentor, days(2)).await
    }

    async fn shown(&self, booking: &Booking) -> Value {
        self.mentees.get(&format!("/v1/bookings/{}", booking.id())).await.body
    }

    /// As if the waits of the backoff had passed.
    async fn let_time_pass(&self) {
        self.world.let_waits_pass("writebacks").await;
    }

    async fn all_done(&self) -> bool {
        let owed = "SELECT count(*) FROM convene.booking_external_events WHERE status = 'pending'";
        let dispatched = "SELECT count(*) FROM convene.booking_events WHERE dispatched_at IS NULL";
        self.world.admin.value::<i64>(owed, &[]).await + self.world.admin.value::<i64>(dispatched, &[]).await == 0
    }
}

#[tokio::test]
async fn both_calendars_get_the_meeting_with_one_link() {
    let office = office().await;
    let booking = office.booking().await;

    until(async || office.at_google().len() == 1 && office.at_microsoft().len() == 1).await;
    until(async || office.all_done().await).await;

    let link = office.shown(&booking).await["conference_url"].as_str().unwrap().to_owned();
    for meeting in [office.at_google().remove(0), office.at_microsoft().remove(0)] {
        assert_eq!((meeting.start, meeting.end), (booking.time("start_time"), booking.time("end_time")));
        assert_eq!(meeting.booking, booking.id());
        assert_eq!(meeting.links, std::slice::from_ref(&link), "{meeting:?}");
        assert!(meeting.title.contains("A mentee") && meeting.title.contains("A mentor"), "{meeting:?}");
        assert!(meeting.text.contains(support::world::GOAL), "{meeting:?}");
    }
    assert!(link.starts_with("https://meet.google"), "the mentee's Google account makes it: {link}");
    let events = office.shown(&booking).await["calendar_events"].clone();
    assert_eq!(events.as_array().unwrap().len(), 2);
    assert!(events.as_array().unwrap().iter().all(|event| event["status"] == "done"), "{events}");
}

#[tokio::test]
async fn a_meeting_that_moves_moves_in_both_and_one_that_is_canceled_is_gone() {
    let office = office().await;
    let booking = office.booking().await;
    until(async || office.at_google().len() == 1 && office.at_microsoft().len() == 1).await;
    let other = office.world.slot(&office.mentor, days(5)).await;

    office.world.reschedule(&booking, &office.mentee, &other).await.unwrap();
    until(async || {
        let there = [office.at_google(), office.at_microsoft()].concat();
        there.len() == 2 && there.iter().all(|meeting| meeting.start == other.start)
    })
    .await;

    office.world.cancel(&booking, &office.mentor).await.unwrap();
    until(async || office.at_google().is_empty() && office.at_microsoft().is_empty()).await;
}

#[tokio::test]
async fn a_request_is_written_when_it_is_confirmed_and_not_before() {
    let office = office().await;
    let request = office.world.request(&office.mentee, &office.mentor, days(2)).await;
    until(async || office.all_done().await).await;
    assert_eq!(office.at_google(), []);

    office.world.confirm(&request, &office.mentor).await.unwrap();

    until(async || office.at_google().len() == 1 && office.at_microsoft().len() == 1).await;
}

#[tokio::test]
async fn lost_answers_and_duplicates_make_one_event() {
    let office = office().await;
    let lost = |path| Faults::none().next(3, Calls::to("POST", path), Fault::LostAnswer);
    office.providers.google.set_faults(lost("/events"));
    office.providers.microsoft.set_faults(lost("/events"));

    office.booking().await;

    until(async || {
        office.let_time_pass().await;
        office.all_done().await
    })
    .await;
    assert_eq!((office.at_google().len(), office.at_microsoft().len()), (1, 1));
}

#[tokio::test]
async fn a_cancellation_never_overtakes_the_creation_it_follows() {
    let office = office().await;
    let lost = |path| Faults::none().next(1, Calls::to("POST", path), Fault::LostAnswer);
    office.providers.google.set_faults(lost("/events"));
    office.providers.microsoft.set_faults(lost("/events"));
    let booking = office.booking().await;
    // The events are there, and nobody here knows.
    until(async || office.at_google().len() == 1 && office.at_microsoft().len() == 1).await;

    office.world.cancel(&booking, &office.mentee).await.unwrap();

    until(async || {
        office.let_time_pass().await;
        office.all_done().await
    })
    .await;
    assert_eq!((office.at_google(), office.at_microsoft()), (vec![], vec![]));
}

#[tokio::test]
async fn a_meeting_that_was_canceled_before_anybody_wrote_it_is_never_written() {
    let office = office().await;
    office.providers.google.set_faults(Faults::down());
    office.providers.microsoft.set_faults(Faults::down());
    let booking = office.booking().await;
    office.world.cancel(&booking, &office.mentee).await.unwrap();
    tokio::time::sleep(std::time::Duration::from_secs(2)).await;
    office.providers.google.set_faults(Faults::none());
    office.providers.microsoft.set_faults(Faults::none());
    until(async || {
        office.let_time_pass().await;
        office.all_done().await
    })
    .await;
    assert_eq!((office.at_google(), office.at_microsoft()), (vec![], vec![]));
}

#[tokio::test]
async fn a_link_that_google_makes_late_is_waited_for_and_then_shown_to_both() {
    let office = office().await;
    office.providers.google.set_meetings(Meetings::ReadyAfter(2));

    let booking = office.booking().await;

    until(async || {
        office.let_time_pass().await;
        office.shown(&booking).await["conference_url"].is_string()
    })
    .await;
    let link = office.shown(&booking).await["conference_url"].as_str().unwrap().to_owned();
    until(async || {
        office.let_time_pass().await;
        office.at_microsoft().iter().any(|meeting| meeting.links == [link.clone()])
    })
    .await;
}

#[tokio::test]
async fn without_google_the_link_is_teams() {
    let (world, providers) = (World::new().await, Providers::start().await);
    let service = providers.service(&world).await;
    let (mentee, mentor) = (world.mentee().await, world.mentor().await);
    let client = service.signed_in(&world, &mentee).await;
    providers.connect_microsoft(&client, &mentee).await;

    let booking = world.booking(&mentee, &mentor, days(2)).await;

    let shown = async || client.get(&format!("/v1/bookings/{}", booking.id())).await.body;
    until(async || shown().await["conference_url"].is_string()).await;
    let link = shown().await["conference_url"].as_str().unwrap().to_owned();
    assert!(link.contains("teams"), "{link}");
    assert_eq!(providers.meetings(&mentee)[0].links, [link]);
}

#[tokio::test]
async fn meetings_in_person_have_a_place_and_no_link() {
    let office = office().await;
    let slot = office.world.slot(&office.mentor, days(2)).await;
    let place = "UPDATE convene.availability_blocks SET meeting_type = 'in_person_custom', location_custom = 'The roof'
        WHERE id = $1";
    office.world.admin.execute(place, &[&slot.block_id]).await;
    office.world.book(&office.mentee, &slot).await.unwrap();

    until(async || office.at_google().len() == 1 && office.at_microsoft().len() == 1).await;

    for meeting in [office.at_google().remove(0), office.at_microsoft().remove(0)] {
        assert_eq!((meeting.place.as_str(), meeting.links.len()), ("The roof", 0));
    }
}

#[tokio::test]
async fn what_its_owner_does_to_an_event_is_noticed_and_shown() {
    let office = office().await;
    let booking = office.booking().await;
    until(async || office.at_google().len() == 1 && office.at_microsoft().len() == 1).await;
    until(async || office.all_done().await).await;
    let sync = async || office.world.make_due("calendar_syncs").await;
    // The events are known to be there.
    office.world.admin.run("UPDATE convene.calendars SET cursor = NULL").await;
    sync().await;
    until(async || {
        let known = "SELECT count(*) FROM convene.calendars WHERE cursor IS NOT NULL";
        office.world.admin.value::<i64>(known, &[]).await == 2
    })
    .await;

    let to = booking.time("start_time") + hours(3);
    let google = office.at_google().remove(0);
    office.providers.google.move_event(&office.mentee.email, &office.mentee.email, &google.id, to, to + hours(1));
    office.providers.microsoft.delete_event(&office.mentor.email, &office.at_microsoft().remove(0).id);

    let change_of = async |user: &User| {
        let events = office.shown(&booking).await["calendar_events"].clone();
        let event = events.as_array().unwrap().iter().find(|event| event["user_id"] == json!(user.id)).cloned();
        event.unwrap()
    };
    until(async || {
        sync().await;
        change_of(&office.mentor).await["owner_change"] == "deleted"
            && change_of(&office.mentee).await["owner_change"] == "moved"
    })
    .await;
    let moved_to = change_of(&office.mentee).await["moved_to_start"].as_str().unwrap().parse::<jiff::Timestamp>();
    assert_eq!(moved_to.unwrap(), to);
}

#[tokio::test]
async fn what_is_refused_for_good_is_given_up_and_can_be_retried_by_hand() {
    let office = office().await;
    let refuse = Faults::none().share(1.0, Calls::to("POST", "/events"), Fault::Status(400));
    office.providers.google.set_faults(refuse);
    office.booking().await;
    let failed = async || office.mentees.get("/v1/calendar/writebacks?status=failed").await.body["data"].clone();
    until(async || failed().await.as_array().unwrap().len() == 1).await;
    let writeback = failed().await[0].clone();
    assert_eq!((&writeback["operation"], &writeback["attempts"]), (&json!("create"), &json!(1)));
    assert!(writeback["last_error"].as_str().unwrap().starts_with("400"), "{writeback}");

    office.providers.google.set_faults(Faults::none());
    let path = format!("/v1/calendar/writebacks/{}/retry", writeback["id"].as_str().unwrap());
    let stranger = office.service.signed_in(&office.world, &office.world.mentee().await).await;
    assert_eq!(stranger.post(&path, json!(null)).await.outcome(), (404, "WRITEBACK_NOT_FOUND"));
    assert_eq!(office.mentees.post(&path, json!(null)).await.status, 202);

    until(async || office.at_google().len() == 1).await;
}

#[tokio::test]
async fn who_connects_later_gets_the_meetings_that_are_ahead() {
    let (world, providers) = (World::new().await, Providers::start().await);
    let service = providers.service(&world).await;
    let (mentee, mentor) = (world.mentee().await, world.mentor().await);
    let ahead = world.booking(&mentee, &mentor, days(2)).await;
    let canceled = world.booking(&mentee, &mentor, days(3)).await;
    world.cancel(&canceled, &mentee).await.unwrap();
    providers.connect_google(&service.signed_in(&world, &mentee).await, &mentee).await;

    until(async || providers.meetings(&mentee).len() == 1).await;
    assert_eq!(providers.meetings(&mentee)[0].booking, ahead.id());
}

#[tokio::test]
async fn a_booking_that_is_given_to_another_mentor_leaves_the_first_ones_calendar() {
    let office = office().await;
    let booking = office.booking().await;
    until(async || office.at_google().len() == 1 && office.at_microsoft().len() == 1).await;
    let (coordinator, successor) = (office.world.coordinator().await, office.world.mentor().await);
    office.providers.connect_google(&office.service.signed_in(&office.world, &successor).await, &successor).await;
    let slot = office.world.slot(&successor, days(4)).await;

    office.world.reassign(&booking, &coordinator, &slot).await.unwrap();

    until(async || {
        let (first, then) = (office.at_microsoft(), office.providers.meetings(&successor));
        first.is_empty() && then.len() == 1 && office.at_google().iter().all(|meeting| meeting.start == slot.start)
    })
    .await;
}
