/// The group of native calls that one bridge implements and one feature of the facade turns on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Area {
    /// `printf_native`, `akira_log.*`.
    Log,
    /// `delay`, `akira_time.*`.
    Time,
    /// `display_*`.
    Display,
    /// `input_*`.
    Input,
    /// `gpio_*`.
    Gpio,
    /// `sensor_read`.
    Sensor,
    /// `adc_*`.
    Adc,
    /// `pwm_*`.
    Pwm,
    /// `i2c_*`.
    I2c,
    /// `uart_*`.
    Uart,
    /// `timer_*`.
    Timer,
    /// `wdt_*`.
    Wdt,
    /// `mem_alloc`, `mem_free`.
    Memory,
    /// `storage_*`.
    Storage,
    /// `fs_*`.
    Fs,
    /// `settings_*`.
    Settings,
    /// `rtc_*`.
    Rtc,
    /// `power_*`.
    Power,
    /// `crypto_*`.
    Crypto,
    /// `ota_*`.
    Ota,
    /// `ble_*` and the old `bt_shell_*`.
    Ble,
    /// `hid_*`.
    Hid,
    /// `app_*`, `sd_scan_wasm`.
    Lifecycle,
    /// `msg_*`.
    Ipc,
    /// `net_*`.
    Net,
    /// `rf_*`.
    Rf,
    /// `wifi_*`.
    Wifi,
    /// `mesh_*`.
    Mesh,
    /// `nfc_*`.
    Nfc,
    /// `aiinfer_*`.
    Ai,
    /// `matter_*`.
    Matter,
    /// `mqtt_*`, `ha_*`.
    Mqtt,
    /// What the Python runtime imports: `setjmp`, `longjmp`, `wasi_snapshot_preview1`.
    Python,
    /// The C library functions that compiled code imports.
    Libc,
}
