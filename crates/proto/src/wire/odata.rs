//! What an answer means: the only place that looks at statuses and codes.
use std::time::{Duration, UNIX_EPOCH};

use http::{HeaderMap, StatusCode, header, response::Parts};
use serde_json::Value;

use super::codes::{self, Again};
use crate::{Error, ErrorKind, Failure, ServerError};

/// What an answer, or the lack of one, means for the request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// A 2xx; whether it is the expected one is for the message's parser to say.
    Good,
    /// Send it again, `times` at most, not before `asked`.
    Again { kind: ErrorKind, asked: Option<Duration>, times: u32 },
    /// 401: once more, with a fresh token.
    FreshToken,
    /// The transfer's session is gone; only a new one helps.
    Gone,
    /// A definite no.
    No(ErrorKind),
}

const ALWAYS: u32 = u32::MAX;
/// §10.1: a plain 500 is repeated "at most a few" times.
const FEW: u32 = 5;

/// Judge a whole answer. `unix_now` only serves to read a `Retry-After` date when the answer has no `Date` of its own.
pub(crate) fn judge(head: &Parts, body: &[u8], unix_now: Duration) -> (Verdict, Option<ServerError>) {
    let status = head.status;
    if status.is_success() {
        return (Verdict::Good, None);
    }
    let said = server_error(head, body);
    let asked = retry_after(&head.headers, unix_now);
    let verdict = match (status, said.code.and_then(codes::meaning)) {
        (StatusCode::TOO_MANY_REQUESTS, _) => {
            Verdict::Again { kind: ErrorKind::Throttled, asked, times: ALWAYS }
        }
        (StatusCode::UNAUTHORIZED, _) | (_, Some((ErrorKind::Unauthenticated, _))) => Verdict::FreshToken,
        (_, Some((_, Again::NewSession))) => Verdict::Gone,
        (_, Some((kind, Again::No))) => Verdict::No(kind),
        (_, Some((kind, Again::Once))) => Verdict::Again { kind, asked, times: 2 },
        (_, Some((kind, Again::Yes))) if status.is_client_error() => {
            Verdict::Again { kind, asked, times: FEW }
        }
        (_, Some((kind, Again::Yes))) => Verdict::Again { kind, asked, times: ALWAYS },
        (_, None) => by_status(status, asked),
    };
    (verdict, Some(said))
}

fn by_status(status: StatusCode, asked: Option<Duration>) -> Verdict {
    use ErrorKind::{Forbidden, NotFound, Protocol, Refused, Server, TooLarge, Unsupported};
    match status.as_u16() {
        300..=399 => Verdict::No(Protocol),
        403 => Verdict::No(Forbidden),
        404 | 410 => Verdict::No(NotFound),
        405 | 501 => Verdict::No(Unsupported),
        408 | 502..=504 => Verdict::Again { kind: Server, asked, times: ALWAYS },
        413 => Verdict::No(TooLarge),
        500.. => Verdict::Again { kind: Server, asked, times: FEW },
        _ => Verdict::No(Refused),
    }
}

/// Judge the lack of an answer.
pub(crate) fn judge_failure(failure: &Failure) -> Verdict {
    match failure {
        Failure::Source(e) if e.kind() == std::io::ErrorKind::InvalidData => Verdict::No(ErrorKind::Changed),
        Failure::Source(_) => Verdict::No(ErrorKind::Source),
        Failure::Token(_) => Verdict::No(ErrorKind::Unauthenticated),
        Failure::Connect(_) | Failure::Timeout | Failure::Lost(_) => {
            Verdict::Again { kind: ErrorKind::Transport, asked: None, times: ALWAYS }
        }
    }
}

/// A name in the URL or in `$select` is not known (`0x80060888`): a misspelt column, or the `…_name` of an image.
pub(crate) fn is_unknown_name(e: &Error) -> bool {
    code(e) == Some(0x8006_0888)
}

/// A look at the record is refused though the record may be written: not allowed, or not in this form.
pub(crate) fn is_unreadable(e: &Error) -> bool {
    let bad_request = e.server().is_some_and(|said| said.status == StatusCode::BAD_REQUEST);
    e.kind() == ErrorKind::Forbidden || is_unknown_name(e) || bad_request
}

