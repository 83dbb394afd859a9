//! Clients that work as fast as they are answered.

use std::future::Future;
use std::time::{Duration, Instant};

use tokio::task::JoinSet;

use crate::outcome::Outcome;

/// A client: it has a connection of its own and knows what to ask next.
pub trait Client: Send + 'static {
    /// Asks once and waits for the answer.
    fn ask(&mut self) -> impl Future<Output = Outcome<()>> + Send;
}

/// Answers per second of all clients together, working for that long. The clients come back for another turn.
pub async fn throughput<C: Client>(clients: &mut Vec<C>, turn: Duration) -> Outcome<f64> {
    let started = Instant::now();
    let mut working = JoinSet::new();
    for mut client in clients.drain(..) {
        working.spawn(async move {
            let mut answers = 0_u32;
            while started.elapsed() < turn {
                client.ask().await?;
                answers += 1;
            }
            Outcome::Ok((client, answers))
        });
    }
    let mut answers = 0.0;
    while let Some(ended) = working.join_next().await {
        let (client, answered) = ended??;
        clients.push(client);
        answers += f64::from(answered);
    }
    Ok(answers / started.elapsed().as_secs_f64())
}

/// Seconds that each of `count` questions in a row takes one client.
pub async fn latencies(client: &mut impl Client, count: u32) -> Outcome<Vec<f64>> {
    let mut seconds = Vec::new();
    for _ in 0..count {
        let asked = Instant::now();
        client.ask().await?;
        seconds.push(asked.elapsed().as_secs_f64());
    }
    Ok(seconds)
}
