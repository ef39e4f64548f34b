//! Which names are the firmware's: the one place that decides it for apps, settings and topics.

/// The names of the firmware itself; nothing of an app is called so, or lies below them.
const FIRMWARE: [&str; 2] = ["system", "akira"];

/// Returns whether no app may have this name: it is, up to a first `.`, one of the firmware's, in whatever case.
///
/// An app's name is that of its folder, of its settings `name/...` and of its lines in the log.
pub fn is_reserved_app(name: &str) -> bool {
    let first = name.split('.').next();
    first.is_some_and(is_firmwares)
}

/// Returns whether a setting is the firmware's, as `system/...` is: apps reach it with the capability `system` only, and it
/// stays when an app is uninstalled.
pub fn is_firmware_setting(key: &str) -> bool {
    key.split_once('/')
        .is_some_and(|(first, _)| is_firmwares(first))
}

/// Returns whether only the firmware may publish on a topic, as on `akira.lifecycle`.
pub fn is_firmware_topic(topic: &str) -> bool {
    topic
        .split_once('.')
        .is_some_and(|(first, _)| is_firmwares(first))
}

fn is_firmwares(first: &str) -> bool {
    FIRMWARE.iter().any(|name| name.eq_ignore_ascii_case(first))
}
