//! Radio chips: raw packets without a protocol above them. All calls wait for the chip, except
//! those that Akira refuses.

#![expect(missing_docs, reason = "each row says in `does` what it does")]

use akira_caps::Capability;

use crate::{NativeCall, Param, Ret};

/// Rows of the native module `rf`.
pub static CALLS: &[&NativeCall] = &[
    &RF_SELECT,
    &RF_SET_FREQUENCY,
    &RF_SET_POWER,
    &RF_SET_MODULATION,
    &RF_SET_BANDWIDTH,
    &RF_SET_SPREADING_FACTOR,
    &RF_SET_CODING_RATE,
    &RF_SET_BITRATE,
    &RF_SET_SYNC_WORD,
    &RF_GET_RSSI,
    &RF_SEND,
    &RF_RECEIVE,
    &RF_RECV_POP,
    &RF_RAW_CAPTURE,
    &RF_GET_RSSI_OLD,
    &RF_TX_CW_START,
    &RF_TX_CW_STOP,
    &RF_TX_CW_SET_FREQ,
    &RF_RAW_REPLAY,
];

pub static RF_SELECT: NativeCall = NativeCall::new("rf_select")
    .takes(&[Param::i32("chip")])
    .requires(Capability::RfTransceive)
    .suspending()
    .planned()
    .does(
        "Selects the radio chip: 0 none, 1 nRF24, 2 CC1101, 3 LR1121, 4 CC1121, 5 LR2021, 6 \
         ESP32-S3. Returns `-ENODEV` if the board does not have the chip.",
    );

pub static RF_SET_FREQUENCY: NativeCall = NativeCall::new("rf_set_frequency")
    .takes(&[Param::u32("frequency_hz")])
    .requires(Capability::RfTransceive)
    .suspending()
    .planned()
    .does("Sets the frequency. Returns `-EINVAL` if the chip or the region does not allow it.");

pub static RF_SET_POWER: NativeCall = NativeCall::new("rf_set_power")
    .takes(&[Param::i32("power_dbm")])
    .requires(Capability::RfTransceive)
    .suspending()
    .planned()
    .does(
        "Sets the transmission power. Returns `-EINVAL` if the chip or the region does not \
         allow it.",
    );

pub static RF_SET_MODULATION: NativeCall = NativeCall::new("rf_set_modulation")
    .takes(&[Param::i32("modulation")])
    .requires(Capability::RfTransceive)
    .suspending()
    .planned()
    .does(
        "Selects the modulation: 1 FSK, 2 GFSK, 3 OOK, 4 MSK, 5 LoRa, up to 8 Bluetooth LE. \
         Returns `-ENOTSUP` if the chip does not support it.",
    );

pub static RF_SET_BANDWIDTH: NativeCall = NativeCall::new("rf_set_bandwidth")
    .takes(&[Param::u32("bandwidth_hz")])
    .requires(Capability::RfTransceive)
    .suspending()
    .planned()
    .does("Sets the bandwidth. Returns `-EINVAL` if the chip does not support it.");

pub static RF_SET_SPREADING_FACTOR: NativeCall = NativeCall::new("rf_set_spreading_factor")
    .takes(&[Param::i32("factor")])
    .requires(Capability::RfTransceive)
    .suspending()
    .planned()
    .does("Sets the LoRa spreading factor, 6 to 12. Returns `-EINVAL` for any other number.");

pub static RF_SET_CODING_RATE: NativeCall = NativeCall::new("rf_set_coding_rate")
    .takes(&[Param::i32("denominator")])
    .requires(Capability::RfTransceive)
    .suspending()
    .planned()
    .does(
        "Sets the LoRa coding rate to 4 / `denominator`, which is 5 to 8. Returns `-EINVAL` \
         for any other number.",
    );

pub static RF_SET_BITRATE: NativeCall = NativeCall::new("rf_set_bitrate")
    .takes(&[Param::u32("bitrate")])
    .requires(Capability::RfTransceive)
    .suspending()
    .planned()
    .does(
        "Sets the bit rate of FSK, GFSK, OOK and MSK, in bits per second. Returns `-EINVAL` if \
         the chip does not support it.",
    );

