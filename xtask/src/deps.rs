//! The architecture as data, and the proof that it holds: which crates of
//! ours a crate may depend on (arrows point down only), and what it must
//! never depend on. Direct dependencies come from `cargo metadata`, trees
//! from `cargo tree`. Dev-dependencies are free, but for fake-flickr's.

use crate::Failure;
use crate::command::{cargo, output};
use serde_json::Value;
use std::path::Path;

/// What one crate may and must not depend on.
struct Room {
    name: &'static str,
    /// The crates of ours that it may depend on; no others.
    ours: &'static [&'static str],
    /// What it never depends on directly: a crate, or `crate/feature`.
    never: &'static [&'static str],
    /// What is nowhere in its tree.
    never_in_tree: &'static [&'static str],
}

const CORE: &str = "silverprint-core";
const HTTP: &str = "silverprint-http";
const FLICKR: &str = "silverprint-flickr";
const JPEG: &str = "silverprint-jpeg";
const THUMB: &str = "silverprint-thumb";
const CATALOGUE: &str = "silverprint-catalogue";
const PRINT: &str = "silverprint-print";
const SHEET: &str = "silverprint-sheet";
const ARCHIVE: &str = "silverprint-archive";
const SERVE: &str = "silverprint-serve";
const SIMUL: &str = "silverprint-simul";
const BINARY: &str = "silverprint";
const FAKE: &str = "fake-flickr";
const JUDGE: &str = "turbo-judge";
const TORTURE: &str = "torture";
const XTASK: &str = "xtask";

/// What talks to people; only programs have it.
const FRONT: [&str; 3] = ["anyhow", "clap", "indicatif"];
const PROGRAMS: [&str; 4] = [BINARY, FAKE, TORTURE, XTASK];
/// Time that does not pass by itself; only the exhibition has it, and tests.
const VIRTUAL_CLOCK: &str = "tokio/test-util";

/// docs/ARCHITECTURE.md says why; this is the one place that says what.
const ROOMS: [Room; 16] = [
    Room {
        name: CORE,
        ours: &[],
        never: &[
            "async-channel",
            "hyper",
            "image",
            "reqwest",
            "rusqlite",
            "rustix",
            "rustls",
            "tempfile",
            "tokio",
        ],
        never_in_tree: &["tokio", "reqwest", "rusqlite"],
    },
    Room {
        name: HTTP,
        ours: &[CORE],
        never: &["image", "jpeg-decoder", "jpeg-encoder", "rusqlite", "tempfile", "tokio/fs"],
        never_in_tree: &["rusqlite"],
    },
    Room {
        name: FLICKR,
        ours: &[CORE, HTTP],
        never: &[
            "image",
            "jpeg-decoder",
            "jpeg-encoder",
            "reqwest",
            "rusqlite",
            "tempfile",
            "tokio/fs",
        ],
        never_in_tree: &["rusqlite"],
    },
    Room {
        name: JPEG,
        ours: &[],
        never: &["reqwest", "rusqlite", "rustix", "tempfile", "tokio"],
        never_in_tree: &["image", "tokio", "reqwest", "rusqlite"],
    },
    Room {
        name: THUMB,
        ours: &[JPEG],
        never: &["reqwest", "rusqlite", "rustix", "tempfile", "tokio"],
        never_in_tree: &["tokio", "reqwest", "rusqlite"],
    },
    Room {
        name: CATALOGUE,
        ours: &[CORE],
        never: &["reqwest", "tokio"],
        never_in_tree: &["tokio", "reqwest"],
    },
    Room {
        name: SHEET,
        ours: &[CORE],
        never: &["reqwest", "rusqlite", "tokio"],
        never_in_tree: &["tokio", "reqwest", "rusqlite"],
    },
    Room {
        name: PRINT,
        ours: &[CORE],
        never: &["reqwest", "rusqlite", "rustix", "tempfile", "tokio"],
        never_in_tree: &["tokio", "reqwest", "rusqlite"],
    },
    Room {
        name: ARCHIVE,
        ours: &[CORE, THUMB, CATALOGUE, SHEET, PRINT],
        never: &["reqwest", "rusqlite"],
        never_in_tree: &["reqwest"],
    },
    Room {
        name: SERVE,
        ours: &[CORE, ARCHIVE],
        never: &["image", "reqwest", "rusqlite", "tempfile", "tokio/fs"],
        never_in_tree: &["reqwest"],
    },
    Room {
        name: SIMUL,
        ours: &[],
        never: &["reqwest", "rusqlite", "rustix", "serde_json", "tempfile", "tokio/fs"],
        never_in_tree: &["reqwest", "rusqlite"],
    },
    Room {
        name: BINARY,
        ours: &[CORE, HTTP, FLICKR, THUMB, CATALOGUE, SHEET, PRINT, ARCHIVE, SERVE, SIMUL, FAKE],
        never: &["rusqlite"],
        never_in_tree: &[],
    },
    Room { name: FAKE, ours: &[], never: &["reqwest", "rusqlite"], never_in_tree: &["rusqlite"] },
    Room {
        name: JUDGE,
        ours: &[],
        never: &["image", "reqwest", "rusqlite", "tokio"],
        never_in_tree: &["image", "tokio", "reqwest", "rusqlite"],
    },
    Room {
        name: TORTURE,
        ours: &[FAKE],
        never: &["reqwest", "tokio"],
        never_in_tree: &["reqwest"],
    },
    Room { name: XTASK, ours: &[], never: &["tokio"], never_in_tree: &["tokio"] },
];

