//! Rules for the dependencies between layers.

use super::Fault;
use crate::workspace::{Dependency, Package, Workspace};

/// Dependency rule for one or several crates. The first rule with a matching name applies.
struct Layer {
    /// Name of the crate, or a prefix followed by `*`.
    name: &'static str,
    /// Crates of this workspace on which it may depend; `None` allows all.
    ours: Option<&'static [&'static str]>,
    /// Other crates on which it may have normal dependencies; `None` allows all.
    others: Option<&'static [&'static str]>,
}

/// Crates with traits, containers and locks: no chip, driver, executor or engine.
const TRAITS: &[&str] = &[
    "embassy-futures",
    "embassy-sync",
    "embassy-time",
    "embedded-graphics",
    "embedded-graphics-core",
    "embedded-hal",
    "embedded-hal-async",
    "embedded-io",
    "embedded-io-async",
    "embedded-nal",
    "embedded-nal-async",
    "embedded-storage",
    "embedded-storage-async",
    "heapless",
    "rand_core",
];

const LAYERS: &[Layer] = &[
    Layer::new("akira-caps", &[]).others(&[]),
    Layer::new("akira-abi", &["akira-abi", "akira-caps"]).others(&[]),
    Layer::new("akira-manage", &["akira-abi"]).others(TRAITS),
    Layer::new("akira-peers", &[]).others(&[]),
    Layer::new("akira-sdk", &["akira-abi"]).others(&[]),
    Layer::new(
        "akira-runtime",
        &[
            "akira-abi",
            "akira-caps",
            "akira-manage",
            "akira-runtime",
            "akira-runtime-testing",
        ],
    ),
    Layer::new("akira-runtime-testing", &[]),
    // Logs are read over management links.
    Layer::new("akira-bridge-log", &["akira-abi", "akira-manage"]).others(TRAITS),
    Layer::new("akira-bridge-*", &["akira-abi", "akira-caps"]).others(TRAITS),
    Layer::new(
        "akira-shell",
        // The runtime is used only in tests.
        &["akira-manage", "akira-peers", "akira-runtime"],
    ),
    Layer::new(
        "akira-board",
        &["akira", "akira-shell", "akira-store-testing"],
    ),
    Layer::new(
        "akira-store",
        &["akira-abi", "akira-caps", "akira-store-testing"],
    ),
    Layer::new("akira-store-testing", &["akira-caps", "akira-store"]),
    Layer::new("akira-package", &["akira-abi", "akira-caps"]),
    Layer::new("akira-pack", &["akira-abi", "akira-caps", "akira-package"]),
    Layer::new("akira-codegen", &["akira-abi"]).others(&[]),
    Layer::new(
        "akira-conform",
        &["akira-abi", "akira-manage", "akira-pack"],
    ),
    Layer::new("akira-ota", &["akira-abi", "akira-caps"]),
    Layer::new("akira-transport", &["akira-abi", "akira-caps"]),
    Layer::new(
        "akira",
        &[
            "akira",
            "akira-abi",
            "akira-caps",
            "akira-runtime",
            "akira-bridge-*",
            "akira-store",
            "akira-package",
            "akira-pack",
            "akira-store-testing",
        ],
    )
    .others(TRAITS),
    Layer::any("akira-cli"),
    Layer::new("akira-console", &["akira", "akira-package"]).others(&[
        "embedded-graphics",
        "embedded-storage-async",
        "serde",
    ]),
    Layer::any("akira-sim"),
    Layer::any("akira-bench"),
    Layer::any("akira-costs"),
    Layer::new("akira-guests", &[]),
    Layer::new("akira-kernels", &[]).others(&[]),
    Layer::new("akira-measure", &[]),
    Layer::any("akira-tests"),
    Layer::any("xtask"),
];

/// Engine crates. Only the engine modules of the runtime may name one.
const ENGINES: &[&str] = &["wasmi", "spacewasm", "wasmtime", "wasm3", "wamr-sys"];

/// Suffix of crates for chips; the trait crate `embedded-hal` is the exception.
const CHIP: &str = "-hal";

/// Checks every dependency of every package.
pub(super) fn check(workspace: &Workspace) -> Vec<Fault> {
    let ours: Vec<&str> = workspace
        .packages
        .iter()
        .map(|package| package.name.as_str())
        .collect();
    let packages = workspace.packages.iter();
    packages
        .flat_map(|package| check_package(package, &ours))
        .collect()
}

fn check_package(package: &Package, ours: &[&str]) -> Vec<Fault> {
    let Some(layer) = LAYERS
        .iter()
        .find(|layer| matches(layer.name, &package.name))
    else {
        return vec![Fault::new(
            package.place(),
            format!("{} belongs to no layer", package.name),
            "name it in xtask/src/tidy/layers.rs and in ARCHITECTURE.md",
        )];
    };
    let dependencies = package.dependencies.iter();
    let faults =
        dependencies.filter_map(|dependency| check_dependency(package, layer, dependency, ours));
    faults.collect()
}