pub static RF_SET_SYNC_WORD: NativeCall = NativeCall::new("rf_set_sync_word")
    .takes(&[Param::u32("word")])
    .requires(Capability::RfTransceive)
    .suspending()
    .planned()
    .does("Sets the sync word, with which each packet begins.");

pub static RF_GET_RSSI: NativeCall = NativeCall::new("rf_get_rssi")
    .returns(Ret::Value)
    .requires(Capability::RfTransceive)
    .suspending()
    .planned()
    .does("Returns the received signal strength in dBm, which is usually negative.");

pub static RF_SEND: NativeCall = NativeCall::new("rf_send")
    .takes(&[Param::bytes_in("data", 1).or_efault(), Param::len("length")])
    .requires(Capability::RfTransceive)
    .suspending()
    .planned()
    .does(
        "Sends one packet and waits until it is transmitted. Returns `-EMSGSIZE` if the packet \
         is too long, `-EBUSY` if the permitted airtime is used up.",
    );

pub static RF_RECEIVE: NativeCall = NativeCall::new("rf_receive")
    .takes(&[
        Param::bytes_out("data", 1).or_efault(),
        Param::len("size"),
        Param::i32("timeout_ms"),
    ])
    .requires(Capability::RfTransceive)
    .suspending()
    .planned()
    .does(
        "Waits at most `timeout_ms` milliseconds for one packet. Returns the number of bytes, \
         or 0 if no packet arrived.",
    );

pub static RF_RECV_POP: NativeCall = NativeCall::new("rf_recv_pop")
    .takes(&[
        Param::bytes_out("data", 1).or_efault(),
        Param::len("size"),
        Param::i32("timeout_ms"),
    ])
    .requires(Capability::RfTransceive)
    .suspending()
    .planned()
    .does(
        "Takes the oldest received packet. Waits at most `timeout_ms` milliseconds for a \
         packet. Returns the number of bytes, or `-EAGAIN` if no packet arrived.",
    );

pub static RF_RAW_CAPTURE: NativeCall = NativeCall::new("rf_raw_capture")
    .takes(&[
        Param::bytes_out("data", 1).or_efault(),
        Param::len("size"),
        Param::u32("sample_rate_hz"),
        Param::i32("timeout_ms"),
    ])
    .requires(Capability::RfTransceive)
    .suspending()
    .planned()
    .does(
        "Samples the OOK envelope into a buffer of 1 to 8192 bytes, with the first sample in \
         the highest bit, for at most `timeout_ms` milliseconds (5000 if 0 or less). Returns \
         the number of bytes, or `-ENOTSUP` if the chip does not support it.",
    );

pub static RF_GET_RSSI_OLD: NativeCall = NativeCall::new("rf_get_rssi")
    .takes(&[Param::fixed_out("rssi_dbm", 2)])
    .requires(Capability::RfTransceive)
    .suspending()
    .alternate()
    .does("Writes the received signal strength in dBm as an i16. An old type, from the 1.4 SDK.");

pub static RF_TX_CW_START: NativeCall = NativeCall::new("rf_tx_cw_start")
    .requires(Capability::RfTransceive)
    .refused()
    .does(
        "Sends an unmodulated carrier on AkiraOS, which jams other radios. No board of Akira \
         offers this call.",
    );

pub static RF_TX_CW_STOP: NativeCall = NativeCall::new("rf_tx_cw_stop")
    .requires(Capability::RfTransceive)
    .refused()
    .does(
        "Stops the unmodulated carrier on AkiraOS, which jams other radios. No board of Akira \
         offers this call.",
    );

pub static RF_TX_CW_SET_FREQ: NativeCall = NativeCall::new("rf_tx_cw_set_freq")
    .takes(&[Param::u32("frequency_hz")])
    .requires(Capability::RfTransceive)
    .refused()
    .does(
        "Sets the frequency of an unmodulated carrier on AkiraOS, which jams other radios. No \
         board of Akira offers this call.",
    );

pub static RF_RAW_REPLAY: NativeCall = NativeCall::new("rf_raw_replay")
    .takes(&[
        Param::bytes_in("data", 1).or_efault(),
        Param::len("length"),
        Param::u32("sample_rate_hz"),
        Param::i32("repeat"),
    ])
    .requires(Capability::RfTransceive)
    .refused()
    .does("Replays a captured signal on AkiraOS. No board of Akira offers this call.");
