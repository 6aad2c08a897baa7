//! What every answer of the organization carries (errors-and-limits §11).
use http::request::Parts;
use http::{HeaderName, Response, header};

use super::{Core, answer, cors};
use crate::payload::Payload;

const ODATA_VERSION: HeaderName = HeaderName::from_static("odata-version");
const SERVICE_REQUEST_ID: HeaderName = HeaderName::from_static("x-ms-service-request-id");
const REQ_ID: HeaderName = HeaderName::from_static("req_id");
const DOP_HINT: HeaderName = HeaderName::from_static("x-ms-dop-hint");
const BURST_REMAINING: HeaderName = HeaderName::from_static("x-ms-ratelimit-burst-remaining-xrm-requests");
const TIME_REMAINING: HeaderName = HeaderName::from_static("x-ms-ratelimit-time-remaining-xrm-requests");

impl Core {
    pub(in crate::core) fn dress(&mut self, head: &Parts, response: &mut Response<Payload>) {
        self.served += 1;
        let id = self.state.ids.named(&format!("request {}", self.served));
        for name in [SERVICE_REQUEST_ID, REQ_ID] {
            answer::set(response, name, &format!("{id},{id}"));
        }
        answer::set(response, ODATA_VERSION, "4.0");
        answer::set(response, header::CACHE_CONTROL, "no-cache");
        answer::set_number(response, DOP_HINT, u64::from(self.options.dop_hint));
        // The core never throttles: all of a window is always left, printed as servers do (E4).
        answer::set(response, BURST_REMAINING, "6000");
        answer::set(response, TIME_REMAINING, "1,200.00");
        cors::allow_origin(head, response);
    }
}
