// printf for apps: formats inside the app, one call is one line of the log.
//
// Knows every conversion of C99 but %n and wide characters: %d %i %u %o %x %X %c %s %p %f %e %g %a in both cases and %%, the flags
// - + # 0 and blank, width and precision as numbers or *, and the lengths hh h l ll j z t L. A conversion that is not known takes an
// argument and is printed as it stands. Newlines are dropped and a line is cut at AKIRA_PRINT_MAX - 1 bytes. It returns nothing, as in
// the AkiraOS SDK: clang then leaves the call alone instead of turning it into puts.
//
// With AKIRA_PRINT_NO_FLOAT defined before this is included, an app is 3 KB smaller and prints %f and its like as they stand.
#ifndef AKIRA_PRINT_H
#define AKIRA_PRINT_H

#include <stdarg.h>
#include <stdint.h>

#define AKIRA_PRINT_MAX 256

// An app has one copy of each, as small as clang makes it: what formats a line is not worth its speed. Loops stay loops, since a
// device may lack the C library's functions that clang would call instead.
#ifdef __clang__
#define AKIRA_PRINT static __attribute__((unused, noinline, minsize, no_builtin))
#else
#define AKIRA_PRINT static __attribute__((unused, noinline))
#endif

typedef struct {
    char text[AKIRA_PRINT_MAX];
    uint32_t length;
} akira_line_t;

// How one value is to be written; a negative precision is none.
typedef struct {
    int left, plus, blank, alternate, zeros;
    int width, precision;
    int size; // -2 hh, -1 h, 0 int, 1 long, 2 long long, 3 long double
} akira_spec_t;

AKIRA_PRINT void akira_put(akira_line_t *line, char c) {
    if (c != '\n' && c != '\r' && line->length < AKIRA_PRINT_MAX - 1) {
        line->text[line->length++] = c;
    }
}

AKIRA_PRINT void akira_fill(akira_line_t *line, char c, int count) {
    // No more is seen of it.
    if (count > AKIRA_PRINT_MAX) count = AKIRA_PRINT_MAX;
    for (; count > 0; count--) akira_put(line, c);
}

AKIRA_PRINT void akira_put_all(akira_line_t *line, const char *text, int length) {
    for (int i = 0; i < length; i++) akira_put(line, text[i]);
}

// Begins a field of `length` bytes and a prefix; akira_end ends it.
AKIRA_PRINT void akira_begin(akira_line_t *line, const char *prefix, int length, int zeros, akira_spec_t *spec) {
    int sign = 0;
    while (prefix[sign] != 0) sign++;
    spec->width -= sign + length;
    if (!spec->left && !zeros) akira_fill(line, ' ', spec->width);
    akira_put_all(line, prefix, sign);
    if (!spec->left && zeros) akira_fill(line, '0', spec->width);
}

AKIRA_PRINT void akira_end(akira_line_t *line, const akira_spec_t *spec) {
    if (spec->left) akira_fill(line, ' ', spec->width);
}

AKIRA_PRINT const char *akira_sign(int negative, const akira_spec_t *spec) {
    return negative ? "-" : spec->plus ? "+" : spec->blank ? " " : "";
}

AKIRA_PRINT void akira_put_number(akira_line_t *line, uint64_t value, uint32_t base, int upper, const char *prefix,
                                  akira_spec_t *spec) {
    const char *digits = upper ? "0123456789ABCDEF" : "0123456789abcdef";
    char text[24]; // 22 octal digits
    int at = sizeof(text);
    for (uint64_t rest = value; rest != 0; rest /= base) text[--at] = digits[rest % base];
    int length = (int)sizeof(text) - at;
    int least = spec->precision < 0 ? 1 : spec->precision;
    if (base == 8 && spec->alternate && least <= length) least = length + 1;
    int missing = least > length ? least - length : 0;
    if (missing > AKIRA_PRINT_MAX) missing = AKIRA_PRINT_MAX;
    akira_begin(line, prefix, length + missing, spec->zeros && spec->precision < 0, spec);
    akira_fill(line, '0', missing);
    akira_put_all(line, text + at, length);
    akira_end(line, spec);
}

