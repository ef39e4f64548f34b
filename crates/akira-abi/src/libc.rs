//! C library functions that compiled code imports.

#![expect(missing_docs, reason = "each row says in `does` what it does")]

use crate::{NativeCall, Param, Ret};

/// Rows of the native module `libc`.
pub static CALLS: &[&NativeCall] = &[
    &PRINTF,
    &VPRINTF,
    &SPRINTF,
    &VSPRINTF,
    &SNPRINTF,
    &VSNPRINTF,
    &PUTS,
    &PUTCHAR,
    &MEMCMP,
    &MEMCPY,
    &MEMMOVE,
    &STRNCMP,
    &STRNCPY,
    &MEMSET,
    &MEMCHR,
    &STRCHR,
    &STRCMP,
    &STRSPN,
    &STRCSPN,
    &STRSTR,
    &STRCPY,
    &STRLEN,
    &STRNCASECMP,
    &STRDUP,
    &_STRDUP,
    &ATOI,
    &STRTOL,
    &STRTOUL,
    &MALLOC,
    &CALLOC,
    &REALLOC,
    &FREE,
    &EXIT,
    &ABORT,
    &ABORT_PLAIN,
    &ABORT_STACK_OVERFLOW,
    &ISUPPER,
    &ISALPHA,
    &ISSPACE,
    &ISGRAPH,
    &ISPRINT,
    &ISDIGIT,
    &ISXDIGIT,
    &ISALNUM,
    &TOLOWER,
    &TOUPPER,
    &CLOCK_GETTIME,
    &CLOCK,
    &EMSCRIPTEN_MEMCPY_BIG,
    &CXA_ALLOCATE_EXCEPTION,
    &CXA_BEGIN_CATCH,
    &CXA_THROW,
];

pub static PRINTF: NativeCall = NativeCall::new("printf")
    .takes(&[Param::text("format"), Param::address("arguments")])
    .does(
        "Formats a text and adds it to the app's standard output, which goes to the log. \
         Returns the number of characters.",
    );

pub static VPRINTF: NativeCall = NativeCall::new("vprintf")
    .takes(&[Param::text("format"), Param::address("arguments")])
    .does(
        "Formats a text and adds it to the app's standard output, which goes to the log. \
         Returns the number of characters.",
    );

pub static SPRINTF: NativeCall = NativeCall::new("sprintf")
    .takes(&[
        Param::address("text"),
        Param::text("format"),
        Param::address("arguments"),
    ])
    .does(
        "Formats a text, with a NUL at the end, into `text`. Returns the number of characters \
         without the NUL. A text that exceeds linear memory traps.",
    );

pub static VSPRINTF: NativeCall = NativeCall::new("vsprintf")
    .takes(&[
        Param::address("text"),
        Param::text("format"),
        Param::address("arguments"),
    ])
    .does(
        "Formats a text, with a NUL at the end, into `text`. Returns the number of characters \
         without the NUL. A text that exceeds linear memory traps.",
    );

pub static SNPRINTF: NativeCall = NativeCall::new("snprintf")
    .takes(&[
        Param::bytes_out("text", 1),
        Param::len("size"),
        Param::text("format"),
        Param::address("arguments"),
    ])
    .does(
        "Formats a text, with a NUL at the end, into at most `size` bytes. Returns the number \
         of characters that the whole text has.",
    );

pub static VSNPRINTF: NativeCall = NativeCall::new("vsnprintf")
    .takes(&[
        Param::bytes_out("text", 1),
        Param::len("size"),
        Param::text("format"),
        Param::address("arguments"),
    ])
    .does(
        "Formats a text, with a NUL at the end, into at most `size` bytes. Returns the number \
         of characters that the whole text has.",
    );

pub static PUTS: NativeCall = NativeCall::new("puts")
    .takes(&[Param::text("text")])
    .does("Writes `text` and a newline to the log. Returns a number that is not negative.");

pub static PUTCHAR: NativeCall = NativeCall::new("putchar")
    .takes(&[Param::i32("character")])
    .does(
        "Adds a character to the app's standard output, which goes to the log line by line. \
         Returns the character.",
    );

