/*
 * Drives the library for tests: reads one JSON object a line, answers one a line.
 *
 *   {"op":"open","folder":F,"root_key":HEX}                     or, for a passphrase, "passphrase":HEX,"seal_id":TEXT; for a file "root_key_file":PATH, for a URL "seal_url":TEXT
 *   {"op":"memory"}, {"op":"create","folder":F,"root_key":HEX}
 *   {"op":"key","key":K}, {"op":"create_key","key":K,"type":T,"flags":N} or "derived":true,"convergent":true, {"op":"restore_key","key":K?,"backup":HEX,"root_key":HEX…}
 *   {"op":"encrypt","key":K,"plaintext":HEX}                    -> {"ok":TEXT}; likewise decrypt, rewrap ("ciphertext":TEXT), …_binary (HEX)
 *   {"op":"sign","key":K,"message":HEX}, hmac, verify ("signature":TEXT), verify_hmac, public_key, rotate, disable, id, keys
 *   {"op":"restore_transit","key":K,"backup":TEXT,"dialect":N?}, {"op":"backup_transit","key":K,"dialect":N,"even_if_unusable":B?} -> {"ok":TEXT}
 *   {"op":"info","key":K} -> {"ok":TEXT}, a line of names and numbers
 *   {"op":"export_transit","key":K,"kind":N,"format":N,"version":N}, public_keys_transit ("format":N) -> {"ok":"1=TEXT,2=TEXT"}, newlines as "|"
 * Indexes, tokens and API keys: indexing.h. Files of any size: streaming.h.
 *
 * With "view":"transit" messages are worked on with that view of the key, with "batch":true through the batch forms.
 * Messages also take "aad", "context" (HEX), "aad_map", "context_map" (names and values in HEX, "6b:76,6b:76"), "version", "hash", "form",
 * "prehashed", "padding", "salt_length".
 * What fails is {"error":NAME}; {"op":"detail"} -> {"ok":TEXT} says what more is known of it.
 */
#include "batched.h"
#include "lines.h"
#include "indexing.h"
#include "moving.h"
#include "streaming.h"
#include <strongroom.h>

static strongroom_keyring ring;

static char detail[64];

static void answer_error(strongroom_status status) {
    snprintf(detail, sizeof detail, "%s", strongroom_error_detail());
    printf("{\"error\":\"%s\"}\n", strongroom_error_name(status));
}

static void answer_hex(const void *data, size_t len) {
    const unsigned char *bytes = data;
    printf("{\"ok\":\"");
    for (size_t i = 0; i < len; i++) printf("%02x", bytes[i]);
    printf("\"}\n");
}

static strongroom_status seal_of(line *l, strongroom_seal *seal) {
    const field *bytes;
    if ((bytes = line_bytes(l, "root_key")) != NULL) return strongroom_seal_root_key(bytes->value, bytes->len, seal);
    if ((bytes = line_bytes(l, "passphrase")) != NULL) {
        strongroom_status status = strongroom_seal_passphrase(bytes->value, bytes->len, line_text(l, "seal_id"), seal);
        if (status != STRONGROOM_OK || !is_true(l, "allow_costly")) return status;
        strongroom_seal usual = *seal;
        status = strongroom_seal_allow_costly(usual, seal);
        strongroom_seal_free(usual);
        return status;
    }
    if (line_text(l, "root_key_file") != NULL) return strongroom_seal_root_key_file(line_text(l, "root_key_file"), seal);
    if (line_text(l, "seal_url") != NULL) return strongroom_seal_url(line_text(l, "seal_url"), strlen(line_text(l, "seal_url")), seal);
    line_fail("no seal");
    return STRONGROOM_WRONG_SEAL;
}

/* "6b:76,6b:76" to pairs, over the text itself. */
static size_t pairs_of(char *text, strongroom_pair *pairs, size_t most) {
    size_t count = 0;
    for (char *at = text; *at != 0; count++) {
        strongroom_pair *pair = &pairs[count];
        if (count == most) line_fail("too many pairs");
        for (int part = 0; part < 2; part++) {
            char *out = at, *start = at;
            while (*at != 0 && *at != ':' && *at != ',') {
                char digits[3] = {at[0], at[1], 0};
                *out++ = (char)strtoul(digits, NULL, 16);
                at += 2;
            }
            if (part == 0) {
                pair->name = start;
                pair->name_len = (size_t)(out - start);
            } else {
                pair->value = start;
                pair->value_len = (size_t)(out - start);
            }
            if (*at != 0) at++;
        }
    }
    return count;
}

