//! Bluetooth LE: a peripheral with the app's own services, and scans for other devices.

#![expect(missing_docs, reason = "each row says in `does` what it does")]

use akira_caps::Capability;

use crate::{NativeCall, Param, Ret};

/// Rows of the native module `ble`.
pub static CALLS: &[&NativeCall] = &[
    &BLE_INIT,
    &BLE_DEINIT,
    &BLE_SET_LOCAL_NAME,
    &BLE_SERVICE_CREATE,
    &BLE_CHAR_CREATE,
    &BLE_SERVICE_ADD_CHAR,
    &BLE_ADD_SERVICE,
    &BLE_SET_ADVERTISED_SERVICE,
    &BLE_ADVERTISE,
    &BLE_STOP_ADVERTISE,
    &BLE_IS_CONNECTED,
    &BLE_CHAR_WRITE,
    &BLE_CHAR_READ,
    &BLE_EVENT_POP,
    &BLE_SCAN_START,
    &BLE_SCAN_STOP,
    &BLE_SCAN_POP,
    &BLE_SPAM_START,
    &BLE_SPAM_STOP,
    &BLE_SPAM_PACKET_COUNT,
    &BT_SHELL_PRINT,
    &BT_SHELL_SEND_DATA,
    &BT_SHELL_IS_READY,
];

pub static BLE_INIT: NativeCall = NativeCall::new("ble_init")
    .requires(Capability::Ble)
    .suspending()
    .planned()
    .does(
        "Starts Bluetooth for the app. Returns `-EBUSY` while HID or the companion service \
         uses Bluetooth.",
    );

pub static BLE_DEINIT: NativeCall = NativeCall::new("ble_deinit")
    .requires(Capability::Ble)
    .suspending()
    .planned()
    .does("Removes the app's services and releases Bluetooth.");

pub static BLE_SET_LOCAL_NAME: NativeCall = NativeCall::new("ble_set_local_name")
    .takes(&[Param::str("name")])
    .requires(Capability::Ble)
    .suspending()
    .planned()
    .does("Sets the advertised name. Returns `-EINVAL` if it has more than 29 bytes.");

pub static BLE_SERVICE_CREATE: NativeCall = NativeCall::new("ble_service_create")
    .takes(&[Param::str("uuid")])
    .requires(Capability::Ble)
    .suspending()
    .planned()
    .does(
        "Creates a service. `uuid` is a 128-bit UUID in its usual text form. Returns a handle. \
         Returns `-EINVAL` if the UUID is malformed, `-ENOMEM` if the app has too many \
         services.",
    );

pub static BLE_CHAR_CREATE: NativeCall = NativeCall::new("ble_char_create")
    .takes(&[
        Param::str("uuid"),
        Param::u32("properties"),
        Param::u32("max_length"),
    ])
    .requires(Capability::Ble)
    .suspending()
    .planned()
    .does(
        "Creates a characteristic of at most `max_length` bytes. Properties, added up: 2 read, \
         4 write without response, 8 write, 16 notify, 32 indicate. Returns a handle.",
    );

pub static BLE_SERVICE_ADD_CHAR: NativeCall = NativeCall::new("ble_service_add_char")
    .takes(&[Param::i32("service"), Param::i32("characteristic")])
    .requires(Capability::Ble)
    .suspending()
    .planned()
    .does(
        "Adds a characteristic to a service that is not registered yet. Returns `-EINVAL` if a \
         handle is invalid.",
    );

pub static BLE_ADD_SERVICE: NativeCall = NativeCall::new("ble_add_service")
    .takes(&[Param::i32("service")])
    .requires(Capability::Ble)
    .suspending()
    .planned()
    .does("Registers a service, with its characteristics, in the GATT server.");

pub static BLE_SET_ADVERTISED_SERVICE: NativeCall = NativeCall::new("ble_set_advertised_service")
    .takes(&[Param::i32("service")])
    .requires(Capability::Ble)
    .suspending()
    .planned()
    .does("Selects the service whose UUID is advertised.");

pub static BLE_ADVERTISE: NativeCall = NativeCall::new("ble_advertise")
    .requires(Capability::Ble)
    .suspending()
    .planned()
    .does("Starts advertising. Returns `-EINVAL` before `ble_init`.");

pub static BLE_STOP_ADVERTISE: NativeCall = NativeCall::new("ble_stop_advertise")
    .requires(Capability::Ble)
    .suspending()
    .planned()
    .does("Stops advertising.");

