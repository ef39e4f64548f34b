// printf for apps: formats inside the app, one call is one line of the log.
//
// Knows %d %i %u %o %x %X %p %c %s %%, a width, and the flags - and 0; the lengths h l ll z t j are read, and ll is
// obeyed. Newlines are dropped and a line is cut at AKIRA_PRINT_MAX - 1 bytes. It returns nothing, as in the AkiraOS
// SDK: clang then leaves the call alone instead of turning it into puts.
#ifndef AKIRA_PRINT_H
#define AKIRA_PRINT_H

#include <stdarg.h>
#include <stdint.h>

#define AKIRA_PRINT_MAX 256

typedef struct {
    char text[AKIRA_PRINT_MAX];
    uint32_t length;
} akira_line_t;

// How one value is to be written.
typedef struct {
    int width;
    char pad;
    int left;
    int longs;
} akira_spec_t;

__attribute__((unused)) static void akira_put(akira_line_t *line, char c) {
    if (c != '\n' && c != '\r' && line->length < AKIRA_PRINT_MAX - 1) {
        line->text[line->length++] = c;
    }
}

__attribute__((unused)) static void akira_put_padded(akira_line_t *line, const char *text, int length,
                                                     const akira_spec_t *spec) {
    int missing = spec->width - length;
    if (!spec->left) {
        // A sign stands before the zeros.
        if (spec->pad == '0' && length > 0 && text[0] == '-') {
            akira_put(line, *text++);
            length--;
        }
        for (; missing > 0; missing--) akira_put(line, spec->pad);
    }
    for (int i = 0; i < length; i++) akira_put(line, text[i]);
    for (; missing > 0; missing--) akira_put(line, ' ');
}

__attribute__((unused)) static void akira_put_number(akira_line_t *line, uint64_t value, uint32_t base, int upper,
                                                     int negative, const akira_spec_t *spec) {
    const char *digits = upper ? "0123456789ABCDEF" : "0123456789abcdef";
    char text[24]; // 22 octal digits and a sign
    int at = sizeof(text);
    do {
        text[--at] = digits[value % base];
        value /= base;
    } while (value != 0);
    if (negative) text[--at] = '-';
    akira_put_padded(line, text + at, (int)sizeof(text) - at, spec);
}

__attribute__((unused)) static void akira_put_string(akira_line_t *line, const char *text, const akira_spec_t *spec) {
    int length = 0;
    while (length < AKIRA_PRINT_MAX && text[length] != 0) length++;
    akira_put_padded(line, text, length, spec);
}

// Reads flags, width and length; returns where the conversion letter is.
__attribute__((unused)) static const char *akira_read_spec(const char *format, akira_spec_t *spec) {
    spec->width = 0;
    spec->pad = ' ';
    spec->left = 0;
    spec->longs = 0;
    for (; *format == '-' || *format == '0'; format++) {
        if (*format == '-') spec->left = 1;
        if (*format == '0') spec->pad = '0';
    }
    for (; *format >= '0' && *format <= '9'; format++) {
        if (spec->width < AKIRA_PRINT_MAX) spec->width = spec->width * 10 + (*format - '0');
    }
    for (;; format++) {
        if (*format == 'l') spec->longs++;
        else if (*format == 'j') spec->longs = 2;
        else if (*format != 'h' && *format != 'z' && *format != 't') return format;
    }
}

__attribute__((unused)) static void akira_format(akira_line_t *line, const char *format, va_list *arguments) {
    akira_spec_t spec;
    for (; *format != 0; format++) {
        if (*format != '%') {
            akira_put(line, *format);
            continue;
        }
        format = akira_read_spec(format + 1, &spec);
        int wide = spec.longs >= 2;
        switch (*format) {
        case 'd':
        case 'i': {
            int64_t value = wide ? va_arg(*arguments, int64_t) : va_arg(*arguments, int32_t);
            uint64_t size = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
            akira_put_number(line, size, 10, 0, value < 0, &spec);
            break;
        }
        case 'u':
        case 'o':
        case 'x':
        case 'X': {
            uint64_t value = wide ? va_arg(*arguments, uint64_t) : va_arg(*arguments, uint32_t);
            uint32_t base = *format == 'u' ? 10 : *format == 'o' ? 8 : 16;
            akira_put_number(line, value, base, *format == 'X', 0, &spec);
            break;
        }
        case 'p':
            akira_put(line, '0');
            akira_put(line, 'x');
            akira_put_number(line, (uintptr_t)va_arg(*arguments, void *), 16, 0, 0, &spec);
            break;
        case 'c': {
            char c = (char)va_arg(*arguments, int);
            akira_put_padded(line, &c, 1, &spec);
            break;
        }
        case 's': {
            const char *text = va_arg(*arguments, const char *);
            akira_put_string(line, text ? text : "(null)", &spec);
            break;
        }
        case '%':
            akira_put(line, '%');
            break;
        case 0:
            return;
        default:
            akira_put(line, '%');
            akira_put(line, *format);
        }
    }
}

// Writes a line to the log.
__attribute__((unused)) static void printf(const char *format, ...) {
    akira_line_t line;
    line.length = 0;
    va_list arguments;
    va_start(arguments, format);
    akira_format(&line, format, &arguments);
    va_end(arguments);
    line.text[line.length] = 0;
    printf_native(line.text);
}

// Formats into `text`, at most `size` bytes with the NUL. Returns the length.
__attribute__((unused)) static uint32_t akira_format_text(char *text, uint32_t size, const char *format, ...) {
    akira_line_t line;
    line.length = 0;
    va_list arguments;
    va_start(arguments, format);
    akira_format(&line, format, &arguments);
    va_end(arguments);
    if (size == 0) return 0;
    uint32_t length = line.length < size ? line.length : size - 1;
    for (uint32_t i = 0; i < length; i++) text[i] = line.text[i];
    text[length] = 0;
    return length;
}

#endif // AKIRA_PRINT_H
