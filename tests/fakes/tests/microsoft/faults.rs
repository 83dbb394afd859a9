//! What goes wrong in Graph's way; what all fakes share is proved with Google.

use std::time::Duration;

use convene_fakes::{Calls, Fault, Faults};

use super::{BO, connected};

const PATH: &str = "/v1.0/me/calendars";

#[tokio::test]
async fn a_rate_limit_is_429_and_says_when_to_come_back() {
    let (microsoft, http) = connected().await;
    let limited = Faults::none().retry_after(Duration::from_secs(7)).next(1, Calls::any(), Fault::RateLimited);
    microsoft.set_faults(limited);
    let reply = http.get(PATH).await;
    assert_eq!((reply.status, reply.code(), reply.retry_after.as_deref()), (429, "ApplicationThrottled", Some("7")));
    assert_eq!(http.get(PATH).await.status, 200);
}

#[tokio::test]
async fn a_fifth_call_at_once_for_one_mailbox_is_turned_away() {
    let (microsoft, http) = connected().await;
    let delay = Duration::from_millis(100)..Duration::from_millis(100);
    microsoft.set_faults(Faults::none().share(1.0, Calls::any(), Fault::Late(delay)));
    let replies = tokio::join!(http.get(PATH), http.get(PATH), http.get(PATH), http.get(PATH), http.get(PATH));
    let mut statuses = [&replies.0, &replies.1, &replies.2, &replies.3, &replies.4].map(|reply| reply.status);
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 200, 200, 200, 429]);
    assert_eq!(microsoft.most_open_calls(BO), 5);
}
