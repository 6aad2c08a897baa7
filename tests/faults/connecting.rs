//! No connection, or not the one that was asked for.
use std::net::TcpListener;
use std::time::{Duration, Instant};

use dataverse_files_proto::ErrorKind;
use dataverse_files_tests::sockets::{Driver, Setting, Site, TOKEN, UploadJob, content};

use crate::deed::hurried;

/// Tries, in vain; what was said.
fn in_vain(driver: Driver, url: &str) -> String {
    let client = driver.connect(Setting {
        retry: hurried(),
        connect_timeout: Duration::from_secs(2),
        ..Setting::of(url)
    });
    let begun = Instant::now();
    let e = client.upload(UploadJob::new(content(9))).unwrap_err();
    assert_eq!(e.kind(), ErrorKind::Transport, "{e}");
    assert!(e.is_retryable() && e.attempts() == hurried().max_attempts, "{e}");
    assert!(begun.elapsed() < Duration::from_secs(30), "{:?}", begun.elapsed());
    assert!(!format!("{e} {e:?}").contains(TOKEN), "{e:?}");
    e.to_string()
}

pub fn a_port_that_nobody_listens_on(driver: Driver) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    in_vain(driver, &url);
}

pub fn a_host_that_does_not_exist(driver: Driver) {
    in_vain(driver, "https://nowhere.invalid");
}

pub fn a_port_without_tls(driver: Driver) {
    let site = Site::new(driver);
    in_vain(driver, &site.server.url().replace("http://", "https://"));
}

pub fn a_certificate_of_nobody(driver: Driver) {
    // What listens there speaks, but not TLS: it answers the greeting with a refusal (an alert, RFC 8446 §6).
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("https://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            // The other end may be gone.
            let _ = std::io::Write::write_all(&mut stream, &[21, 3, 3, 0, 2, 2, 40]);
        }
    });
    in_vain(driver, &url);
}
