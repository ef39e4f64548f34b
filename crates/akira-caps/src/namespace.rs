//! Names that are reserved for the firmware: the only module that decides this for apps, settings and topics.

/// Names of the firmware itself; no app has such a name, or one below it.
const FIRMWARE: [&str; 2] = ["system", "akira"];

/// Returns whether this name is reserved: its part before the first `.` is one of the firmware's names, regardless of
/// case.
///
/// An app's name is also the name of its folder, of its settings `name/...` and of its lines in the log.
pub fn is_reserved_app(name: &str) -> bool {
    let first = name.split('.').next();
    first.is_some_and(is_firmwares)
}

/// Returns whether a setting belongs to the firmware, as `system/...` does: an app needs the capability `system` to
/// access it, and it remains when an app is uninstalled.
pub fn is_firmware_setting(key: &str) -> bool {
    key.split_once('/')
        .is_some_and(|(first, _)| is_firmwares(first))
}

/// Returns whether only the firmware may publish on a topic, such as `akira.lifecycle`.
pub fn is_firmware_topic(topic: &str) -> bool {
    topic
        .split_once('.')
        .is_some_and(|(first, _)| is_firmwares(first))
}

fn is_firmwares(first: &str) -> bool {
    FIRMWARE.iter().any(|name| name.eq_ignore_ascii_case(first))
}
