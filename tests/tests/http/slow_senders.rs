//! Senders that are slow, or many: what they hold is bounded, and costs nobody else anything.

use std::time::{Duration, Instant};

use serde_json::json;
use support::service::open_session;
use support::{Service, World, days};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

async fn connected(service: &Service) -> TcpStream {
    TcpStream::connect(&service.address).await.unwrap()
}

/// Everything that comes until the service closes the connection, and whether it did within a minute.
async fn rest(stream: &mut TcpStream) -> (String, bool) {
    let mut answer = Vec::new();
    let read = tokio::time::timeout(Duration::from_secs(60), stream.read_to_end(&mut answer)).await;
    (String::from_utf8_lossy(&answer).into_owned(), read.is_ok())
}

/// The head of the next answer.
async fn head(stream: &mut TcpStream) -> String {
    let mut answer = Vec::new();
    while !answer.ends_with(b"\r\n\r\n") {
        let byte = tokio::time::timeout(Duration::from_secs(60), stream.read_u8()).await.unwrap();
        let Ok(byte) = byte else { break };
        answer.push(byte);
    }
    String::from_utf8(answer).unwrap()
}

fn booking(token: &str, length: usize) -> String {
    format!(
        "POST /v1/bookings HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\nIdempotency-Key: slow\r\n\
         Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n"
    )
}

#[tokio::test]
async fn a_head_has_ten_seconds_however_it_comes() {
    let world = World::new().await;
    let service = Service::start(&world.database).await;
    let (mut silent, mut dripping) = (connected(&service).await, connected(&service).await);
    let began = Instant::now();

    let drip = async {
        for byte in b"GET /healthz HTTP/1.1\r\nHost: xxxxxxxxxxxxxxxxxx" {
            if dripping.write_all(&[*byte]).await.is_err() {
                break;
            }
            tokio::time::sleep(Duration::from_millis(500)).await;
        }
        rest(&mut dripping).await
    };
    let ((_, silent_closed), (_, dripping_closed)) = tokio::join!(rest(&mut silent), drip);

    assert!(silent_closed && dripping_closed);
    assert!((9..25).contains(&began.elapsed().as_secs()), "{:?}", began.elapsed());
}

#[tokio::test]
async fn a_connection_may_be_idle_for_longer_than_a_head_may_take() {
    let world = World::new().await;
    let service = Service::start(&world.database).await;
    let mut stream = connected(&service).await;
    for pause in [0, 12] {
        tokio::time::sleep(Duration::from_secs(pause)).await;
        stream.write_all(b"HEAD /healthz HTTP/1.1\r\nHost: x\r\n\r\n").await.unwrap();
        assert!(head(&mut stream).await.starts_with("HTTP/1.1 200"), "after {pause} s");
    }
}

#[tokio::test]
async fn a_body_that_stops_is_the_clients_fault_and_rings_no_alarm() {
    let world = World::new().await;
    let service = Service::start_with(&world.database, &[("CONVENE_REQUEST_TIMEOUT", "3s")]).await;
    let token = open_session(&world, &world.mentee().await).await;
    let mut stream = connected(&service).await;
    stream.write_all(format!("{}{{\"time", booking(&token, 500)).as_bytes()).await.unwrap();

    let (answer, closed) = rest(&mut stream).await;

    assert!(answer.starts_with("HTTP/1.1 408") && answer.contains("REQUEST_TIMEOUT"), "{answer}");
    assert!(closed);
    let log = service.log();
    assert!(!log.contains("\"ERROR\"") && !log.contains("unavailable"), "{log}");
    let metrics = service.operator().get("/metrics").await.body;
    let metrics = metrics.as_str().unwrap();
    assert!(!metrics.contains("status_code=\"503\""), "{metrics}");
}

#[tokio::test]
async fn whose_body_nobody_wants_is_answered_before_it_is_read() {
    let world = World::new().await;
    let service = Service::start(&world.database).await;
    let mut stream = connected(&service).await;
    let began = Instant::now();
    // Only the head comes.
    stream.write_all(booking("cvs_nobodys", 200_000).as_bytes()).await.unwrap();

    let answer = head(&mut stream).await;

    assert!(answer.starts_with("HTTP/1.1 401"), "{answer}");
    assert!(began.elapsed() < Duration::from_secs(9), "{:?}", began.elapsed());
}

#[tokio::test]
async fn a_sender_has_so_many_connections_and_no_more() {
    let world = World::new().await;
    let service = Service::start_with(&world.database, &[("CONVENE_CONNECTIONS_PER_ADDRESS", "3")]).await;
    let mut held = Vec::new();
    for _ in 0..3 {
        let mut stream = connected(&service).await;
        stream.write_all(b"HEAD /healthz HTTP/1.1\r\nHost: x\r\n\r\n").await.unwrap();
        assert!(head(&mut stream).await.starts_with("HTTP/1.1 200"));
        held.push(stream);
    }
    let (answer, closed) = rest(&mut connected(&service).await).await;
    assert_eq!((answer.as_str(), closed), ("", true));

    held.pop();

    // The service notices soon that one is gone.
    for attempt in 0.. {
        let mut stream = connected(&service).await;
        let _ = stream.write_all(b"HEAD /healthz HTTP/1.1\r\nHost: x\r\n\r\n").await;
        if head(&mut stream).await.starts_with("HTTP/1.1 200") {
            break;
        }
        assert!(attempt < 100, "there was never room again");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test]
async fn more_connections_than_there_may_be_wait_for_their_turn() {
    let world = World::new().await;
    let service = Service::start_with(&world.database, &[("CONVENE_CONNECTIONS", "2")]).await;
    let (first, _second) = (connected(&service).await, connected(&service).await);
    let mut third = connected(&service).await;
    third.write_all(b"HEAD /healthz HTTP/1.1\r\nHost: x\r\n\r\n").await.unwrap();
    let early = tokio::time::timeout(Duration::from_millis(500), third.read_u8()).await;
    assert!(early.is_err(), "there was room for a third");

    drop(first);

    assert!(head(&mut third).await.starts_with("HTTP/1.1 200"));
}

#[tokio::test]
async fn a_compressed_body_is_refused_as_one() {
    let world = World::new().await;
    let service = Service::start(&world.database).await;
    let client = service.signed_in(&world, &world.mentee().await).await;
    let slot = world.slot(&world.mentor().await, days(2)).await;
    let body = json!({ "time_slot_id": slot.id, "meeting_goal": "Where do we go?" });
    let request = |encoding: &'static str| {
        let request = client.request(reqwest::Method::POST, "/v1/bookings").header("Idempotency-Key", encoding);
        support::Reply::of(request.header("Content-Encoding", encoding).json(&body))
    };
    let refused = request("gzip").await;
    assert_eq!(refused.outcome(), (415, "UNSUPPORTED_CONTENT_ENCODING"));
    assert_eq!(refused.header("accept-encoding"), Some("identity"));
    assert_eq!(request("identity").await.status, 201);
}
