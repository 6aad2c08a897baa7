use std::io;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use dataverse_files_reqwest::{Checkpoint, ErrorKind, Event, UploadStrategy};

use crate::server::{Answer, Seen, Server, account, held, reply};
use crate::{client, column, file};

/// Blocks and their commit, as the service takes them.
fn blocks(seen: &Seen) -> Answer {
    if seen.is("GET", "EntityDefinitions") {
        account()
    } else if seen.is("GET", "accounts(") {
        reply(200, r#"{"sample_filecolumn":null,"sample_filecolumn_name":null}"#)
    } else if seen.is("POST", "InitializeFileBlocksUpload") {
        reply(200, r#"{"FileContinuationToken":"continue"}"#)
    } else if seen.is("POST", "CommitFileBlocksUpload") {
        reply(200, r#"{"FileId":"3878e950-8e51-ed11-bba1-000d3a9933c9","FileSizeInBytes":1000000}"#)
    } else {
        reply(204, "")
    }
}

#[tokio::test]
async fn a_length_is_stated_and_nothing_is_chunked() {
    let server = Server::start(|_| reply(204, ""));
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("r&d #1 50%.txt");
    std::fs::write(&path, file(500_000)).unwrap();
    let up = client(&server).upload(column(), &path).await.unwrap();
    assert_eq!((up.size, up.strategy, up.counts.requests), (500_000, UploadStrategy::Single, 1));
    let [seen] = &server.seen()[..] else { panic!() };
    assert!(seen.is("PATCH", "sample_filecolumn?x-ms-file-name=r%26d%20%231%2050%25.txt"), "{}", seen.target);
    assert_eq!(seen.header("content-length"), Some("500000"));
    assert_eq!(seen.header("transfer-encoding"), None);
    assert_eq!(seen.body, file(500_000));
}

#[tokio::test]
async fn blocks_are_sent_as_base64_of_a_stated_length() {
    let server = Server::start(blocks);
    let request = client(&server).upload(column(), file(1_000_000)).name("a.bin").mime("a/b");
    let up = request.block_size(400_000).parallel(3).await.unwrap();
    assert_eq!(up.counts.requests, 5);
    assert_eq!(up.file_id.as_deref(), Some("3878e950-8e51-ed11-bba1-000d3a9933c9"));
    let sent: Vec<Seen> = server.seen().into_iter().filter(|s| s.is("POST", "UploadBlock")).collect();
    assert_eq!(sent.len(), 3);
    for seen in &sent {
        assert_eq!(seen.header("content-length").unwrap(), seen.body.len().to_string());
        assert_eq!(seen.header("transfer-encoding"), None);
    }
    let longest = sent.iter().map(|seen| seen.body.len()).max().unwrap();
    assert!(longest > 400_000 * 4 / 3, "the text of 400,000 bytes and the message around it");
}

#[tokio::test]
async fn an_opening_without_a_body_states_its_length_too() {
    let server = Server::start(|seen| {
        if seen.is("GET", "accounts(") {
            return held("before");
        }
        if seen.header("x-ms-transfer-mode").is_none() {
            let last = seen.header("content-range") == Some("bytes 4-5/6");
            return reply(if last { 204 } else { 206 }, "");
        }
        let location = "/api/data/v9.2/accounts(1)/sample_filecolumn?sessiontoken=x".to_owned();
        Answer::Reply(200, vec![("Location", location), ("x-ms-chunk-size", "4".into())], Vec::new())
    });
    let request = client(&server).upload(column(), file(6)).name("a.bin");
    let up = request.strategy(UploadStrategy::Chunked).await.unwrap();
    assert_eq!(up.counts.requests, 3);
    let opening = server.seen().into_iter().find(|seen| seen.header("x-ms-transfer-mode").is_some());
    assert_eq!(opening.unwrap().header("content-length"), Some("0"));
}

#[tokio::test]
async fn b02_what_cannot_work_is_refused_before_anything_is_sent() {
    let server = Server::start(blocks);
    let (client, folder) = (client(&server), tempfile::tempdir().unwrap());
    let empty = folder.path().join("empty.txt");
    std::fs::write(&empty, "").unwrap();
    let requests = [
        client.upload(column(), empty).strategy(UploadStrategy::Blocks),
        client.upload(column(), folder.path()),
        client.upload(column(), folder.path().join("missing.txt")),
        client.upload(column(), file(9)),
        client.upload(column(), file(9)).name("two\nlines"),
        client.upload(column(), file(9)).name("x".repeat(256)).mime("a/b"),
        client.upload(column(), file(9)).name("a").mime("no mime type"),
        client.upload(column(), file(9)).name("a").block_size(0),
    ];
    for request in requests {
        let told = format!("{request:?}");
        assert_eq!(request.await.unwrap_err().kind(), ErrorKind::Input, "{told}");
    }
    assert_eq!(server.seen().len(), 0);
}

#[tokio::test]
async fn a_table_is_looked_up_once_for_all() {
    let server = Server::start(blocks);
    let client = client(&server);
    let up = |_| client.upload(column(), file(1_000_000)).name("a.bin").mime("a/b").run();
    for done in futures::future::join_all((0..5).map(up)).await {
        done.unwrap();
    }
    assert_eq!(server.count("GET", "EntityDefinitions"), 1);
}

#[tokio::test]
async fn a_checkpoint_is_kept_when_open_and_before_the_commit() {
    let server = Arc::new(Server::start(blocks));
    let kept = Mutex::new(Vec::new());
    let keep = |checkpoint: &Checkpoint| {
        let commits = server.count("POST", "CommitFileBlocksUpload");
        kept.lock().unwrap().push((checkpoint.blocks_done(), checkpoint.commit_in_doubt(), commits));
        Ok(())
    };
    let request = client(&server).upload(column(), file(1_000_000)).name("a.bin").mime("a/b");
    request.block_size(100_000).checkpoints(keep).await.unwrap();
    let kept = kept.into_inner().unwrap();
    assert_eq!(kept.first(), Some(&(0, false, 0)), "when the session is open");
    assert_eq!(kept.last(), Some(&(10, true, 0)), "before the commit leaves");
}

#[tokio::test]
async fn without_its_checkpoint_nothing_is_committed() {
    let server = Server::start(blocks);
    let keep = |checkpoint: &Checkpoint| match checkpoint.commit_in_doubt() {
        true => Err(io::Error::new(io::ErrorKind::StorageFull, "the disk is full")),
        false => Ok(()),
    };
    let request = client(&server).upload(column(), file(1_000_000)).name("a.bin").mime("a/b");
    let e = request.checkpoints(keep).await.unwrap_err();
    assert_eq!(e.kind(), ErrorKind::Sink);
    assert!(e.to_string().contains("the disk is full"), "{e}");
    assert_eq!(server.count("POST", "CommitFileBlocksUpload"), 0);
}

#[tokio::test]
async fn an_upload_goes_on_where_another_process_stopped() {
    let calls = AtomicUsize::new(0);
    let broken = Server::start(move |seen| {
        match seen.is("POST", "UploadBlock") && calls.fetch_add(1, Ordering::SeqCst) >= 2 {
            true => reply(403, ""),
            false => blocks(seen),
        }
    });
    let last = Mutex::new(None);
    let keep = |checkpoint: &Checkpoint| {
        *last.lock().unwrap() = Some(checkpoint.clone());
        Ok(())
    };
    let request = client(&broken).upload(column(), file(1_000_000)).name("a.bin").mime("a/b");
    let e = request.block_size(250_000).parallel(1).checkpoints(keep).await.unwrap_err();
    assert_eq!(e.kind(), ErrorKind::Forbidden);

    let server = Server::start(blocks);
    let from = last.into_inner().unwrap().unwrap();
    assert_eq!(from.blocks_done(), 2);
    let request = client(&server).upload(column(), file(1_000_000)).name("a.bin").mime("a/b").resume(from);
    let mut restarts = 0;
    request.events(|e| restarts += i32::from(*e == Event::Restart)).await.unwrap();
    assert_eq!((server.count("POST", "InitializeFileBlocksUpload"), restarts), (0, 0));
    assert_eq!(server.count("POST", "UploadBlock"), 2);
}
