//! MQTT messages, and lights in Home Assistant.

#![expect(missing_docs, reason = "each row says in `does` what it does")]

use akira_caps::Capability;

use crate::{NativeCall, Param, Ret};

/// Rows of the native module `mqtt`.
pub static CALLS: &[&NativeCall] = &[
    &MQTT_PUBLISH,
    &MQTT_SUBSCRIBE,
    &MQTT_POLL,
    &MQTT_CONNECTED,
    &HA_LIGHT_REGISTER,
    &HA_LIGHT_REPORT,
    &HA_LIGHT_POLL,
];

pub static MQTT_PUBLISH: NativeCall = NativeCall::new("mqtt_publish")
    .takes(&[
        Param::str("topic"),
        Param::bytes_in("payload", 2),
        Param::len("length"),
        Param::i32("qos"),
        Param::i32("retain"),
    ])
    .requires(Capability::Mqtt)
    .suspending()
    .planned()
    .does(
        "Publishes `payload` on `topic`; `retain` is 0 or 1. Returns `-ENOTCONN` if no broker \
         is connected, `-EINVAL` if `qos` is not 0 to 2.",
    );

pub static MQTT_SUBSCRIBE: NativeCall = NativeCall::new("mqtt_subscribe")
    .takes(&[Param::str("filter")])
    .requires(Capability::Mqtt)
    .suspending()
    .planned()
    .does(
        "Subscribes to the topics that `filter` matches. Returns `-ENOTCONN` if no broker is \
         connected.",
    );

pub static MQTT_POLL: NativeCall = NativeCall::new("mqtt_poll")
    .takes(&[
        Param::bytes_out("topic", 1),
        Param::len("topic_size"),
        Param::bytes_out("payload", 3),
        Param::len("payload_size"),
        Param::i32("timeout_ms"),
    ])
    .requires(Capability::Mqtt)
    .suspending()
    .planned()
    .does(
        "Waits at most `timeout_ms` milliseconds for a message. Writes its topic with a NUL, \
         and its payload. Returns the length of the payload in bytes, or `-EAGAIN` if no \
         message arrived.",
    );

pub static MQTT_CONNECTED: NativeCall = NativeCall::new("mqtt_connected")
    .returns(Ret::Flag)
    .requires(Capability::Mqtt)
    .planned()
    .does("Returns 1 while a broker is connected, otherwise 0.");

pub static HA_LIGHT_REGISTER: NativeCall = NativeCall::new("ha_light_register")
    .takes(&[Param::str("object"), Param::str("name")])
    .requires(Capability::Mqtt)
    .suspending()
    .planned()
    .does("Announces a light to Home Assistant. Returns `-ENOTCONN` if no broker is connected.");

pub static HA_LIGHT_REPORT: NativeCall = NativeCall::new("ha_light_report")
    .takes(&[
        Param::str("object"),
        Param::i32("on"),
        Param::i32("brightness"),
        Param::i32("red"),
        Param::i32("green"),
        Param::i32("blue"),
    ])
    .requires(Capability::Mqtt)
    .suspending()
    .planned()
    .does(
        "Reports the state of a light to Home Assistant: `on` is 0 or 1, brightness and \
         colours are 0 to 255.",
    );

pub static HA_LIGHT_POLL: NativeCall = NativeCall::new("ha_light_poll")
    .takes(&[
        Param::str("object"),
        Param::fixed_out("on", 4),
        Param::fixed_out("brightness", 4),
        Param::fixed_out("red", 4),
        Param::fixed_out("green", 4),
        Param::fixed_out("blue", 4),
        Param::i32("timeout_ms"),
    ])
    .requires(Capability::Mqtt)
    .suspending()
    .planned()
    .does(
        "Waits at most `timeout_ms` milliseconds for a command to a light, and writes the new \
         values, an i32 each. Returns which values were set: 1 on, 2 brightness, 4 colour, \
         added up; 0 if no command arrived.",
    );
