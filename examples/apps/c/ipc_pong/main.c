// Answers every message of ipc_ping with the same bytes, for ever.
// It prints no floats, which saves 3 KB.
#define AKIRA_PRINT_NO_FLOAT
#include "akira_api.h"

int main(void) {
    char message[256];
    if (msg_subscribe("demo.ping") < 0) {
        printf("ipc_pong: cannot subscribe");
        return 1;
    }
    printf("ipc_pong: ready");
    for (;;) {
        int length = msg_recv("demo.ping", message, sizeof(message), -1);
        if (length < 0) {
            printf("ipc_pong: %d", length);
            return 1;
        }
        msg_publish("demo.pong", message, (uint32_t)length);
    }
}
