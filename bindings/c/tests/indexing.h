/*
 * The lines of a driver about indexes, tokens and API keys:
 *
 *   {"op":"index","key":K,"value":HEX,"name":HEX,"normalize":T?,"bits":N?,"version":N?} -> {"ok":TEXT}; of pieces with "lengths":"1,3" or "n":N
 *   {"op":"indexes",…} -> {"ok":"TEXT,TEXT"}, newest first, and with "n" a "/" between versions; with "begins":true those of a beginning
 *   Without a name as API keys are. With "binary":true each of them is HEX. {"op":"needs_reindex","key":K,"index":TEXT}
 *   {"op":"issue","key":K,"payload":HEX,"ttl_ms":N,"prefix":T?} -> {"ok":TEXT}
 *   {"op":"redeem","key":K,"token":TEXT,"prefix":T?,"leeway_ms":N?} -> {"ok":"HEX ISSUED EXPIRES"}
 *   {"op":"check_api_key","text":TEXT}
 */
#ifndef INDEXING_H
#define INDEXING_H

#include "moving.h"

static uint64_t long_number_of(const line *l, const char *name) {
    const char *text = line_text(l, name);
    return text == NULL ? 0 : strtoull(text, NULL, 10);
}

/* What was told, one behind the other. */
typedef struct told {
    char text[65536];
    size_t len, last;
    bool is_binary, any;
} told;

static void tell(void *user, size_t item, size_t newer, const void *index, size_t len) {
    told *to = (told *)user;
    const unsigned char *bytes = (const unsigned char *)index;
    if (item != 0 || newer < to->last || to->len + 2 * len + 3 + newer > sizeof to->text) line_fail("an index that cannot be");
    if (to->any && newer == to->last) to->text[to->len++] = ',';
    /* One version behind another is told apart from one index behind another. */
    for (; to->last < newer; to->last++) to->text[to->len++] = '/';
    for (size_t i = 0; to->is_binary && i < len; i++) to->len += (size_t)sprintf(to->text + to->len, "%02x", bytes[i]);
    if (!to->is_binary) memcpy(to->text + to->len, index, len), to->len += len;
    to->text[to->len] = 0;
    to->any = true;
}

static strongroom_index_options index_of(line *l) {
    strongroom_index_options index = {0};
    const field *name = line_bytes(l, "name");
    if (name == NULL) return *strongroom_api_key_index();
    index.size = sizeof index;
    index.name = name->value;
    index.name_len = name->len;
    index.normalize = line_text(l, "normalize");
    index.bits = number_of(l, "bits");
    index.version = number_of(l, "version");
    return index;
}

/* The lengths of a line, over its own text. */
static size_t lengths_of(const char *text, uint8_t *lengths, size_t most) {
    size_t count = 0;
    for (const char *at = text; *at != 0; at += *at == ',') {
        if (count == most) line_fail("too many lengths");
        lengths[count++] = (uint8_t)strtoul(at, (char **)&at, 10);
    }
    return count;
}

/* Into exactly as much room as is asked for. */
static strongroom_status index_whole(line *l, strongroom_key key, const field *value, const strongroom_index_options *index, told *all) {
    size_t needed, len;
    unsigned char out[64];
    const bool is_binary = is_true(l, "binary");
    strongroom_status status = is_binary ? strongroom_key_index_binary(key, value->value, value->len, index, NULL, 0, &needed)
                                         : strongroom_key_index(key, value->value, value->len, index, NULL, 0, &needed);
    if (status != STRONGROOM_OK) return status;
    if (needed > sizeof out) line_fail("an index is too long");
    status = is_binary ? strongroom_key_index_binary(key, value->value, value->len, index, out, needed, &len)
                       : strongroom_key_index(key, value->value, value->len, index, (char *)out, needed, &len);
    if (status != STRONGROOM_OK || needed != len + !is_binary) line_fail("the length is not the one that was asked for");
    tell(all, 0, 0, out, len);
    return status;
}

