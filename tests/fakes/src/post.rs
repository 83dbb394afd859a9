//! The sending of notifications: one after the other, so that they arrive in the order in which they were sent.

use std::sync::LazyLock;
use std::time::Duration;

use reqwest::{Request, StatusCode};
use tokio::sync::{mpsc, oneshot};

/// Providers wait no longer for an answer.
const PATIENCE: Duration = Duration::from_secs(10);

/// When a provider's changes are told to those who subscribed.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Pushes {
    /// By themselves, as the providers do.
    #[default]
    OnChange,
    /// Only when a test says so, as if they were lost.
    ByHand,
}

/// One for all fakes: built together with the service, a client loads root certificates, which takes 50 ms. It keeps no
/// connections, as those end with the runtime, and the fakes of another may get the same ports.
static CLIENT: LazyLock<reqwest::Client> = LazyLock::new(|| {
    // Built together with the service, reqwest speaks TLS, and no client can be made before it is said by which
    // provider. An error means that it has been said already.
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder().timeout(PATIENCE).pool_max_idle_per_host(0).build().expect("a client")
});

struct Letter {
    request: Request,
    answer: oneshot::Sender<Option<StatusCode>>,
}

/// Sends what it is given, each once. The providers send again what fails, hours later; the fakes do not.
pub(crate) struct Postman {
    letters: mpsc::UnboundedSender<Letter>,
    pub client: reqwest::Client,
}

impl Postman {
    pub fn start() -> Self {
        let client = CLIENT.clone();
        let (letters, mut waiting) = mpsc::unbounded_channel::<Letter>();
        let sender = client.clone();
        tokio::spawn(async move {
            while let Some(letter) = waiting.recv().await {
                let status = sender.execute(letter.request).await.ok().map(|answer| answer.status());
                // Nobody may be waiting for it.
                let _ = letter.answer.send(status);
            }
        });
        Self { letters, client }
    }

    /// The answer's status comes when the letter is delivered; `None` where nobody answered.
    pub fn send(&self, request: Request) -> oneshot::Receiver<Option<StatusCode>> {
        let (answer, answered) = oneshot::channel();
        // The postman ends with the runtime only, and then nobody waits.
        let _ = self.letters.send(Letter { request, answer });
        answered
    }
}
