//! Sequences of related calls, where the effect of one call shows in the result of the next.

use akira_abi::{
    NativeCall, display, fs, gpio, input, ipc, libc, lifecycle, log, memory, sensor, settings,
    storage, time, timer,
};

use crate::guest::Argument::{self, Buffer as B, Handle as H, Number as N, Own, Text as T};
use crate::guest::Step;

const OUTPUT: i32 = 2;
const LOW: i32 = 4;
const HIGH: i32 = 8;
const ACTIVE_LOW: i32 = 64;

/// Zephyr channel that no board has.
const NO_CHANNEL: i32 = 60;

type Call = (&'static NativeCall, Vec<Argument>);

/// Board resources that the scripts use, in the board's own numbers. Apps log a resource by its
/// role, so that the log is the same on every board.
///
/// ```
/// use akira_conform::Board;
///
/// let console = Board::new().with_output(42).with_foreign_pin(49).with_sensors(&[2, 13]);
/// let apps = akira_conform::apps(akira_abi::MODULES, &[], |module| console.script(module))?;
/// assert!(apps.iter().any(|app| app.name == "conform_gpio"));
/// # Ok::<(), anyhow::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct Board<'a> {
    output: Option<u32>,
    foreign_pin: Option<u32>,
    sensors: &'a [i32],
}

impl<'a> Board<'a> {
    /// Creates a board without any of these resources.
    pub const fn new() -> Self {
        Self {
            output: None,
            foreign_pin: None,
            sensors: &[],
        }
    }

    /// Sets a pin that apps may drive and read back, such as that of an LED.
    pub const fn with_output(mut self, pin: u32) -> Self {
        self.output = Some(pin);
        self
    }

    /// Sets a pin that the board reserves or does not have.
    pub const fn with_foreign_pin(mut self, pin: u32) -> Self {
        self.foreign_pin = Some(pin);
        self
    }

    /// Sets two sensor channels that always have a reading. The numbers are Zephyr's.
    pub const fn with_sensors(mut self, channels: &'a [i32; 2]) -> Self {
        self.sensors = channels;
        self
    }

    /// Returns the script of one of Akira's own native modules; empty for any other module.
    pub fn script(&self, module: &str) -> Vec<Step> {
        let calls = match module {
            "log" => lines(),
            "time" => waits(),
            "display" => pictures(),
            "input" => events(),
            "gpio" => self.pins(),
            "sensor" => self.readings(),
            "timer" => stopwatches(),
            "memory" => memory(),
            "storage" => files(),
            "fs" => folders(),
            "settings" => keys(),
            "lifecycle" => apps(),
            "ipc" => messages(),
            "libc" => [texts(), numbers(), formats(), heap()].concat(),
            _ => Vec::new(),
        };
        let steps = calls.into_iter();
        steps
            .map(|(row, arguments)| Step::new(row, arguments))
            .collect()
    }

    fn pins(&self) -> Vec<Call> {
        let mut calls = Vec::new();
        if let Some(pin) = self.output {
            calls.extend(output(Own("output", pin as i32)));
        }
        if let Some(pin) = self.foreign_pin {
            let pin = Own("foreign pin", pin as i32);
            calls.push((&gpio::GPIO_READ, vec![pin]));
            calls.push((&gpio::GPIO_WRITE, vec![pin, N(1)]));
        }
        calls
    }

    fn readings(&self) -> Vec<Call> {
        let channels = self.sensors.iter().map(|channel| Own("sensor", *channel));
        let channels = channels.chain([N(NO_CHANNEL)]);
        channels
            .map(|channel| (&sensor::SENSOR_READ, vec![channel]))
            .collect()
    }
}

fn lines() -> Vec<Call> {
    vec![
        (&log::PRINTF_NATIVE, vec![T("one line")]),
        (
            &log::PRINTF_NATIVE,
            vec![T("cleaned: \u{1b}[2J and\nbroken")],
        ),
        (&log::LOG, vec![N(1), T("an error")]),
        (&log::LOG, vec![N(4), T("a level that there is not")]),
        (&log::LOG_DEBUG, vec![T("a detail")]),
        (&log::LOG_ERROR, vec![T("another error")]),
    ]
}

fn waits() -> Vec<Call> {
    vec![
        (&time::DELAY, vec![N(0)]),
        (&time::DELAY, vec![N(20_000)]),
        (&time::SLEEP_MS, vec![N(20)]),
        (&time::GET_TIME_MS, vec![]),
    ]
}