fn check_dependency(
    package: &Package,
    layer: &Layer,
    dependency: &Dependency,
    ours: &[&str],
) -> Option<Fault> {
    let name = dependency.name.as_str();
    let fault = |what: &str, fix: &str| {
        let place = format!("{}/Cargo.toml", package.place());
        Some(Fault::new(
            place,
            format!("{} names {name}, {what}", package.name),
            fix,
        ))
    };
    if package.is_published() && package.name != "akira-runtime" && ENGINES.contains(&name) {
        return fault(
            "an engine",
            "only akira-runtime names one: go through its engine trait",
        );
    }
    if package.is_published() && name.ends_with(CHIP) && name != "embedded-hal" {
        return fault(
            "a chip",
            "only board crates do: take the embedded-hal trait instead",
        );
    }
    if ours.contains(&name) {
        let allowed = layer.ours.is_none_or(|allowed| allows(allowed, name));
        return if allowed {
            None
        } else {
            fault("against the arrows", "move what it needs to a lower layer")
        };
    }
    let allowed =
        !dependency.is_normal() || layer.others.is_none_or(|allowed| allows(allowed, name));
    if allowed {
        None
    } else {
        fault(
            "which is not a trait crate",
            "take it as a type parameter, or in integrations/",
        )
    }
}

fn allows(allowed: &[&str], name: &str) -> bool {
    allowed.iter().any(|pattern| matches(pattern, name))
}

fn matches(pattern: &str, name: &str) -> bool {
    pattern
        .strip_suffix('*')
        .map_or(pattern == name, |start| name.starts_with(start))
}

impl Layer {
    const fn new(name: &'static str, ours: &'static [&'static str]) -> Self {
        Self {
            name,
            ours: Some(ours),
            others: None,
        }
    }

    const fn any(name: &'static str) -> Self {
        Self {
            name,
            ours: None,
            others: None,
        }
    }

    const fn others(mut self, others: &'static [&'static str]) -> Self {
        self.others = Some(others);
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Checks a package with these dependencies, in a workspace with the crates that the rules
    /// mention.
    fn faults(name: &str, dependencies: &[(&str, Option<&str>)]) -> Vec<String> {
        let mut packages: Vec<Package> = [
            "akira-abi",
            "akira-caps",
            "akira-runtime",
            "akira-bridge-gpio",
        ]
        .map(|name| package(name, &[]))
        .into();
        packages.push(package(name, dependencies));
        let faults = check(&Workspace { packages });
        faults.iter().map(ToString::to_string).collect()
    }

    fn package(name: &str, dependencies: &[(&str, Option<&str>)]) -> Package {
        let dependencies = dependencies.iter().map(|(name, kind)| Dependency {
            name: (*name).to_owned(),
            kind: kind.map(str::to_owned),
        });
        Package {
            name: name.to_owned(),
            manifest_path: crate::root().join("crates").join(name).join("Cargo.toml"),
            dependencies: dependencies.collect(),
        }
    }

    #[test]
    fn a_bridge_may_name_traits_and_the_abi() {
        let dependencies = [
            ("akira-abi", None),
            ("embedded-hal", None),
            ("divan", Some("dev")),
        ];
        assert!(faults("akira-bridge-adc", &dependencies).is_empty());
    }

    #[test]
    fn a_bridge_names_no_other_bridge_nor_the_runtime() {
        for other in ["akira-bridge-gpio", "akira-runtime"] {
            let found = faults("akira-bridge-adc", &[(other, Some("dev"))]);
            assert_eq!(found.len(), 1, "{found:?}");
            assert!(found[0].contains("against the arrows"), "{found:?}");
        }
    }

    #[test]
    fn a_bridge_names_no_engine_chip_or_executor() {
        for other in ["wasmi", "esp-hal", "embassy-executor"] {
            assert_eq!(
                faults("akira-bridge-adc", &[(other, None)]).len(),
                1,
                "{other}"
            );
        }
    }

    #[test]
    fn the_lowest_layers_point_nowhere_up() {
        assert_eq!(faults("akira-caps", &[("akira-abi", None)]).len(), 1);
        assert_eq!(faults("akira-caps", &[("heapless", None)]).len(), 1);
    }

    #[test]
    fn only_the_runtime_names_an_engine() {
        assert!(faults("akira-runtime", &[("wasmi", None)]).is_empty());
        assert_eq!(faults("akira-store", &[("wasmi", Some("dev"))]).len(), 1);
    }

    #[test]
    fn a_crate_without_a_layer_is_named() {
        let found = faults("akira-new", &[]);
        assert!(found[0].contains("belongs to no layer"), "{found:?}");
    }
}