static strongroom_pair aad_pairs[512], context_pairs[512];

static strongroom_options options_of(line *l) {
    static const char *hashes[] = {"", "sha2-224", "sha2-256", "sha2-384", "sha2-512", "sha3-224", "sha3-256", "sha3-384", "sha3-512", "sha1", "none"};
    strongroom_options options = {0};
    const field *f;
    const char *text;
    options.size = sizeof options;
    if ((f = line_bytes(l, "aad")) != NULL) options.aad = f->value, options.aad_len = f->len;
    if ((f = line_bytes(l, "context")) != NULL) options.context = f->value, options.context_len = f->len;
    if ((f = line_find(l, "aad_map")) != NULL) options.aad_map = aad_pairs, options.aad_map_count = pairs_of(f->value, aad_pairs, 512);
    if ((f = line_find(l, "context_map")) != NULL) options.context_map = context_pairs, options.context_map_count = pairs_of(f->value, context_pairs, 512);
    options.version = number_of(l, "version");
    if ((text = line_text(l, "hash")) != NULL)
        while (strcmp(hashes[options.hash], text) != 0)
            if (++options.hash == sizeof hashes / sizeof hashes[0]) line_fail("an unknown hash");
    if ((text = line_text(l, "form")) != NULL) options.form = strcmp(text, "jws") == 0 ? STRONGROOM_FORM_JWS : STRONGROOM_FORM_ASN1;
    if (is_true(l, "prehashed")) options.prehashed = 1;
    if ((text = line_text(l, "padding")) != NULL) options.padding = strcmp(text, "pss") == 0 ? STRONGROOM_PADDING_PSS : STRONGROOM_PADDING_PKCS1V15;
    if ((text = line_text(l, "salt_length")) != NULL) {
        if (strcmp(text, "auto") == 0) options.salt = STRONGROOM_SALT_AUTO;
        else if (strcmp(text, "hash") == 0) options.salt = STRONGROOM_SALT_HASH;
        else options.salt = STRONGROOM_SALT_BYTES, options.salt_length = number_of(l, "salt_length");
    }
    return options;
}

typedef strongroom_status (*to_text)(strongroom_key, const void *, size_t, const strongroom_options *, char *, size_t, size_t *);
typedef strongroom_status (*to_bytes)(strongroom_key, const void *, size_t, const strongroom_options *, void *, size_t, size_t *);

/* Asks for the length, then calls with exactly as much room. */
static void call_text(to_text call, strongroom_key key, const field *in, const strongroom_options *options) {
    size_t needed, len;
    strongroom_status status = call(key, in->value, in->len, options, NULL, 0, &needed);
    if (status != STRONGROOM_OK) {
        answer_error(status);
        return;
    }
    char *out = malloc(needed);
    if (out == NULL) line_fail("no memory");
    status = call(key, in->value, in->len, options, out, needed, &len);
    if (status != STRONGROOM_OK) answer_error(status);
    /* Two numbers as DER have no one length. */
    else if (strlen(out) != len || len + 1 > needed || (len + 1 != needed && call != strongroom_key_sign)) line_fail("the length is not the one that was asked for");
    else printf("{\"ok\":\"%s\"}\n", out);
    free(out);
}

static void call_bytes(to_bytes call, strongroom_key key, const field *in, const strongroom_options *options) {
    size_t needed, len;
    strongroom_status status = call(key, in->value, in->len, options, NULL, 0, &needed);
    if (status != STRONGROOM_OK) {
        answer_error(status);
        return;
    }
    unsigned char *out = malloc(needed + 1);
    if (out == NULL) line_fail("no memory");
    status = call(key, in->value, in->len, options, out, needed, &len);
    if (status != STRONGROOM_OK) answer_error(status);
    else if (len != needed) line_fail("the length is not the one that was asked for");
    else answer_hex(out, len);
    free(out);
}

static void call_batch(line *l, const char *op, strongroom_key key, const field *in, const strongroom_options *options) {
    const field *signature = line_find(l, "signature");
    char *out = NULL;
    size_t len = 0;
    strongroom_status status = batched(batched_form(op), key, in, signature, options, signature == NULL ? &out : NULL, &len);
    if (status != STRONGROOM_OK) answer_error(status);
    else if (signature != NULL) printf("{\"ok\":true}\n");
    else if (strcmp(op, "decrypt") == 0) answer_hex(out, len);
    else answer_text(out);
    free(out);
}

