use std::io::Write;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex};

use dataverse_files_reqwest::{DownloadStrategy, ErrorKind, Event};
use futures::TryStreamExt;

use crate::server::{Answer, Seen, Server, held, reply, value_of};
use crate::{client, column, file};

fn column_with(len: usize) -> impl Fn(&Seen) -> Answer {
    move |seen| match seen.is("GET", "$value") {
        true => value_of(&file(len), seen),
        false => held("the-file"),
    }
}

#[tokio::test]
async fn a_file_comes_whole_by_parallel_ranges_and_leaves_no_part() {
    let server = Server::start(column_with(1_000_000));
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("copy.bin");
    let mut last = 0;
    let request =
        client(&server).download(column()).strategy(DownloadStrategy::Ranged).part_size(150_000).parallel(3);
    let down = request.progress(|p| last = p.done).to_file(&path).await.unwrap();
    assert_eq!((down.size, down.strategy, last), (1_000_000, DownloadStrategy::Ranged, 1_000_000));
    assert_eq!(std::fs::read(&path).unwrap(), file(1_000_000));
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    assert_eq!(server.count("GET", "$value"), 7);
}

#[tokio::test]
async fn an_existing_file_is_neither_replaced_nor_is_anything_sent() {
    let server = Server::start(column_with(9));
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("copy.bin");
    std::fs::write(&path, "precious").unwrap();
    let e = client(&server).download(column()).to_file(&path).await.unwrap_err();
    assert_eq!(e.kind(), ErrorKind::Exists);
    assert_eq!((std::fs::read(&path).unwrap(), server.seen().len()), (b"precious".to_vec(), 0));
    client(&server).download(column()).overwrite(true).to_file(&path).await.unwrap();
    assert_eq!(std::fs::read(&path).unwrap(), file(9));
}

#[tokio::test]
async fn two_downloads_to_one_name_exclude_each_other() {
    let server = Server::start(column_with(9));
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("copy.bin");
    let (existing, begin) = (dataverse_files_reqwest::Existing::Refuse, dataverse_files_reqwest::Begin::Anew);
    let other = dataverse_files_reqwest::PartFile::open(&path, existing, begin).unwrap();
    let e = client(&server).download(column()).to_file(&path).await.unwrap_err();
    assert_eq!(e.kind(), ErrorKind::Locked);
    drop(other);
}

