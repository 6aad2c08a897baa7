//! Holds the resolved dependencies against the table.

use super::graph::{Graph, Kind};
use super::table::{Outside, ROOMS, Room};

/// One message per edge that breaks a rule; each names the edge and the rule.
pub(crate) fn judge(graph: &Graph) -> Vec<String> {
    let mut broken = Vec::new();
    for id in &graph.members {
        let name = graph.name(id);
        match ROOMS.iter().find(|room| room.name == name) {
            Some(room) => broken.extend(judge_room(graph, id, room)),
            None => broken.push(unknown(name)),
        }
    }
    broken
}

fn unknown(name: &str) -> String {
    format!("{name} is a new room: say in xtask/src/layers/table.rs what it may use")
}

fn judge_room(graph: &Graph, id: &str, room: &Room) -> Vec<String> {
    let mut broken: Vec<String> = graph
        .dependencies(id)
        .filter(|(to, kind)| !may(graph, room, to, *kind))
        .map(|(to, kind)| complaint(room, &[room.name, graph.name(to)], kind))
        .collect();
    for chain in graph.reach(id).values() {
        let names: Vec<&str> = chain.iter().map(String::as_str).collect();
        let direct = names.len() == 2;
        let forbidden = names.last().is_some_and(|last| room.never.iter().any(|list| list.contains(last)));
        // A direct edge that the table refuses already has its message.
        if forbidden && !(direct && matches!(room.outside, Outside::Only(_))) {
            broken.push(complaint(room, &names, Kind::Build));
        }
    }
    broken
}

fn may(graph: &Graph, room: &Room, to: &str, kind: Kind) -> bool {
    let name = graph.name(to);
    match (graph.members.contains(to), kind) {
        (true, Kind::Build) => room.rooms.contains(&name),
        (true, Kind::Tests) => room.rooms.contains(&name) || room.rooms_in_tests.contains(&name),
        (false, Kind::Build) => match room.outside {
            Outside::Any => true,
            Outside::Only(list) => list.contains(&name),
        },
        (false, Kind::Tests) => true,
    }
}

fn complaint(room: &Room, chain: &[&str], kind: Kind) -> String {
    let note = match kind {
        Kind::Build => "",
        Kind::Tests => " (in tests)",
    };
    format!("{}{note} is forbidden: {}", chain.join(" -> "), room.why)
}

#[cfg(test)]
#[path = "judge_tests.rs"]
mod tests;
