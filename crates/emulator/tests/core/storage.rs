//! SAS URLs and the storage origin behind them (file-columns §7.4, D19 to D24).
use std::time::Duration;

use http::Method;

use crate::world::{COLUMN, ID, World};

fn sas(world: &mut World) -> String {
    let path = format!(
        "GetFileSasUrl(Target=@t,FileAttributeName=@f)?@t=%7B'@odata.id':'accounts({ID})'%7D&@f='sample_filecolumn'"
    );
    let json = world.get(&path).expect(200).json();
    json["Result"]["SasUrl"].as_str().unwrap().to_owned()
}

#[test]
fn the_documented_function_describes_the_file() {
    let mut world = World::new();
    world.upload("25mb.pdf", b"0123456789");
    let path = format!(
        "GetFileSasUrl(Target=@t,FileAttributeName=@f)?@t=%7B'@odata.id':'accounts({ID})'%7D&@f='sample_filecolumn'"
    );
    let json = world.get(&path).expect(200).json();
    assert_eq!(
        json["@odata.context"],
        "http://127.0.0.1:8080/api/data/v9.2/$metadata#Microsoft.Dynamics.CRM.GetFileSasUrlResponse"
    );
    let result = &json["Result"];
    assert_eq!(
        (result["FileName"].as_str(), result["FileSizeInBytes"].as_u64()),
        (Some("25mb.pdf"), Some(10))
    );
    assert_eq!(result["MimeType"], "application/pdf");
    assert!(result["SasUrl"].as_str().unwrap().starts_with("http://127.0.0.1:8081/files/"));
}

#[test]
fn d23_both_kinds_of_quotes_and_arguments_in_place_are_accepted() {
    let mut world = World::new();
    world.upload("a.txt", b"x");
    for path in [
        format!(
            "GetFileSasUrl(Target=@t,FileAttributeName=@f)?@t=%7B%22@odata.id%22:%22accounts({ID})%22%7D&@f=%22sample_filecolumn%22"
        ),
        format!(
            "GetFileSasUrl(Target=@p1,FileAttributeName='sample_filecolumn')?@p1=%7B'@odata.id':'accounts({ID})'%7D"
        ),
        format!(
            "GetFileSasUrl(Target=@t,FileAttributeName=@f)?%40t=%7B%27%40odata.id%27%3A%27accounts({ID})%27%7D&%40f=%27sample_filecolumn%27"
        ),
    ] {
        world.get(&path).expect(200);
    }
}

#[test]
fn requests_that_name_no_file_are_refused() {
    let mut world = World::new();
    let ask = |set: &str, column: &str| {
        format!("GetFileSasUrl(Target=@t,FileAttributeName='{column}')?@t=%7B'@odata.id':'{set}({ID})'%7D")
    };
    world.get(&ask("accounts", "sample_filecolumn")).refuses(404, "0x80040217");
    world.get(&ask("accounts", "name")).refuses(400, "0x80090007");
    world.get(&ask("accounts", "")).refuses(400, "0x80090007");
    world.get(&ask("contacts", "sample_filecolumn")).refuses(400, "0x80090007");
    world.get(&ask("nothing", "sample_filecolumn")).refuses(404, "0x80060888");
    world.get("GetFileSasUrl(Target=@t)?@t=x").refuses(400, "0x80040203");
    world.get("GetFileSasUrl(Target=@t,FileAttributeName='a')").refuses(400, "0x80040203");
    world.get("GetFileSasUrl").refuses(400, "0x80040203");
}

#[test]
fn d20_the_url_gives_the_bytes_whole_or_in_part() {
    let mut world = World::new();
    world.upload("a.txt", b"0123456789");
    let url = sas(&mut world);
    let answer = world.storage(Method::GET, &url, &[]).expect(200);
    assert_eq!(answer.body, b"0123456789");
    assert_eq!((answer.header("content-type"), answer.header("content-length")), ("text/plain", "10"));
    let answer = world.storage(Method::GET, &url, &[("range", "bytes=2-4")]).expect(206);
    assert_eq!((answer.body.as_slice(), answer.header("content-range")), (b"234".as_slice(), "bytes 2-4/10"));
    let answer = world.storage(Method::GET, &url, &[("range", "bytes=8-")]).expect(206);
    assert_eq!((answer.body.as_slice(), answer.header("content-range")), (b"89".as_slice(), "bytes 8-9/10"));
    assert_eq!(
        world.storage(Method::GET, &url, &[("range", "bytes=4-99999999999")]).expect(206).body,
        b"456789"
    );
    assert_eq!(
        world.storage(Method::GET, &url, &[("range", "bytes=10-")]).expect(416).header("content-range"),
        "bytes */10"
    );
    world.storage(Method::GET, &url, &[("range", "items=1-2")]).expect(200);
    let answer = world.storage(Method::HEAD, &url, &[]).expect(200);
    assert_eq!((answer.body.len(), answer.header("content-length")), (0, "10"));
    world.storage(Method::PUT, &url, &[]).expect(405);
}

#[test]
fn d24_a_bearer_token_is_refused_there() {
    let mut world = World::new();
    world.upload("a.txt", b"x");
    let url = sas(&mut world);
    let answer = world.storage(Method::GET, &url, &[("authorization", "Bearer secret")]).expect(401);
    assert!(!String::from_utf8_lossy(&answer.body).contains("secret"));
}

#[test]
fn d20_a_url_works_for_an_hour_and_for_its_file_only() {
    let mut world = World::new();
    world.upload("a.txt", b"x");
    let url = sas(&mut world);
    world.now.0 += Duration::from_secs(3599);
    world.storage(Method::GET, &url, &[]).expect(200);
    world.now.0 += Duration::from_secs(1);
    world.storage(Method::GET, &url, &[]).expect(403);
    let longer = url.replace("2022", "2032");
    world.storage(Method::GET, &longer, &[]).expect(403);

    let url = sas(&mut world);
    let other = url.replace("/files/", "/files/0");
    world.storage(Method::GET, &other, &[]).expect(403);
    world.storage(Method::GET, url.split("&sig=").next().unwrap(), &[]).expect(403);
    world.restart();
    world.storage(Method::GET, &url, &[]).expect(200);
    world.delete(COLUMN).expect(204);
    world.storage(Method::GET, &url, &[]).expect(404);
}