AKIRA_PRINT void akira_put_string(akira_line_t *line, const char *text, akira_spec_t *spec) {
    int most = spec->precision >= 0 && spec->precision < AKIRA_PRINT_MAX ? spec->precision : AKIRA_PRINT_MAX;
    int length = 0;
    while (length < most && text[length] != 0) length++;
    akira_begin(line, "", length, 0, spec);
    akira_put_all(line, text, length);
    akira_end(line, spec);
}

#ifndef AKIRA_PRINT_NO_FLOAT

// The decimal digits of a number, all of them: the first is not 0, and `point` of them stand before the point.
typedef struct {
    char text[88 * 9];
    int count;
    int point;
} akira_digits_t;

AKIRA_PRINT void akira_digits(akira_digits_t *digits, uint64_t bits) {
    uint32_t big[88]; // in base 10^9, the lowest first
    int words = 0, power = (int)(bits >> 52 & 0x7ff);
    uint64_t number = bits & 0xfffffffffffff;
    if (power != 0) number |= (uint64_t)1 << 52;
    power = (power != 0 ? power : 1) - 1075;
    for (; number != 0 && number % 2 == 0 && power < 0; power++) number /= 2;
    for (; number != 0; number /= 1000000000) big[words++] = (uint32_t)(number % 1000000000);
    // A number divided by 2^n is one multiplied by 5^n, with n decimals.
    for (int left = power < 0 ? -power : power; left > 0;) {
        uint64_t factor = 1, carry = 0;
        for (int i = 0; i < 12 && left > 0; i++, left--) factor *= power < 0 ? 5 : 2;
        for (int i = 0; i < words; i++, carry /= 1000000000) {
            carry += big[i] * factor;
            big[i] = (uint32_t)(carry % 1000000000);
        }
        if (carry != 0) big[words++] = (uint32_t)carry;
    }
    digits->count = 0;
    for (int i = words - 1; i >= 0; i--) {
        for (uint32_t place = 100000000; place != 0; place /= 10) {
            char digit = (char)('0' + big[i] / place % 10);
            if (digits->count != 0 || digit != '0') digits->text[digits->count++] = digit;
        }
    }
    digits->point = digits->count + (power < 0 && digits->count != 0 ? power : 0);
}

// Keeps so many digits, and rounds the last: halves to the even one.
AKIRA_PRINT void akira_round(akira_digits_t *digits, int keep) {
    if (keep >= digits->count) return;
    int up = 0;
    if (keep >= 0) {
        up = digits->text[keep] > '5' || (digits->text[keep] == '5' && keep > 0 && digits->text[keep - 1] % 2);
        for (int i = keep + 1; i < digits->count; i++) {
            up |= digits->text[keep] == '5' && digits->text[i] != '0';
        }
    }
    digits->count = keep > 0 ? keep : 0;
    if (!up) return;
    int at = digits->count;
    while (at > 0 && digits->text[at - 1] == '9') digits->text[--at] = '0';
    if (at > 0) {
        digits->text[at - 1]++;
        return;
    }
    // 99 became 100.
    digits->text[0] = '1';
    if (digits->count != 0) digits->text[digits->count] = '0';
    digits->count++;
    digits->point++;
}

// Puts the digits from one place on; where there are none, zeros.
AKIRA_PRINT void akira_put_digits(akira_line_t *line, const akira_digits_t *digits, int from, int count) {
    if (count > AKIRA_PRINT_MAX) count = AKIRA_PRINT_MAX;
    for (int i = from; i < from + count; i++) {
        akira_put(line, i >= 0 && i < digits->count ? digits->text[i] : '0');
    }
}

