//! What `cargo metadata` says about the workspace and everything it is built from.

use std::collections::{BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

use serde_json::Value;

/// Asked once for all tests.
pub(crate) static METADATA: LazyLock<Metadata> = LazyLock::new(Metadata::ask);

/// The root of the checkout.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// A package and the names it depends on directly.
pub(crate) struct Package {
    pub(crate) name: String,
    pub(crate) version: String,
    pub(crate) licence: Option<String>,
    /// Of all kinds: normal, for the build, for tests.
    pub(crate) dependencies: BTreeSet<String>,
    id: String,
}

/// All packages, and which of them are the workspace's own.
pub(crate) struct Metadata {
    pub(crate) packages: Vec<Package>,
    members: BTreeSet<String>,
    /// From a package's id to the ids of what it links, tests and build scripts apart.
    links: HashMap<String, Vec<String>>,
}

impl Metadata {
    fn ask() -> Self {
        let output = Command::new(env!("CARGO"))
            .current_dir(root())
            .args(["metadata", "--format-version=1", "--locked"])
            .output()
            .unwrap();
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
        let json: Value = serde_json::from_slice(&output.stdout).unwrap();
        Self {
            packages: items(&json["packages"]).map(package).collect(),
            members: items(&json["workspace_members"]).map(text).collect(),
            links: items(&json["resolve"]["nodes"]).map(links).collect(),
        }
    }

    /// The workspace's own packages.
    pub(crate) fn members(&self) -> impl Iterator<Item = &Package> {
        self.packages
            .iter()
            .filter(|package| self.members.contains(&package.id))
    }

    /// Names of everything that a member links, directly or not.
    pub(crate) fn linked_by(&self, member: &str) -> BTreeSet<String> {
        let start = self
            .members()
            .find(|package| package.name == member)
            .unwrap();
        let mut seen = BTreeSet::from([start.id.clone()]);
        let mut open = vec![start.id.clone()];
        while let Some(id) = open.pop() {
            for next in self.links.get(&id).into_iter().flatten() {
                if seen.insert(next.clone()) {
                    open.push(next.clone());
                }
            }
        }
        let linked = self
            .packages
            .iter()
            .filter(|package| seen.contains(&package.id));
        linked.map(|package| package.name.clone()).collect()
    }
}

fn items(array: &Value) -> impl Iterator<Item = &Value> {
    array.as_array().into_iter().flatten()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn package(json: &Value) -> Package {
    Package {
        name: text(&json["name"]),
        version: text(&json["version"]),
        licence: json["license"].as_str().map(str::to_owned),
        dependencies: items(&json["dependencies"])
            .map(|it| text(&it["name"]))
            .collect(),
        id: text(&json["id"]),
    }
}

fn links(node: &Value) -> (String, Vec<String>) {
    let linked = items(&node["deps"]).filter(|dep| {
        // A kind of null is a normal dependency.
        items(&dep["dep_kinds"]).any(|kind| kind["kind"].is_null())
    });
    (
        text(&node["id"]),
        linked.map(|dep| text(&dep["pkg"])).collect(),
    )
}
