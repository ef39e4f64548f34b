//! Keyboard, mouse and gamepad over Bluetooth LE or USB. A call that sends a report waits until the
//! link has accepted the report.

#![expect(missing_docs, reason = "each row says in `does` what it does")]

use akira_caps::Capability;

use crate::{NativeCall, Param, Ret};

/// Rows of the native module `hid`.
pub static CALLS: &[&NativeCall] = &[
    &HID_INIT,
    &HID_SET_TRANSPORT,
    &HID_SET_DEVICE_TYPES,
    &HID_ENABLE,
    &HID_DISABLE,
    &HID_IS_CONNECTED,
    &HID_KEY_PRESS,
    &HID_KEY_RELEASE,
    &HID_KEY_RELEASE_ALL,
    &HID_SET_MODIFIERS,
    &HID_TYPE_STRING,
    &HID_CONSUMER_SEND,
    &HID_GAMEPAD_PRESS,
    &HID_GAMEPAD_RELEASE,
    &HID_GAMEPAD_SET_AXIS,
    &HID_GAMEPAD_SET_DPAD,
    &HID_GAMEPAD_SEND_REPORT,
    &HID_GAMEPAD_RESET,
    &HID_MOUSE_MOVE,
    &HID_MOUSE_BTN_PRESS,
    &HID_MOUSE_BTN_RELEASE,
    &HID_MOUSE_SCROLL,
    &HID_SEND_RAW_REPORT,
    &HID_RAW_RECV,
    &HID_FIDO_RECV,
    &HID_FIDO_SEND,
    &HID_ACTION_REGISTER,
    &HID_ACTION_TRIGGER,
];

pub static HID_INIT: NativeCall = NativeCall::new("hid_init")
    .takes(&[Param::i32("transport"), Param::u32("types")])
    .requires(Capability::Hid)
    .suspending()
    .planned()
    .does(
        "Selects the transport (1 Bluetooth LE, 2 USB) and the device types (1 keyboard, 2 \
         gamepad, 4 mouse, added up), and connects. Returns `-EINVAL` for any other number.",
    );

pub static HID_SET_TRANSPORT: NativeCall = NativeCall::new("hid_set_transport")
    .takes(&[Param::i32("transport")])
    .requires(Capability::Hid)
    .suspending()
    .planned()
    .does(
        "Selects the transport: 0 none, 1 Bluetooth LE, 2 USB. Returns `-EINVAL` for any other \
         number.",
    );

pub static HID_SET_DEVICE_TYPES: NativeCall = NativeCall::new("hid_set_device_types")
    .takes(&[Param::u32("types")])
    .requires(Capability::Hid)
    .planned()
    .does(
        "Selects the device types: 1 keyboard, 2 gamepad, 4 mouse, added up. Returns `-EBUSY` \
         after `hid_enable`.",
    );

pub static HID_ENABLE: NativeCall = NativeCall::new("hid_enable")
    .requires(Capability::Hid)
    .suspending()
    .planned()
    .does("Starts the selected transport.");

pub static HID_DISABLE: NativeCall = NativeCall::new("hid_disable")
    .requires(Capability::Hid)
    .suspending()
    .planned()
    .does("Releases all keys and buttons, and stops the transport.");

pub static HID_IS_CONNECTED: NativeCall = NativeCall::new("hid_is_connected")
    .returns(Ret::Flag)
    .requires(Capability::Hid)
    .planned()
    .does("Returns 1 while a computer is connected, otherwise 0.");

pub static HID_KEY_PRESS: NativeCall = NativeCall::new("hid_key_press")
    .takes(&[Param::i32("keycode")])
    .requires(Capability::Hid)
    .suspending()
    .planned()
    .does(
        "Presses the key with this usage of the keyboard page, 0 to 255. Like every call that \
         sends a report, returns `-ENOTCONN` if no computer is connected.",
    );

pub static HID_KEY_RELEASE: NativeCall = NativeCall::new("hid_key_release")
    .takes(&[Param::i32("keycode")])
    .requires(Capability::Hid)
    .suspending()
    .planned()
    .does("Releases the key with this usage of the keyboard page.");

pub static HID_KEY_RELEASE_ALL: NativeCall = NativeCall::new("hid_key_release_all")
    .requires(Capability::Hid)
    .suspending()
    .planned()
    .does("Releases all keys and modifiers.");

pub static HID_SET_MODIFIERS: NativeCall = NativeCall::new("hid_set_modifiers")
    .takes(&[Param::u32("modifiers")])
    .requires(Capability::Hid)
    .suspending()
    .planned()
    .does(
        "Holds these modifiers until the next call: 1 left control, 2 left shift, 4 left alt, \
         8 left GUI, and 16 to 128 for the same keys on the right, added up.",
    );

pub static HID_TYPE_STRING: NativeCall = NativeCall::new("hid_type_string")
    .takes(&[Param::str("text")])
    .requires(Capability::Hid)
    .suspending()
    .planned()
    .does("Types the ASCII text `text` key by key, with shift where needed.");

pub static HID_CONSUMER_SEND: NativeCall = NativeCall::new("hid_consumer_send")
    .takes(&[Param::i32("usage")])
    .requires(Capability::Hid)
    .suspending()
    .planned()
    .does(
        "Presses and releases the key with this usage of the consumer page, 0 to 65535, such \
         as 233 for volume up.",
    );

pub static HID_GAMEPAD_PRESS: NativeCall = NativeCall::new("hid_gamepad_press")
    .takes(&[Param::u32("buttons")])
    .requires(Capability::Hid)
    .suspending()
    .planned()
    .does("Presses the gamepad buttons in the mask `buttons`.");

