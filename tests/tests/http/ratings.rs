//! Ratings as they are read.

use serde_json::{Value, json};
use support::{Service, World};

#[tokio::test]
async fn people_read_what_they_gave_and_got_and_everybody_how_a_mentor_is_rated() {
    let world = World::new().await;
    world.without_weekly_limits().await;
    let service = Service::start(&world.database).await;
    let (mentee, mentor) = (world.mentee().await, world.mentor().await);
    let mut bookings = Vec::new();
    for (rating, comment) in [(5, "Sharp"), (4, "Kind"), (4, "Late")] {
        let booking = world.completed_booking(&mentee, &mentor).await;
        let arguments =
            json!({ "p_booking_id": booking.id(), "p_rater_id": mentee.id, "p_rating": rating, "p_comment": comment });
        world.sql.call_one("rate_booking", arguments).await.unwrap();
        world.admin.run("UPDATE convene.booking_participants SET active = false").await;
        bookings.push(booking);
    }
    world.rate(&bookings[0], &mentor, 3).await.unwrap();
    let client = async |user: support::User| service.signed_in(&world, &user).await;
    let (me, they, other) =
        (client(mentee.clone()).await, client(mentor.clone()).await, client(world.mentee().await).await);
    let comments = |body: &Value| -> Vec<Value> {
        body["data"].as_array().unwrap().iter().map(|rating| rating["comment"].clone()).collect()
    };

    let given = me.get("/v1/users/me/ratings/given?limit=2").await;
    assert_eq!((given.status, comments(&given.body)), (200, vec![json!("Late"), json!("Kind")]), "{}", given.body);
    let next = format!("/v1/users/me/ratings/given?cursor={}", given.body["next_cursor"].as_str().unwrap());
    let last = me.get(&next).await.body;
    assert_eq!((comments(&last), &last["next_cursor"]), (vec![json!("Sharp")], &Value::Null));
    let received = me.get("/v1/users/me/ratings/received").await.body;
    assert_eq!((&received["data"][0]["rating"], &received["data"][0]["rater_id"]), (&json!(3), &json!(mentor.id)));

    let path = format!("/v1/mentors/{}/ratings", mentor.id);
    let seen = other.get(&path).await.body;
    assert_eq!((&seen["average"], &seen["count"]), (&json!(4.33), &json!(3)));
    assert_eq!(seen["data"].as_array().unwrap().len(), 3);
    for hidden in [mentee.id.to_string(), bookings[0].id().to_string(), "Sharp".to_owned()] {
        assert!(!seen.to_string().contains(&hidden), "{seen}");
    }
    for reader in [they, client(world.coordinator().await).await] {
        assert_eq!(comments(&reader.get(&path).await.body), [json!("Late"), json!("Kind"), json!("Sharp")]);
    }
    let abroad = world.user_in(&world.other_organization("abroad").await, "mentee").await;
    assert_eq!(client(abroad).await.get(&path).await.outcome(), (404, "MENTOR_NOT_FOUND"));
    let of_mentee = format!("/v1/mentors/{}/ratings", mentee.id);
    assert_eq!(other.get(&of_mentee).await.outcome(), (404, "MENTOR_NOT_FOUND"));
}

#[tokio::test]
async fn what_a_mentee_got_and_anybody_gave_is_for_them_and_staff() {
    let world = World::new().await;
    let (mentee, mentor, coordinator) = (world.mentee().await, world.mentor().await, world.coordinator().await);
    for (side, owner) in [("received", &mentee), ("given", &mentee), ("given", &mentor)] {
        let ask = async |actor: &support::User| {
            let arguments = json!({ "p_actor_id": actor.id, "p_user_id": owner.id, "p_side": side });
            world.sql.call("list_ratings", arguments).await.map_err(|no| no.code)
        };
        assert_eq!(ask(owner).await, Ok(vec![]));
        assert_eq!(ask(&coordinator).await, Ok(vec![]));
        assert_eq!(ask(&world.mentee().await).await, Err("NOT_AUTHORIZED".to_owned()), "{side}");
    }
}

#[tokio::test]
async fn a_booking_says_whether_the_reader_has_rated_it() {
    let world = World::new().await;
    let service = Service::start(&world.database).await;
    let (mentee, mentor) = (world.mentee().await, world.mentor().await);
    let booking = world.completed_booking(&mentee, &mentor).await;
    world.rate(&booking, &mentee, 5).await.unwrap();
    let path = format!("/v1/bookings/{}", booking.id());
    for (reader, has_rated) in [(&mentee, true), (&mentor, false), (&world.coordinator().await, false)] {
        let client = service.signed_in(&world, reader).await;
        assert_eq!(client.get(&path).await.body["has_rated"], json!(has_rated));
    }
}
