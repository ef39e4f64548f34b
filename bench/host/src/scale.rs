//! Measures many devices in one process, each with a runtime and an app that wakes up in every
//! poll. A device is a value, so its cost must not depend on the number of devices.

use crate::NO_SLICE;
use crate::allocations::bytes_of;
use crate::apps::Apps;
use akira_guests::Turn;
use akira_measure::{Line, Metric, Target, Unit};
use std::rc::Rc;

const COUNTS: [u32; 5] = [1, 10, 100, 1_000, 10_000];

/// Maximum cost of a device among others, relative to a single device.
const FLAT: f64 = 1.05;

/// Measures and prints every line of this part.
pub(crate) fn measure() {
    let image: Rc<[u8]> = Turn::Wait.small_module().into();
    for count in COUNTS {
        let mut devices = Vec::new();
        let bytes = bytes_of(|| devices = (0..count).map(|_| device(&image)).collect());
        let metric = of(
            "ram",
            "RAM of a device, its app's 1 KB of linear memory with it",
            Unit::Bytes,
            count,
        );
        let each = bytes as f64 / f64::from(count);
        Line::Known(Metric {
            value: each,
            ..metric
        })
        .print();
        let metric = of("cpu", "one turn of a device", Unit::Instructions, count).gated();
        Line::measured(metric, count, || devices.iter_mut().for_each(Apps::poll)).print();
        devices.iter().for_each(Apps::check);
    }
}

fn of(what: &str, title: &str, unit: Unit, count: u32) -> Metric {
    let id = format!("scale/{what}-of-{count}/akira");
    let metric = Metric::new(&id, &format!("{title}, of {count}"), unit, 0.0);
    if count == 1 {
        return metric;
    }
    let alone = format!("scale/{what}-of-1/akira");
    metric.against(&alone).target(Target::RatioMost(FLAT))
}

fn device(image: &Rc<[u8]>) -> Apps {
    let mut apps = Apps::new(NO_SLICE);
    apps.add("app", image);
    apps.poll();
    apps
}
