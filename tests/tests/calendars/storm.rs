//! A thousand bookings while providers fail and the service is killed: afterwards every calendar shows what is booked,
//! and nothing else.

use std::collections::HashMap;
use std::time::Duration;

use convene_fakes::{Calls, Dice, Fault, Faults};
use support::calendars::{Meeting, Providers, until};
use support::{Booking, Slot, User, World, days, minutes};
use uuid::Uuid;

const BOOKINGS: usize = 1000;
const PAIRS: usize = 10;

/// Half of the calls fail: some are not heard, some are done and not answered, some are too many; others are late.
fn weather(seed: u64) -> Faults {
    Faults::none()
        .seeded(seed)
        .share(0.15, Calls::any(), Fault::Status(503))
        .share(0.12, Calls::any(), Fault::LostAnswer)
        .share(0.12, Calls::any(), Fault::HiddenAnswer)
        .share(0.11, Calls::any(), Fault::RateLimited)
        .share(0.10, Calls::any(), Fault::Hangup)
        .share(0.10, Calls::any(), Fault::Late(Duration::from_millis(50)..Duration::from_millis(500)))
}

/// Mentees with accounts at Google and at Microsoft in turn, mentors the other way round.
async fn people(world: &World, providers: &Providers) -> Vec<(User, User)> {
    let service = providers.service_with(world, &[("CONVENE_WORKERS", "false")]).await;
    let mut people = Vec::new();
    for nth in 0..PAIRS {
        let (mentee, mentor) = (world.mentee().await, world.mentor().await);
        let (one, other) = if nth % 2 == 0 { (&mentee, &mentor) } else { (&mentor, &mentee) };
        providers.connect_google(&service.signed_in(world, one).await, one).await;
        providers.connect_microsoft(&service.signed_in(world, other).await, other).await;
        people.push((mentee, mentor));
    }
    people
}

/// As if the waits of the backoff had passed.
async fn let_time_pass(world: &World) {
    world.let_waits_pass("writebacks").await;
}

#[tokio::test]
async fn after_a_storm_every_calendar_shows_what_is_booked_and_nothing_else() {
    let (world, providers) = (World::new().await, Providers::start().await);
    world.without_weekly_limits().await;
    // Meetings are up to six weeks ahead.
    world.policy("slot_horizon_days", 60).await;
    let people = people(&world, &providers).await;
    let mut dice = Dice::new(11);
    let mut expected: HashMap<Uuid, (Booking, usize)> = HashMap::new();
    let slot = async |mentor: &User, nth: usize| -> Slot {
        world.slot(mentor, days(2) + minutes(31 * i64::try_from(nth).unwrap())).await
    };

    for round in 0..6 {
        providers.google.set_faults(weather(round));
        providers.microsoft.set_faults(weather(100 + round));
        let mut service = providers.service(&world).await;
        let share = BOOKINGS / 6 + 1;
        for nth in 0..share {
            let whom = dice.below(PAIRS);
            let (mentee, mentor) = &people[whom];
            let at = usize::try_from(round).unwrap() * share + nth;
            let booking = world.book(mentee, &slot(mentor, at).await).await.unwrap();
            expected.insert(booking.id(), (booking, whom));
            if dice.once_in(5) {
                let known: Vec<Uuid> = expected.keys().copied().collect();
                let id = dice.pick(&known);
                let (booking, whom) = expected.remove(&id).unwrap();
                let (mentee, mentor) = &people[whom];
                if dice.once_in(2) {
                    world.cancel(&booking, mentee).await.unwrap();
                } else {
                    let elsewhere = slot(mentor, BOOKINGS + 10 + at).await;
                    let moved = world.reschedule(&booking, mentor, &elsewhere).await.unwrap();
                    expected.insert(id, (moved, whom));
                }
            }
            if nth % 20 == 0 {
                let_time_pass(&world).await;
            }
        }
        if round < 5 {
            service.kill().await;
        }
    }

    // The weather clears.
    providers.google.set_faults(Faults::none());
    providers.microsoft.set_faults(Faults::none());
    // Two days of an outage went by in seconds: what was given up is retried by hand.
    world.admin.run("UPDATE convene.work_items SET failed_at = NULL, attempts = 0 WHERE failed_at IS NOT NULL").await;
    world.let_leases_run_out().await;
    let _service = (providers.service(&world).await, providers.service(&world).await);
    for _ in 0..30 {
        let_time_pass(&world).await;
        tokio::time::sleep(Duration::from_secs(1)).await;
        let owed = "SELECT (SELECT count(*) FROM convene.booking_external_events WHERE status <> 'done')
            + (SELECT count(*) FROM convene.booking_events WHERE dispatched_at IS NULL)";
        if world.admin.value::<i64>(owed, &[]).await == 0 {
            break;
        }
    }
    until(async || {
        let owed = "SELECT count(*) FROM convene.booking_external_events WHERE status <> 'done'";
        world.admin.value::<i64>(owed, &[]).await == 0
    })
    .await;

    assert!(expected.len() > BOOKINGS * 3 / 4, "{}", expected.len());
    for (whom, (mentee, mentor)) in people.iter().enumerate() {
        let link_of = links(&world, whom, &expected).await;
        for person in [mentee, mentor] {
            let meetings = providers.meetings(person);
            let mut by_booking: HashMap<Uuid, Vec<Meeting>> = HashMap::new();
            meetings.into_iter().for_each(|meeting| by_booking.entry(meeting.booking).or_default().push(meeting));
            for (id, (booking, _)) in expected.iter().filter(|(_, (_, of))| *of == whom) {
                let found = by_booking.remove(id).unwrap_or_default();
                assert_eq!(found.len(), 1, "one event of {id}: {found:?}");
                assert_eq!((found[0].start, found[0].end), (booking.time("start_time"), booking.time("end_time")));
                assert_eq!(found[0].links, [link_of[id].clone()], "{id}");
            }
            assert_eq!(by_booking.into_keys().collect::<Vec<_>>(), [] as [Uuid; 0], "canceled ones are gone");
        }
    }
    let most = people
        .iter()
        .flat_map(|(one, other)| [one, other])
        .map(|user| providers.microsoft.most_open_calls(&user.email));
    assert!(most.max().unwrap() <= 4);
}

/// The links that the bookings show.
async fn links(world: &World, whom: usize, expected: &HashMap<Uuid, (Booking, usize)>) -> HashMap<Uuid, String> {
    let ids: Vec<Uuid> = expected.iter().filter(|(_, (_, of))| *of == whom).map(|(id, _)| *id).collect();
    let sql = "SELECT id, conference_url FROM convene.bookings WHERE id = ANY ($1)";
    let rows = world.admin.rows(sql, &[&ids]).await;
    let link = |row: &tokio_postgres::Row| -> String { row.get::<_, Option<String>>(1).expect("a link") };
    rows.iter().map(|row| (row.get(0), link(row))).collect()
}