// Puts an exponent of at least so many digits; with `measure` only returns its length.
AKIRA_PRINT int akira_exponent(akira_line_t *line, char letter, int exponent, int least, int measure) {
    char text[8];
    int at = sizeof(text);
    int rest = exponent < 0 ? -exponent : exponent;
    for (; rest != 0 || least > 0; rest /= 10, least--) text[--at] = (char)('0' + rest % 10);
    text[--at] = exponent < 0 ? '-' : '+';
    text[--at] = letter;
    if (!measure) akira_put_all(line, text + at, (int)sizeof(text) - at);
    return (int)sizeof(text) - at;
}

AKIRA_PRINT void akira_put_hexadecimal(akira_line_t *line, uint64_t bits, int upper, akira_spec_t *spec) {
    const char *names = upper ? "0123456789ABCDEF" : "0123456789abcdef";
    uint64_t number = bits & 0xfffffffffffff;
    int power = (int)(bits >> 52 & 0x7ff);
    int exponent = power != 0 ? power - 1023 : number != 0 ? -1022 : 0;
    int decimals = spec->precision;
    if (decimals < 0) {
        for (decimals = 13; decimals > 0 && (number >> (52 - 4 * decimals) & 15) == 0;) decimals--;
    }
    if (power != 0) number |= (uint64_t)1 << 52;
    if (decimals < 13) {
        uint64_t half = (uint64_t)1 << (51 - 4 * decimals), rest = number & (2 * half - 1);
        number -= rest;
        if (rest > half || (rest == half && (number & 2 * half) != 0)) number += 2 * half;
    }
    int point = decimals > 0 || spec->alternate;
    char prefix[4], *end = prefix;
    for (const char *sign = akira_sign((int)(bits >> 63), spec); *sign != 0; sign++) *end++ = *sign;
    *end++ = '0';
    *end++ = upper ? 'X' : 'x';
    *end = 0;
    int length = 1 + point + decimals + akira_exponent(line, 'p', exponent, 1, 1);
    akira_begin(line, prefix, length, spec->zeros, spec);
    akira_put(line, names[number >> 52]);
    if (point) akira_put(line, '.');
    for (int i = 1; i <= decimals && i <= 13; i++) akira_put(line, names[number >> (52 - 4 * i) & 15]);
    akira_fill(line, '0', decimals - 13);
    akira_exponent(line, upper ? 'P' : 'p', exponent, 1, 0);
    akira_end(line, spec);
}

AKIRA_PRINT void akira_put_float(akira_line_t *line, uint64_t bits, char conversion,
                                                           akira_spec_t *spec) {
    int upper = conversion >= 'A' && conversion <= 'Z';
    char kind = upper ? (char)(conversion + 32) : conversion;
    const char *sign = akira_sign((int)(bits >> 63), spec);
    if ((bits >> 52 & 0x7ff) == 0x7ff) {
        int infinite = (bits & 0xfffffffffffff) == 0;
        akira_begin(line, sign, 3, 0, spec);
        akira_put_all(line, infinite ? (upper ? "INF" : "inf") : (upper ? "NAN" : "nan"), 3);
        akira_end(line, spec);
        return;
    }
    if (spec->precision > 2 * AKIRA_PRINT_MAX) spec->precision = 2 * AKIRA_PRINT_MAX;
    if (kind == 'a') {
        akira_put_hexadecimal(line, bits, upper, spec);
        return;
    }
    akira_digits_t digits;
    akira_digits(&digits, bits);
    int decimals = spec->precision < 0 ? 6 : spec->precision;
    int general = kind == 'g';
    if (general) {
        if (decimals > 0) decimals--;
        akira_round(&digits, decimals + 1);
        int exponent = digits.count != 0 ? digits.point - 1 : 0;
        kind = exponent < -4 || exponent > decimals ? 'e' : 'f';
        if (kind == 'f') decimals -= exponent;
    }
    akira_round(&digits, kind == 'f' ? digits.point + decimals : decimals + 1);
    // Where the first digit is that is printed, and how many stand before the point.
    int first = kind == 'f' && digits.point < 1 ? digits.point - 1 : 0;
    int whole = kind == 'f' && digits.count != 0 ? digits.point - first : 1;
    if (digits.count == 0) first = 0;
    if (general && !spec->alternate) {
        int last = digits.count;
        while (last > 0 && digits.text[last - 1] == '0') last--;
        int significant = last - first - whole;
        if (decimals > significant) decimals = significant > 0 ? significant : 0;
    }
    int exponent = digits.count != 0 ? digits.point - 1 : 0;
    int point = decimals > 0 || spec->alternate;
    int length = whole + point + decimals + (kind == 'e' ? akira_exponent(line, 'e', exponent, 2, 1) : 0);
    akira_begin(line, sign, length, spec->zeros, spec);
    akira_put_digits(line, &digits, first, whole);
    if (point) akira_put(line, '.');
    akira_put_digits(line, &digits, first + whole, decimals);
    if (kind == 'e') akira_exponent(line, upper ? 'E' : 'e', exponent, 2, 0);
    akira_end(line, spec);
}