pub static HID_GAMEPAD_RELEASE: NativeCall = NativeCall::new("hid_gamepad_release")
    .takes(&[Param::u32("buttons")])
    .requires(Capability::Hid)
    .suspending()
    .planned()
    .does("Releases the gamepad buttons in the mask `buttons`.");

pub static HID_GAMEPAD_SET_AXIS: NativeCall = NativeCall::new("hid_gamepad_set_axis")
    .takes(&[Param::i32("axis"), Param::i32("value")])
    .requires(Capability::Hid)
    .suspending()
    .planned()
    .does(
        "Moves an axis (0 to 5) to `value`, -32767 to 32767. Returns `-EINVAL` if the axis \
         does not exist.",
    );

pub static HID_GAMEPAD_SET_DPAD: NativeCall = NativeCall::new("hid_gamepad_set_dpad")
    .takes(&[Param::i32("direction")])
    .requires(Capability::Hid)
    .suspending()
    .planned()
    .does(
        "Sets the direction pad: 0 centre, 1 up, then clockwise to 8 up left. Returns \
         `-EINVAL` for any other number.",
    );

pub static HID_GAMEPAD_SEND_REPORT: NativeCall = NativeCall::new("hid_gamepad_send_report")
    .takes(&[
        Param::u32("buttons"),
        Param::i32("hat"),
        Param::i32("a0"),
        Param::i32("a1"),
        Param::i32("a2"),
        Param::i32("a3"),
        Param::i32("a4"),
        Param::i32("a5"),
    ])
    .requires(Capability::Hid)
    .suspending()
    .planned()
    .does(
        "Sends the whole state of the gamepad in one report: buttons, direction pad (0 to 8) \
         and six axes (-32767 to 32767).",
    );

pub static HID_GAMEPAD_RESET: NativeCall = NativeCall::new("hid_gamepad_reset")
    .requires(Capability::Hid)
    .suspending()
    .planned()
    .does("Releases all gamepad buttons, and centres the direction pad and all axes.");

pub static HID_MOUSE_MOVE: NativeCall = NativeCall::new("hid_mouse_move")
    .takes(&[Param::i32("dx"), Param::i32("dy")])
    .requires(Capability::Hid)
    .suspending()
    .planned()
    .does("Moves the mouse by `dx` and `dy`, each clamped to -127 to 127.");

pub static HID_MOUSE_BTN_PRESS: NativeCall = NativeCall::new("hid_mouse_btn_press")
    .takes(&[Param::u32("button")])
    .requires(Capability::Hid)
    .suspending()
    .planned()
    .does("Presses mouse buttons: 1 left, 2 right, 4 middle, added up.");

pub static HID_MOUSE_BTN_RELEASE: NativeCall = NativeCall::new("hid_mouse_btn_release")
    .takes(&[Param::u32("button")])
    .requires(Capability::Hid)
    .suspending()
    .planned()
    .does("Releases mouse buttons: 1 left, 2 right, 4 middle, added up.");

pub static HID_MOUSE_SCROLL: NativeCall = NativeCall::new("hid_mouse_scroll")
    .takes(&[Param::i32("delta")])
    .requires(Capability::Hid)
    .suspending()
    .planned()
    .does("Turns the mouse wheel by `delta`, clamped to -127 to 127.");

pub static HID_SEND_RAW_REPORT: NativeCall = NativeCall::new("hid_send_raw_report")
    .takes(&[
        Param::i32("report_id"),
        Param::bytes_in("data", 2).or_efault(),
        Param::len("length"),
    ])
    .requires(Capability::Hid)
    .suspending()
    .planned()
    .does("Sends an input report of 1 to 64 bytes. Returns `-EINVAL` for any other length.");

pub static HID_RAW_RECV: NativeCall = NativeCall::new("hid_raw_recv")
    .takes(&[Param::bytes_out("data", 1).or_efault(), Param::len("size")])
    .requires(Capability::Hid)
    .planned()
    .does(
        "Takes the oldest output report from the queue. Returns the number of bytes. Returns \
         `-EAGAIN` if no report waits, `-EINVAL` if the report is longer than `size`.",
    );

pub static HID_FIDO_RECV: NativeCall = NativeCall::new("hid_fido_recv")
    .takes(&[Param::bytes_out("data", 1).or_efault(), Param::len("size")])
    .requires(Capability::Hid)
    .planned()
    .does(
        "Takes the oldest CTAP HID packet that the computer has sent. Returns the number of \
         bytes. Returns `-EAGAIN` if no packet waits, `-EINVAL` if the packet is longer than \
         `size`.",
    );

pub static HID_FIDO_SEND: NativeCall = NativeCall::new("hid_fido_send")
    .takes(&[Param::bytes_in("data", 1).or_efault(), Param::len("length")])
    .requires(Capability::Hid)
    .suspending()
    .planned()
    .does("Sends a CTAP HID packet to the computer.");

pub static HID_ACTION_REGISTER: NativeCall = NativeCall::new("hid_action_register")
    .takes(&[
        Param::str("name"),
        Param::u32("modifiers"),
        Param::i32("keycode"),
    ])
    .requires(Capability::Hid)
    .planned()
    .does(
        "Registers a key with modifiers under `name`. Returns `-EINVAL` if the name has more \
         than 15 bytes, `-ENOMEM` if too many names are registered.",
    );

pub static HID_ACTION_TRIGGER: NativeCall = NativeCall::new("hid_action_trigger")
    .takes(&[Param::str("name")])
    .requires(Capability::Hid)
    .suspending()
    .planned()
    .does(
        "Presses and releases the key that is registered under `name`. Returns `-ENOENT` if \
         the name is not registered.",
    );
