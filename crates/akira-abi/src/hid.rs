//! Keyboard, mouse and gamepad, over Bluetooth LE or USB. A call that sends a report waits until the link has accepted
//! it.

#![expect(missing_docs, reason = "each row says in `does` what it does")]

use akira_caps::Capability;

use crate::{NativeCall, Param, Ret};

/// The native calls of `hid`.
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
        "Chooses the transport (1 Bluetooth LE, 2 USB) and the devices (1 keyboard, 2 \
         gamepad, 4 mouse, added up) and connects. `-EINVAL` outside of these.",
    );

pub static HID_SET_TRANSPORT: NativeCall = NativeCall::new("hid_set_transport")
    .takes(&[Param::i32("transport")])
    .requires(Capability::Hid)
    .suspending()
    .planned()
    .does("Chooses the transport: 0 none, 1 Bluetooth LE, 2 USB. `-EINVAL` for another.");

pub static HID_SET_DEVICE_TYPES: NativeCall = NativeCall::new("hid_set_device_types")
    .takes(&[Param::u32("types")])
    .requires(Capability::Hid)
    .planned()
    .does(
        "Chooses the devices: 1 keyboard, 2 gamepad, 4 mouse, added up. `-EBUSY` after \
         `hid_enable`.",
    );

pub static HID_ENABLE: NativeCall = NativeCall::new("hid_enable")
    .requires(Capability::Hid)
    .suspending()
    .planned()
    .does("Starts the transport.");

pub static HID_DISABLE: NativeCall = NativeCall::new("hid_disable")
    .requires(Capability::Hid)
    .suspending()
    .planned()
    .does("Releases all keys and buttons and stops the transport.");

pub static HID_IS_CONNECTED: NativeCall = NativeCall::new("hid_is_connected")
    .returns(Ret::Flag)
    .requires(Capability::Hid)
    .planned()
    .does("Returns 1 while a computer listens, else 0.");

pub static HID_KEY_PRESS: NativeCall = NativeCall::new("hid_key_press")
    .takes(&[Param::i32("keycode")])
    .requires(Capability::Hid)
    .suspending()
    .planned()
    .does(
        "Presses a key: a usage of the keyboard page, 0 to 255. `-ENOTCONN` if no computer \
         listens, as from every call that sends.",
    );

pub static HID_KEY_RELEASE: NativeCall = NativeCall::new("hid_key_release")
    .takes(&[Param::i32("keycode")])
    .requires(Capability::Hid)
    .suspending()
    .planned()
    .does("Releases a key.");

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
         8 left GUI, and 16 to 128 the right ones.",
    );

pub static HID_TYPE_STRING: NativeCall = NativeCall::new("hid_type_string")
    .takes(&[Param::str("text")])
    .requires(Capability::Hid)
    .suspending()
    .planned()
    .does("Types ASCII `text` key by key, with shift where needed.");

pub static HID_CONSUMER_SEND: NativeCall = NativeCall::new("hid_consumer_send")
    .takes(&[Param::i32("usage")])
    .requires(Capability::Hid)
    .suspending()
    .planned()
    .does(
        "Presses and releases a key of the consumer page, 0 to 65535, such as volume up \
         (233).",
    );

pub static HID_GAMEPAD_PRESS: NativeCall = NativeCall::new("hid_gamepad_press")
    .takes(&[Param::u32("buttons")])
    .requires(Capability::Hid)
    .suspending()
    .planned()
    .does("Presses the gamepad buttons of this mask.");

pub static HID_GAMEPAD_RELEASE: NativeCall = NativeCall::new("hid_gamepad_release")
    .takes(&[Param::u32("buttons")])
    .requires(Capability::Hid)
    .suspending()
    .planned()
    .does("Releases the gamepad buttons of this mask.");