pub static MEMCMP: NativeCall = NativeCall::new("memcmp")
    .takes(&[
        Param::bytes_in("a", 2),
        Param::bytes_in("b", 2),
        Param::len("length"),
    ])
    .returns(Ret::Value)
    .does(
        "Compares `length` bytes. Returns a number that is less than, equal to or greater than \
         0.",
    );

pub static MEMCPY: NativeCall = NativeCall::new("memcpy")
    .takes(&[
        Param::bytes_out("target", 2),
        Param::bytes_in("source", 2),
        Param::len("length"),
    ])
    .returns(Ret::Address)
    .does("Copies `length` bytes, correctly even if source and target overlap. Returns `target`.");

pub static MEMMOVE: NativeCall = NativeCall::new("memmove")
    .takes(&[
        Param::bytes_out("target", 2),
        Param::bytes_in("source", 2),
        Param::len("length"),
    ])
    .returns(Ret::Address)
    .does("Copies `length` bytes; source and target may overlap. Returns `target`.");

pub static STRNCMP: NativeCall = NativeCall::new("strncmp")
    .takes(&[
        Param::address("a"),
        Param::address("b"),
        Param::u32("length"),
    ])
    .returns(Ret::Value)
    .does(
        "Compares two strings up to a NUL, but at most `length` bytes. Returns a number that \
         is less than, equal to or greater than 0. A string that exceeds linear memory traps.",
    );

pub static STRNCPY: NativeCall = NativeCall::new("strncpy")
    .takes(&[
        Param::bytes_out("target", 2),
        Param::address("source"),
        Param::len("length"),
    ])
    .returns(Ret::Address)
    .does(
        "Copies a string into `target`, and fills `target` with NULs up to `length` bytes. A \
         longer string is cut and gets no NUL. Returns `target`.",
    );

pub static MEMSET: NativeCall = NativeCall::new("memset")
    .takes(&[
        Param::bytes_out("target", 2),
        Param::i32("byte"),
        Param::len("length"),
    ])
    .returns(Ret::Address)
    .does("Sets `length` bytes to the low 8 bits of `byte`. Returns `target`.");

pub static MEMCHR: NativeCall = NativeCall::new("memchr")
    .takes(&[
        Param::bytes_in("data", 2),
        Param::i32("byte"),
        Param::len("length"),
    ])
    .returns(Ret::Address)
    .does(
        "Returns the address of the first byte with this value among `length` bytes, or 0 if \
         there is none.",
    );

pub static STRCHR: NativeCall = NativeCall::new("strchr")
    .takes(&[Param::text("text"), Param::i32("character")])
    .returns(Ret::Address)
    .does(
        "Returns the address of the first such character in the string, which may be its NUL, \
         or 0 if there is none.",
    );

pub static STRCMP: NativeCall = NativeCall::new("strcmp")
    .takes(&[Param::text("a"), Param::text("b")])
    .returns(Ret::Value)
    .does("Compares two strings. Returns a number that is less than, equal to or greater than 0.");

pub static STRSPN: NativeCall = NativeCall::new("strspn")
    .takes(&[Param::text("text"), Param::text("accept")])
    .returns(Ret::Value)
    .does("Returns the number of characters at the start of the string that are all in `accept`.");

pub static STRCSPN: NativeCall = NativeCall::new("strcspn")
    .takes(&[Param::text("text"), Param::text("reject")])
    .returns(Ret::Value)
    .does(
        "Returns the number of characters at the start of the string that are all not in \
         `reject`.",
    );

pub static STRSTR: NativeCall = NativeCall::new("strstr")
    .takes(&[Param::text("text"), Param::text("part")])
    .returns(Ret::Address)
    .does(
        "Returns the address of the first occurrence of `part` in `text`, or 0 if there is \
         none.",
    );

pub static STRCPY: NativeCall = NativeCall::new("strcpy")
    .takes(&[Param::address("target"), Param::text("source")])
    .returns(Ret::Address)
    .does(
        "Copies a string with its NUL. Returns `target`. A string that exceeds linear memory \
         traps.",
    );