#[tokio::test]
async fn b17_a_failed_download_leaves_nothing_behind() {
    let server = Server::start(|_| reply(404, r#"{"error":{"code":"0x80040217","message":"none"}}"#));
    let folder = tempfile::tempdir().unwrap();
    let e = client(&server).download(column()).to_file(folder.path().join("a")).await.unwrap_err();
    assert_eq!(e.kind(), ErrorKind::NotFound);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[tokio::test]
async fn a_file_larger_than_the_limit_is_refused_by_its_length() {
    let server = Server::start(column_with(5_000));
    assert_eq!(client(&server).download(column()).bytes(5_000).await.unwrap(), file(5_000));
    let e = client(&server).download(column()).bytes(4_999).await.unwrap_err();
    assert_eq!(e.kind(), ErrorKind::TooLarge);
}

#[tokio::test]
async fn a_stream_is_in_order_though_the_parts_are_not() {
    // The second part is answered only when the third one has been.
    let turn = Arc::new((Mutex::new(false), Condvar::new()));
    let server = Server::start(move |seen| {
        let (third, changed) = &*turn;
        match seen.header("range") {
            Some("bytes=100000-199999") => {
                let _third = changed.wait_while(third.lock().unwrap(), |third| !*third).unwrap();
            }
            Some("bytes=200000-299999") => {
                *third.lock().unwrap() = true;
                changed.notify_all();
            }
            _ => {}
        }
        column_with(950_000)(seen)
    });
    let mut stream = client(&server).download(column()).part_size(100_000).parallel(4).stream();
    let mut all = Vec::new();
    while let Some(bytes) = stream.try_next().await.unwrap() {
        all.extend_from_slice(&bytes);
    }
    assert_eq!(all, file(950_000));
    assert_eq!(stream.downloaded().unwrap().size, 950_000);
}

#[tokio::test]
async fn a_reader_that_is_slow_is_not_overrun() {
    let asked = Arc::new(AtomicUsize::new(0));
    let counter = asked.clone();
    let server = Server::start(move |seen| {
        counter.fetch_add(usize::from(seen.is("GET", "$value")), Ordering::SeqCst);
        column_with(2_000_000)(seen)
    });
    let mut stream = client(&server)
        .download(column())
        .strategy(DownloadStrategy::Ranged)
        .part_size(100_000)
        .parallel(2)
        .stream();
    let mut got = 0;
    while let Some(bytes) = stream.try_next().await.unwrap() {
        got += bytes.len();
        let most = got / 100_000 + 1 + 2;
        assert!(asked.load(Ordering::SeqCst) <= most, "{} after {got} bytes", asked.load(Ordering::SeqCst));
    }
    assert_eq!(got, 2_000_000);
}

#[tokio::test]
async fn a_download_goes_on_from_a_checkpoint_with_the_bytes_it_kept() {
    let calls = AtomicUsize::new(0);
    // Breaks off in the middle of the third range, and for good.
    let broken = Server::start(move |seen| {
        if seen.is("GET", "$value") && calls.fetch_add(1, Ordering::SeqCst) >= 2 {
            return reply(403, "");
        }
        column_with(1_000_000)(seen)
    });
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("copy.bin");
    let mut last = None;
    let request =
        client(&broken).download(column()).strategy(DownloadStrategy::Ranged).part_size(200_000).parallel(1);
    let keep = |checkpoint: &_| {
        last = Some(Clone::clone(checkpoint));
        Ok(())
    };
    assert!(request.checkpoints(keep).to_file(&path).await.is_err());
    let from: dataverse_files_reqwest::DownloadCheckpoint = last.unwrap();
    assert_eq!(from.bytes_done(), 400_000);
    assert!(!path.exists() && folder.path().join("copy.bin.part").exists());

    let server = Server::start(column_with(1_000_000));
    let again = |from| {
        client(&server).download(column()).strategy(DownloadStrategy::Ranged).part_size(200_000).resume(from)
    };
    again(from.clone()).to_file(&path).await.unwrap();
    assert_eq!(std::fs::read(&path).unwrap(), file(1_000_000));
    assert_eq!(server.count("GET", "$value"), 3);

    // The .part is gone: the checkpoint speaks of bytes that are not there.
    std::fs::remove_file(&path).unwrap();
    let mut restarts = 0;
    again(from).events(|e| restarts += i32::from(*e == Event::Restart)).to_file(&path).await.unwrap();
    assert_eq!(std::fs::read(&path).unwrap(), file(1_000_000));
    assert_eq!((server.count("GET", "$value"), restarts), (3 + 5, 1));
}

/// A service whose first answer with bytes breaks off after 40,000.
fn breaking() -> Server {
    let first = AtomicUsize::new(0);
    Server::start(move |seen| {
        if !seen.target.contains("$value") || first.fetch_add(1, Ordering::SeqCst) > 0 {
            return column_with(100_000)(seen);
        }
        Answer::Raw(Box::new(|stream| {
            let head = "HTTP/1.1 206 As told\r\nx-ms-file-size: 100000\r\nContent-Length: 100000\r\n\r\n";
            stream.write_all(head.as_bytes()).unwrap();
            stream.write_all(&file(100_000)[..40_000]).unwrap();
        }))
    })
}

fn ranges(server: &Server) -> Vec<String> {
    server.seen().iter().filter_map(|seen| seen.header("range").map(str::to_owned)).collect()
}

#[tokio::test]
async fn b07_a_body_that_breaks_off_goes_on_where_it_stopped() {
    let server = breaking();
    let request = client(&server).download(column()).strategy(DownloadStrategy::Ranged);
    assert_eq!(request.bytes(100_000).await.unwrap(), file(100_000));
    assert_eq!(ranges(&server), ["bytes=0-4194303", "bytes=40000-99999"]);
}

#[tokio::test]
async fn b07_where_nobody_looked_it_is_asked_for_again_and_compared() {
    let server = breaking();
    assert_eq!(client(&server).download(column()).bytes(100_000).await.unwrap(), file(100_000));
    assert_eq!(ranges(&server), ["bytes=0-4194303", "bytes=0-99999"]);
}
