//! Makes every native call of the simulated console with its worst arguments. `cargo xtask costs`
//! runs this program under callgrind and compares the executed host instructions with the charged
//! fuel.

mod case;
mod derived;
mod device;
mod guest;
mod layout;
mod worst;

use akira::Modules as _;
use akira::abi::{Mode, NativeCall, time};
use akira_measure::Cost;
use akira_sim::hardware::Modules;

use case::{Case, Row};
use device::{Device, SLICE, Turn};

fn main() {
    let (only, mut lane) = (argument("--only"), Lane::new());
    let device = Device::new();
    let case = Case::new("", &time::GET_TIME_MS, &[]);
    print(&device, &case, &guest::idle(&case), Cost::NOTHING);
    print(&device, &case, &guest::computing(&case), Cost::INTERPRETER);
    let mut worst = worst::all();
    for row in rows() {
        if only.as_deref().is_some_and(|only| !row.name.contains(only)) {
            continue;
        }
        for case in derived::of(row).into_iter().filter(|_| lane.is_next()) {
            print(&device, &case, &guest::module(&case), row.name);
        }
        for case in worst.extract_if(.., |case| case.step.row == Row(row)) {
            if !lane.is_next() {
                continue;
            }
            // A case with a preparation gets a new device, because earlier cases change the state.
            let fresh = (!case.setup.is_empty()).then(Device::new);
            let device = fresh.as_ref().unwrap_or(&device);
            print(device, &case, &guest::module(&case), row.name);
        }
    }
    assert!(
        only.is_some() || worst.is_empty(),
        "the console does not offer {worst:?}"
    );
}

/// Subset of the cases, for parallel runs: every `of`-th case, offset by the lane's number.
struct Lane {
    next: usize,
    of: usize,
}

impl Lane {
    fn new() -> Self {
        let number = |name, default| {
            let number = argument(name).map(|number| number.parse::<usize>());
            number.map_or(default, |number| number.expect("a number"))
        };
        Self {
            next: number("--lane", 0),
            of: number("--lanes", 1),
        }
    }

    fn is_next(&mut self) -> bool {
        self.next += 1;
        self.next.is_multiple_of(self.of)
    }
}

/// Returns the value that follows an option on the command line.
fn argument(name: &str) -> Option<String> {
    std::env::args().skip_while(|known| known != name).nth(1)
}

fn rows() -> Vec<&'static NativeCall> {
    let mut rows = Vec::new();
    Modules::each_row(&mut |row| rows.push(row));
    rows
}

/// Measures a case and prints its cost without the instruction counts.
fn print(device: &Device, case: &Case, module: &str, call: &str) {
    let row = case.step.row;
    let mut cost = Cost {
        call: call.to_owned(),
        case: case.name.clone(),
        is_immediate: row.0.mode == Mode::Immediate,
        ends: worst::ENDS.iter().any(|ends| Row(ends) == row),
        slice: SLICE,
        ..Cost::default()
    };
    cost.fuel = measure(device, module, &mut cost);
    cost.print();
}

/// Runs the turns of an app: preparation, no call, one call, many calls. Returns the fuel charged
/// for the last turn.
fn measure(device: &Device, module: &str, cost: &mut Cost) -> Option<u64> {
    let fuel = |turn| match turn {
        Turn::Done(fuel) => Some(fuel),
        Turn::Ended | Turn::Stuck => None,
    };
    fuel(device.begin(module))?;
    fuel(device.turn(|poll| poll()))?;
    let (turn, steps) = device.counted_steps();
    cost.steps = steps;
    fuel(turn)?;
    cost.has_many = true;
    fuel(device.counted_turn())
}