pub static STRLEN: NativeCall = NativeCall::new("strlen")
    .takes(&[Param::text("text")])
    .returns(Ret::Value)
    .does("Returns the length of the string in bytes, without its NUL.");

pub static STRNCASECMP: NativeCall = NativeCall::new("strncasecmp")
    .takes(&[Param::text("a"), Param::text("b"), Param::u32("length")])
    .returns(Ret::Value)
    .does(
        "Compares up to `length` characters of two strings without regard to the case of ASCII \
         letters. Returns a number that is less than, equal to or greater than 0.",
    );

pub static STRDUP: NativeCall = NativeCall::new("strdup")
    .takes(&[Param::text("text")])
    .returns(Ret::Allocation)
    .does(
        "Copies a string into memory that `malloc` allocates. Returns its address, or 0 if the \
         memory is used up.",
    );

pub static _STRDUP: NativeCall = NativeCall::new("_strdup")
    .takes(&[Param::text("text")])
    .returns(Ret::Allocation)
    .does(
        "Copies a string into memory that `malloc` allocates. Returns its address, or 0 if the \
         memory is used up.",
    );

pub static ATOI: NativeCall = NativeCall::new("atoi")
    .takes(&[Param::text("text")])
    .returns(Ret::Value)
    .does("Returns the decimal number at the start of `text`, or 0 if there is none.");

pub static STRTOL: NativeCall = NativeCall::new("strtol")
    .takes(&[
        Param::text("text"),
        Param::address("end"),
        Param::i32("base"),
    ])
    .returns(Ret::Value)
    .does(
        "Returns the signed number at the start of `text`, clamped to the range of 32 bits. \
         Writes the address after the number to `end`, unless `end` is 0.",
    );

pub static STRTOUL: NativeCall = NativeCall::new("strtoul")
    .takes(&[
        Param::text("text"),
        Param::address("end"),
        Param::i32("base"),
    ])
    .returns(Ret::Value)
    .does(
        "Returns the unsigned number at the start of `text`, clamped to the range of 32 bits. \
         Writes the address after the number to `end`, unless `end` is 0.",
    );

pub static MALLOC: NativeCall = NativeCall::new("malloc")
    .takes(&[Param::u32("size")])
    .returns(Ret::Allocation)
    .does(
        "Allocates memory within the app's quota. Returns its address, or 0 if the memory is \
         used up.",
    );

pub static CALLOC: NativeCall = NativeCall::new("calloc")
    .takes(&[Param::u32("count"), Param::u32("size")])
    .returns(Ret::Allocation)
    .does(
        "Allocates `count * size` zeroed bytes within the app's quota. Returns their address, \
         or 0 if the memory is used up or the product overflows.",
    );

pub static REALLOC: NativeCall = NativeCall::new("realloc")
    .takes(&[Param::address("address"), Param::u32("size")])
    .returns(Ret::Allocation)
    .does(
        "Resizes an allocation, and moves it if necessary. Returns its address, or 0 if the \
         memory is used up; the allocation does not change in that case.",
    );

pub static FREE: NativeCall = NativeCall::new("free")
    .takes(&[Param::address("address")])
    .returns(Ret::Void)
    .does(
        "Frees an allocation of `malloc`, `calloc`, `realloc` or `strdup`. Ignores any other \
         address.",
    );

pub static EXIT: NativeCall = NativeCall::new("exit")
    .takes(&[Param::i32("status")])
    .returns(Ret::Void)
    .does("Ends the app with the exit code `status`.");

pub static ABORT: NativeCall = NativeCall::new("abort")
    .takes(&[Param::i32("status")])
    .returns(Ret::Void)
    .does("Ends the app, which counts as a crash.");

pub static ABORT_PLAIN: NativeCall = NativeCall::new("abort")
    .returns(Ret::Void)
    .alternate()
    .does("Ends the app, which counts as a crash. This row has the type that C declares.");

pub static ABORT_STACK_OVERFLOW: NativeCall = NativeCall::new("abortStackOverflow")
    .takes(&[Param::i32("size")])
    .returns(Ret::Void)
    .does("Ends the app because its stack overflowed, which counts as a crash.");

