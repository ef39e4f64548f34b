//! A hello world for Zig: with the standard library's printing where there is an operating system, else with a native call.
const builtin = @import("builtin");
const std = @import("std");

extern fn puts(text: [*:0]const u8) c_int;

pub fn main() void {
    if (builtin.os.tag == .freestanding) {
        _ = puts("hello from Zig, 42");
    } else {
        std.debug.print("hello from Zig, {d}\n", .{42});
    }
}

fn entry() callconv(.c) c_int {
    main();
    return 0;
}

comptime {
    if (builtin.os.tag == .freestanding) @export(&entry, .{ .name = "main" });
}
