//! What the tests share: databases, services, clients.
