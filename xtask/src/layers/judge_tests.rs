//! Made-up workspaces, one forbidden edge each.

use super::super::table::{CLI, EMULATOR, IO, METADATA, PROTO, REQWEST, TESTS, UREQ, XTASK};
use super::*;

const MEMBERS: [&str; 9] = [PROTO, METADATA, IO, REQWEST, UREQ, EMULATOR, CLI, TESTS, XTASK];

/// The edges that design and table agree on, with a few crates from the registry behind them.
const ALLOWED: &[(&str, &str)] = &[
    (PROTO, "bytes"),
    (PROTO, "serde_json"),
    ("serde_json", "itoa"),
    (METADATA, PROTO),
    (REQWEST, PROTO),
    (REQWEST, IO),
    (REQWEST, "tokio"),
    (REQWEST, "reqwest"),
    (UREQ, PROTO),
    (UREQ, IO),
    (UREQ, "ureq"),
    (EMULATOR, "tokio"),
    (CLI, REQWEST),
    (CLI, UREQ),
    (CLI, METADATA),
    (CLI, IO),
    (CLI, EMULATOR),
    (TESTS, PROTO),
    (TESTS, EMULATOR),
    (TESTS, CLI),
    (XTASK, "serde_json"),
];

fn graph(extra: &[(&str, &str, Kind)]) -> Graph {
    let mut graph = Graph { members: MEMBERS.iter().map(ToString::to_string).collect(), ..Graph::default() };
    let allowed = ALLOWED.iter().map(|(from, to)| (*from, *to, Kind::Build));
    for (from, to, kind) in allowed.chain(extra.iter().copied()) {
        graph.edges.entry(from.to_owned()).or_default().insert((to.to_owned(), kind));
    }
    graph
}

fn refused(from: &str, to: &str, kind: Kind) -> String {
    let broken = judge(&graph(&[(from, to, kind)]));
    assert!(!broken.is_empty(), "{from} -> {to} ({kind:?}) passed");
    let edge = format!("{from} -> {to} ");
    broken
        .into_iter()
        .find(|message| message.starts_with(&edge))
        .unwrap_or_else(|| panic!("no message names {edge}"))
}

#[test]
fn the_workspace_as_designed_passes() {
    assert_eq!(judge(&graph(&[])), Vec::<String>::new());
}

#[test]
fn proto_given_tokio_is_refused() {
    assert!(refused(PROTO, "tokio", Kind::Build).contains("proto is pure"));
}

#[test]
fn the_emulator_given_proto_is_refused_and_so_is_proto_given_the_emulator() {
    assert!(refused(EMULATOR, PROTO, Kind::Build).contains("share no code"));
    refused(PROTO, EMULATOR, Kind::Build);
    refused(EMULATOR, PROTO, Kind::Tests);
    refused(PROTO, EMULATOR, Kind::Tests);
}

#[test]
fn everything_outside_protos_list_is_refused_even_when_harmless() {
    for name in ["reqwest", "ureq", "rand", "getrandom", "hyper", "uuid", "chrono", "regex"] {
        refused(PROTO, name, Kind::Build);
    }
}

#[test]
fn protos_list_has_at_most_eight_crates() {
    let proto = ROOMS.iter().find(|room| room.name == PROTO).unwrap();
    assert!(matches!(proto.outside, Outside::Only(list) if list.len() <= 8));
}

#[test]
fn a_long_way_to_a_forbidden_crate_is_told_link_by_link() {
    let broken = judge(&graph(&[("itoa", "harmless", Kind::Build), ("harmless", "getrandom", Kind::Build)]));
    let chain = format!("{PROTO} -> serde_json -> itoa -> harmless -> getrandom");
    assert!(broken.iter().any(|message| message.starts_with(&chain)), "{broken:?}");
    assert!(broken.iter().any(|message| message.starts_with(METADATA)), "{broken:?}");
}

#[test]
fn adapters_know_neither_each_other_nor_metadata_nor_the_emulator() {
    for (from, to) in [(REQWEST, UREQ), (UREQ, REQWEST)] {
        refused(from, to, Kind::Build);
        refused(from, to, Kind::Tests);
    }
    for adapter in [REQWEST, UREQ] {
        refused(adapter, METADATA, Kind::Build);
        refused(adapter, EMULATOR, Kind::Build);
        refused(METADATA, adapter, Kind::Build);
        refused(IO, adapter, Kind::Build);
    }
}

#[test]
fn the_blocking_adapter_needs_no_runtime() {
    refused(UREQ, "tokio", Kind::Build);
    refused(REQWEST, "ureq", Kind::Build);
}

#[test]
fn examples_of_adapters_may_use_the_emulator_and_metadata_and_no_one_elses_may() {
    for adapter in [REQWEST, UREQ] {
        for room in [EMULATOR, METADATA] {
            assert_eq!(judge(&graph(&[(adapter, room, Kind::Tests)])), Vec::<String>::new());
        }
    }
    for client in [PROTO, METADATA, IO] {
        refused(client, EMULATOR, Kind::Tests);
    }
}

#[test]
fn a_test_may_use_what_its_crate_may_not_from_the_registry() {
    assert_eq!(judge(&graph(&[(PROTO, "insta", Kind::Tests)])), Vec::<String>::new());
}

#[test]
fn dvf_speaks_no_protocol_and_the_build_tasks_use_nothing_of_ours() {
    refused(CLI, PROTO, Kind::Build);
    refused(XTASK, PROTO, Kind::Build);
    refused(XTASK, IO, Kind::Tests);
    refused(TESTS, XTASK, Kind::Build);
}

#[test]
fn a_crate_that_is_not_in_the_table_is_refused() {
    let mut graph = graph(&[]);
    graph.members.insert("dataverse-files-extra".into());
    assert!(judge(&graph).iter().any(|message| message.contains("dataverse-files-extra is a new room")));
}