fn pictures() -> Vec<Call> {
    vec![
        (&display::DISPLAY_GET_SIZE, vec![B(0), B(1)]),
        (&display::DISPLAY_CLEAR, vec![N(0xF800)]),
        (
            &display::DISPLAY_TEXT,
            vec![N(8), N(8), T("conformance"), N(0xFFFF)],
        ),
        (
            &display::DISPLAY_BITMAP,
            vec![N(0), N(0), N(2), N(1), T("abcd"), N(4)],
        ),
        (
            &display::DISPLAY_BITMAP,
            vec![N(0), N(0), N(2), N(2), T("abcd"), N(4)],
        ),
        (
            &display::DISPLAY_RAW_WRITE,
            vec![N(0), N(0), N(2), N(1), T("abcd"), N(4)],
        ),
        (&display::DISPLAY_FLUSH, vec![]),
    ]
}

fn events() -> Vec<Call> {
    vec![
        (&input::INPUT_GET_BUTTONS, vec![]),
        (&input::INPUT_POLL_EVENT, vec![B(0), N(8)]),
        (&input::INPUT_POLL_EVENT, vec![B(0), N(7)]),
    ]
}

/// Drives a pin and reads it back, as active-high and as active-low.
fn output(pin: Argument) -> Vec<Call> {
    vec![
        (&gpio::GPIO_WRITE, vec![pin, N(1)]),
        (&gpio::GPIO_CONFIGURE, vec![pin, N(OUTPUT)]),
        (&gpio::GPIO_READ, vec![pin]),
        (&gpio::GPIO_WRITE, vec![pin, N(1)]),
        (&gpio::GPIO_READ, vec![pin]),
        (
            &gpio::GPIO_CONFIGURE,
            vec![pin, N(OUTPUT | HIGH | ACTIVE_LOW)],
        ),
        (&gpio::GPIO_READ, vec![pin]),
        (&gpio::GPIO_WRITE, vec![pin, N(0)]),
        (&gpio::GPIO_READ, vec![pin]),
        (&gpio::GPIO_CONFIGURE, vec![pin, N(OUTPUT | HIGH | LOW)]),
    ]
}

fn stopwatches() -> Vec<Call> {
    vec![
        (&timer::TIMER_CREATE, vec![]),
        (&timer::TIMER_ELAPSED, vec![H]),
        (&timer::TIMER_START, vec![H]),
        (&timer::TIMER_ELAPSED, vec![H]),
        (&timer::TIMER_STOP, vec![H]),
        (&timer::TIMER_FREE, vec![H]),
        (&timer::TIMER_FREE, vec![H]),
        (&timer::TIMER_ELAPSED, vec![H]),
    ]
}

fn memory() -> Vec<Call> {
    vec![
        (&memory::MEM_ALLOC, vec![N(100)]),
        (&memory::MEM_FREE, vec![H]),
        (&memory::MEM_ALLOC, vec![N(100)]),
        (&memory::MEM_ALLOC, vec![N(0)]),
        (&memory::MEM_ALLOC, vec![N((16 << 20) + 1)]),
        (&memory::MEM_FREE, vec![N(3)]),
    ]
}

fn files() -> Vec<Call> {
    vec![
        (&storage::STORAGE_OPEN, vec![T("note"), N(0)]),
        (&storage::STORAGE_OPEN, vec![T("note"), N(1)]),
        (&storage::STORAGE_WRITE, vec![H, T("0123456789"), N(10)]),
        (&storage::STORAGE_READ, vec![H, B(0), N(4)]),
        (&storage::STORAGE_CLOSE, vec![H]),
        (&storage::STORAGE_WRITE, vec![H, T("late"), N(4)]),
        (&storage::STORAGE_OPEN, vec![T("note"), N(2)]),
        (&storage::STORAGE_WRITE, vec![H, T("ab"), N(2)]),
        (&storage::STORAGE_CLOSE, vec![H]),
        (&storage::STORAGE_OPEN, vec![T("note"), N(0)]),
        (&storage::STORAGE_READ, vec![H, B(0), N(4)]),
        (&storage::STORAGE_READ, vec![H, B(0), N(24)]),
        (&storage::STORAGE_READ, vec![H, B(0), N(24)]),
        (&storage::STORAGE_READ, vec![H, B(0), N(0)]),
        (&storage::STORAGE_CLOSE, vec![H]),
        (&storage::STORAGE_LIST, vec![T(""), B(0), N(24)]),
        (&storage::STORAGE_OPEN, vec![T("../note"), N(0)]),
        (&storage::STORAGE_OPEN, vec![T(""), N(0)]),
        (&storage::STORAGE_DELETE, vec![T("note")]),
        (&storage::STORAGE_DELETE, vec![T("note")]),
    ]
}

