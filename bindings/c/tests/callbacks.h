/* Functions that results are given to: what they are given is looked at, and forgotten. */
#ifndef CALLBACKS_H
#define CALLBACKS_H

#include "dice.h"

static void ignore_warning(void *user, const char *subject, const char *code, const char *message) {
    ++*(int *)user;
    CHECK(strlen(subject) < 300 && strlen(code) > 0 && strlen(message) > 0);
}

static void ignore_name(void *user, const char *name) {
    ++*(int *)user;
    CHECK(strlen(name) < 300);
}

static void ignore_rotated(void *user, const char *name, strongroom_status status, uint32_t version) {
    ignore_name(user, name);
    CHECK((status == STRONGROOM_OK) == (version > 0));
}

static void ignore_seal(void *user, const strongroom_seal_info *seal) {
    ignore_name(user, seal->kind);
    ignore_name(user, seal->id);
    if (seal->label != NULL) ignore_name(user, seal->label);
}

static void ignore_fault(void *user, const char *document, strongroom_status status, const char *message) {
    ignore_name(user, document);
    CHECK(status != STRONGROOM_OK && message[0] != 0);
}

static void ignore_version(void *user, const strongroom_version_info *version) {
    ignore_name(user, version->key_type);
}

static void ignore_label(void *user, const char *name, size_t name_len, const char *value, size_t value_len) {
    ignore_name(user, name);
    CHECK(name[name_len] == 0 && value[value_len] == 0);
}

static void ignore_bytes(void *user, const void *data, size_t len) {
    ++*(int *)user;
    CHECK(data != NULL && len > 0);
}

static void ignore_index(void *user, size_t item, size_t newer, const void *index, size_t len) {
    ++*(int *)user;
    CHECK(item < 6 && newer < 100 && index != NULL && len > 0 && len < 100);
}

static void ignore_public_key(void *user, uint32_t version, const char *public_key) {
    ++*(int *)user;
    CHECK(version > 0 && strlen(public_key) < 1000);
}

#endif