pub static ISUPPER: NativeCall = NativeCall::new("isupper")
    .takes(&[Param::i32("character")])
    .returns(Ret::Value)
    .does("Returns 1 if the ASCII character is an upper-case letter, otherwise 0.");

pub static ISALPHA: NativeCall = NativeCall::new("isalpha")
    .takes(&[Param::i32("character")])
    .returns(Ret::Value)
    .does("Returns 1 if the ASCII character is a letter, otherwise 0.");

pub static ISSPACE: NativeCall = NativeCall::new("isspace")
    .takes(&[Param::i32("character")])
    .returns(Ret::Value)
    .does("Returns 1 if the ASCII character is white space, otherwise 0.");

pub static ISGRAPH: NativeCall = NativeCall::new("isgraph")
    .takes(&[Param::i32("character")])
    .returns(Ret::Value)
    .does("Returns 1 if the ASCII character is printable and not a space, otherwise 0.");

pub static ISPRINT: NativeCall = NativeCall::new("isprint")
    .takes(&[Param::i32("character")])
    .returns(Ret::Value)
    .does("Returns 1 if the ASCII character is printable, otherwise 0.");

pub static ISDIGIT: NativeCall = NativeCall::new("isdigit")
    .takes(&[Param::i32("character")])
    .returns(Ret::Value)
    .does("Returns 1 if the ASCII character is a decimal digit, otherwise 0.");

pub static ISXDIGIT: NativeCall = NativeCall::new("isxdigit")
    .takes(&[Param::i32("character")])
    .returns(Ret::Value)
    .does("Returns 1 if the ASCII character is a hexadecimal digit, otherwise 0.");

pub static ISALNUM: NativeCall = NativeCall::new("isalnum")
    .takes(&[Param::i32("character")])
    .returns(Ret::Value)
    .does("Returns 1 if the ASCII character is a letter or a digit, otherwise 0.");

pub static TOLOWER: NativeCall = NativeCall::new("tolower")
    .takes(&[Param::i32("character")])
    .returns(Ret::Value)
    .does("Returns the lower-case form of an ASCII letter, and any other character unchanged.");

pub static TOUPPER: NativeCall = NativeCall::new("toupper")
    .takes(&[Param::i32("character")])
    .returns(Ret::Value)
    .does("Returns the upper-case form of an ASCII letter, and any other character unchanged.");

pub static CLOCK_GETTIME: NativeCall = NativeCall::new("clock_gettime")
    .takes(&[Param::u32("clock"), Param::fixed_out("time", 16)])
    .does(
        "Writes the time since the device started: i64 seconds, i32 nanoseconds, 4 bytes of 0. \
         Returns 0.",
    );

pub static CLOCK: NativeCall = NativeCall::new("clock")
    .returns(Ret::I64)
    .does("Returns the time since the device started, in microseconds.");

pub static EMSCRIPTEN_MEMCPY_BIG: NativeCall = NativeCall::new("emscripten_memcpy_big")
    .takes(&[
        Param::bytes_out("target", 2),
        Param::bytes_in("source", 2),
        Param::len("length"),
    ])
    .returns(Ret::Address)
    .does("Copies `length` bytes. Returns `target`.");

pub static CXA_ALLOCATE_EXCEPTION: NativeCall = NativeCall::new("__cxa_allocate_exception")
    .takes(&[Param::u32("size")])
    .returns(Ret::Allocation)
    .does(
        "Allocates memory for a C++ exception within the app's quota. Returns its address, or \
         0 if the memory is used up.",
    );

pub static CXA_BEGIN_CATCH: NativeCall = NativeCall::new("__cxa_begin_catch")
    .takes(&[Param::address("exception")])
    .returns(Ret::Void)
    .does("Does nothing, since C++ exceptions are not caught.");

pub static CXA_THROW: NativeCall = NativeCall::new("__cxa_throw")
    .takes(&[
        Param::address("exception"),
        Param::address("type_info"),
        Param::i32("destructor"),
    ])
    .returns(Ret::Void)
    .does("Ends the app, which counts as a crash, since C++ exceptions are not caught.");