fn folders() -> Vec<Call> {
    const CREATE: i32 = 4 | 8;
    vec![
        (&fs::FS_MKDIR, vec![T("folder")]),
        (&fs::FS_MKDIR, vec![T("folder")]),
        (&fs::FS_OPEN, vec![T("folder/a"), N(4)]),
        (&fs::FS_OPEN, vec![T("folder/a"), N(CREATE)]),
        (&fs::FS_WRITE, vec![H, T("0123456789"), N(10)]),
        (&fs::FS_TELL, vec![H]),
        (&fs::FS_SEEK, vec![H, N(-4), N(2)]),
        (&fs::FS_READ, vec![H, B(0), N(24)]),
        (&fs::FS_SEEK, vec![H, N(1), N(0)]),
        (&fs::FS_SEEK, vec![H, N(1), N(1)]),
        (&fs::FS_WRITE, vec![H, T("xy"), N(2)]),
        (&fs::FS_SEEK, vec![H, N(-1), N(0)]),
        (&fs::FS_SEEK, vec![H, N(0), N(3)]),
        (&fs::FS_TELL, vec![H]),
        (&fs::FS_CLOSE, vec![H]),
        (&fs::FS_CLOSE, vec![H]),
        (&fs::FS_STAT, vec![T("folder/a"), B(0)]),
        (&fs::FS_STAT, vec![T("folder"), B(0)]),
        (&fs::FS_STAT, vec![T("nothing"), B(0)]),
        (&fs::FS_READDIR, vec![T("folder"), B(0), N(24)]),
        (&fs::FS_READDIR, vec![T(""), B(0), N(24)]),
        (&fs::FS_UNLINK, vec![T("folder/a")]),
        (&fs::FS_UNLINK, vec![T("folder/a")]),
        (&fs::FS_UNLINK, vec![T("folder/../../a")]),
    ]
}

fn keys() -> Vec<Call> {
    const KEY: Argument = T("conform/colour");
    vec![
        (&settings::SETTINGS_GET, vec![KEY, B(0), N(24)]),
        (&settings::SETTINGS_SET, vec![KEY, T("green")]),
        (&settings::SETTINGS_GET, vec![KEY, B(0), N(24)]),
        (&settings::SETTINGS_GET, vec![KEY, B(0), N(3)]),
        (&settings::SETTINGS_SET, vec![KEY, T("")]),
        (&settings::SETTINGS_GET, vec![KEY, B(0), N(24)]),
        (&settings::SETTINGS_DELETE, vec![KEY]),
        (&settings::SETTINGS_DELETE, vec![KEY]),
        (&settings::SETTINGS_SET, vec![T("system/name"), T("mine")]),
        (&settings::SETTINGS_GET, vec![T("system/name"), B(0), N(24)]),
    ]
}

fn apps() -> Vec<Call> {
    const OTHER: Argument = T("nobody");
    vec![
        (&lifecycle::APP_GET_SELF_NAME, vec![B(0), N(32)]),
        (&lifecycle::APP_GET_SELF_NAME, vec![B(0), N(4)]),
        (&lifecycle::APP_GET_STATUS, vec![T("conform_lifecycle")]),
        (&lifecycle::APP_GET_STATUS, vec![OTHER]),
        (&lifecycle::APP_LIST, vec![B(0), N(32)]),
        (&lifecycle::APP_START, vec![OTHER]),
        (&lifecycle::APP_START, vec![T("conform_lifecycle")]),
        (&lifecycle::APP_STOP, vec![OTHER]),
        (&lifecycle::APP_STOP, vec![T("conform_lifecycle")]),
        (&lifecycle::APP_SWITCH, vec![OTHER]),
        (&lifecycle::APP_SWITCH, vec![T("conform_lifecycle")]),
    ]
}

