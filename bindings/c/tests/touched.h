/*
 * What is handed to the library is read here first, byte by byte, before the library reads it. The library's own code is compiled
 * without the address sanitizer, which therefore does not see it read memory that is gone; this is compiled with it. The linker sends each
 * of these calls here (--wrap); c/touched.rs passes this file to every sanitized program that means what it hands over.
 */
#ifndef TOUCHED_H
#define TOUCHED_H

#include <strongroom.h>

#ifdef __cplusplus
extern "C" {
#endif

static inline void touch(const void *data, size_t len) {
    const volatile unsigned char *at = (const volatile unsigned char *)data;
    for (size_t i = 0; at != NULL && i < len; i++) (void)at[i];
}

static inline void touch_text(const char *text) {
    const volatile char *at = (const volatile char *)text;
    while (at != NULL && *at != 0) at++;
}

static inline void touch_pairs(const strongroom_pair *pairs, size_t count) {
    for (size_t i = 0; pairs != NULL && i < count; i++) {
        touch(pairs[i].name, pairs[i].name_len);
        touch(pairs[i].value, pairs[i].value_len);
    }
}

static inline void touch_options(const strongroom_options *options) {
    if (options == NULL) return;
    touch(options->aad, options->aad_len);
    touch_pairs(options->aad_map, options->aad_map_count);
    touch(options->context, options->context_len);
    touch_pairs(options->context_map, options->context_map_count);
}

static inline void touch_spec(const strongroom_key_spec *spec) {
    if (spec == NULL) return;
    touch_text(spec->key_type);
    touch_text(spec->version_template);
    touch_pairs(spec->labels, spec->labels_count);
}

static inline void touch_import(const strongroom_import *import) {
    if (import == NULL) return;
    touch(import->material, import->material_len);
    /* Of an older header it has none, and a length that cannot be is refused without a look. */
    if (import->size == sizeof *import && import->passphrase_len < PTRDIFF_MAX) touch(import->passphrase, import->passphrase_len);
}

static inline void touch_keyring_options(const strongroom_keyring_options *options) {
    if (options == NULL) return;
    touch_text(options->label);
    touch_text(options->pinned_id);
    touch_text(options->pin);
    /* Of an older header it has none, and a length that cannot be is refused without a look. */
    if (options->size == sizeof *options && options->witness_len < PTRDIFF_MAX) touch(options->witness, options->witness_len);
}

static inline void touch_index(const strongroom_index_options *index) {
    /* What is of another size is refused without a look. */
    if (index == NULL || index->size != sizeof *index) return;
    if (index->name_len < PTRDIFF_MAX) touch(index->name, index->name_len);
    touch_text(index->normalize);
}

static inline void touch_form(const strongroom_token_form *form) {
    if (form != NULL && form->size == sizeof *form) touch_text(form->prefix);
}

static inline void touch_items(const strongroom_item *items, size_t count, bool sized) {
    for (size_t i = 0; items != NULL && i < count; i++) {
        if (!sized) touch(items[i].input, items[i].input_len);
        touch(items[i].signature, items[i].signature_len);
        touch_options(items[i].options);
        touch(items[i].plaintext, sized ? items[i].input_len % 65 : 0);
        touch(items[i].out, items[i].capacity);
    }
}

static inline void touch_values(const strongroom_values *values, size_t count, size_t width) {
    touch(values->data, values->data_len);
    touch(values->offsets, count + 1 > PTRDIFF_MAX / width ? 0 : (count + 1) * width);
    touch(values->validity, count / 8 + (count % 8 > 0));
}

static inline void touch_column(const strongroom_column *column) {
    if (column == NULL || column->size != sizeof *column) return;
    size_t width = column->offset_bits == 64 ? 8 : 4;
    touch_values(&column->values, column->count, width);
    touch_values(&column->aads, column->count, width);
    touch_values(&column->contexts, column->count, width);
}

#define REAL(name) __real_##name
#define WRAPPED(name) __wrap_##name

#define MESSAGE(name, out_type) \
    strongroom_status REAL(name)(strongroom_key, const void *, size_t, const strongroom_options *, out_type *, size_t, size_t *); \
    strongroom_status WRAPPED(name)(strongroom_key, const void *, size_t, const strongroom_options *, out_type *, size_t, size_t *); \
    strongroom_status WRAPPED(name)(strongroom_key key, const void *in, size_t in_len, const strongroom_options *options, out_type *out, size_t capacity, size_t *len) { \
        touch(in, in_len); \
        touch_options(options); \
        touch(out, capacity); \
        return REAL(name)(key, in, in_len, options, out, capacity, len); \
    }

MESSAGE(strongroom_key_encrypt, char)
MESSAGE(strongroom_key_decrypt, void)
MESSAGE(strongroom_key_rewrap, char)
MESSAGE(strongroom_key_encrypt_binary, void)
MESSAGE(strongroom_key_decrypt_binary, void)
MESSAGE(strongroom_key_rewrap_binary, void)
MESSAGE(strongroom_key_sign, char)
MESSAGE(strongroom_key_hmac, char)

#define VERIFICATION(name) \
    strongroom_status REAL(name)(strongroom_key, const void *, size_t, const char *, size_t, const strongroom_options *); \
    strongroom_status WRAPPED(name)(strongroom_key, const void *, size_t, const char *, size_t, const strongroom_options *); \
    strongroom_status WRAPPED(name)(strongroom_key key, const void *in, size_t in_len, const char *signature, size_t signature_len, const strongroom_options *options) { \
        touch(in, in_len); \
        touch(signature, signature_len); \
        touch_options(options); \
        return REAL(name)(key, in, in_len, signature, signature_len, options); \
    }

VERIFICATION(strongroom_key_verify)
VERIFICATION(strongroom_key_verify_hmac)

#define BATCH(name, sized) \
    strongroom_status REAL(name)(strongroom_key, strongroom_item *, size_t); \
    strongroom_status WRAPPED(name)(strongroom_key, strongroom_item *, size_t); \
    strongroom_status WRAPPED(name)(strongroom_key key, strongroom_item *items, size_t count) { \
        touch_items(items, count, sized); \
        return REAL(name)(key, items, count); \
    }

BATCH(strongroom_key_encrypt_batch, false)
BATCH(strongroom_key_decrypt_batch, false)
BATCH(strongroom_key_rewrap_batch, false)
BATCH(strongroom_key_encrypt_binary_batch, false)
BATCH(strongroom_key_decrypt_binary_batch, false)
BATCH(strongroom_key_rewrap_binary_batch, false)
BATCH(strongroom_key_needs_rewrap_batch, false)
BATCH(strongroom_key_needs_rewrap_binary_batch, false)
BATCH(strongroom_key_sign_batch, false)
BATCH(strongroom_key_verify_batch, false)
BATCH(strongroom_key_hmac_batch, false)
BATCH(strongroom_key_verify_hmac_batch, false)
BATCH(strongroom_key_needs_reindex_batch, false)
BATCH(strongroom_key_data_key_batch, true)

/* The other calls: their parameters, how they are passed on, and what of them is read. */
#define OTHER(name, parameters, arguments, touches) \
    strongroom_status REAL(name) parameters; \
    strongroom_status WRAPPED(name) parameters; \
    strongroom_status WRAPPED(name) parameters { \
        touches; \
        return REAL(name) arguments; \
    }

OTHER(strongroom_key_data_key,
      (strongroom_key key, size_t size, const strongroom_options *options, void *plaintext, char *out, size_t capacity, size_t *len),
      (key, size, options, plaintext, out, capacity, len), (touch_options(options), touch(plaintext, size <= 64 ? size : 0), touch(out, capacity)))
#define COLUMN (strongroom_key key, const strongroom_column *column, const strongroom_options *options, strongroom_new_column *made)
#define TOUCH_COLUMN (touch_column(column), touch_options(options), touch(made == NULL ? NULL : made->data, made == NULL ? 0 : made->capacity))
OTHER(strongroom_key_encrypt_column, COLUMN, (key, column, options, made), TOUCH_COLUMN)
OTHER(strongroom_key_decrypt_column, COLUMN, (key, column, options, made), TOUCH_COLUMN)
OTHER(strongroom_key_rewrap_column, COLUMN, (key, column, options, made), TOUCH_COLUMN)
#define INDEX(name, out_type) \
    OTHER(name, \
          (strongroom_key key, const void *value, size_t value_len, const strongroom_index_options *index, out_type *out, size_t capacity, size_t *len), \
          (key, value, value_len, index, out, capacity, len), (touch(value, value_len), touch_index(index), touch(out, capacity)))
INDEX(strongroom_key_index, char)
INDEX(strongroom_key_index_binary, void)
#define INDEXES(name) \
    OTHER(name, \
          (strongroom_key key, const void *value, size_t value_len, const strongroom_index_options *index, strongroom_index_fn each, void *user), \
          (key, value, value_len, index, each, user), (touch(value, value_len), touch_index(index)))
INDEXES(strongroom_key_indexes)
INDEXES(strongroom_key_indexes_binary)
INDEXES(strongroom_key_indexes_prefix)
INDEXES(strongroom_key_indexes_prefix_binary)
#define PREFIXES(name) \
    OTHER(name, \
          (strongroom_key key, const void *value, size_t value_len, const uint8_t *lengths, size_t count, const strongroom_index_options *index, \
           strongroom_index_fn each, void *user), \
          (key, value, value_len, lengths, count, index, each, user), (touch(value, value_len), touch(lengths, count), touch_index(index)))
PREFIXES(strongroom_key_index_prefixes)
PREFIXES(strongroom_key_index_prefixes_binary)
#define NGRAMS(name) \
    OTHER(name, \
          (strongroom_key key, const void *value, size_t value_len, uint32_t n, const strongroom_index_options *index, strongroom_index_fn each, void *user), \
          (key, value, value_len, n, index, each, user), (touch(value, value_len), touch_index(index)))
NGRAMS(strongroom_key_index_ngrams)
NGRAMS(strongroom_key_index_ngrams_binary)
#define EACH_NGRAMS(name) \
    OTHER(name, \
          (strongroom_key key, const void *value, size_t value_len, uint32_t n, const strongroom_index_options *index, strongroom_index_fn each, \
           void *user, size_t *versions), \
          (key, value, value_len, n, index, each, user, versions), (touch(value, value_len), touch_index(index)))
EACH_NGRAMS(strongroom_key_indexes_ngrams)
EACH_NGRAMS(strongroom_key_indexes_ngrams_binary)
#define INDEX_BATCH(name) \
    OTHER(name, (strongroom_key key, strongroom_item *items, size_t count, const strongroom_index_options *index), (key, items, count, index), \
          (touch_items(items, count, false), touch_index(index)))
INDEX_BATCH(strongroom_key_index_batch)
INDEX_BATCH(strongroom_key_index_binary_batch)
#define INDEXES_BATCH(name) \
    OTHER(name, \
          (strongroom_key key, strongroom_item *items, size_t count, const strongroom_index_options *index, strongroom_index_fn each, void *user), \
          (key, items, count, index, each, user), (touch_items(items, count, false), touch_index(index)))
INDEXES_BATCH(strongroom_key_indexes_batch)
INDEXES_BATCH(strongroom_key_indexes_binary_batch)
OTHER(strongroom_key_needs_reindex, (strongroom_key key, const char *text, size_t len, bool *needed), (key, text, len, needed), touch(text, len))
OTHER(strongroom_key_issue,
      (strongroom_key key, const void *payload, size_t payload_len, uint64_t ttl_ms, const strongroom_options *options, const strongroom_token_form *form,
       char *out, size_t capacity, size_t *len),
      (key, payload, payload_len, ttl_ms, options, form, out, capacity, len),
      (touch(payload, payload_len), touch_options(options), touch_form(form), touch(out, capacity)))
OTHER(strongroom_key_redeem,
      (strongroom_key key, const char *token, size_t token_len, const strongroom_options *options, const strongroom_token_form *form, void *out,
       size_t capacity, size_t *len, uint64_t *issued_ms, uint64_t *expires_ms),
      (key, token, token_len, options, form, out, capacity, len, issued_ms, expires_ms),
      (touch(token, token_len), touch_options(options), touch_form(form), touch(out, capacity)))
OTHER(strongroom_api_key_generate, (const char *prefix, char *out, size_t capacity, size_t *len), (prefix, out, capacity, len),
      (touch_text(prefix), touch(out, capacity)))
OTHER(strongroom_api_key_check, (const char *text, size_t len), (text, len), touch(text, len))
OTHER(strongroom_key_context, (strongroom_key key, const strongroom_options *options, strongroom_key *view), (key, options, view), touch_options(options))
OTHER(strongroom_key_needs_rewrap, (strongroom_key key, const char *text, size_t len, bool *needed), (key, text, len, needed), touch(text, len))
OTHER(strongroom_key_needs_rewrap_binary, (strongroom_key key, const void *text, size_t len, bool *needed), (key, text, len, needed), touch(text, len))
OTHER(strongroom_key_configure, (strongroom_key key, const strongroom_key_config *config), (key, config), touch_pairs(config->labels, config->labels_count))
OTHER(strongroom_key_import_version, (strongroom_key key, const strongroom_import *import, uint32_t *version), (key, import, version), touch_import(import))
OTHER(strongroom_key_export_wrapped,
      (strongroom_key key, const void *to, size_t to_len, uint32_t hash, uint32_t version, uint32_t expose, char *out, size_t capacity, size_t *len),
      (key, to, to_len, hash, version, expose, out, capacity, len), (touch(to, to_len), touch(out, capacity)))
OTHER(strongroom_key_certificate_request,
      (strongroom_key key, const void *from, size_t from_len, uint32_t version, char *out, size_t capacity, size_t *len),
      (key, from, from_len, version, out, capacity, len), (touch(from, from_len), touch(out, capacity)))
OTHER(strongroom_key_set_certificate_chain, (strongroom_key key, const void *chain, size_t chain_len, uint32_t version), (key, chain, chain_len, version),
      touch(chain, chain_len))
OTHER(strongroom_keyring_derive_key,
      (strongroom_keyring ring, const char *name, strongroom_key base, uint32_t version, const void *peer, size_t peer_len, const strongroom_key_spec *spec, strongroom_key *key),
      (ring, name, base, version, peer, peer_len, spec, key), (touch_text(name), touch(peer, peer_len), touch_spec(spec)))
OTHER(strongroom_keyring_create_key, (strongroom_keyring ring, const char *name, const strongroom_key_spec *spec, strongroom_key *key),
      (ring, name, spec, key), (touch_text(name), touch_spec(spec)))
OTHER(strongroom_keyring_key_or_create, (strongroom_keyring ring, const char *name, const strongroom_key_spec *spec, strongroom_key *key),
      (ring, name, spec, key), (touch_text(name), touch_spec(spec)))
OTHER(strongroom_keyring_import_key,
      (strongroom_keyring ring, const char *name, const strongroom_import *import, const strongroom_key_spec *spec, strongroom_key *key),
      (ring, name, import, spec, key), (touch_text(name), touch_spec(spec), touch_import(import)))
OTHER(strongroom_keyring_restore_key,
      (strongroom_keyring ring, const void *backup, size_t len, strongroom_seal seal, const char *name, strongroom_key *key),
      (ring, backup, len, seal, name, key), (touch_text(name), touch(backup, len)))
OTHER(strongroom_keyring_restore_transit,
      (strongroom_keyring ring, const void *backup, size_t len, const char *name, uint32_t dialect, strongroom_key *key),
      (ring, backup, len, name, dialect, key), (touch_text(name), touch(backup, len)))
OTHER(strongroom_keyring_create, (const char *folder, strongroom_seal seal, const strongroom_keyring_options *options, strongroom_keyring *ring),
      (folder, seal, options, ring), (touch_text(folder), touch_keyring_options(options)))
OTHER(strongroom_keyring_open, (const char *folder, strongroom_seal seal, const strongroom_keyring_options *options, strongroom_keyring *ring),
      (folder, seal, options, ring), (touch_text(folder), touch_keyring_options(options)))
OTHER(strongroom_keyring_open_or_create, (const char *folder, strongroom_seal seal, const strongroom_keyring_options *options, strongroom_keyring *ring),
      (folder, seal, options, ring), (touch_text(folder), touch_keyring_options(options)))
OTHER(strongroom_keyring_restore,
      (const char *snapshot, const char *folder, strongroom_seal seal, const strongroom_keyring_options *options, strongroom_keyring *ring),
      (snapshot, folder, seal, options, ring), (touch_text(snapshot), touch_text(folder), touch_keyring_options(options)))
OTHER(strongroom_keyring_key, (strongroom_keyring ring, const char *name, strongroom_key *key), (ring, name, key), touch_text(name))
OTHER(strongroom_keyring_reseal, (strongroom_keyring ring, const strongroom_seal *seals, size_t count, size_t *resealed), (ring, seals, count, resealed),
      touch(seals, count * sizeof *seals))
OTHER(strongroom_keyring_rewrap_seals, (strongroom_keyring ring, const strongroom_seal *seals, size_t count), (ring, seals, count),
      touch(seals, count * sizeof *seals))
OTHER(strongroom_seal_root_key, (const void *key, size_t len, strongroom_seal *seal), (key, len, seal), touch(key, len))
OTHER(strongroom_seal_root_key_text, (const char *text, size_t len, strongroom_seal *seal), (text, len, seal), touch(text, len))
OTHER(strongroom_seal_url, (const char *url, size_t len, strongroom_seal *seal), (url, len, seal), touch(url, len))
OTHER(strongroom_seal_any, (const strongroom_seal *seals, size_t count, strongroom_seal *any), (seals, count, any), touch(seals, count * sizeof *seals))
OTHER(strongroom_seal_passphrase, (const void *phrase, size_t len, const char *id, strongroom_seal *seal), (phrase, len, id, seal),
      (touch(phrase, len), touch_text(id)))
OTHER(strongroom_seal_labelled, (strongroom_seal seal, const char *label, strongroom_seal *labelled), (seal, label, labelled), (touch_text(label)))
OTHER(strongroom_seal_passphrase_file, (const char *path, const char *id, strongroom_seal *seal), (path, id, seal), (touch_text(path), touch_text(id)))
OTHER(strongroom_seal_provider, (const strongroom_provider *provider, strongroom_seal *seal), (provider, seal),
      (touch_text(provider->kind), touch_text(provider->id)))
OTHER(strongroom_key_encrypt_stream, (strongroom_key key, const strongroom_sink *sink, const strongroom_options *options, strongroom_stream *stream),
      (key, sink, options, stream), touch_options(options))
OTHER(strongroom_key_decrypt_stream, (strongroom_key key, const strongroom_source *source, const strongroom_options *options, strongroom_stream *stream),
      (key, source, options, stream), touch_options(options))
OTHER(strongroom_key_decrypt_range,
      (strongroom_key key, const strongroom_source *source, uint64_t start, uint64_t end, const strongroom_options *options, void *out, size_t capacity, size_t *len),
      (key, source, start, end, options, out, capacity, len), (touch_options(options), touch(out, capacity)))
OTHER(strongroom_key_rewrap_stream,
      (strongroom_key key, const strongroom_source *source, const strongroom_sink *sink, const strongroom_options *options, uint32_t *version),
      (key, source, sink, options, version), touch_options(options))
OTHER(strongroom_stream_write, (strongroom_stream stream, const void *data, size_t len), (stream, data, len), touch(data, len))

#ifdef __cplusplus
}
#endif

#endif
