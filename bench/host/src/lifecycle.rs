//! Measures the steps of a module from its parsing to its first instruction, and the RAM of an app.

use crate::NO_SLICE;
use crate::allocations::{bytes_of, peak_of};
use crate::apps::Apps;
use crate::bare;
use crate::row::Row;
use akira::engine::{Engine, Limits, Wasmi};
use akira::module::Module;
use akira_guests::{SIZES, Turn, large_module};
use akira_measure::{Line, Metric, Target, Unit};
use embassy_futures::block_on;
use std::hint::black_box;
use std::rc::Rc;

const LIMITS: Limits = Limits::new(1 << 20).with_table_elements(1 << 10);

/// Measures and prints every line of this part.
pub(crate) fn measure() {
    for (bytes, size) in SIZES {
        steps(size, large_module(*bytes));
    }
    for (bytes, size) in SIZES {
        memory_of_load(size, large_module(*bytes));
    }
    idle_apps();
}

/// Measures each step of a module, in Akira and in wasmi alone where wasmi has the step.
fn steps(size: &str, module: Vec<u8>) {
    let row = |step: &str, title: &str| {
        let id = format!("lifecycle/{step}-{}", slug(size));
        Row::new(&id, &format!("{title}, {size}"), "module")
    };
    let ours = row("parse", "read what a module is and asks for");
    ours.measure_ours(1, || {
        let module = Module::parse(&module).expect("it is a module");
        let imports = module.imports().expect("it has sections").count();
        black_box((imports, module.sizes().expect("it has sections")));
    });
    let validate = row("validate", "validate");
    validate.measure(
        1,
        || bare::validate(&module),
        || {
            let module = Module::parse(&module).expect("it is a module");
            block_on(Wasmi.validate(&module, LIMITS)).expect("it is valid");
        },
    );
    let image: Rc<[u8]> = module.clone().into();
    let apps = Apps::new(NO_SLICE);
    apps.add("app", &image);
    let start = row("start", "translate and instantiate");
    start.measure(1, || drop(bare::instantiate(&module)), || apps.start("app"));
    let first = row(
        "first",
        "from an installed module to the first wait of its app",
    );
    let mut apps = Apps::new(NO_SLICE);
    apps.add("app", &image);
    first.measure(
        1,
        || drop(bare::Bare::load(&module, NO_SLICE)),
        || {
            apps.start("app");
            apps.poll();
        },
    );
    apps.check();
}

/// Converts `100 KB` to `100-kb`.
fn slug(size: &str) -> String {
    size.to_lowercase().replace(' ', "-")
}

/// Measures the peak heap of a load, and the heap that the loaded module keeps.
fn memory_of_load(size: &str, module: Vec<u8>) {
    let image: Rc<[u8]> = module.clone().into();
    let print = |step: &str, title: &str, whose: &str, bytes: usize| {
        let id = format!("lifecycle/{step}-{}/{whose}", slug(size));
        let title = format!("{title}, without linear memory, {size}");
        Line::Known(Metric::new(&id, &title, Unit::Bytes, bytes as f64)).print();
    };
    let load = || bare::Bare::load(&module, NO_SLICE);
    let start = || {
        let mut apps = Apps::new(NO_SLICE);
        apps.add("app", &image);
        apps.poll();
        apps
    };
    let peak = "RAM of a start at its peak";
    print(
        "peak",
        peak,
        "wasmi",
        peak_of(load).saturating_sub(LINEAR_BYTES),
    );
    print(
        "peak",
        peak,
        "akira",
        peak_of(start).saturating_sub(LINEAR_BYTES),
    );
    let rest = "RAM of an app that waits";
    print(
        "rest",
        rest,
        "wasmi",
        bytes_of(load).saturating_sub(LINEAR_BYTES),
    );
    print(
        "rest",
        rest,
        "akira",
        bytes_of(start).saturating_sub(LINEAR_BYTES),
    );
}

/// Number of idle apps, each with one page.
const IDLE: usize = 16;

/// Size of the guests' linear memory, in bytes.
const LINEAR_BYTES: usize = 65_536;

/// Size of the smallest guests' linear memory, which has pages of one byte.
const SMALL_LINEAR_BYTES: usize = 1_024;

/// Measures the RAM of one more app, and computes how many apps fit into a device.
fn idle_apps() {
    let image: Rc<[u8]> = Turn::Wait.module().into();
    let each = (bytes_of(|| idle(IDLE + 1, &image)) - bytes_of(|| idle(1, &image))) / IDLE;
    let runtime = bytes_of(|| Apps::new(NO_SLICE));
    let beside = each - LINEAR_BYTES;
    let bare = bytes_of(|| bare::Bare::of(Turn::Wait, NO_SLICE)) - LINEAR_BYTES;
    let bytes = |id: &str, title: &str, bytes: usize| {
        Metric::new(&format!("lifecycle/{id}"), title, Unit::Bytes, bytes as f64)
    };
    let title = "an idle app, beside its linear memory and its image";
    Line::Known(bytes("idle/wasmi", title, bare)).print();
    Line::Known(bytes("idle/akira", title, beside).against("lifecycle/idle/wasmi")).print();
    let at_rest = bytes("runtime/akira", "the runtime without apps", runtime);
    Line::Known(at_rest.target(Target::Most(24_576.0))).print();
    for (ram, size) in [(256 << 10, "256 KB"), (8 << 20, "8 MB")] {
        for (linear, memory) in [(LINEAR_BYTES, "64 KB"), (SMALL_LINEAR_BYTES, "1 KB")] {
            let count = (ram - runtime) / (beside + linear);
            let id = format!("lifecycle/apps-{}-in-{}/akira", slug(memory), slug(size));
            let title = format!("apps with {memory} of linear memory that fit into {size}");
            Line::Known(Metric::new(&id, &title, Unit::Count, count as f64)).print();
        }
    }
}

/// Creates `count` apps that wait.
fn idle(count: usize, image: &Rc<[u8]>) -> Apps {
    let mut apps = Apps::new(NO_SLICE);
    for index in 0..count {
        apps.add(&format!("app{index}"), image);
    }
    apps.poll();
    apps.check();
    apps
}