/// A crate of the workspace as `cargo metadata` tells of it.
#[derive(Debug)]
struct Member {
    name: String,
    dependencies: Vec<Dependency>,
}

#[derive(Debug)]
struct Dependency {
    name: String,
    is_ours: bool,
    is_dev: bool,
    features: Vec<String>,
}

/// Checks every crate and names whatever breaks a rule.
pub(crate) fn run(root: &Path) -> Result<(), Failure> {
    let metadata = ["metadata", "--format-version", "1", "--no-deps", "--locked"];
    let members = members(&serde_json::from_str(&output(cargo(&metadata, root))?)?)?;
    let mut n_violations = 0;
    for room in &ROOMS {
        let member = members.iter().find(|member| member.name == room.name);
        let mut violations = match member {
            Some(member) => direct_violations(room, member),
            None => vec!["it has a room in xtask/src/deps.rs and is not in the workspace".into()],
        };
        if member.is_some() && !room.never_in_tree.is_empty() {
            violations.extend(tree_violations(room, &tree(room.name, root)?));
        }
        report(room.name, &violations);
        n_violations += violations.len();
    }
    for member in members.iter().filter(|member| !has_room(&member.name)) {
        report(&member.name, &["it has no room in xtask/src/deps.rs".to_owned()]);
        n_violations += 1;
    }
    match n_violations {
        0 => Ok(()),
        n => Err(format!("{n} dependencies break the architecture").into()),
    }
}

fn report(name: &str, violations: &[String]) {
    if violations.is_empty() {
        println!("{name}: OK");
    }
    for violation in violations {
        println!("{name}: NO: {violation}");
    }
}

fn has_room(name: &str) -> bool {
    ROOMS.iter().any(|room| room.name == name)
}

/// What a crate declares, held against its room.
fn direct_violations(room: &Room, member: &Member) -> Vec<String> {
    let mut violations = Vec::new();
    for dependency in &member.dependencies {
        let name = dependency.name.as_str();
        if dependency.is_dev {
            if dependency.is_ours && room.name == FAKE {
                violations.push(format!("it never knows ours, not even to test, and has {name}"));
            }
        } else if dependency.is_ours && !room.ours.contains(&name) {
            violations.push(format!("{name} is not below it"));
        } else if FRONT.contains(&name) && !PROGRAMS.contains(&room.name) {
            violations.push(format!("only programs may have {name}"));
        } else if is_banned(dependency, VIRTUAL_CLOCK) && room.name != SIMUL {
            violations.push(format!("only {SIMUL} may have {VIRTUAL_CLOCK}"));
        } else {
            let broken = room.never.iter().filter(|banned| is_banned(dependency, banned));
            violations.extend(broken.map(|banned| format!("it never has {banned}")));
        }
    }
    violations
}

fn is_banned(dependency: &Dependency, banned: &str) -> bool {
    match banned.split_once('/') {
        None => dependency.name == banned,
        Some((name, feature)) => {
            let has = |wanted: &str| dependency.features.iter().any(|feature| feature == wanted);
            // tokio's `full` is all but its clock for tests.
            let has_in_full = has("full") && banned != VIRTUAL_CLOCK;
            dependency.name == name && (has(feature) || has_in_full)
        }
    }
}

/// The names in a crate's tree, built by itself: in the workspace's own
/// resolution another crate's features would show in it.
fn tree(of: &str, root: &Path) -> Result<Vec<String>, Failure> {
    let args = ["tree", "--locked", "--edges", "normal,build", "--prefix", "none", "-p"];
    let tree = output(cargo(&[&args[..], &[of]].concat(), root))?;
    let names = tree.lines().filter_map(|line| line.split_whitespace().next());
    Ok(names.map(str::to_owned).collect())
}

