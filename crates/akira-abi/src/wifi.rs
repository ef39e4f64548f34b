//! Scans of Wi-Fi networks.

#![expect(missing_docs, reason = "each row says in `does` what it does")]

use akira_caps::Capability;

use crate::{NativeCall, Param};

/// Rows of the native module `wifi`.
pub static CALLS: &[&NativeCall] = &[
    &WIFI_SCAN_RSSI,
    &WIFI_SCAN_APS,
    &WIFI_DEAUTH,
    &WIFI_CAPTURE_PMKID,
    &WIFI_SCAN_CLIENTS,
];

pub static WIFI_SCAN_RSSI: NativeCall = NativeCall::new("wifi_scan_rssi")
    .takes(&[
        Param::bytes_out("rssi_dbm", 1).or_efault(),
        Param::len("size"),
    ])
    .requires(Capability::RfTransceive)
    .suspending()
    .planned()
    .does(
        "Writes the strongest received signal of each of the channels 1 to 14 in dBm, an i8 \
         each. Takes up to 5 s. Returns 14, or `-EINVAL` if `size` is less than 14.",
    );

pub static WIFI_SCAN_APS: NativeCall = NativeCall::new("wifi_scan_aps")
    .takes(&[Param::bytes_out("records", 1), Param::len("size")])
    .requires(Capability::RfTransceive)
    .suspending()
    .planned()
    .does(
        "Writes 48 bytes for each access point found, at most 64: SSID (33), BSSID (6), u8 \
         channel, i8 RSSI in dBm, u8 security, 2 bytes of 0, u32 time last seen in ms. Takes \
         up to 8 s. Returns the number of access points.",
    );

pub static WIFI_DEAUTH: NativeCall = NativeCall::new("wifi_deauth")
    .takes(&[
        Param::fixed_in("bssid", 6),
        Param::fixed_in("client", 6),
        Param::i32("channel"),
        Param::i32("count"),
        Param::i32("interval_ms"),
    ])
    .requires(Capability::WifiInject)
    .refused()
    .does("Disconnects other people's devices on AkiraOS. No board of Akira offers this call.");

pub static WIFI_CAPTURE_PMKID: NativeCall = NativeCall::new("wifi_capture_pmkid")
    .takes(&[
        Param::fixed_in("bssid", 6),
        Param::fixed_in("client", 6),
        Param::i32("channel"),
        Param::str("ssid"),
        Param::fixed_out("result", 388),
        Param::i32("timeout_ms"),
    ])
    .requires(Capability::WifiInject)
    .refused()
    .does(
        "Captures the handshake of another network on AkiraOS. No board of Akira offers this \
         call.",
    );

pub static WIFI_SCAN_CLIENTS: NativeCall = NativeCall::new("wifi_scan_clients")
    .takes(&[
        Param::fixed_in("bssid", 6),
        Param::bytes_out("records", 2),
        Param::len("size"),
        Param::i32("channel"),
        Param::i32("timeout_ms"),
    ])
    .requires(Capability::WifiInject)
    .refused()
    .does("Lists the devices in another network on AkiraOS. No board of Akira offers this call.");