/// There are no such bytes to download (D5).
pub(crate) fn is_out_of_range(e: &Error) -> bool {
    let not_satisfiable = e.server().is_some_and(|said| said.status == StatusCode::RANGE_NOT_SATISFIABLE);
    code(e) == Some(0x8009_0000) || not_satisfiable
}

/// The range of a chunk is not the one that is due (file-columns §5.2).
pub(crate) fn is_chunk_out_of_turn(e: &Error) -> bool {
    matches!(code(e), Some(0x8009_0005 | 0x8009_0000))
}

fn code(e: &Error) -> Option<u32> {
    e.server()?.code
}

/// In the order of the error envelope's page: the `error` object, the older `Message`, plain text, nothing at all.
fn server_error(head: &Parts, body: &[u8]) -> ServerError {
    let json: Value = serde_json::from_slice(body).unwrap_or_default();
    let error = &json["error"];
    let code = error["code"].as_str().or_else(|| json["ErrorCode"].as_str()).or_else(|| torn_code(body));
    let code = code.and_then(parse_code);
    let message = [&error["message"], &json["ExceptionMessage"], &json["Message"]]
        .iter()
        .find_map(|v| v.as_str().map(str::to_owned))
        .or_else(|| redirect(head))
        .unwrap_or_else(|| String::from_utf8_lossy(&body[..body.len().min(400)]).into_owned());
    let request_id = ["x-ms-service-request-id", "req_id", "x-ms-request-id"]
        .iter()
        .find_map(|name| head.headers.get(*name)?.to_str().ok())
        .map(|id| clean(id, 100));
    ServerError { status: head.status, code, message: clean(&message, 1_000), request_id }
}

fn redirect(head: &Parts) -> Option<String> {
    let there = head.headers.get(header::LOCATION).filter(|_| head.status.is_redirection())?.to_str().ok()?;
    let bare = there.split(['?', '#']).next().unwrap_or_default();
    Some(format!("redirects are not followed (to {bare})"))
}

/// The code of an envelope whose end got lost: it stands before the message, and says more than the status.
fn torn_code(body: &[u8]) -> Option<&str> {
    let whole = std::str::from_utf8(body).map_or_else(|e| e.valid_up_to(), str::len);
    let text = std::str::from_utf8(&body[..whole]).ok()?.trim_start().strip_prefix('{')?;
    let (envelope, rest) = text.split_once("\"code\"")?;
    let value = rest.trim_start().strip_prefix(':')?.trim_start().strip_prefix('"')?;
    let (code, _) = value.split_once('"')?;
    envelope.contains("\"error\"").then_some(code)
}

/// `0x80040217` in either case, or the signed number.
fn parse_code(text: &str) -> Option<u32> {
    let text = text.trim();
    match text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
        Some(hex) => u32::from_str_radix(hex, 16).ok(),
        None => text.parse::<i32>().ok().map(i32::cast_unsigned),
    }
}

/// One line, of bounded length, without the signature of a shared access URL.
fn clean(text: &str, longest: usize) -> String {
    let mut line: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(longest).collect();
    let mut from = 0;
    while let Some(at) = line[from..].find("sig=") {
        let start = from + at + 4;
        let end = line[start..].find(|c: char| "&\"' <>".contains(c)).map_or(line.len(), |n| start + n);
        line.replace_range(start..end, "***");
        from = start;
    }
    line.trim().to_owned()
}

/// `Retry-After` in seconds, or as a date against the answer's own `Date` (so that a wrong local clock does no harm).
pub(crate) fn retry_after(headers: &HeaderMap, unix_now: Duration) -> Option<Duration> {
    let text = headers.get(header::RETRY_AFTER)?.to_str().ok()?.trim();
    if !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit()) {
        return Some(Duration::from_secs(text.parse().unwrap_or(u64::MAX)));
    }
    let date = headers.get(header::DATE).and_then(|date| since_epoch(date.to_str().ok()?));
    Some(since_epoch(text)?.saturating_sub(date.unwrap_or(unix_now)))
}

