//! Calls to list, query, start, stop, switch, install and update apps.

#![expect(missing_docs, reason = "each row says in `does` what it does")]

use akira_caps::Capability;

use crate::{NativeCall, Param};

/// Rows of the native module `lifecycle`.
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
    .does("Writes a line `name:STATE` for each installed app. Returns the number of apps.");

pub static APP_GET_SELF_NAME: NativeCall = NativeCall::new("app_get_self_name")
    .takes(&[Param::bytes_out("name", 1).or_efault(), Param::len("size")])
    .requires_either(Capability::AppInfo, Capability::AppControl)
    .does("Writes the app's own name with a NUL. Returns the length of the name without the NUL.");

pub static APP_START: NativeCall = NativeCall::new("app_start")
    .takes(&[Param::str("name")])
    .requires(Capability::AppControl)
    .does(
        "Requests the start of an app, and returns 0 without waiting for it. Returns `-ENOENT` \
         if the app is not installed, `-EBUSY` if the app or too many other apps are running.",
    );

pub static APP_STOP: NativeCall = NativeCall::new("app_stop")
    .takes(&[Param::str("name")])
    .requires(Capability::AppControl)
    .does(
        "Requests the end of an app, and returns 0 without waiting for it. Returns `-ENOENT` \
         if the app is not installed, `-EINVAL` if it is the calling app.",
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
        "Asks the cloud service for a newer version of this app. Returns 1 and writes the \
         version with a NUL, or returns 0 if there is none.",
    );

pub static APP_REQUEST_UPDATE: NativeCall = NativeCall::new("app_request_update")
    .requires(Capability::AppControl)
    .suspending()
    .planned()
    .does(
        "Downloads and installs the newer version of this app. Returns `-ENOENT` if there is \
         none, `-ENOTSUP` if the device has no cloud service.",
    );

pub static SD_SCAN_WASM: NativeCall = NativeCall::new("sd_scan_wasm")
    .takes(&[Param::bytes_out("names", 1), Param::len("size")])
    .requires(Capability::AppControl)
    .suspending()
    .planned()
    .does(
        "Writes the names of the `.wasm` files in the folder `apps` of the memory card, each \
         followed by a newline. Returns the number of names, or `-ENODEV` if there is no card.",
    );

pub static APP_INSTALL_FROM_SD: NativeCall = NativeCall::new("app_install_from_sd")
    .takes(&[Param::str("name")])
    .requires(Capability::AppControl)
    .suspending()
    .planned()
    .does(
        "Installs the app `name`, without `.wasm`, from the folder `apps` of the memory card. \
         Returns `-ENOENT` if the file does not exist, `-ENODEV` if there is no card, \
         `-ENOSPC` if the storage is full.",
    );

pub static APP_RUN_FROM_SD: NativeCall = NativeCall::new("app_run_from_sd")
    .takes(&[Param::str("name")])
    .requires(Capability::AppControl)
    .suspending()
    .planned()
    .does(
        "Runs the app `name`, without `.wasm`, from the folder `apps` of the memory card, \
         without installing it. Returns `-EEXIST` if an app of its name is installed, or \
         `-EBUSY`, `-ENOMEM` or `-ENOSPC`.",
    );

pub static APP_SWITCH: NativeCall = NativeCall::new("app_switch")
    .takes(&[Param::str("name")])
    .requires_either(Capability::AppSwitch, Capability::AppControl)
    .does(
        "Hands the foreground to another app, which starts 200 ms later. The calling app must \
         return from its entry function. Returns `-ENOENT` if the other app is not installed, \
         `-EINVAL` if it is the calling app.",
    );