pub static HID_GAMEPAD_SET_AXIS: NativeCall = NativeCall::new("hid_gamepad_set_axis")
    .takes(&[Param::i32("axis"), Param::i32("value")])
    .requires(Capability::Hid)
    .suspending()
    .planned()
    .does("Moves an axis (0 to 5) to -32767 to 32767. `-EINVAL` for another axis.");

pub static HID_GAMEPAD_SET_DPAD: NativeCall = NativeCall::new("hid_gamepad_set_dpad")
    .takes(&[Param::i32("direction")])
    .requires(Capability::Hid)
    .suspending()
    .planned()
    .does(
        "Holds the direction pad: 0 centre, 1 up, then clockwise to 8 up left. `-EINVAL` for \
         another.",
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
        "Sends the whole gamepad state at once: buttons, direction pad (0 to 8) and six axes \
             (-32767 to 32767).",
    );

pub static HID_GAMEPAD_RESET: NativeCall = NativeCall::new("hid_gamepad_reset")
    .requires(Capability::Hid)
    .suspending()
    .planned()
    .does("Releases all gamepad buttons and centres everything.");

pub static HID_MOUSE_MOVE: NativeCall = NativeCall::new("hid_mouse_move")
    .takes(&[Param::i32("dx"), Param::i32("dy")])
    .requires(Capability::Hid)
    .suspending()
    .planned()
    .does("Moves the mouse by `dx` and `dy`, each cut to -127 to 127.");

pub static HID_MOUSE_BTN_PRESS: NativeCall = NativeCall::new("hid_mouse_btn_press")
    .takes(&[Param::u32("button")])
    .requires(Capability::Hid)
    .suspending()
    .planned()
    .does("Presses mouse buttons: 1 left, 2 right, 4 middle.");

pub static HID_MOUSE_BTN_RELEASE: NativeCall = NativeCall::new("hid_mouse_btn_release")
    .takes(&[Param::u32("button")])
    .requires(Capability::Hid)
    .suspending()
    .planned()
    .does("Releases mouse buttons: 1 left, 2 right, 4 middle.");

pub static HID_MOUSE_SCROLL: NativeCall = NativeCall::new("hid_mouse_scroll")
    .takes(&[Param::i32("delta")])
    .requires(Capability::Hid)
    .suspending()
    .planned()
    .does("Turns the wheel by `delta`, cut to -127 to 127.");

pub static HID_SEND_RAW_REPORT: NativeCall = NativeCall::new("hid_send_raw_report")
    .takes(&[
        Param::i32("report_id"),
        Param::bytes_in("data", 2).or_efault(),
        Param::len("length"),
    ])
    .requires(Capability::Hid)
    .suspending()
    .planned()
    .does("Sends an input report of 1 to 64 bytes. `-EINVAL` for another length.");

pub static HID_RAW_RECV: NativeCall = NativeCall::new("hid_raw_recv")
    .takes(&[Param::bytes_out("data", 1).or_efault(), Param::len("size")])
    .requires(Capability::Hid)
    .planned()
    .does(
        "Takes the oldest output report. Returns the number of bytes; `-EAGAIN` if there is \
         none, `-EINVAL` if it does not fit.",
    );

pub static HID_FIDO_RECV: NativeCall = NativeCall::new("hid_fido_recv")
    .takes(&[Param::bytes_out("data", 1).or_efault(), Param::len("size")])
    .requires(Capability::Hid)
    .planned()
    .does(
        "Takes the oldest CTAP HID packet from the computer. Returns the number of bytes; \
         `-EAGAIN` if there is none, `-EINVAL` if it does not fit.",
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
        "Names a key with modifiers. `-EINVAL` for a name of more than 15 bytes, `-ENOMEM` \
         for too many.",
    );

pub static HID_ACTION_TRIGGER: NativeCall = NativeCall::new("hid_action_trigger")
    .takes(&[Param::str("name")])
    .requires(Capability::Hid)
    .suspending()
    .planned()
    .does("Presses and releases the key that was registered as `name`. `-ENOENT` if none was.");
