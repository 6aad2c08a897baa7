//! The envelope of errors, and addresses that name nothing.
use http::Method;
use serde_json::json;

use crate::world::{Ask, COLUMN, ID, World};

#[test]
fn errors_are_plain_unless_annotations_are_asked_for() {
    let mut world = World::new();
    let path = "accounts(00000000-0000-0000-0000-000000000002)";
    let answer = world.get(path).refuses(404, "0x80040217");
    assert_eq!(
        answer.json(),
        json!({"error": {"code": "0x80040217",
            "message": "account With Id = 00000000-0000-0000-0000-000000000002 Does Not Exist"}})
    );
    let all = Ask::new(Method::GET, path).header("prefer", "odata.include-annotations=\"*\"");
    let error = world.send(all).expect(404).json()["error"].clone();
    assert_eq!(error.as_object().unwrap().len(), 6);
    assert_eq!(
        error["@Microsoft.PowerApps.CDS.HelpLink"],
        "http://go.microsoft.com/fwlink/?LinkID=398563&error=Microsoft.Crm.CrmException%3a80040217&client=platform"
    );
    assert_eq!(error["@Microsoft.PowerApps.CDS.InnerError.Message"], error["message"]);
    let some = "odata.include-annotations=\"Microsoft.PowerApps.CDS.ErrorDetails*\"";
    let error =
        world.send(Ask::new(Method::GET, path).header("prefer", some)).expect(404).json()["error"].clone();
    assert_eq!(error.as_object().unwrap().len(), 3);
}

#[test]
fn unknown_segments_are_404_with_the_documented_text() {
    let mut world = World::new();
    for (path, segment) in [
        ("nothing".to_owned(), "nothing"),
        ("nothing(1)".to_owned(), "nothing"),
        (format!("accounts({ID})/typo"), "typo"),
        (format!("accounts({ID})/typo/$value"), "typo"),
        (format!("accounts({ID})/name/more"), "more"),
        (format!("accounts({ID})/name/$value/more"), "$value"),
        ("accounts/more".to_owned(), "more"),
        ("/api/data/v8.2/accounts".to_owned(), "v8.2"),
        ("/elsewhere".to_owned(), "elsewhere"),
        ("accounts(".to_owned(), "accounts("),
    ] {
        let text = format!("Resource not found for the segment '{segment}'.");
        world.get(&path).refuses(404, "0x80060888").says(&text);
    }
}

#[test]
fn keys_that_are_none_are_400() {
    let mut world = World::new();
    for key in
        ["", "1", "x", "{00000000-0000-0000-0000-000000000001}", "'00000000-0000-0000-0000-000000000001'"]
    {
        world
            .get(&format!("accounts({})", key.replace('{', "%7B").replace('}', "%7D")))
            .refuses(400, "0x80060888");
    }
    world.get("accounts(name='x')").refuses(400, "0x80060890");
    world.get("accounts(accountnumber='B2')").refuses(404, "0x80060891");
    world.get("accounts(%FF)").refuses(400, "0x80060888");
    world.get(&format!("accounts(accountid={ID})")).expect(200);
    let upper = "ABCDEF00-0000-0000-0000-00000000000A";
    world.send(Ask::new(Method::PATCH, &format!("accounts({upper})")).json(&json!({}))).expect(204);
    world.get(&format!("accounts({})", upper.to_lowercase())).expect(200);
}

#[test]
fn wrong_methods_are_405_and_say_which_are_right() {
    let mut world = World::new();
    for (method, path, allowed) in [
        (Method::PUT, "accounts".to_owned(), "GET,HEAD,POST,OPTIONS"),
        (Method::POST, format!("accounts({ID})"), "GET,HEAD,PATCH,DELETE,OPTIONS"),
        (Method::POST, COLUMN.to_owned(), "GET,HEAD,PATCH,PUT,DELETE,OPTIONS"),
        (Method::DELETE, format!("{COLUMN}/$value"), "GET,HEAD,OPTIONS"),
        (Method::GET, "InitializeFileBlocksUpload".to_owned(), "POST,OPTIONS"),
        (Method::POST, "GetFileSasUrl()".to_owned(), "GET,HEAD,OPTIONS"),
        (Method::POST, "organizations".to_owned(), "GET,HEAD,OPTIONS"),
        (Method::POST, "fileattachments".to_owned(), "GET,HEAD,OPTIONS"),
    ] {
        let answer = world.send(Ask::new(method, &path).json(&json!({}))).refuses(405, "0x80040315");
        assert_eq!(answer.header("allow"), allowed, "{path}");
    }
}

#[test]
fn e6_batches_are_refused() {
    let mut world = World::new();
    world.send(Ask::new(Method::POST, "$batch").bytes(b"--batch")).refuses(400, "0x8005f100");
    world.get("$metadata").refuses(501, "0x80040219");
}

#[test]
fn all_three_editions_answer_with_their_own_address() {
    let mut world = World::new();
    for version in ["v9.0", "v9.1", "v9.2"] {
        let json = world.get(&format!("/api/data/{version}/accounts({ID})?$select=name")).expect(200).json();
        let context = format!("http://127.0.0.1:8080/api/data/{version}/$metadata#accounts(name)/$entity");
        assert_eq!(json["@odata.context"], context);
    }
    let sets = world.get("/api/data/v9.2/").expect(200).json();
    assert!(sets["value"].as_array().unwrap().iter().any(|set| set["name"] == "accounts"));
}