static void print_name(void *first, const char *name) {
    printf("%s%s", *(int *)first ? "" : ",", name);
    *(int *)first = 0;
}

static void on_keyring(line *l, const char *op) {
    strongroom_seal seal = 0;
    strongroom_key key = 0;
    strongroom_status status;
    char id[40];
    size_t len;
    if (strcmp(op, "open") == 0 || strcmp(op, "create") == 0) {
        strongroom_keyring opened;
        status = seal_of(l, &seal);
        if (status == STRONGROOM_OK) {
            const char *folder = line_text(l, "folder");
            status = (op[0] == 'o' ? strongroom_keyring_open : strongroom_keyring_create)(folder, seal, NULL, &opened);
            if (status == STRONGROOM_OK) {
                strongroom_keyring_free(ring);
                ring = opened;
            }
        }
    } else if (strcmp(op, "memory") == 0) {
        strongroom_keyring_free(ring);
        status = strongroom_keyring_in_memory(&ring);
    } else if (strcmp(op, "create_key") == 0) {
        strongroom_key_spec spec = {0};
        spec.size = sizeof spec;
        spec.key_type = line_text(l, "type");
        spec.flags = number_of(l, "flags");
        if (is_true(l, "derived")) spec.flags |= STRONGROOM_DERIVED;
        if (is_true(l, "convergent")) spec.flags |= STRONGROOM_CONVERGENT;
        status = strongroom_keyring_create_key(ring, line_text(l, "key"), &spec, &key);
    } else if (strcmp(op, "restore_key") == 0) {
        const field *backup = line_bytes(l, "backup");
        status = seal_of(l, &seal);
        if (status == STRONGROOM_OK) status = strongroom_keyring_restore_key(ring, backup->value, backup->len, seal, line_text(l, "key"), &key);
    } else if (strcmp(op, "restore_transit") == 0) {
        const field *backup = line_find(l, "backup");
        status = strongroom_keyring_restore_transit(ring, backup->value, backup->len, line_text(l, "key"), number_of(l, "dialect"), &key);
    } else if (strcmp(op, "import_key") == 0) {
        status = import_line(l, ring);
    } else if (strcmp(op, "check_api_key") == 0) {
        status = strongroom_api_key_check(line_text(l, "text"), line_find(l, "text")->len);
    } else if (strcmp(op, "detail") == 0) {
        answer_text(detail);
        return;
    } else if (strcmp(op, "id") == 0) {
        status = strongroom_keyring_id(ring, id, sizeof id, &len);
        if (status == STRONGROOM_OK) {
            printf("{\"ok\":\"%s\"}\n", id);
            return;
        }
    } else if (strcmp(op, "keys") == 0) {
        int first = 1;
        printf("{\"ok\":\"");
        status = strongroom_keyring_keys(ring, print_name, &first);
        printf("\"}\n");
        if (status != STRONGROOM_OK) line_fail("the keys cannot be listed");
        return;
    } else {
        line_fail("an unknown op");
        return;
    }
    strongroom_seal_free(seal);
    strongroom_key_free(key);
    if (status == STRONGROOM_OK) printf("{\"ok\":true}\n");
    else answer_error(status);
}

/* The view that is as lenient as Transit, instead of the key. */
static strongroom_key lenient(strongroom_key key) {
    strongroom_key view;
    if (strongroom_key_transit(key, &view) != STRONGROOM_OK) line_fail("there is no view");
    strongroom_key_free(key);
    return view;
}

