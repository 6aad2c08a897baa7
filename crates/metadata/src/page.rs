//! Lists that may come in pages: each is one question, whose answer is the whole list.
use dataverse_files_proto::{Answer, Body, Call, Organization};
use http::{HeaderValue, Request, Uri};
use serde_json::Value;

use crate::answer::{object, optional, rows};
use crate::request::{get, get_at, with};

/// Rows per page. An answer is parsed whole, so pages keep it small; 1,000 rows with the longest names are 0.5 MB.
const PAGE: HeaderValue = HeaderValue::from_static("odata.maxpagesize=1000");

/// Ask for all rows of a collection; `read` leaves a row out by giving `None`.
pub(crate) fn pages<T: Send + 'static>(
    step: &'static str,
    organization: &Organization,
    path: &str,
    read: impl Fn(&Value) -> Result<Option<T>, String> + Send + 'static,
) -> Call<Vec<T>> {
    let first = with(get(organization, path), "prefer", PAGE);
    let (organization, mut found) = (organization.clone(), Vec::new());
    Call::paged(step, first, move |_, body| {
        let answer = object(body)?;
        let next = next(&organization, &answer)?;
        // The whole page or nothing of it: a page that is asked for again must not be counted twice.
        let page = rows(&answer, "value")?.iter().map(&read);
        found.extend(page.collect::<Result<Vec<_>, String>>()?.into_iter().flatten());
        match next {
            Some(next) => Ok(Answer::Next(Box::new(next))),
            None => Ok(Answer::Whole(std::mem::take(&mut found))),
        }
    })
}

/// The next page, which must be the organization's own: the token goes with the request.
fn next(organization: &Organization, answer: &Value) -> Result<Option<Request<Body>>, String> {
    let Some(link) = optional(answer.get("@odata.nextLink")) else { return Ok(None) };
    let uri: Uri = link.replace(' ', "%20").parse().map_err(|_| "the link to the next page is no URL")?;
    if !organization.owns(&uri) {
        let host = uri.host().unwrap_or("no host").to_owned();
        return Err(format!("the next page is not the organization's own ({host}) and is not followed"));
    }
    Ok(Some(with(get_at(uri), "prefer", PAGE)))
}