// Rounds a number of quadruple precision to the nearest double, of two to the even one.
AKIRA_PRINT uint64_t akira_narrow(uint64_t low, uint64_t high) {
    uint64_t sign = high & (uint64_t)1 << 63, fraction = high & 0xffffffffffff;
    int power = (int)(high >> 48 & 0x7fff) - 16383;
    if (power == 16384) return sign | (uint64_t)0x7ff << 52 | (uint64_t)((fraction | low) != 0) << 51;
    if (power > 1023) return sign | (uint64_t)0x7ff << 52;
    uint64_t number = (uint64_t)1 << 62 | fraction << 14 | low >> 50, lost = (low & 0x3ffffffffffff) != 0;
    int shift = 10 + (power < -1022 ? -1022 - power : 0);
    for (; shift > 1; shift--, number /= 2) lost |= number & 1;
    uint64_t kept = number / 2 + (number % 2 && (lost || number / 2 % 2));
    return sign | (((uint64_t)(power < -1022 ? 0 : power + 1022) << 52) + kept);
}

AKIRA_PRINT uint64_t akira_float_argument(const akira_spec_t *spec, va_list *arguments) {
    uint64_t words[2];
    if (spec->size == 3) {
        long double value = va_arg(*arguments, long double);
        __builtin_memcpy(words, &value, sizeof(value));
        return akira_narrow(words[0], words[1]);
    }
    double value = va_arg(*arguments, double);
    __builtin_memcpy(words, &value, sizeof(value));
    return words[0];
}

#endif // AKIRA_PRINT_NO_FLOAT

// Reads a number, or takes it from the arguments.
AKIRA_PRINT const char *akira_read_number(const char *format, int *number, va_list *arguments) {
    if (*format == '*') {
        *number = va_arg(*arguments, int);
        return format + 1;
    }
    for (*number = 0; *format >= '0' && *format <= '9'; format++) {
        if (*number < 100000) *number = *number * 10 + (*format - '0');
    }
    return format;
}

// Reads flags, width, precision and length; returns where the conversion letter is.
AKIRA_PRINT const char *akira_read_spec(const char *format, akira_spec_t *spec, va_list *arguments) {
    *spec = (akira_spec_t){.precision = -1};
    for (;; format++) {
        if (*format == '-') spec->left = 1;
        else if (*format == '+') spec->plus = 1;
        else if (*format == ' ') spec->blank = 1;
        else if (*format == '#') spec->alternate = 1;
        else if (*format == '0') spec->zeros = 1;
        else break;
    }
    format = akira_read_number(format, &spec->width, arguments);
    if (spec->width < 0) {
        spec->left = 1;
        spec->width = spec->width < -100000 ? 100000 : -spec->width;
    }
    if (*format == '.') format = akira_read_number(format + 1, &spec->precision, arguments);
    for (;; format++) {
        if (*format == 'h') spec->size--;
        else if (*format == 'l') spec->size++;
        else if (*format == 'j') spec->size = 2;
        else if (*format == 'L') spec->size = 3;
        else if (*format != 'z' && *format != 't') return format;
    }
}

