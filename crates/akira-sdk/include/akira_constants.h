// The numbers and structures of the AkiraOS ABI 1.0.
#ifndef AKIRA_CONSTANTS_H
#define AKIRA_CONSTANTS_H

#include <stdint.h>

// Colours: RGB565.
#define COLOR_BLACK 0x0000
#define COLOR_WHITE 0xFFFF
#define COLOR_RED 0xF800
#define COLOR_GREEN 0x07E0
#define COLOR_BLUE 0x001F
#define COLOR_YELLOW 0xFFE0
#define COLOR_CYAN 0x07FF
#define COLOR_MAGENTA 0xF81F
#define COLOR_GRAY 0x7BEF
#define COLOR_DARK_GRAY 0x39E7
#define COLOR_LIGHT_GRAY 0xC618
#define COLOR_ORANGE 0xFD20
#define COLOR_PURPLE 0x801F

// The nearest colour to 8 bits of each.
#define AKIRA_RGB(r, g, b) ((uint32_t)((((r) & 0xF8) << 8) | (((g) & 0xFC) << 3) | ((b) >> 3)))

// Buttons: the ids in events, and the bits of input_get_buttons().
#define AKIRA_BTN_ID_HOME 1
#define AKIRA_BTN_ID_UP 2
#define AKIRA_BTN_ID_DOWN 3
#define AKIRA_BTN_ID_LEFT 4
#define AKIRA_BTN_ID_RIGHT 5
#define AKIRA_BTN_ID_A 6
#define AKIRA_BTN_ID_B 7
#define AKIRA_BTN_ID_X 8
#define AKIRA_BTN_ID_Y 9
#define AKIRA_BTN_HOME (1U << AKIRA_BTN_ID_HOME)
#define AKIRA_BTN_UP (1U << AKIRA_BTN_ID_UP)
#define AKIRA_BTN_DOWN (1U << AKIRA_BTN_ID_DOWN)
#define AKIRA_BTN_LEFT (1U << AKIRA_BTN_ID_LEFT)
#define AKIRA_BTN_RIGHT (1U << AKIRA_BTN_ID_RIGHT)
#define AKIRA_BTN_A (1U << AKIRA_BTN_ID_A)
#define AKIRA_BTN_B (1U << AKIRA_BTN_ID_B)
#define AKIRA_BTN_X (1U << AKIRA_BTN_ID_X)
#define AKIRA_BTN_Y (1U << AKIRA_BTN_ID_Y)
#define AKIRA_BTN_PRESSED(held, mask) (((held) & (mask)) != 0)

// What input_poll_event() writes.
typedef struct {
    uint32_t button_id;
    uint32_t pressed; // 1 down, 0 up
} akira_input_event_t;

// gpio_configure() flags.
#define GPIO_INPUT (1U << 0)
#define GPIO_OUTPUT (1U << 1)
#define GPIO_OUTPUT_INIT_LOW (1U << 2)
#define GPIO_OUTPUT_INIT_HIGH (1U << 3)
#define GPIO_PULL_UP (1U << 4)
#define GPIO_PULL_DOWN (1U << 5)
#define GPIO_ACTIVE_LOW (1U << 6)
#define GPIO_ACTIVE_HIGH (1U << 7)

// sensor_read() channels, with Zephyr's numbers; the readings are in these units times 1000.
#define SENSOR_CHAN_ACCEL_X 0 // m/s^2
#define SENSOR_CHAN_ACCEL_Y 1
#define SENSOR_CHAN_ACCEL_Z 2
#define SENSOR_CHAN_GYRO_X 4 // rad/s
#define SENSOR_CHAN_GYRO_Y 5
#define SENSOR_CHAN_GYRO_Z 6
#define SENSOR_CHAN_MAGN_X 8 // gauss
#define SENSOR_CHAN_MAGN_Y 9
#define SENSOR_CHAN_MAGN_Z 10
#define SENSOR_CHAN_AMBIENT_TEMP 13 // degrees Celsius
#define SENSOR_CHAN_PRESS 14        // kPa
#define SENSOR_CHAN_HUMIDITY 16     // %
#define SENSOR_CHAN_ALTITUDE 23     // m
#define SENSOR_CHAN_VOLTAGE 33      // V
#define SENSOR_CHAN_CURRENT 35      // A
#define SENSOR_CHAN_POWER 36        // W
#define AKIRA_SENSOR_ERROR (-2147483647 - 1)

// storage_open() flags.
#define STORAGE_READ 0
#define STORAGE_WRITE 1  // creates or empties
#define STORAGE_APPEND 2 // creates
#define STORAGE_RDWR 3   // creates or empties

// fs_open() flags, and fs_seek() origins.
#define FS_READ 0x00
#define FS_WRITE 0x01
#define FS_APPEND 0x02
#define FS_RDWR 0x04
#define FS_CREATE 0x08
#define FS_TRUNC 0x10
#define FS_SEEK_SET 0
#define FS_SEEK_CUR 1
#define FS_SEEK_END 2

// App states, from app_get_status().
#define APP_STATE_NEW 0
#define APP_STATE_INSTALLED 1
#define APP_STATE_RUNNING 2
#define APP_STATE_STOPPED 3
#define APP_STATE_ERROR 4
#define APP_STATE_FAILED 5

// net_open() kinds and net_event_pop() types.
#define NET_TCP 0
#define NET_UDP 1
#define NET_TLS 2
#define NET_EVENT_NONE 0
#define NET_EVENT_CONNECTED 1
#define NET_EVENT_DISCONNECTED 2
#define NET_EVENT_DATA_READY 3
#define NET_EVENT_ACCEPT 4
#define NET_EVENT_ERROR 5

#endif // AKIRA_CONSTANTS_H
