// Counts its starts twice: in a file, and in a setting. Both survive a restart of the device.
// It prints no floats, which saves 3 KB.
#define AKIRA_PRINT_NO_FLOAT
#include "akira_api.h"

static int parse(const char *text) {
    int value = 0;
    for (; *text >= '0' && *text <= '9'; text++) value = value * 10 + (*text - '0');
    return value;
}

static int read_file(void) {
    char text[16] = {0};
    int fd = storage_open("starts.txt", STORAGE_READ);
    if (fd < 0) return 0;
    storage_read(fd, text, sizeof(text) - 1);
    storage_close(fd);
    return parse(text);
}

static int write_file(const char *text, uint32_t length) {
    int fd = storage_open("starts.txt", STORAGE_WRITE);
    if (fd < 0) return fd;
    int written = storage_write(fd, text, length);
    storage_close(fd);
    return written;
}

static int read_setting(void) {
    char text[16];
    return settings_get("starts", text, sizeof(text)) == 0 ? parse(text) : 0;
}

int main(void) {
    char text[16];
    int in_file = read_file() + 1;
    uint32_t length = akira_format_text(text, sizeof(text), "%d", in_file);
    int written = write_file(text, length);
    printf("storage_demo: start %d by the file (%d)", in_file, written);

    int in_setting = read_setting() + 1;
    akira_format_text(text, sizeof(text), "%d", in_setting);
    int stored = settings_set("starts", text);
    printf("storage_demo: start %d by the setting (%d)", in_setting, stored);
    return written == (int)length && stored == 0 ? 0 : 1;
}
