//! Who may depend on whom, as data. Everything that is not in this table is forbidden.

/// One crate of the workspace and what it may use.
pub(crate) struct Room {
    pub(crate) name: &'static str,
    /// Crates of the workspace that it may depend on.
    pub(crate) rooms: &'static [&'static str],
    /// Crates of the workspace that its tests and examples may use besides.
    pub(crate) rooms_in_tests: &'static [&'static str],
    /// Crates from the registry that it may name itself.
    pub(crate) outside: Outside,
    /// Crates from the registry that it must not reach, however long the way.
    pub(crate) never: &'static [&'static [&'static str]],
    /// Why, in one line; ends every message about this room.
    pub(crate) why: &'static str,
}

/// Which crates of the registry a room may name.
pub(crate) enum Outside {
    Any,
    Only(&'static [&'static str]),
}

pub(crate) const PROTO: &str = "dataverse-files-proto";
pub(crate) const METADATA: &str = "dataverse-files-metadata";
pub(crate) const IO: &str = "dataverse-files-io";
pub(crate) const REQWEST: &str = "dataverse-files-reqwest";
pub(crate) const UREQ: &str = "dataverse-files-ureq";
pub(crate) const EMULATOR: &str = "dataverse-files-emulator";
pub(crate) const CLI: &str = "dataverse-files";
pub(crate) const TESTS: &str = "dataverse-files-tests";
pub(crate) const XTASK: &str = "xtask";

const RUNTIMES: &[&str] = &["tokio", "async-std", "smol", "async-io", "mio", "socket2", "polling"];
const HTTP: &[&str] = &["reqwest", "ureq", "hyper", "hyper-util", "isahc", "curl", "rustls", "native-tls"];
const RANDOM: &[&str] = &["rand", "rand_core", "getrandom", "fastrand", "uuid"];
const CLOCKS: &[&str] = &["time", "chrono", "jiff", "instant", "web-time", "quanta"];

/// The whole table.
pub(crate) const ROOMS: &[Room] = &[
    Room {
        name: PROTO,
        rooms: &[],
        rooms_in_tests: &[],
        outside: Outside::Only(&[
            "base64-simd",
            "bytes",
            "http",
            "httpdate",
            "percent-encoding",
            "serde",
            "serde_json",
            "thiserror",
        ]),
        never: &[RUNTIMES, HTTP, RANDOM, CLOCKS],
        why: "proto is pure: no IO, no clock, no threads, no randomness, and at most 8 crates",
    },
    Room {
        name: METADATA,
        rooms: &[PROTO],
        rooms_in_tests: &[],
        outside: Outside::Any,
        never: &[RUNTIMES, HTTP, RANDOM, CLOCKS],
        why: "metadata describes queries as proto's calls; adapters carry them",
    },
    Room {
        name: IO,
        rooms: &[],
        rooms_in_tests: &[],
        outside: Outside::Any,
        never: &[RUNTIMES, HTTP],
        why: "io serves both adapters: files and bytes, no network and no runtime",
    },
    Room {
        name: REQWEST,
        rooms: &[PROTO, IO],
        rooms_in_tests: &[METADATA, EMULATOR],
        outside: Outside::Any,
        never: &[&["ureq"]],
        why: "an adapter knows proto and io; never another adapter, metadata or the emulator",
    },
    Room {
        name: UREQ,
        rooms: &[PROTO, IO],
        rooms_in_tests: &[METADATA, EMULATOR],
        outside: Outside::Any,
        never: &[RUNTIMES, &["reqwest", "hyper"]],
        why: "an adapter knows proto and io; never another adapter, metadata or the emulator; this one blocks",
    },
    Room {
        name: EMULATOR,
        rooms: &[],
        rooms_in_tests: &[],
        outside: Outside::Any,
        never: &[&["reqwest", "ureq"]],
        why: "the emulator and the client share no code, so that no misreading cancels out on both sides",
    },
    Room {
        name: CLI,
        rooms: &[REQWEST, UREQ, METADATA, IO, EMULATOR],
        rooms_in_tests: &[],
        outside: Outside::Any,
        never: &[],
        why: "dvf stands on the adapters, metadata, io and the emulator; it speaks no protocol itself",
    },
    Room {
        name: TESTS,
        rooms: &[PROTO, METADATA, IO, REQWEST, UREQ, EMULATOR, CLI],
        rooms_in_tests: &[],
        outside: Outside::Any,
        never: &[],
        why: "the suites may use everything but the build tasks",
    },
    Room {
        name: XTASK,
        rooms: &[],
        rooms_in_tests: &[],
        outside: Outside::Only(&["serde_json"]),
        never: &[RUNTIMES, HTTP],
        why: "the build tasks use nothing of ours, so that a broken crate cannot stop its own checks",
    },
];
