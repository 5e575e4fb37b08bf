/* Reading the lines that drive a driver: one object of JSON each, whose values are strings, numbers or arrays of pairs of strings. */
#ifndef LINES_H
#define LINES_H

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct field {
    char name[32];
    /* The string unescaped, or the digits of a number; `len` without the NUL. */
    char *value;
    size_t len;
} field;

typedef struct line {
    field fields[24];
    size_t count;
} line;

static void line_fail(const char *why) {
    fprintf(stderr, "driver: %s\n", why);
    exit(2);
}

static unsigned line_hex4(const char *at) {
    char digits[5] = {at[0], at[1], at[2], at[3], 0};
    return (unsigned)strtoul(digits, NULL, 16);
}

/* Unescapes the string behind a quote; gives what follows it. */
static const char *line_string(const char *at, char *out, size_t *len) {
    size_t n = 0;
    for (; *at != '"'; at++) {
        unsigned c = (unsigned char)*at;
        if (c == 0) line_fail("a string has no end");
        if (c != '\\') {
            out[n++] = (char)c;
            continue;
        }
        c = (unsigned char)*++at;
        if (c == 'u') {
            c = line_hex4(at + 1);
            at += 4;
            if (c >= 0x80) line_fail("escapes are for ASCII only");
        } else if (c == 'n') {
            c = '\n';
        } else if (c == 't') {
            c = '\t';
        } else if (c == 'r') {
            c = '\r';
        }
        out[n++] = (char)c;
    }
    out[n] = 0;
    *len = n;
    return at + 1;
}

static void line_parse(const char *at, line *out) {
    out->count = 0;
    while (*at == ' ' || *at == '{') at++;
    while (*at == '"') {
        field *f = &out->fields[out->count++];
        size_t len;
        if (out->count > sizeof out->fields / sizeof out->fields[0]) line_fail("too many fields");
        at = line_string(at + 1, f->name, &len);
        while (*at == ' ' || *at == ':') at++;
        f->value = (char *)malloc(strlen(at) + 1);
        if (f->value == NULL) line_fail("no memory");
        if (*at == '"') {
            at = line_string(at + 1, f->value, &f->len);
        } else {
            f->len = strcspn(at, ",}");
            memcpy(f->value, at, f->len);
            f->value[f->len] = 0;
            at += f->len;
        }
        while (*at == ' ' || *at == ',') at++;
    }
    if (*at != '}') line_fail("not an object");
}

static void line_free(line *l) {
    for (size_t i = 0; i < l->count; i++) free(l->fields[i].value);
}

static const field *line_find(const line *l, const char *name) {
    for (size_t i = 0; i < l->count; i++)
        if (strcmp(l->fields[i].name, name) == 0) return &l->fields[i];
    return NULL;
}

static const char *line_text(const line *l, const char *name) {
    const field *f = line_find(l, name);
    return f == NULL ? NULL : f->value;
}

static int is_true(const line *l, const char *name) {
    const char *text = line_text(l, name);
    return text != NULL && strcmp(text, "true") == 0;
}

/* Turns a field of hexadecimal digits into its bytes, in place. Returns it, or NULL if there is none. */
static const field *line_bytes(line *l, const char *name) {
    field *f = (field *)line_find(l, name);
    if (f == NULL) return NULL;
    if (f->len % 2 != 0) line_fail("an odd number of hexadecimal digits");
    f->len /= 2;
    for (size_t i = 0; i < f->len; i++) {
        char digits[3] = {f->value[2 * i], f->value[2 * i + 1], 0};
        f->value[i] = (char)strtoul(digits, NULL, 16);
    }
    f->value[f->len] = 0;
    return f;
}

/* The next line of standard input without its end, or NULL. The caller frees it. */
static char *line_read(void) {
    size_t room = 4096, len = 0;
    char *text = (char *)malloc(room);
    int c;
    if (text == NULL) line_fail("no memory");
    while ((c = getchar()) != EOF && c != '\n') {
        if (len + 2 > room && (text = (char *)realloc(text, room *= 2)) == NULL) line_fail("no memory");
        text[len++] = (char)c;
    }
    text[len] = 0;
    if (c == EOF && len == 0) {
        free(text);
        return NULL;
    }
    return text;
}

#endif