pub static BLE_IS_CONNECTED: NativeCall = NativeCall::new("ble_is_connected")
    .returns(Ret::Flag)
    .requires(Capability::Ble)
    .planned()
    .does("Returns 1 while a central is connected, otherwise 0.");

pub static BLE_CHAR_WRITE: NativeCall = NativeCall::new("ble_char_write")
    .takes(&[
        Param::i32("characteristic"),
        Param::bytes_in("data", 2).or_efault(),
        Param::len("length"),
    ])
    .requires(Capability::Ble)
    .suspending()
    .planned()
    .does(
        "Sets the value of a characteristic, and notifies a subscribed central. Returns \
         `-EINVAL` if `length` is 0.",
    );

pub static BLE_CHAR_READ: NativeCall = NativeCall::new("ble_char_read")
    .takes(&[
        Param::i32("characteristic"),
        Param::bytes_out("data", 2).or_efault(),
        Param::len("length"),
    ])
    .requires(Capability::Ble)
    .suspending()
    .planned()
    .does(
        "Reads the value of a characteristic that the central last wrote. Returns the number \
         of bytes.",
    );

pub static BLE_EVENT_POP: NativeCall = NativeCall::new("ble_event_pop")
    .takes(&[Param::bytes_out("event", 1).or_efault(), Param::len("size")])
    .requires(Capability::Ble)
    .planned()
    .does(
        "Takes the oldest event: u8 type, u8 characteristic, u16 length, data. Returns the \
         type, not a length: 0 none, 1 connected, 2 disconnected, 3 written. Returns `-EINVAL` \
         if `size` is less than 4.",
    );

pub static BLE_SCAN_START: NativeCall = NativeCall::new("ble_scan_start")
    .takes(&[Param::u32("active")])
    .requires(Capability::BleScan)
    .suspending()
    .planned()
    .does("Starts a scan, which is passive if `active` is 0.");

pub static BLE_SCAN_STOP: NativeCall = NativeCall::new("ble_scan_stop")
    .requires(Capability::BleScan)
    .suspending()
    .planned()
    .does("Stops the scan.");

pub static BLE_SCAN_POP: NativeCall = NativeCall::new("ble_scan_pop")
    .takes(&[
        Param::bytes_out("report", 1).or_efault(),
        Param::len("size"),
    ])
    .requires(Capability::BleScan)
    .planned()
    .does(
        "Takes the oldest scan report, 59 bytes: address (6), i8 RSSI in dBm, name (20), u8 \
         length, advertising data (31). Returns 1, or 0 if no report waits.",
    );

pub static BLE_SPAM_START: NativeCall = NativeCall::new("ble_spam_start")
    .takes(&[Param::i32("preset")])
    .requires(Capability::BleSpam)
    .refused()
    .does(
        "Starts to flood other devices with advertisements on AkiraOS. No board of Akira \
         offers this call.",
    );

pub static BLE_SPAM_STOP: NativeCall = NativeCall::new("ble_spam_stop")
    .requires(Capability::BleSpam)
    .refused()
    .does(
        "Stops flooding other devices with advertisements on AkiraOS. No board of Akira offers \
         this call.",
    );

pub static BLE_SPAM_PACKET_COUNT: NativeCall = NativeCall::new("ble_spam_packet_count")
    .requires(Capability::BleSpam)
    .refused()
    .does(
        "Counts the advertisements with which AkiraOS floods other devices. No board of Akira \
         offers this call.",
    );

pub static BT_SHELL_PRINT: NativeCall = NativeCall::new("bt_shell_print")
    .takes(&[Param::i32("level"), Param::str("text")])
    .requires(Capability::Ble)
    .suspending()
    .planned()
    .does(
        "Sends `text` to the phone that is connected to the Bluetooth shell. An old call, from \
         before AkiraOS 1.4.9.",
    );

pub static BT_SHELL_SEND_DATA: NativeCall = NativeCall::new("bt_shell_send_data")
    .takes(&[
        Param::i32("channel"),
        Param::bytes_in("data", 2).or_efault(),
        Param::len("length"),
    ])
    .requires(Capability::Ble)
    .suspending()
    .planned()
    .does(
        "Sends bytes to the phone that is connected to the Bluetooth shell; `channel` is \
         ignored. An old call, from before AkiraOS 1.4.9.",
    );

pub static BT_SHELL_IS_READY: NativeCall = NativeCall::new("bt_shell_is_ready")
    .returns(Ret::Flag)
    .requires(Capability::Ble)
    .planned()
    .does(
        "Returns 1 while a phone is connected to the Bluetooth shell, otherwise 0. An old \
         call, from before AkiraOS 1.4.9.",
    );
