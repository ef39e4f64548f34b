//! Tests of the CPU time limit with short waits, and of the limit of flash writes, which refills
//! with time.

use crate::device::{exit_of, install, run_for, runtime, scripted};
use akira_runtime::abi::time::DELAY;
use akira_runtime::engine::{Op, Script, Scripted};
use akira_runtime::{Config, Exit, Trap};
use std::time::Duration;

const SECOND: Duration = Duration::from_secs(1);

fn computes_and_waits(us: u32) -> Script {
    Script {
        imports: vec![&DELAY],
        ops: vec![Op::Burn(30_000), Op::Call(0, vec![us]), Op::Repeat],
        ..Script::default()
    }
}

#[test]
fn a_wait_that_is_over_at_once_is_no_rest() {
    let (runtime, engine) = scripted();
    install(&runtime, "app", engine.app(computes_and_waits(0)).into());
    runtime.start("app").expect("it starts");
    run_for(&runtime, 4 * SECOND);
    assert_eq!(exit_of(&runtime, "app"), None);
    run_for(&runtime, 2 * SECOND);
    assert_eq!(
        exit_of(&runtime, "app"),
        Some(Exit::Trapped(Trap::OutOfCpu)),
        "it has computed for 5 s"
    );
}

#[test]
fn short_waits_add_up_to_a_rest() {
    for us in [100, 1_000, 10_000] {
        let (runtime, engine) = scripted();
        install(&runtime, "app", engine.app(computes_and_waits(us)).into());
        runtime.start("app").expect("it starts");
        run_for(&runtime, 60 * SECOND);
        assert_eq!(exit_of(&runtime, "app"), None, "{us} us");
    }
}

#[test]
fn waits_that_are_no_rest_are_waits_for_an_app_with_a_short_time_too() {
    let engine = Scripted::default();
    let runtime = runtime(engine.clone(), Config::default());
    let app = Script {
        manifest: String::from(r#"{"exec_timeout_ms": 8}"#),
        ops: vec![Op::Burn(70_000), Op::Call(0, vec![1_000]), Op::Repeat],
        ..computes_and_waits(0)
    };
    install(&runtime, "app", engine.app(app).into());
    runtime.start("app").expect("it starts");
    run_for(&runtime, 10 * SECOND);
    assert_eq!(exit_of(&runtime, "app"), None, "7 of 8 ms at once");
}

#[test]
fn what_an_app_may_write_belongs_to_the_app_and_comes_back_in_an_hour() {
    let (runtime, engine) = scripted();
    let app = Script {
        manifest: String::from(r#"{"resources": {"flash_kb_per_hour": 36}}"#),
        ..computes_and_waits(1_000)
    };
    install(&runtime, "app", engine.app(app).into());
    let writes = runtime.app("app").expect("it is installed").writes;
    assert_eq!((writes.left(), writes.per_hour()), (36 << 10, 36 << 10));
    writes.spend(40 << 10);
    assert_eq!((writes.left(), writes.used()), (0, 40 << 10));
    runtime.start("app").expect("it starts");
    run_for(&runtime, 400 * SECOND);
    assert_eq!(writes.left(), 0, "as much came back as it was over");
    runtime.restart("app").expect("it starts");
    run_for(&runtime, 100 * SECOND);
    let writes = runtime.app("app").expect("it is installed").writes;
    assert!((1_000..=1_030).contains(&writes.left()), "{writes:?}");
    run_for(&runtime, 4_000 * SECOND);
    let writes = runtime.app("app").expect("it is installed").writes;
    assert_eq!((writes.left(), writes.used()), (36 << 10, 40 << 10));
}

#[test]
fn the_devices_limit_of_flash_writes_holds_for_an_app_that_asks_for_none() {
    let engine = Scripted::default();
    let mut config = Config::default();
    config.policy.limits.flash_kb_per_hour = 3;
    let runtime = runtime(engine.clone(), config);
    install(&runtime, "app", engine.app(computes_and_waits(1)).into());
    let app = runtime.app("app").expect("it is installed");
    assert_eq!(app.writes.per_hour(), 3 << 10);
}
