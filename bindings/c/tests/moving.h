/* The lines of a driver that move keys to and from Transit. */
#ifndef MOVING_H
#define MOVING_H

#include "lines.h"
#include <strongroom.h>

static uint32_t number_of(const line *l, const char *name) {
    const char *text = line_text(l, name);
    return text == NULL ? 0 : (uint32_t)strtoul(text, NULL, 10);
}

/* A text without its newlines, which would end the line. */
static void answer_text(const char *text) {
    printf("{\"ok\":\"");
    for (; *text != 0; text++) putchar(*text == '\n' ? '|' : *text);
    printf("\"}\n");
}

static void print_backup(void *user, const void *data, size_t len) {
    ++*(int *)user;
    printf("{\"ok\":\"%.*s\"}\n", (int)len, (const char *)data);
}

typedef struct joined {
    char text[16384];
    size_t len;
} joined;

static void join_public_key(void *user, uint32_t version, const char *public_key) {
    joined *to = (joined *)user;
    to->len += (size_t)snprintf(to->text + to->len, sizeof to->text - to->len, "%s%u=%s", to->len == 0 ? "" : ",", (unsigned)version, public_key);
    if (to->len >= sizeof to->text) line_fail("too many public keys");
}

static void join_created(void *user, const strongroom_version_info *version) {
    joined *to = (joined *)user;
    if (version->state == STRONGROOM_VERSION_DESTROYED) return;
    to->len += (size_t)snprintf(to->text + to->len, sizeof to->text - to->len, " %u=%llu", (unsigned)version->version, (unsigned long long)version->created);
    if (to->len >= sizeof to->text) line_fail("too many versions");
}

/* What is told of a key: its type, flags, numbers, and when its versions were made. */
static strongroom_status move_info(strongroom_key key) {
    strongroom_key_details info = {0};
    joined created = {{0}, 0};
    info.size = sizeof info;
    strongroom_status status = strongroom_key_info(key, &info);
    if (status == STRONGROOM_OK) status = strongroom_key_versions(key, join_created, &created);
    if (status != STRONGROOM_OK) return status;
    printf("{\"ok\":\"%s %u %u %u %u %u %u %llu%s\"}\n", info.key_type, (unsigned)info.flags, (unsigned)info.latest_version, (unsigned)info.min_available_version, (unsigned)info.min_decryption_version,
           (unsigned)info.min_encryption_version, (unsigned)info.key_size, (unsigned long long)info.auto_rotate_period_s, created.text);
    return status;
}

/* Exports into exactly as much room as is asked for. */
static strongroom_status move_export(line *l, strongroom_key key) {
    uint32_t kind = number_of(l, "kind"), format = number_of(l, "format"), version = number_of(l, "version");
    size_t needed, len;
    strongroom_status status = strongroom_key_export_transit(key, kind, format, version, STRONGROOM_EXPOSE_SECRET_MATERIAL, NULL, 0, &needed);
    if (status != STRONGROOM_OK) return status;
    char *out = (char *)malloc(needed);
    if (out == NULL) line_fail("no memory");
    status = strongroom_key_export_transit(key, kind, format, version, STRONGROOM_EXPOSE_SECRET_MATERIAL, out, needed, &len);
    if (status == STRONGROOM_OK && (strlen(out) != len || len + 1 != needed)) line_fail("the length is not the one that was asked for");
    if (status == STRONGROOM_OK) answer_text(out);
    free(out);
    return status;
}

/* What a line says of secret material that is to leave. */
static uint32_t phrase(const line *l) {
    return STRONGROOM_EXPOSE_SECRET_MATERIAL | (is_true(l, "even_if_unusable") ? STRONGROOM_EVEN_IF_UNUSABLE : 0);
}

/* Does what a line asks for, if it is of these; the status says whether it was answered. */
static bool moved(line *l, const char *op, strongroom_key key, strongroom_status *status) {
    joined texts = {{0}, 0};
    int calls = 0;
    if (strcmp(op, "backup_transit") == 0) {
        *status = strongroom_key_backup_transit(key, number_of(l, "dialect"), phrase(l), print_backup, &calls);
        if (calls != (*status == STRONGROOM_OK)) line_fail("a backup comes in one piece, and none comes of a failure");
    } else if (strcmp(op, "export_transit") == 0) {
        *status = move_export(l, key);
    } else if (strcmp(op, "public_keys_transit") == 0) {
        *status = strongroom_key_public_keys_transit(key, number_of(l, "format"), join_public_key, &texts);
        if (*status == STRONGROOM_OK) answer_text(texts.text);
    } else if (strcmp(op, "info") == 0) {
        *status = move_info(key);
    } else {
        return false;
    }
    return true;
}

#endif