fn since_epoch(date: &str) -> Option<Duration> {
    httpdate::parse_http_date(date).ok()?.duration_since(UNIX_EPOCH).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(status: u16, headers: &[(&str, &str)], body: &str) -> (Verdict, Option<ServerError>) {
        let mut response = http::Response::builder().status(status);
        for (name, value) in headers {
            response = response.header(*name, *value);
        }
        judge(&response.body(()).unwrap().into_parts().0, body.as_bytes(), Duration::from_secs(1_000))
    }

    fn envelope(code: &str) -> String {
        format!(r#"{{"error":{{"code":"{code}","message":"no"}}}}"#)
    }

    #[test]
    fn the_code_decides_before_the_status() {
        assert_eq!(answer(400, &[], &envelope("0x80090003")).0, Verdict::Gone);
        assert_eq!(answer(500, &[], &envelope("0x80044A02")).0, Verdict::No(ErrorKind::TooLarge));
        assert_eq!(answer(400, &[], &envelope("")).0, Verdict::No(ErrorKind::Refused));
        assert_eq!(answer(404, &[], "").0, Verdict::No(ErrorKind::NotFound));
        assert_eq!(answer(401, &[], &envelope("0x80040203")).0, Verdict::FreshToken);
        assert_eq!(
            answer(302, &[("location", "https://x.example/?a=b")], "").0,
            Verdict::No(ErrorKind::Protocol)
        );
    }

    #[test]
    fn an_error_whose_end_got_lost_still_says_its_code() {
        let torn = |length: usize| answer(400, &[], &envelope("0x80090003")[..length]).0;
        assert_eq!(torn(30), Verdict::Gone);
        for length in [0, 12, 25] {
            assert_eq!(torn(length), Verdict::No(ErrorKind::Refused), "{length}");
        }
        let quoted = r#"{"Message":"no \"code\":\"0x80090003\""}"#;
        assert_eq!(answer(400, &[], quoted).0, Verdict::No(ErrorKind::Refused));
    }

    #[test]
    fn b19_retry_after_is_read_as_seconds_and_as_a_date() {
        let wait = |headers: &[(&str, &str)]| match answer(429, headers, "").0 {
            Verdict::Again { asked, .. } => asked,
            other => panic!("{other:?}"),
        };
        assert_eq!(wait(&[("retry-after", "30")]), Some(Duration::from_secs(30)));
        let date = ("date", "Sun, 06 Nov 1994 08:49:37 GMT");
        assert_eq!(
            wait(&[("retry-after", "Sun, 06 Nov 1994 08:49:49 GMT"), date]),
            Some(Duration::from_secs(12))
        );
        assert_eq!(wait(&[("retry-after", "Sun, 06 Nov 1994 08:49:00 GMT"), date]), Some(Duration::ZERO));
        assert_eq!(wait(&[("retry-after", "Thu, 01 Jan 1970 00:16:45 GMT")]), Some(Duration::from_secs(5)));
        for none in ["", "soon", "-5", "1.5"] {
            assert_eq!(wait(&[("retry-after", none)]), None, "{none}");
        }
        assert_eq!(wait(&[("retry-after", "99999999999999999999999")]), Some(Duration::from_secs(u64::MAX)));
    }

    #[test]
    fn the_service_is_quoted_whatever_it_sent() {
        let said = |body: &str| answer(400, &[("x-ms-service-request-id", "a,b")], body).1.unwrap();
        let plain = said(r#"{"error":{"code":"0x80040217","message":"gone\nfor good"}}"#);
        assert_eq!((plain.code, plain.message.as_str()), (Some(0x8004_0217), "gone for good"));
        assert_eq!(plain.request_id.as_deref(), Some("a,b"));
        assert_eq!(
            said(r#"{"Message":"a","ExceptionMessage":"b","ErrorCode":"-2147220969"}"#).code,
            Some(0x8004_0217)
        );
        assert_eq!(said("<html>Bad Gateway</html>").message, "<html>Bad Gateway</html>");
        assert_eq!(said("").message, "");
        assert_eq!(said("https://s/x?sv=1&sig=abc%2B&se=2").message, "https://s/x?sv=1&sig=***&se=2");
        assert_eq!(said(&"x".repeat(5_000)).message.len(), 400);
        assert_eq!(said(r#"{"error":"flat"}"#).message, r#"{"error":"flat"}"#);
    }
}
