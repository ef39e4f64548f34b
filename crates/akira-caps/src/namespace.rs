//! Names that are reserved for the firmware. Only this module decides which names of apps, settings
//! and topics are reserved.

/// Reserved names. No app has one of these names, or a name that continues one after a `.`.
const FIRMWARE: [&str; 2] = ["system", "akira"];

/// Returns whether this app name is reserved: the part before its first `.` is `system` or `akira`,
/// regardless of case.
///
/// The name of an app is also the name of its folder, of its settings `name/...` and of its lines
/// in the log.
pub fn is_reserved_app(name: &str) -> bool {
    let first = name.split('.').next();
    first.is_some_and(is_firmwares)
}

/// Returns whether a setting belongs to the firmware, as `system/...` does. An app needs the
/// capability `system` to access such a setting, and the setting remains when an app is
/// uninstalled.
pub fn is_firmware_setting(key: &str) -> bool {
    key.split_once('/')
        .is_some_and(|(first, _)| is_firmwares(first))
}

/// Returns whether only the firmware may publish on this topic, as on `akira.lifecycle`.
pub fn is_firmware_topic(topic: &str) -> bool {
    topic
        .split_once('.')
        .is_some_and(|(first, _)| is_firmwares(first))
}

fn is_firmwares(first: &str) -> bool {
    FIRMWARE.iter().any(|name| name.eq_ignore_ascii_case(first))
}