static strongroom_status index_line(line *l, const char *op, strongroom_key key) {
    told *all = (told *)calloc(1, sizeof *all);
    if (all == NULL) line_fail("no memory");
    const strongroom_index_options index = index_of(l);
    const field *value = line_bytes(l, "value");
    const bool is_binary = all->is_binary = is_true(l, "binary"), searches = strcmp(op, "indexes") == 0;
    const uint32_t n = number_of(l, "n");
    const void *data = value->value;
    const size_t len = value->len;
    uint8_t lengths[64];
    size_t count, versions = 0;
    strongroom_status status;
    if (line_text(l, "lengths") != NULL) {
        count = lengths_of(line_text(l, "lengths"), lengths, sizeof lengths);
        status = (is_binary ? strongroom_key_index_prefixes_binary : strongroom_key_index_prefixes)(key, data, len, lengths, count, &index, tell, all);
    } else if (line_text(l, "n") != NULL && searches) {
        status = (is_binary ? strongroom_key_indexes_ngrams_binary : strongroom_key_indexes_ngrams)(key, data, len, n, &index, tell, all, &versions);
    } else if (line_text(l, "n") != NULL) {
        status = (is_binary ? strongroom_key_index_ngrams_binary : strongroom_key_index_ngrams)(key, data, len, n, &index, tell, all);
    } else if (is_true(l, "begins")) {
        status = (is_binary ? strongroom_key_indexes_prefix_binary : strongroom_key_indexes_prefix)(key, data, len, &index, tell, all);
    } else if (searches) {
        status = (is_binary ? strongroom_key_indexes_binary : strongroom_key_indexes)(key, data, len, &index, tell, all);
    } else {
        status = index_whole(l, key, value, &index, all);
    }
    /* Of the last versions there may be none. */
    for (; all->last + 1 < versions; all->last++) all->text[all->len++] = '/';
    if (status == STRONGROOM_OK) answer_text(all->text);
    free(all);
    return status;
}

static strongroom_token_form form_of(line *l) {
    strongroom_token_form form = {0};
    form.size = sizeof form;
    form.prefix = line_text(l, "prefix");
    form.leeway_ms = long_number_of(l, "leeway_ms");
    return form;
}

static strongroom_status redeem_line(line *l, strongroom_key key, const strongroom_options *options) {
    const strongroom_token_form form = form_of(l);
    const field *token = line_find(l, "token");
    uint64_t issued = 0, expires = 0;
    size_t len;
    unsigned char *payload = (unsigned char *)malloc(token->len + 1);
    if (payload == NULL) line_fail("no memory");
    strongroom_status status = strongroom_key_redeem(key, token->value, token->len, options, &form, payload, token->len, &len, &issued, &expires);
    if (status == STRONGROOM_OK) {
        printf("{\"ok\":\"");
        for (size_t i = 0; i < len; i++) printf("%02x", payload[i]);
        printf(" %llu %llu\"}\n", (unsigned long long)issued, (unsigned long long)expires);
    }
    free(payload);
    return status;
}

static strongroom_status issue_line(line *l, strongroom_key key, const strongroom_options *options) {
    const strongroom_token_form form = form_of(l);
    const field *payload = line_bytes(l, "payload");
    char text[1024];
    size_t len;
    strongroom_status status = strongroom_key_issue(key, payload->value, payload->len, long_number_of(l, "ttl_ms"), options, &form, text, sizeof text, &len);
    if (status == STRONGROOM_OK) answer_text(text);
    return status;
}

/* Does what a line asks for, if it is of these; the status says whether it was answered. */
static bool indexed(line *l, const char *op, strongroom_key key, const strongroom_options *options, strongroom_status *status) {
    if (strcmp(op, "index") == 0 || strcmp(op, "indexes") == 0) {
        *status = index_line(l, op, key);
    } else if (strcmp(op, "needs_reindex") == 0) {
        const field *index = line_find(l, "index");
        bool needed;
        *status = strongroom_key_needs_reindex(key, index->value, index->len, &needed);
        if (*status == STRONGROOM_OK) printf("{\"ok\":%s}\n", needed ? "true" : "false");
    } else if (strcmp(op, "issue") == 0) {
        *status = issue_line(l, key, options);
    } else if (strcmp(op, "redeem") == 0) {
        *status = redeem_line(l, key, options);
    } else {
        return false;
    }
    return true;
}

/* Imports material as a key, or as a further version of one. */
static strongroom_status import_line(line *l, strongroom_keyring ring) {
    const field *material = line_bytes(l, "material");
    const char *name = line_text(l, "key");
    strongroom_import import = {0};
    strongroom_key_spec spec = {0};
    strongroom_key key = 0;
    uint32_t version;
    import.size = sizeof import;
    import.material = material->value;
    import.material_len = material->len;
    spec.size = sizeof spec;
    spec.key_type = line_text(l, "type");
    spec.flags = is_true(l, "derived") ? STRONGROOM_DERIVED : 0;
    if (spec.key_type != NULL && strcmp(spec.key_type, "hmac") == 0) spec.key_size = (uint32_t)material->len;
    strongroom_status status = strongroom_keyring_key(ring, name, &key);
    if (status == STRONGROOM_OK) status = strongroom_key_import_version(key, &import, &version);
    else status = strongroom_keyring_import_key(ring, name, &import, &spec, &key);
    strongroom_key_free(key);
    return status;
}

#endif
