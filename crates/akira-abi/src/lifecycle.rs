//! Other apps: list, start, stop, switch, install, update.

#![expect(missing_docs, reason = "each row says in `does` what it does")]

use akira_caps::Capability;

use crate::{NativeCall, Param};

/// The native calls of `lifecycle`.
pub static CALLS: &[&NativeCall] = &[
    &APP_GET_STATUS,
    &APP_LIST,
    &APP_GET_SELF_NAME,
    &APP_START,
    &APP_STOP,
    &APP_CHECK_UPDATE,
    &APP_REQUEST_UPDATE,
    &SD_SCAN_WASM,
    &APP_INSTALL_FROM_SD,
    &APP_RUN_FROM_SD,
    &APP_SWITCH,
];

pub static APP_GET_STATUS: NativeCall = NativeCall::new("app_get_status")
    .takes(&[Param::str("name")])
    .requires_either(Capability::AppInfo, Capability::AppControl)
    .does(
        "Returns the state of an app: 0 new or unknown, 1 installed, 2 running, 3 stopped, 4 \
         error, 5 failed.",
    );

pub static APP_LIST: NativeCall = NativeCall::new("app_list")
    .takes(&[Param::bytes_out("list", 1).or_efault(), Param::len("size")])
    .requires_either(Capability::AppInfo, Capability::AppControl)
    .does("Writes one line `name:STATE` for each installed app. Returns the number of apps.");

pub static APP_GET_SELF_NAME: NativeCall = NativeCall::new("app_get_self_name")
    .takes(&[Param::bytes_out("name", 1).or_efault(), Param::len("size")])
    .requires_either(Capability::AppInfo, Capability::AppControl)
    .does("Writes the app's own name with a NUL. Returns its length.");

pub static APP_START: NativeCall = NativeCall::new("app_start")
    .takes(&[Param::str("name")])
    .requires(Capability::AppControl)
    .does(
        "Asks for an app to be started and does not wait for it. `-ENOENT` if it is not \
         installed, `-EBUSY` if it or too many apps run.",
    );

pub static APP_STOP: NativeCall = NativeCall::new("app_stop")
    .takes(&[Param::str("name")])
    .requires(Capability::AppControl)
    .does(
        "Asks for an app to be stopped and does not wait for it. `-ENOENT` if it is not \
         installed, `-EINVAL` for the app itself.",
    );

pub static APP_CHECK_UPDATE: NativeCall = NativeCall::new("app_check_update")
    .takes(&[
        Param::bytes_out("version", 1).or_efault(),
        Param::len("size"),
    ])
    .requires(Capability::AppControl)
    .suspending()
    .planned()
    .does(
        "Asks the cloud for a newer version of this app. Returns 1 and writes the version \
         with a NUL, or 0.",
    );

pub static APP_REQUEST_UPDATE: NativeCall = NativeCall::new("app_request_update")
    .requires(Capability::AppControl)
    .suspending()
    .planned()
    .does(
        "Downloads and installs the newer version of this app. `-ENOENT` if there is none, \
         `-ENOTSUP` without a cloud.",
    );

pub static SD_SCAN_WASM: NativeCall = NativeCall::new("sd_scan_wasm")
    .takes(&[Param::bytes_out("names", 1), Param::len("size")])
    .requires(Capability::AppControl)
    .suspending()
    .planned()
    .does(
        "Writes the names of the `.wasm` files in `apps` on the memory card, each ended by a \
         newline. Returns their number; `-ENODEV` without a card.",
    );

pub static APP_INSTALL_FROM_SD: NativeCall = NativeCall::new("app_install_from_sd")
    .takes(&[Param::str("name")])
    .requires(Capability::AppControl)
    .suspending()
    .planned()
    .does(
        "Installs `name`, without `.wasm`, from `apps` on the memory card. `-ENOENT`, \
             `-ENODEV` without a card, `-ENOSPC`.",
    );

pub static APP_RUN_FROM_SD: NativeCall = NativeCall::new("app_run_from_sd")
    .takes(&[Param::str("name")])
    .requires(Capability::AppControl)
    .suspending()
    .planned()
    .does(
        "Runs `name`, without `.wasm`, from `apps` on the memory card without installing it. \
         `-EEXIST` if one of its name is there, `-EBUSY`, `-ENOMEM`, `-ENOSPC`.",
    );

pub static APP_SWITCH: NativeCall = NativeCall::new("app_switch")
    .takes(&[Param::str("name")])
    .requires_either(Capability::AppSwitch, Capability::AppControl)
    .does(
        "Gives the foreground to another app: it starts 200 ms later, and this app must \
         return from its entry. `-ENOENT` if it is not installed, `-EINVAL` for the app \
         itself.",
    );
