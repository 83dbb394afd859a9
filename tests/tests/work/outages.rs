//! One's outage is not another's.

use std::time::Duration;

use convene_fakes::{Calls, Fault, Faults};
use support::calendars::{Providers, until};
use support::{World, days, hours};

#[tokio::test]
async fn a_provider_that_hangs_does_not_stop_the_others_writebacks() {
    let (world, providers) = (World::new().await, Providers::start().await);
    world.without_weekly_limits().await;
    let service = providers.service(&world).await;
    let at_microsoft = world.mentee().await;
    providers.connect_microsoft(&service.signed_in(&world, &at_microsoft).await, &at_microsoft).await;
    let mut at_google = Vec::new();
    for _ in 0..12 {
        let mentee = world.mentee().await;
        providers.connect_google(&service.signed_in(&world, &mentee).await, &mentee).await;
        at_google.push(mentee);
    }
    let hour = Duration::from_secs(3600)..Duration::from_secs(3601);
    providers.google.set_faults(Faults::none().share(1.0, Calls::any(), Fault::Late(hour)));
    // Three to a mailbox at a time: more than a worker does at once.
    for mentee in &at_google {
        for nth in 0..3 {
            world.booking(mentee, &world.mentor().await, days(2) + hours(nth)).await;
        }
    }
    let leased = "SELECT count(*) FROM convene.work_items WHERE queue = 'writebacks' AND lease IS NOT NULL";
    until(async || world.admin.value::<i64>(leased, &[]).await == 24).await;

    world.booking(&at_microsoft, &world.mentor().await, days(2)).await;

    until(async || providers.meetings(&at_microsoft).len() == 1).await;
    assert_eq!(world.admin.value::<i64>(leased, &[]).await, 24, "the others have their share, and no more");
}
