use http::header::{CONTENT_LENGTH, RETRY_AFTER};
use http::{Request, Response};
use serde_json::json;

use super::*;
use crate::core::Now;
use crate::payload::{BlobId, Content, Payload, Slice};

fn slices(lengths: &[u64]) -> Vec<Slice> {
    lengths.iter().zip(1..).map(|(len, id)| Slice { blob: BlobId(id), range: 10..10 + len }).collect()
}

#[test]
fn the_same_seed_meets_the_same_faults_and_another_one_others() {
    for profile in Profile::ALL {
        let story = |seed| {
            let mut faults = Faults::profile(profile, seed);
            (0..2000).map(|n| faults.decide(Kind::ALL[n % Kind::ALL.len()])).collect::<Vec<_>>()
        };
        assert_eq!(story(7), story(7), "{profile}");
        if !matches!(profile, Profile::None | Profile::Slow) {
            assert_ne!(story(7), story(8), "{profile}");
        }
    }
}

#[test]
fn every_profile_but_none_has_faults_and_all_but_slow_let_requests_through() {
    for profile in Profile::ALL {
        let mut faults = Faults::profile(profile, 3);
        let story: Vec<bool> = (0..10_000).map(|_| faults.decide(Kind::Block).is_some()).collect();
        let hit = story.iter().filter(|hit| **hit).count();
        assert_eq!(hit == 0, profile == Profile::None, "{profile}: {hit}");
        assert_eq!(hit == story.len(), profile == Profile::Slow, "{profile}: {hit}");
        if profile != Profile::Slow {
            assert!(story.windows(4).all(|row| row.contains(&false)), "{profile}");
        }
    }
}

#[test]
fn a_storm_has_every_fault_there_is() {
    let mut faults = Faults::profile(Profile::Storm, 1);
    let mut seen = std::collections::HashSet::new();
    for _ in 0..50_000 {
        seen.extend(faults.decide(Kind::Chunk).map(|fault| std::mem::discriminant(&fault)));
    }
    assert_eq!(seen.len(), 11, "a fault is missing from the storm, or a new one from this test");
}

#[test]
fn a_script_hits_the_nth_of_a_kind_or_of_all_and_nothing_else() {
    let placed = vec![
        Placed { kind: Some(Kind::Block), nth: 2, fault: Fault::Lost },
        Placed { kind: None, nth: 4, fault: Fault::Drop },
    ];
    let mut faults = Faults::custom(placed);
    let kinds = [Kind::Block, Kind::Commit, Kind::Block, Kind::Commit, Kind::Block];
    let story: Vec<Option<Fault>> = kinds.into_iter().map(|kind| faults.decide(kind)).collect();
    assert_eq!(story, [None, None, Some(Fault::Lost), Some(Fault::Drop), None]);
}

#[test]
fn names_of_profiles_are_unique_and_read_back_and_a_wrong_one_lists_them() {
    for profile in Profile::ALL {
        assert_eq!(profile.name().parse(), Ok(profile));
        assert!(!profile.about().is_empty());
    }
    let error = "strom".parse::<Profile>().unwrap_err().to_string();
    assert!(error.contains("\"strom\"") && error.contains("storm"), "{error}");
}

#[test]
fn kinds_stand_at_their_own_place() {
    for (at, kind) in Kind::ALL.into_iter().enumerate() {
        assert_eq!(kind as usize, at);
    }
}

#[test]
fn a_retry_date_is_never_sooner_than_meant() {
    let now = Now(Duration::new(784_111_776, 5));
    let response = Answer::throttled(RetryAfter::Date(1)).response(now);
    assert_eq!(response.headers()[RETRY_AFTER], "Sun, 06 Nov 1994 08:49:38 GMT");
    let response = Answer::throttled(RetryAfter::Absent).response(now);
    assert!(!response.headers().contains_key(RETRY_AFTER));
}

#[test]
fn torn_json_is_no_json_and_html_says_so() {
    let text = |answer: Answer| {
        let response = answer.response(Now(Duration::ZERO));
        let media = response.headers()["content-type"].to_str().unwrap().to_owned();
        let Payload::Bytes(text) = response.into_body() else { panic!() };
        (media, text)
    };
    let (_, torn) = text(Answer { body: ErrorBody::Torn, ..Answer::unexpected() });
    assert!(serde_json::from_slice::<serde_json::Value>(&torn).is_err());
    let (media, page) = text(Answer::gateway(http::StatusCode::BAD_GATEWAY));
    assert_eq!(media, "text/html");
    assert!(page.starts_with(b"<html>"));
}

#[test]
fn a_short_answer_loses_bytes_at_its_end_and_keeps_one() {
    for (by, left) in [(1, vec![5, 4]), (5, vec![5]), (7, vec![3]), (99, vec![1])] {
        let mut response = Response::new(Payload::Slices(slices(&[5, 5])));
        response.headers_mut().insert(CONTENT_LENGTH, 10.into());
        Fault::Short { bytes: by }.damage(&mut response);
        assert_eq!(response.body(), &Payload::Slices(slices(&left)), "{by}");
        assert_eq!(response.headers()[CONTENT_LENGTH], left.iter().sum::<u64>().to_string().as_str());
    }
    let mut response = Response::new(Payload::Bytes("{}".into()));
    Fault::Short { bytes: 1 }.damage(&mut response);
    assert_eq!(response.body(), &Payload::Bytes("{}".into()));
}

#[test]
fn a_wrong_size_is_stated_in_headers_and_in_json() {
    let mut response = Response::new(Payload::Slices(slices(&[5])));
    response.headers_mut().insert("x-ms-file-size", 5.into());
    Fault::WrongSize.damage(&mut response);
    assert_eq!(response.headers()["x-ms-file-size"], "6");

    for name in ["FileSizeInBytes", "filesize"] {
        let mut response = Response::new(Payload::Bytes(json!({name: 5}).to_string().into()));
        Fault::WrongSize.damage(&mut response);
        assert_eq!(response.body(), &Payload::Bytes(json!({name: 6}).to_string().into()));
    }
}

#[test]
fn a_forgotten_session_is_forgotten_in_queries_and_messages_and_others_stay() {
    let chunk = |token: &str| {
        let uri = format!("/api/data/v9.2/accounts(1)/sample_filecolumn?sessiontoken={token}");
        Request::patch(uri).body(()).unwrap().into_parts().0
    };
    let post = Request::post("/api/data/v9.2/UploadBlock").body(()).unwrap().into_parts().0;
    let message = |token: &str| Content::Json {
        value: json!({"FileContinuationToken": token}),
        blobs: Default::default(),
    };
    let none = Content::Bytes(Default::default());
    let mut expired = Expired::default();
    expired.add(&post, &none);
    assert!(!expired.covers(&post, &none), "a request without a token has no session");
    expired.add(&chunk("a"), &none);
    expired.add(&post, &message("b"));
    assert!(expired.covers(&chunk("a"), &none) && expired.covers(&post, &message("b")));
    assert!(!expired.covers(&chunk("c"), &none) && !expired.covers(&post, &message("c")));
}
