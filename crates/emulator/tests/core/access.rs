//! Tokens, browsers of other origins, and what every answer carries.
use dataverse_files_emulator::core::Options;
use http::Method;

use crate::world::{Ask, COLUMN, ID, World};

#[test]
fn without_a_token_the_answer_says_where_to_get_one() {
    let mut world = World::new();
    for wrong in [None, Some("Basic abc"), Some("Bearer "), Some("Bearer")] {
        let ask = Ask::new(Method::GET, "WhoAmI").without("authorization");
        let ask = match wrong {
            Some(value) => ask.header("authorization", value),
            None => ask,
        };
        let answer = world.send(ask).refuses(401, "0x80044302");
        assert!(answer.early);
        let challenge = answer.header("www-authenticate");
        assert!(
            challenge.starts_with("Bearer authorization_uri=https://login.microsoftonline.com/"),
            "{challenge}"
        );
        assert!(challenge.ends_with("/oauth2/authorize, resource_id=http://127.0.0.1:8080/"), "{challenge}");
    }
    world
        .send(Ask::new(Method::GET, "WhoAmI").without("authorization").header("authorization", "bearer x"))
        .expect(200);
}

#[test]
fn a_required_token_is_the_only_one() {
    let mut world = World::with(Options { required_token: Some("token".into()), ..Options::default() });
    world.get("WhoAmI").expect(200);
    for wrong in ["Bearer toke", "Bearer token2", "Bearer Token"] {
        let ask = Ask::new(Method::GET, "WhoAmI").without("authorization").header("authorization", wrong);
        let answer = world.send(ask).refuses(401, "0x80041d50");
        assert!(!String::from_utf8_lossy(&answer.body).contains("token2"), "tokens are not repeated");
    }
}

#[test]
fn a_body_is_not_asked_for_without_a_token() {
    let mut world = World::new();
    let ask =
        Ask::new(Method::PATCH, &format!("{COLUMN}?x-ms-file-name=a")).without("authorization").bytes(b"x");
    assert!(world.send(ask).refuses(401, "0x80044302").early);
}

#[test]
fn e8_a_preflight_needs_no_token_and_reflects_what_it_asks() {
    let mut world = World::new();
    let ask = Ask::new(Method::OPTIONS, COLUMN)
        .without("authorization")
        .header("origin", "https://app.example")
        .header("access-control-request-method", "PATCH")
        .header("access-control-request-headers", "authorization,content-range");
    let answer = world.send(ask).expect(204);
    assert_eq!(answer.header("access-control-allow-origin"), "https://app.example");
    assert_eq!(answer.header("access-control-allow-methods"), "PATCH");
    assert_eq!(answer.header("access-control-allow-headers"), "authorization,content-range");
    assert_ne!(answer.header("access-control-max-age"), "");
    let answer =
        world.send(Ask::new(Method::GET, "WhoAmI").header("origin", "https://app.example")).expect(200);
    assert_eq!(answer.header("access-control-allow-origin"), "https://app.example");
    assert_eq!(world.get("WhoAmI").header("access-control-allow-origin"), "");
}

#[test]
fn every_answer_says_its_version_and_its_request() {
    let mut world = World::new();
    let first = world.get("WhoAmI").expect(200);
    let second = world.get("nothing").expect(404);
    for answer in [&first, &second] {
        assert_eq!(answer.header("odata-version"), "4.0");
        assert_eq!(answer.header("x-ms-dop-hint"), "4");
        assert_eq!(answer.header("x-ms-ratelimit-time-remaining-xrm-requests"), "1,200.00");
        assert_eq!(answer.header("x-ms-service-request-id").split(',').count(), 2);
        assert_eq!(answer.header("content-type"), "application/json; odata.metadata=minimal");
    }
    assert_ne!(first.header("x-ms-service-request-id"), second.header("x-ms-service-request-id"));
}

#[test]
fn who_am_i_names_the_one_organization() {
    let mut world = World::new();
    let json = world.get("WhoAmI").expect(200).json();
    let row = world.get("organizations").expect(200).json()["value"][0].clone();
    assert_eq!(json["OrganizationId"], row["organizationid"]);
    assert_eq!(
        json["@odata.context"],
        "http://127.0.0.1:8080/api/data/v9.2/$metadata#Microsoft.Dynamics.CRM.WhoAmIResponse"
    );
    assert!(json["UserId"].is_string() && json["BusinessUnitId"].is_string());
    world.send(Ask::new(Method::POST, "WhoAmI")).refuses(405, "0x80040315");
}

#[test]
fn the_organizations_own_address_is_the_one_it_was_asked_by() {
    let mut world = World::with(Options { scheme: "https".into(), ..Options::default() });
    let ask = Ask::new(Method::GET, &format!("accounts({ID})?$select=name"));
    let answer = world.send(ask.without("host").header("host", "contoso.crm.dynamics.com")).expect(200);
    assert_eq!(
        answer.json()["@odata.context"],
        "https://contoso.crm.dynamics.com/api/data/v9.2/$metadata#accounts(name)/$entity"
    );
}
