//! The dependencies of the workspace as `cargo metadata` resolved them.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::failure::Failure;

/// Why one crate depends on another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    /// Compiled into it, or run to build it.
    Build,
    /// Used by its tests and examples only.
    Tests,
}

/// Packages by cargo's id, and the resolved edges between them. Renamed dependencies appear under their real name.
#[derive(Debug, Default)]
pub(crate) struct Graph {
    pub(crate) names: BTreeMap<String, String>,
    pub(crate) members: BTreeSet<String>,
    pub(crate) edges: BTreeMap<String, BTreeSet<(String, Kind)>>,
}

impl Graph {
    /// Reads the output of `cargo metadata --format-version 1`.
    pub(crate) fn read(metadata: &[u8]) -> Result<Self, Failure> {
        let metadata: Value = serde_json::from_slice(metadata)
            .map_err(|error| Failure::check(format!("the answer of `cargo metadata` is no JSON: {error}")))?;
        let mut graph = Self::default();
        for package in list(&metadata, "packages")? {
            graph.names.insert(text(package, "id")?, text(package, "name")?);
        }
        for member in list(&metadata, "workspace_members")? {
            graph.members.insert(member.as_str().ok_or_else(|| missing("workspace_members"))?.to_owned());
        }
        let resolve = metadata.get("resolve").ok_or_else(|| missing("resolve"))?;
        for node in list(resolve, "nodes")? {
            let edges = graph.edges.entry(text(node, "id")?).or_default();
            for dependency in list(node, "deps")? {
                let to = text(dependency, "pkg")?;
                for kind in list(dependency, "dep_kinds")? {
                    edges.insert((to.clone(), kind_of(kind)));
                }
            }
        }
        Ok(graph)
    }

    /// The name of a package.
    pub(crate) fn name<'a>(&'a self, id: &'a str) -> &'a str {
        self.names.get(id).map_or(id, String::as_str)
    }

    /// What a package depends on directly.
    pub(crate) fn dependencies<'a>(&'a self, id: &str) -> impl Iterator<Item = (&'a str, Kind)> + use<'a> {
        self.edges.get(id).into_iter().flatten().map(|(to, kind)| (to.as_str(), *kind))
    }

    /// How many edges join two members of the workspace.
    pub(crate) fn own_edges(&self) -> usize {
        let of = |id: &String| self.dependencies(id).filter(|(to, _)| self.members.contains(*to)).count();
        self.members.iter().map(of).sum()
    }

    /// Every package reached by building `id`, each with the shortest chain of names that leads to it.
    pub(crate) fn reach(&self, id: &str) -> BTreeMap<String, Vec<String>> {
        let mut chains = BTreeMap::from([(id.to_owned(), vec![self.name(id).to_owned()])]);
        let mut waiting = std::collections::VecDeque::from([id.to_owned()]);
        while let Some(at) = waiting.pop_front() {
            let chain = chains.get(&at).cloned().unwrap_or_default();
            for (to, kind) in self.dependencies(&at) {
                if kind == Kind::Build && !chains.contains_key(to) {
                    let mut longer = chain.clone();
                    longer.push(self.name(to).to_owned());
                    chains.insert(to.to_owned(), longer);
                    waiting.push_back(to.to_owned());
                }
            }
        }
        chains.remove(id);
        chains
    }
}

fn kind_of(kind: &Value) -> Kind {
    match kind.get("kind").and_then(Value::as_str) {
        Some("dev") => Kind::Tests,
        _ => Kind::Build,
    }
}

fn list<'a>(value: &'a Value, key: &str) -> Result<&'a Vec<Value>, Failure> {
    value.get(key).and_then(Value::as_array).ok_or_else(|| missing(key))
}

fn text(value: &Value, key: &str) -> Result<String, Failure> {
    value.get(key).and_then(Value::as_str).map(str::to_owned).ok_or_else(|| missing(key))
}

fn missing(key: &str) -> Failure {
    Failure::check(format!("the answer of `cargo metadata` has no `{key}` where it belongs"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_that_is_not_metadata_is_refused() {
        for text in ["", "{}", r#"{"packages":[{}]}"#, r#"{"packages":[],"workspace_members":[]}"#] {
            assert!(Graph::read(text.as_bytes()).is_err(), "{text}");
        }
    }

    #[test]
    fn a_renamed_dependency_keeps_its_real_name_and_a_dev_dependency_its_kind() {
        let text = r#"{
            "packages": [{"id": "a 1", "name": "a"}, {"id": "t 1", "name": "tokio"}],
            "workspace_members": ["a 1"],
            "resolve": {"nodes": [{"id": "a 1", "deps": [
                {"name": "harmless", "pkg": "t 1", "dep_kinds": [{"kind": null}, {"kind": "dev"}, {"kind": "build"}]}
            ]}]}
        }"#;
        let graph = Graph::read(text.as_bytes()).unwrap();
        let found: Vec<_> = graph.dependencies("a 1").map(|(id, kind)| (graph.name(id), kind)).collect();
        assert_eq!(found, [("tokio", Kind::Build), ("tokio", Kind::Tests)]);
    }
}
