//! A collector of telemetry, by OTLP over HTTP.

use std::sync::{Arc, Mutex};

use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::metrics::v1::Metric;
use opentelemetry_proto::tonic::trace::v1::Span;
use prost::Message;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// It takes whatever it is sent.
pub struct Collector {
    /// `http://127.0.0.1:port`
    pub address: String,
    received: Arc<Mutex<Received>>,
}

#[derive(Default)]
struct Received {
    spans: Vec<Span>,
    metrics: Vec<Metric>,
    bytes: Vec<u8>,
}

impl Collector {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = format!("http://{}", listener.local_addr().expect("it is bound"));
        let received = Arc::<Mutex<Received>>::default();
        let sink = Arc::clone(&received);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(take(stream, Arc::clone(&sink)));
            }
        });
        Self { address, received }
    }

    /// Every span it was sent.
    pub fn spans(&self) -> Vec<Span> {
        self.received.lock().expect("nobody panicked").spans.clone()
    }

    /// The names of the metrics it was sent.
    pub fn metrics(&self) -> Vec<String> {
        self.received.lock().expect("nobody panicked").metrics.iter().map(|metric| metric.name.clone()).collect()
    }

    /// Whether this is anywhere in what it was sent.
    pub fn knows(&self, text: &str) -> bool {
        let received = self.received.lock().expect("nobody panicked");
        received.bytes.windows(text.len()).any(|window| window == text.as_bytes())
    }
}

/// One request of one connection.
async fn take(mut stream: TcpStream, sink: Arc<Mutex<Received>>) {
    let mut bytes = Vec::new();
    let (path, body) = loop {
        if stream.read_buf(&mut bytes).await.expect("it arrives") == 0 {
            return;
        }
        let mut headers = [""; 32].map(|_| httparse::EMPTY_HEADER);
        let mut request = httparse::Request::new(&mut headers);
        let Ok(httparse::Status::Complete(head)) = request.parse(&bytes) else { continue };
        let length = request.headers.iter().find(|header| header.name.eq_ignore_ascii_case("content-length"));
        let length: usize = String::from_utf8_lossy(length.expect("a length").value).parse().expect("a number");
        if bytes.len() >= head + length {
            break (request.path.expect("a path").to_owned(), bytes[head..head + length].to_vec());
        }
    };
    {
        let mut received = sink.lock().expect("nobody panicked");
        received.bytes.extend_from_slice(&body);
        match path.as_str() {
            "/v1/traces" => {
                let request = ExportTraceServiceRequest::decode(&*body).expect("protobuf");
                let scopes = request.resource_spans.into_iter().flat_map(|resource| resource.scope_spans);
                received.spans.extend(scopes.flat_map(|scope| scope.spans));
            }
            "/v1/metrics" => {
                let request = ExportMetricsServiceRequest::decode(&*body).expect("protobuf");
                let scopes = request.resource_metrics.into_iter().flat_map(|resource| resource.scope_metrics);
                received.metrics.extend(scopes.flat_map(|scope| scope.metrics));
            }
            other => panic!("nothing is sent to {other}"),
        }
    }
    stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").await.expect("it is there");
}
