//! Speaking HTTP to a fake, so that a test shows only what it sends and what comes back.

use std::sync::LazyLock;

use reqwest::{Method, RequestBuilder};
use serde_json::Value;

/// One for all tests: built together with the service, a client loads root certificates, which takes 50 ms. It keeps no
/// connections, as those end with a test's runtime. It is made after a fake, which says what TLS is made of.
pub static CLIENT: LazyLock<reqwest::Client> =
    LazyLock::new(|| reqwest::Client::builder().pool_max_idle_per_host(0).build().expect("a client"));

/// Somebody with a token, at a fake's base address.
#[derive(Clone)]
pub struct Http {
    base: String,
    token: String,
    prefer: Option<&'static str>,
}

/// An answer: its status, and its JSON; `null` where it is none.
#[derive(Debug)]
pub struct Reply {
    pub status: u16,
    pub retry_after: Option<String>,
    pub json: Value,
}

impl Http {
    pub fn new(base: &str, token: &str) -> Self {
        Self { base: base.to_owned(), token: token.to_owned(), prefer: None }
    }

    /// The same with a header `Prefer`.
    pub fn preferring(self, prefer: &'static str) -> Self {
        Self { prefer: Some(prefer), ..self }
    }

    pub async fn get(&self, path: &str) -> Reply {
        self.send(self.request(Method::GET, path)).await
    }

    pub async fn post(&self, path: &str, body: &Value) -> Reply {
        self.send(self.request(Method::POST, path).json(body)).await
    }

    pub async fn patch(&self, path: &str, body: &Value) -> Reply {
        self.send(self.request(Method::PATCH, path).json(body)).await
    }

    pub async fn delete(&self, path: &str) -> Reply {
        self.send(self.request(Method::DELETE, path)).await
    }

    pub async fn form(&self, path: &str, fields: &[(&str, &str)]) -> Reply {
        self.send(self.request(Method::POST, path).form(fields)).await
    }

    /// The path of an absolute address of this base.
    pub fn path_of(&self, address: &Value) -> String {
        let address = address.as_str().expect("an address");
        address.strip_prefix(&self.base).expect("an address of this fake").to_owned()
    }

    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let request = CLIENT.request(method, format!("{}{path}", self.base)).bearer_auth(&self.token);
        match self.prefer {
            Some(prefer) => request.header("prefer", prefer),
            None => request,
        }
    }

    pub async fn send(&self, request: RequestBuilder) -> Reply {
        self.try_send(request).await.expect("an answer")
    }

    /// `None` where the connection was closed without an answer.
    pub async fn try_send(&self, request: RequestBuilder) -> Option<Reply> {
        let answer = request.send().await.ok()?;
        let status = answer.status().as_u16();
        let retry_after = answer.headers().get("retry-after").map(|value| value.to_str().expect("text").to_owned());
        let body = answer.bytes().await.expect("a body");
        Some(Reply { status, retry_after, json: serde_json::from_slice(&body).unwrap_or_default() })
    }
}

impl Reply {
    /// Google's reason of an error.
    pub fn reason(&self) -> &str {
        self.json["error"]["errors"][0]["reason"].as_str().unwrap_or_default()
    }

    /// Graph's code of an error.
    pub fn code(&self) -> &str {
        self.json["error"]["code"].as_str().unwrap_or_default()
    }

    pub fn text(&self, field: &str) -> &str {
        self.json[field].as_str().unwrap_or_default()
    }
}
