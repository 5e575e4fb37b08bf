/* A call through its batch form, between neighbours that fail: what comes of it has to be what the call would give alone. */
#ifndef BATCHED_H
#define BATCHED_H

#include "lines.h"
#include <strongroom.h>

typedef strongroom_status (*batch_call)(strongroom_key, strongroom_item *, size_t);

/* The batch form of an operation, or NULL if it has none. */
static batch_call batched_form(const char *op) {
    static const struct {
        const char *op;
        batch_call call;
    } forms[] = {
        {"encrypt", strongroom_key_encrypt_batch},  {"decrypt", strongroom_key_decrypt_batch},
        {"rewrap", strongroom_key_rewrap_batch},    {"sign", strongroom_key_sign_batch},
        {"hmac", strongroom_key_hmac_batch},        {"verify", strongroom_key_verify_batch},
        {"verify_hmac", strongroom_key_verify_hmac_batch},
    };
    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++)
        if (strcmp(forms[i].op, op) == 0) return forms[i].call;
    return NULL;
}

/* The status of the item; its result goes into `*out`, which the caller frees. Nothing is asked for if `out` is NULL. */
static strongroom_status batched(batch_call call, strongroom_key key, const field *in, const field *signature, const strongroom_options *options, char **out, size_t *len) {
    strongroom_options wrong = {0};
    strongroom_item items[3];
    memset(items, 0, sizeof items);
    wrong.size = 1;
    items[0].options = items[2].options = &wrong;
    items[1].input = in->value;
    items[1].input_len = in->len;
    items[1].options = options;
    if (signature != NULL) items[1].signature = signature->value, items[1].signature_len = signature->len;
    /* For the length, and then with exactly as much room. */
    for (int pass = 0; pass < (out == NULL ? 1 : 2); pass++) {
        if (call(key, items, 3) != STRONGROOM_OK) line_fail("a batch failed as a whole");
        for (int i = 0; i < 3; i += 2)
            if (items[i].status != STRONGROOM_INVALID_ARGUMENT) line_fail("a neighbour in a batch did not fail");
        if (items[1].status != STRONGROOM_OK) return items[1].status;
        if (out == NULL) return STRONGROOM_OK;
        if (pass == 0) {
            *out = (char *)malloc(items[1].len + 1);
            if (*out == NULL) line_fail("no memory");
            items[1].out = *out;
            items[1].capacity = items[1].len;
        }
    }
    *len = items[1].len;
    return STRONGROOM_OK;
}

#endif
