//! `WhoAmI` and the service document.
use http::StatusCode;
use serde_json::{Map, Value, json};

use super::fault::{Answer, Fault};
use super::request::Request;
use super::{Core, answer};

impl Core {
    /// The user is always the same one; only the organization's id is also a row's (metadata §11).
    pub(in crate::core) fn who_am_i(&self, request: &Request<'_>) -> Answer {
        let id = |name: &str| json!(self.state.ids.named(name));
        let body = Map::from_iter([
            ("BusinessUnitId".to_owned(), id("business unit")),
            ("UserId".to_owned(), id("user")),
            ("OrganizationId".to_owned(), id("organization")),
        ]);
        let context = request.context("Microsoft.Dynamics.CRM.WhoAmIResponse");
        Ok(answer::json(StatusCode::OK, answer::with_context(context, body)))
    }

    /// The entity sets by name.
    pub(in crate::core) fn service_document(&self, request: &Request<'_>) -> Answer {
        if !request.reads() {
            return Err(Fault::method_not_allowed("GET,HEAD,OPTIONS"));
        }
        let sets = self
            .state
            .tables
            .values()
            .map(|table| json!({"name": table.set_name, "kind": "EntitySet", "url": table.set_name}));
        let body = Map::from_iter([("value".to_owned(), Value::Array(sets.collect()))]);
        let context = request.address("$metadata");
        Ok(answer::json(StatusCode::OK, answer::with_context(context, body)))
    }
}