fn tree_violations(room: &Room, tree: &[String]) -> Vec<String> {
    let banned = room.never_in_tree.iter().filter(|banned| tree.iter().any(|name| name == *banned));
    banned.map(|banned| format!("{banned} is in its tree")).collect()
}

fn members(metadata: &Value) -> Result<Vec<Member>, Failure> {
    let packages = metadata["packages"].as_array().ok_or("cargo metadata has no packages")?;
    let texts = |value: &Value| -> Vec<String> {
        value
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .map(str::to_owned)
            .collect()
    };
    let name = |value: &Value| -> Result<String, Failure> {
        Ok(value["name"].as_str().ok_or("cargo metadata has a package without a name")?.to_owned())
    };
    let member = |package: &Value| -> Result<Member, Failure> {
        let dependencies = package["dependencies"].as_array().into_iter().flatten();
        let dependencies = dependencies.map(|dependency| {
            Ok(Dependency {
                name: name(dependency)?,
                is_ours: dependency["path"].is_string(),
                is_dev: dependency["kind"] == "dev",
                features: texts(&dependency["features"]),
            })
        });
        let dependencies = dependencies.collect::<Result<_, Failure>>()?;
        Ok(Member { name: name(package)?, dependencies })
    };
    packages.iter().map(member).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    /// What the rules say of a crate with one dependency.
    fn violations(of: &str, dependency: &Value) -> Vec<String> {
        let metadata = json!({ "packages": [{ "name": of, "dependencies": [dependency] }] });
        let members = members(&metadata).unwrap();
        let room = ROOMS.iter().find(|room| room.name == of).unwrap();
        direct_violations(room, &members[0])
    }

    #[test]
    fn each_kind_of_violation_is_caught() {
        let check = |of: &str, dependency: Value, expected: &[&str]| {
            assert_eq!(violations(of, &dependency), expected, "{of}: {dependency}");
        };
        let third = |name: &str| json!({ "name": name, "kind": null });
        let ours = |name: &str| json!({ "name": name, "kind": null, "path": "/x" });
        check(CORE, third("tokio"), &["it never has tokio"]);
        check(CORE, json!({ "name": "tokio", "kind": "build" }), &["it never has tokio"]);
        check(CORE, json!({ "name": "tokio", "kind": "dev" }), &[]);
        check(CORE, ours(SHEET), &["silverprint-sheet is not below it"]);
        check(HTTP, ours(FLICKR), &["silverprint-flickr is not below it"]);
        check(HTTP, json!({ "name": "tokio", "features": ["net"] }), &[]);
        check(HTTP, json!({ "name": "tokio", "features": ["fs"] }), &["it never has tokio/fs"]);
        check(FLICKR, json!({ "name": "tokio", "features": ["full"] }), &["it never has tokio/fs"]);
        let virtual_clock = json!({ "name": "tokio", "features": ["test-util"] });
        check(ARCHIVE, virtual_clock.clone(), &["only silverprint-simul may have tokio/test-util"]);
        check(SIMUL, virtual_clock, &[]);
        check(THUMB, ours(CORE), &["silverprint-core is not below it"]);
        check(SHEET, third("rusqlite"), &["it never has rusqlite"]);
        check(ARCHIVE, ours(HTTP), &["silverprint-http is not below it"]);
        check(ARCHIVE, third("clap"), &["only programs may have clap"]);
        check(BINARY, third("clap"), &[]);
        check(BINARY, ours(FAKE), &[]);
        check(FAKE, third("clap"), &[]);
        let dev = json!({ "name": CORE, "kind": "dev", "path": "/x" });
        let expected = "it never knows ours, not even to test, and has silverprint-core";
        check(FAKE, dev, &[expected]);
    }

    #[test]
    fn what_is_deep_in_a_tree_is_caught() {
        let room = ROOMS.iter().find(|room| room.name == THUMB).unwrap();
        let tree = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect::<Vec<_>>();
        assert_eq!(tree_violations(room, &tree(&["silverprint-thumb", "image"])), [""; 0]);
        let deep = tree_violations(room, &tree(&["image", "tokio-util", "tokio"]));
        assert_eq!(deep, ["tokio is in its tree"]);
    }

    #[test]
    fn arrows_point_down_only() {
        // A crate may depend on crates that come before it in the table, so
        // no two can depend on each other; the fake stands by itself.
        for (idx, room) in ROOMS.iter().enumerate() {
            for below in room.ours.iter().filter(|below| **below != FAKE) {
                let place = ROOMS.iter().position(|other| other.name == *below).unwrap();
                assert!(place < idx, "{} -> {below}", room.name);
            }
        }
    }
}