/* Works with messages. */
static void on_view(line *l, const char *op, strongroom_key key) {
    static const struct {
        const char *op, *input;
        to_text text;
        to_bytes bytes;
    } calls[] = {
        {"encrypt", "plaintext", strongroom_key_encrypt, NULL},
        {"decrypt", "ciphertext", NULL, strongroom_key_decrypt},
        {"rewrap", "ciphertext", strongroom_key_rewrap, NULL},
        {"encrypt_binary", "plaintext", NULL, strongroom_key_encrypt_binary},
        {"decrypt_binary", "binary", NULL, strongroom_key_decrypt_binary},
        {"rewrap_binary", "binary", NULL, strongroom_key_rewrap_binary},
        {"sign", "message", strongroom_key_sign, NULL},
        {"hmac", "message", strongroom_key_hmac, NULL},
    };
    strongroom_options options = options_of(l);
    strongroom_status status;
    if (indexed(l, op, key, &options, &status) || streamed(l, op, key, &options, &status)) {
        if (status != STRONGROOM_OK) answer_error(status);
        return;
    }
    for (size_t i = 0; i < sizeof calls / sizeof calls[0]; i++) {
        if (strcmp(calls[i].op, op) != 0) continue;
        const field *in = strcmp(calls[i].input, "ciphertext") == 0 ? line_find(l, "ciphertext") : line_bytes(l, calls[i].input);
        if (in == NULL) line_fail("no input");
        if (is_true(l, "batch")) call_batch(l, op, key, in, &options);
        else if (calls[i].text != NULL) call_text(calls[i].text, key, in, &options);
        else call_bytes(calls[i].bytes, key, in, &options);
        return;
    }
    if (strcmp(op, "verify") == 0 || strcmp(op, "verify_hmac") == 0) {
        const field *message = line_bytes(l, "message"), *signature = line_find(l, "signature");
        if (is_true(l, "batch")) {
            call_batch(l, op, key, message, &options);
            return;
        }
        status = (op[6] == 0 ? strongroom_key_verify : strongroom_key_verify_hmac)(key, message->value, message->len, signature->value, signature->len, &options);
        if (status == STRONGROOM_OK) printf("{\"ok\":true}\n");
        else answer_error(status);
    } else {
        line_fail("an unknown op");
    }
}

/* The public key under a context, if there is one. */
static strongroom_status public_key(line *l, strongroom_key key) {
    strongroom_options options = options_of(l);
    strongroom_key view = 0;
    unsigned char out[600];
    size_t len;
    uint32_t version = options.version;
    strongroom_status status = STRONGROOM_OK;
    options.version = 0;
    if (options.context != NULL || options.context_map != NULL) status = strongroom_key_context(key, &options, &view);
    if (status == STRONGROOM_OK && view != 0 && line_text(l, "view") != NULL) view = lenient(view);
    if (status == STRONGROOM_OK) status = strongroom_key_public_key(view == 0 ? key : view, version, 0, out, sizeof out, &len);
    strongroom_key_free(view);
    if (status == STRONGROOM_OK) answer_hex(out, len);
    return status;
}

/* Works with messages in a view of the key, if one is asked for, and manages the key itself. */
static void on_key(line *l, const char *op, strongroom_key key) {
    strongroom_status status = STRONGROOM_OK;
    uint32_t version;
    if (moved(l, op, key, &status)) {
    } else if (strcmp(op, "public_key") == 0) {
        status = public_key(l, key);
    } else if (strcmp(op, "rotate") == 0) {
        status = strongroom_key_rotate(key, line_text(l, "type"), &version);
        if (status == STRONGROOM_OK) printf("{\"ok\":%u}\n", (unsigned)version);
    } else if (strcmp(op, "disable") == 0) {
        status = strongroom_key_disable(key);
        if (status == STRONGROOM_OK) printf("{\"ok\":true}\n");
    } else if (strcmp(op, "key") == 0) {
        printf("{\"ok\":true}\n");
    } else if (line_text(l, "view") != NULL) {
        strongroom_key view;
        status = strongroom_key_transit(key, &view);
        if (status == STRONGROOM_OK) {
            on_view(l, op, view);
            strongroom_key_free(view);
        }
    } else {
        on_view(l, op, key);
    }
    if (status != STRONGROOM_OK) answer_error(status);
}

int main(void) {
    static const char *keyring_ops[] = {"open", "create", "memory", "create_key", "restore_key", "restore_transit", "import_key", "check_api_key", "detail", "id", "keys"};
    char *text;
    while ((text = line_read()) != NULL) {
        line l;
        strongroom_key key;
        bool done = false;
        line_parse(text, &l);
        const char *op = line_text(&l, "op");
        if (op == NULL) line_fail("no op");
        for (size_t i = 0; i < sizeof keyring_ops / sizeof keyring_ops[0]; i++) {
            if (strcmp(op, keyring_ops[i]) == 0) {
                on_keyring(&l, op);
                done = true;
            }
        }
        if (!done) {
            strongroom_status status = strongroom_keyring_key(ring, line_text(&l, "key"), &key);
            if (status == STRONGROOM_OK) {
                on_key(&l, op, key);
                strongroom_key_free(key);
            } else {
                answer_error(status);
            }
        }
        fflush(stdout);
        line_free(&l);
        free(text);
    }
    return strongroom_keyring_free(ring) == STRONGROOM_OK ? 0 : 1;
}