fn messages() -> Vec<Call> {
    const TOPIC: Argument = T("conform");
    vec![
        (&ipc::MSG_PENDING, vec![TOPIC]),
        (&ipc::MSG_SUBSCRIBE, vec![TOPIC]),
        (&ipc::MSG_PENDING, vec![TOPIC]),
        (&ipc::MSG_PUBLISH, vec![TOPIC, T("hello"), N(5)]),
        (&ipc::MSG_PUBLISH, vec![TOPIC, T("again"), N(5)]),
        (&ipc::MSG_PENDING, vec![TOPIC]),
        (&ipc::MSG_TRY_RECV, vec![TOPIC, B(0), N(24)]),
        (&ipc::MSG_RECV, vec![TOPIC, B(0), N(24), N(-1)]),
        (&ipc::MSG_TRY_RECV, vec![TOPIC, B(0), N(24)]),
        (&ipc::MSG_RECV, vec![TOPIC, B(0), N(24), N(0)]),
        (&ipc::MSG_RECV, vec![TOPIC, B(0), N(24), N(10)]),
        (&ipc::MSG_UNSUBSCRIBE, vec![TOPIC]),
        (&ipc::MSG_UNSUBSCRIBE, vec![TOPIC]),
        (&ipc::MSG_PUBLISH, vec![TOPIC, T("unheard"), N(7)]),
    ]
}

fn texts() -> Vec<Call> {
    vec![
        (&libc::MEMCPY, vec![B(0), T("copied"), N(6)]),
        (&libc::MEMSET, vec![B(0), N(0x141), N(3)]),
        (&libc::MEMCMP, vec![T("same"), T("samt"), N(3)]),
        (&libc::MEMCMP, vec![T("same"), T("samt"), N(4)]),
        (&libc::MEMCHR, vec![T("needle"), i32_of('d'), N(6)]),
        (&libc::MEMCHR, vec![T("needle"), i32_of('x'), N(6)]),
        (&libc::STRLEN, vec![T("needle")]),
        (&libc::STRCHR, vec![T("needle"), N(0)]),
        (&libc::STRCMP, vec![T("needle"), T("needle")]),
        (&libc::STRNCMP, vec![T("needle"), T("need"), N(4)]),
        (&libc::STRNCASECMP, vec![T("needle"), T("NEED"), N(4)]),
        (&libc::STRCPY, vec![B(0), T("needle")]),
        (&libc::STRNCPY, vec![B(0), T("need"), N(6)]),
        (&libc::STRSPN, vec![T("needle"), T("en")]),
        (&libc::STRCSPN, vec![T("needle"), T("dl")]),
        (&libc::STRSTR, vec![T("needle"), T("dl")]),
        (&libc::STRSTR, vec![T("needle"), T("ld")]),
    ]
}

fn numbers() -> Vec<Call> {
    vec![
        (&libc::ATOI, vec![T(" -42 of them")]),
        (&libc::STRTOL, vec![T("0x7Fg"), N(0), N(0)]),
        (&libc::STRTOL, vec![T("-99999999999"), N(0), N(10)]),
        (&libc::STRTOUL, vec![T("99999999999"), N(0), N(10)]),
        (&libc::TOUPPER, vec![i32_of('q')]),
        (&libc::ISXDIGIT, vec![i32_of('f')]),
        (&libc::ISSPACE, vec![N(11)]),
    ]
}

/// The variadic arguments are consecutive words in memory: 42 and 127.
fn formats() -> Vec<Call> {
    const ARGUMENTS: Argument = T("\u{2a}\0\0\0\u{7f}\0\0\0");
    vec![
        (&libc::PRINTF, vec![T("%d %x\n"), ARGUMENTS]),
        (
            &libc::SNPRINTF,
            vec![B(0), N(8), T("%05d and more"), ARGUMENTS],
        ),
        (&libc::SPRINTF, vec![B(0), T("%c%%%5d|"), ARGUMENTS]),
        (&libc::PUTS, vec![T("a line")]),
        (&libc::PUTCHAR, vec![i32_of('?')]),
        (&libc::PUTCHAR, vec![N(10)]),
    ]
}

fn heap() -> Vec<Call> {
    vec![
        (&libc::MALLOC, vec![N(40)]),
        (&libc::REALLOC, vec![H, N(80)]),
        (&libc::FREE, vec![H]),
        (&libc::CALLOC, vec![N(4), N(10)]),
        (&libc::CALLOC, vec![N(1 << 20), N(1 << 20)]),
        (&libc::STRDUP, vec![T("needle")]),
        (&libc::FREE, vec![N(0)]),
    ]
}

const fn i32_of(character: char) -> Argument {
    N(character as i32)
}