// Takes an argument that is not printed.
AKIRA_PRINT void akira_skip(const akira_spec_t *spec, va_list *arguments) {
    if (spec->size == 3) (void)va_arg(*arguments, long double);
    else if (spec->size == 2) (void)va_arg(*arguments, uint64_t);
    else (void)va_arg(*arguments, uint32_t);
}

AKIRA_PRINT void akira_put_signed(akira_line_t *line, akira_spec_t *spec, va_list *arguments) {
    int64_t value = spec->size >= 2 ? va_arg(*arguments, int64_t) : va_arg(*arguments, int32_t);
    if (spec->size == -1) value = (int16_t)value;
    if (spec->size <= -2) value = (int8_t)value;
    uint64_t size = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
    akira_put_number(line, size, 10, 0, akira_sign(value < 0, spec), spec);
}

AKIRA_PRINT void akira_put_unsigned(akira_line_t *line, char conversion, akira_spec_t *spec, va_list *arguments) {
    uint64_t value = spec->size >= 2 ? va_arg(*arguments, uint64_t) : va_arg(*arguments, uint32_t);
    if (spec->size == -1) value = (uint16_t)value;
    if (spec->size <= -2) value = (uint8_t)value;
    uint32_t base = conversion == 'u' ? 10 : conversion == 'o' ? 8 : 16;
    const char *prefix = base == 16 && spec->alternate && value != 0 ? (conversion == 'X' ? "0X" : "0x") : "";
    akira_put_number(line, value, base, conversion == 'X', prefix, spec);
}

AKIRA_PRINT void akira_format(akira_line_t *line, const char *format, va_list *arguments) {
    akira_spec_t spec;
    for (; *format != 0; format++) {
        if (*format != '%') {
            akira_put(line, *format);
            continue;
        }
        const char *start = format;
        format = akira_read_spec(format + 1, &spec, arguments);
        switch (*format) {
        case 'd':
        case 'i':
            akira_put_signed(line, &spec, arguments);
            break;
        case 'u':
        case 'o':
        case 'x':
        case 'X':
            akira_put_unsigned(line, *format, &spec, arguments);
            break;
        case 'p':
            akira_put_number(line, (uintptr_t)va_arg(*arguments, void *), 16, 0, "0x", &spec);
            break;
        case 'c': {
            char c = (char)va_arg(*arguments, int);
            akira_begin(line, "", 1, 0, &spec);
            akira_put(line, c);
            akira_end(line, &spec);
            break;
        }
        case 's': {
            const char *text = va_arg(*arguments, const char *);
            akira_put_string(line, text ? text : "(null)", &spec);
            break;
        }
        case 'f':
        case 'F':
        case 'e':
        case 'E':
        case 'g':
        case 'G':
        case 'a':
        case 'A':
#ifndef AKIRA_PRINT_NO_FLOAT
            akira_put_float(line, akira_float_argument(&spec, arguments), *format, &spec);
#else
            // Two words, as a long long.
            if (spec.size != 3) spec.size = 2;
            akira_skip(&spec, arguments);
            akira_put_all(line, start, (int)(format + 1 - start));
#endif
            break;
        case '%':
            akira_put(line, '%');
            break;
        default:
            if ((*format >= 'a' && *format <= 'z') || (*format >= 'A' && *format <= 'Z')) akira_skip(&spec, arguments);
            akira_put_all(line, start, (int)(format + (*format != 0) - start));
            if (*format == 0) return;
        }
    }
}

// Writes a line to the log.
AKIRA_PRINT void printf(const char *format, ...) {
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
AKIRA_PRINT uint32_t akira_format_text(char *text, uint32_t size, const char *format, ...) {
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
