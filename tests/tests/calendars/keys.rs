//! Keys that seal, and changing them.

use serde_json::json;
use support::calendars::{Providers, until};
use support::directory::{Directory, person};
use support::program::{Ended, convene};
use support::service::KEYS;
use support::surroundings::url_of;
use support::{Service, World, days};

const NEW: &str = "8=ZmVkY2JhOTg3NjU0MzIxMGZlZGNiYTk4NzY1NDMyMTA=";

async fn rotate_keys(world: &World, keys: &str) -> Ended {
    let url = url_of(&world.database.admin());
    convene(&["rotate-keys"], &[("CONVENE_KEYS", keys), ("CONVENE_ADMIN_DATABASE_URL", &url)]).await
}

#[tokio::test]
async fn after_rotation_the_old_key_can_be_taken_away() {
    let (world, providers) = (World::new().await, Providers::start().await);
    let (mentee, mentor) = (world.mentee().await, world.mentor().await);
    let service = providers.service(&world).await;
    let client = service.signed_in(&world, &mentee).await;
    providers.connect_google(&client, &mentee).await;
    let sealed = "SELECT tokens FROM convene.calendar_connections";
    let before: Vec<u8> = world.admin.value(sealed, &[]).await;
    let shown = String::from_utf8_lossy(&before).into_owned();
    assert!(!shown.contains("access") && !shown.contains("refresh"), "{shown}");
    drop(service);

    let both = format!("{NEW},{KEYS}");
    let rotated = rotate_keys(&world, &both).await.succeeded();

    assert!(rotated.contains("calendar_connections: 1 sealed anew"), "{rotated}");
    assert_ne!(world.admin.value::<Vec<u8>>(sealed, &[]).await, before);
    let old = "SELECT count(*) FROM convene.calendar_connections WHERE key_id <> '8'";
    assert_eq!(world.admin.value::<i64>(old, &[]).await, 0);
    let _service = providers.service_with(&world, &[("CONVENE_KEYS", NEW)]).await;
    world.booking(&mentee, &mentor, days(2)).await;
    until(async || providers.google.events(&mentee.email, &mentee.email).len() == 1).await;
}

#[tokio::test]
async fn what_no_key_opens_is_left_and_reported() {
    let (world, providers) = (World::new().await, Providers::start().await);
    let mentee = world.mentee().await;
    let service = providers.service(&world).await;
    providers.connect_google(&service.signed_in(&world, &mentee).await, &mentee).await;

    let rotated = rotate_keys(&world, NEW).await;

    assert_eq!(rotated.code, 1);
    assert!(rotated.stdout.contains("1 left as they are: no key 7 is configured"), "{}", rotated.stdout);
}

#[tokio::test]
async fn phones_are_sealed_anew_too() {
    let (world, directory) = (World::new().await, Directory::start().await);
    let mut ada = person("ada@home.test", "Mentor");
    ada["Phone"] = json!("+44 20");
    directory.put("recAda", &ada);
    let service = directory.service(&world).await;
    let admin = world.user("admin").await;
    directory.connect(&service.signed_in(&world, &admin).await).await;
    let sealed = "SELECT count(*) FROM convene.user_phones";
    until(async || world.admin.value::<i64>(sealed, &[]).await == 1).await;
    drop(service);

    let rotated = rotate_keys(&world, &format!("{NEW},{KEYS}")).await.succeeded();

    assert!(rotated.contains("user_phones: 1 sealed anew"), "{rotated}");
    let service = Service::start_with(&world.database, &[("CONVENE_KEYS", NEW)]).await;
    let path = format!("/v1/users/{}/phone", world.user_of("recAda").await.id);
    assert_eq!(service.signed_in(&world, &admin).await.get(&path).await.body["phone"], "+44 20");
}
