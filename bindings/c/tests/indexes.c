/* Blind indexes: texts and bits, of values and of their pieces, under each version, and in batches. */
#include "indexes.h"

static char again[128];
static unsigned char bits[64];
static size_t again_len;

static void singles(strongroom_key key) {
    strongroom_index_options email = of_column("users.email"), plain = of_column("users.email"), wide = of_column("users.email");
    size_t needed;
    email.normalize = "email";
    OK(indexed(key, "Ann@Example.com", &email));
    CHECK(strncmp(text, "strongroom:i1:", 14) == 0 && strlen(text) == len && len == 14 + 22);
    OK(strongroom_key_index(key, "  ann@example.COM ", 18, &email, again, sizeof again, &again_len));
    CHECK(strcmp(text, again) == 0);
    /* What is normalised is no part of the index; its name, and how long it is, are. */
    OK(strongroom_key_index(key, "ann@example.com", 15, &plain, again, sizeof again, &again_len));
    CHECK(strcmp(text, again) == 0);
    OK(strongroom_key_index(key, "Ann@Example.com", 15, &plain, again, sizeof again, &again_len));
    CHECK(strcmp(text, again) != 0);
    plain = of_column("users.name");
    OK(strongroom_key_index(key, "ann@example.com", 15, &plain, again, sizeof again, &again_len));
    CHECK(strcmp(text, again) != 0);
    plain = of_column("users.email"), plain.normalize = "none", plain.bits = 128, plain.version = 1;
    OK(strongroom_key_index(key, "ann@example.com", 15, &plain, again, sizeof again, &again_len));
    CHECK(strcmp(text, again) == 0);

    OK(strongroom_key_index(key, "ann@example.com", 15, &plain, NULL, 0, &needed));
    CHECK(needed == len + 1);
    CHECK(strongroom_key_index(key, "ann@example.com", 15, &plain, again, needed - 1, &needed) == STRONGROOM_BUFFER_TOO_SMALL && needed == len + 1);
    OK(strongroom_key_index(key, "ann@example.com", 15, &plain, again, needed, &needed));
    CHECK(needed == len);

    OK(strongroom_key_index_binary(key, "ann@example.com", 15, &plain, NULL, 0, &needed));
    CHECK(needed == 16);
    memset(bits, 0xEE, sizeof bits);
    CHECK(strongroom_key_index_binary(key, "ann@example.com", 15, &plain, bits, 15, &needed) == STRONGROOM_BUFFER_TOO_SMALL && needed == 16);
    OK(strongroom_key_index_binary(key, "ann@example.com", 15, &plain, bits, 16, &needed));
    CHECK(needed == 16 && bits[16] == 0xEE);
    wide.bits = 12;
    OK(strongroom_key_index_binary(key, "ann@example.com", 15, &wide, bits, sizeof bits, &needed));
    CHECK(needed == 2 && (bits[1] & 15) == 0);
    wide.bits = 256;
    OK(strongroom_key_index_binary(key, "ann@example.com", 15, &wide, bits, sizeof bits, &needed));
    CHECK(needed == 32);
    /* Steps are done in their order. */
    email.normalize = "none,trim,digits,none,trim";
    OK(indexed(key, " +49 (30) 1234 ", &email));
    OK(strongroom_key_index(key, "49301234", 8, &plain, again, sizeof again, &again_len));
    CHECK(strcmp(text, again) == 0);
    /* A one in a circle is the digit only once it is normalised. */
    email.normalize = "nfkc,digits";
    OK(indexed(key, "\xe2\x91\xa0", &email));
    OK(strongroom_key_index(key, "1", 1, &plain, again, sizeof again, &again_len));
    CHECK(strcmp(text, again) == 0);
    email.normalize = "digits,nfkc";
    CHECK(indexed(key, "\xe2\x91\xa0", &email) == STRONGROOM_INVALID_VALUE);
}

/* A search finds what an older version has indexed. In memory every version is known to all at once; in a folder another process may not
   know a new one yet, so nothing is written with it. */
static void versions(strongroom_keyring ring, bool is_folder) {
    strongroom_key key = new_key(ring, "rotated", NULL, 0);
    strongroom_index_options name = of_column("users.name");
    strongroom_key_config config = {0};
    found texts = nothing(true), binary = nothing(false);
    uint32_t version;
    bool needed = true;
    OK(indexed(key, "Ann", &name));
    OK(strongroom_key_rotate(key, NULL, &version));
    OK(strongroom_key_indexes(key, "Ann", 3, &name, take, &texts));
    CHECK(texts.count == 2 && texts.newer[0] == 0 && texts.newer[1] == 1 && texts.items[0] == 0 && texts.items[1] == 0);
    CHECK(strncmp((char *)texts.bytes[0], "strongroom:i2:", 14) == 0 && strcmp((char *)texts.bytes[1], text) == 0);
    OK(strongroom_key_indexes_binary(key, "Ann", 3, &name, take, &binary));
    CHECK(binary.count == 2 && binary.newer[1] == 1 && binary.lens[0] == 16 && memcmp(binary.bytes[0], binary.bytes[1], 16) != 0);
    for (version = 1; version <= 2; version++) {
        found one = nothing(true);
        name.version = version;
        OK(strongroom_key_indexes(key, "Ann", 3, &name, take, &one));
        CHECK(one.count == 1 && one.newer[0] == 0 && strcmp((char *)one.bytes[0], (char *)texts.bytes[2 - version]) == 0);
        OK(strongroom_key_index_binary(key, "Ann", 3, &name, bits, sizeof bits, &again_len));
        CHECK(again_len == 16 && memcmp(bits, binary.bytes[2 - version], 16) == 0);
    }
    name.version = 0;
    OK(strongroom_key_index(key, "Ann", 3, &name, again, sizeof again, &again_len));
    CHECK(strcmp(again, (char *)texts.bytes[is_folder ? 1 : 0]) == 0);
    OK(strongroom_key_needs_reindex(key, again, again_len, &needed));
    CHECK(!needed);
    OK(strongroom_key_needs_reindex(key, text, len, &needed));
    CHECK(needed == !is_folder);
    strcpy(again, text), again_len = len;
    config.size = sizeof config;
    config.min_decryption_version = 2;
    OK(strongroom_key_configure(key, &config));
    OK(strongroom_key_needs_reindex(key, again, again_len, &needed));
    CHECK(needed);
    OK(strongroom_key_needs_reindex(key, (char *)texts.bytes[0], texts.lens[0], &needed));
    CHECK(!needed);
    needed = true;
    CHECK(strongroom_key_needs_reindex(key, "strongroom:i3:iw", 16, &needed) == STRONGROOM_VERSION_TOO_NEW && needed);
    CHECK(strongroom_key_needs_reindex(key, "strongroom:i1:", 14, &needed) == STRONGROOM_MALFORMED);
    CHECK(strongroom_key_needs_reindex(key, "strongroom:i1:\xff", 15, &needed) == STRONGROOM_MALFORMED);
    CHECK(strongroom_key_needs_reindex(key, NULL, 0, &needed) == STRONGROOM_MALFORMED);
    CHECK(strongroom_key_needs_reindex(key, again, again_len, NULL) == STRONGROOM_INVALID_ARGUMENT);
    for (version = 1; version <= 3; version += 2) {
        name.version = version;
        CHECK(indexed(key, "Ann", &name) == (version == 1 ? STRONGROOM_VERSION_TOO_OLD : STRONGROOM_VERSION_TOO_NEW));
    }
    OK(strongroom_key_free(key));
}

static bool is_sorted_set(const found *all) {
    for (size_t i = 1; i < all->count; i++)
        if (memcmp(all->bytes[i - 1], all->bytes[i], 32) >= 0) return false;
    return true;
}

static bool has(const found *all, const unsigned char *one, size_t one_len) {
    for (size_t i = 0; i < all->count; i++)
        if (all->lens[i] == one_len && memcmp(all->bytes[i], one, one_len) == 0) return true;
    return false;
}

static void pieces(strongroom_keyring ring) {
    static const uint8_t lengths[] = {3, 4, 3, 9, 255}, zero[] = {3, 0};
    strongroom_key key = new_key(ring, "pieces", NULL, 0);
    strongroom_index_options name = of_column("users.name");
    found texts = nothing(true), binary = nothing(false), searched = nothing(true), searched_binary = nothing(false);
    size_t versions = 77;
    uint32_t version;
    OK(strongroom_key_rotate(key, NULL, &version));
    name.normalize = "casefold";
    /* Characters, not bytes. */
    OK(strongroom_key_index_prefixes(key, "M\xc3\xbcller", 7, lengths, 5, &name, take, &texts));
    OK(strongroom_key_index_prefixes_binary(key, "M\xc3\xbcller", 7, lengths, 5, &name, take, &binary));
    CHECK(texts.count == 2 && binary.count == 2 && is_sorted_set(&binary) && texts.newer[1] == 0 && binary.newer[1] == 0);
    OK(strongroom_key_indexes_prefix(key, "m\xc3\xbcl", 4, &name, take, &searched));
    OK(strongroom_key_indexes_prefix_binary(key, "m\xc3\xbcl", 4, &name, take, &searched_binary));
    CHECK(searched.count == 2 && searched.newer[1] == 1 && searched_binary.count == 2 && searched_binary.newer[1] == 1);
    CHECK(has(&texts, searched.bytes[0], searched.lens[0]) && !has(&texts, searched.bytes[1], searched.lens[1]));
    CHECK(has(&binary, searched_binary.bytes[0], 16) && !has(&binary, searched_binary.bytes[1], 16));
    CHECK(strongroom_key_index_prefixes(key, "Ann", 3, zero, 2, &name, take, &texts) == STRONGROOM_INVALID_OPTION);
    CHECK(strongroom_key_index_prefixes(key, "Ann", 3, NULL, 1, &name, take, &texts) == STRONGROOM_INVALID_ARGUMENT);
    CHECK(strongroom_key_index_prefixes_binary(key, "Ann", 3, NULL, 1, &name, take, &texts) == STRONGROOM_INVALID_ARGUMENT && texts.count == 2);
    texts = nothing(true);
    OK(strongroom_key_index_prefixes(key, "An", 2, lengths, 5, &name, take, &texts));
    CHECK(texts.count == 0);

    texts = nothing(true), binary = nothing(false), searched = nothing(true), searched_binary = nothing(false);
    OK(strongroom_key_index_ngrams(key, "banana", 6, 3, &name, take, &texts));
    OK(strongroom_key_index_ngrams_binary(key, "banana", 6, 3, &name, take, &binary));
    CHECK(texts.count == 3 && binary.count == 3 && is_sorted_set(&binary) && texts.newer[2] == 0);
    OK(strongroom_key_indexes_ngrams(key, "NANA", 4, 3, &name, take, &searched, &versions));
    CHECK(versions == 2 && searched.count == 4 && searched.newer[1] == 0 && searched.newer[2] == 1 && searched.newer[3] == 1);
    for (size_t i = 0; i < 4; i++) CHECK(has(&texts, searched.bytes[i], searched.lens[i]) == (i < 2));
    versions = 77;
    OK(strongroom_key_indexes_ngrams_binary(key, "NANA", 4, 3, &name, take, &searched_binary, &versions));
    CHECK(versions == 2 && searched_binary.count == 4 && searched_binary.newer[2] == 1);
    for (size_t i = 0; i < 4; i++) CHECK(has(&binary, searched_binary.bytes[i], 16) == (i < 2));
    /* What is shorter has no pieces, under each version. */
    searched = nothing(true);
    OK(strongroom_key_indexes_ngrams(key, "an", 2, 3, &name, take, &searched, &versions));
    CHECK(searched.count == 0 && versions == 2);
    static const uint32_t wrong[] = {0, 256, 259, UINT32_MAX};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        versions = 77;
        CHECK(strongroom_key_index_ngrams(key, "banana", 6, wrong[i], &name, take, &searched) == STRONGROOM_INVALID_OPTION);
        CHECK(strongroom_key_index_ngrams_binary(key, "banana", 6, wrong[i], &name, take, &searched) == STRONGROOM_INVALID_OPTION);
        CHECK(strongroom_key_indexes_ngrams(key, "banana", 6, wrong[i], &name, take, &searched, &versions) == STRONGROOM_INVALID_OPTION);
        CHECK(strongroom_key_indexes_ngrams_binary(key, "banana", 6, wrong[i], &name, take, &searched, &versions) == STRONGROOM_INVALID_OPTION);
        CHECK(versions == 77 && searched.count == 0);
    }
    CHECK(strongroom_key_indexes_ngrams(key, "banana", 6, 3, &name, take, &searched, NULL) == STRONGROOM_INVALID_ARGUMENT);
    CHECK(strongroom_key_indexes_ngrams_binary(key, "banana", 6, 3, &name, take, &searched, NULL) == STRONGROOM_INVALID_ARGUMENT && searched.count == 0);
    OK(strongroom_key_free(key));
}

static strongroom_item with_value(const char *value) {
    strongroom_item item = {0};
    item.input = value;
    item.input_len = strlen(value);
    return item;
}

static void batches(strongroom_keyring ring) {
    strongroom_key key = new_key(ring, "batched", NULL, 0);
    strongroom_index_options name = of_column("users.name"), unnamed = of_column("");
    strongroom_options said = {0};
    char texts[3][128];
    strongroom_item items[3] = {with_value("Ann"), with_value(""), with_value("Bob")}, bad[7];
    found all = nothing(true), binary = nothing(false);
    uint32_t version;
    for (int i = 0; i < 3; i++) items[i].out = texts[i], items[i].capacity = sizeof texts[i];
    OK(strongroom_key_index_batch(key, items, 3, &name));
    CHECK(items[0].status == STRONGROOM_OK && items[1].status == STRONGROOM_INVALID_VALUE && items[2].status == STRONGROOM_OK);
    OK(indexed(key, "Bob", &name));
    CHECK(strcmp(text, texts[2]) == 0 && items[2].len == len && items[1].len == 0);
    items[0].capacity = 8;
    OK(strongroom_key_index_binary_batch(key, items, 3, &name));
    CHECK(items[0].status == STRONGROOM_BUFFER_TOO_SMALL && items[0].len == 16 && items[1].status == STRONGROOM_INVALID_VALUE && items[2].len == 16);
    OK(strongroom_key_index_binary(key, "Bob", 3, &name, bits, sizeof bits, &len));
    CHECK(memcmp(bits, texts[2], 16) == 0);

    OK(strongroom_key_rotate(key, NULL, &version));
    for (int i = 0; i < 3; i++) items[i].out = NULL, items[i].capacity = 0, items[i].len = 77;
    OK(strongroom_key_indexes_batch(key, items, 3, &name, take, &all));
    CHECK(items[0].status == STRONGROOM_OK && items[0].len == 2 && items[1].status == STRONGROOM_INVALID_VALUE && items[1].len == 77 && items[2].len == 2);
    CHECK(all.count == 4 && all.items[0] == 0 && all.items[1] == 0 && all.items[2] == 2 && all.items[3] == 2 && all.newer[2] == 0 && all.newer[3] == 1);
    CHECK(strcmp((char *)all.bytes[3], text) == 0);
    OK(strongroom_key_indexes_binary_batch(key, items, 3, &name, take, &binary));
    CHECK(binary.count == 4 && binary.items[3] == 2 && binary.newer[3] == 1 && memcmp(binary.bytes[3], bits, 16) == 0 && items[1].status == STRONGROOM_INVALID_VALUE);

    items[0] = with_value(text), items[1] = with_value("strongroom:i9:iw"), items[2] = with_value("nonsense");
    items[0].len = items[1].len = 77;
    OK(strongroom_key_needs_reindex_batch(key, items, 3));
    CHECK(items[0].status == STRONGROOM_OK && items[0].len == 1 && items[1].status == STRONGROOM_VERSION_TOO_NEW && items[1].len == 77);
    CHECK(items[2].status == STRONGROOM_MALFORMED);

    /* Nothing is said of an item alone, and where a list comes out there is no place for a result. */
    said.size = sizeof said;
    for (int form = 0; form < 5; form++) {
        const bool to_output = form < 2;
        for (int i = 0; i < 7; i++) {
            bad[i] = with_value(form == 4 ? text : "Ann");
            if (to_output) bad[i].out = again, bad[i].capacity = sizeof again;
        }
        bad[1].options = &said;
        bad[2].signature = "x";
        bad[3].plaintext = again;
        bad[4].reserved = 1;
        bad[5].input = NULL;
        if (to_output) bad[6].out = NULL;
        else bad[6].out = again;
        all = nothing(form == 2);
        if (form == 0) OK(strongroom_key_index_batch(key, bad, 7, &name));
        if (form == 1) OK(strongroom_key_index_binary_batch(key, bad, 7, &name));
        if (form == 2) OK(strongroom_key_indexes_batch(key, bad, 7, &name, take, &all));
        if (form == 3) OK(strongroom_key_indexes_binary_batch(key, bad, 7, &name, take, &all));
        if (form == 4) OK(strongroom_key_needs_reindex_batch(key, bad, 7));
        OK(bad[0].status);
        for (int i = 1; i < 7; i++) CHECK(bad[i].status == STRONGROOM_INVALID_ARGUMENT);
        CHECK(all.count == (form == 2 || form == 3 ? 2 : 0));
    }
    /* The whole batch. */
    for (int i = 0; i < 3; i++) items[i].status = 399;
    CHECK(strongroom_key_index_batch(key, items, 3, NULL) == STRONGROOM_INVALID_ARGUMENT);
    CHECK(strongroom_key_index_binary_batch(key, items, 3, NULL) == STRONGROOM_INVALID_ARGUMENT);
    CHECK(strongroom_key_indexes_batch(key, items, 3, NULL, take, &all) == STRONGROOM_INVALID_ARGUMENT);
    CHECK(strongroom_key_indexes_batch(key, items, 3, &name, NULL, &all) == STRONGROOM_INVALID_ARGUMENT);
    CHECK(strongroom_key_indexes_binary_batch(key, items, 3, &name, NULL, &all) == STRONGROOM_INVALID_ARGUMENT);
    CHECK(strongroom_key_index_batch(key, NULL, 1, &name) == STRONGROOM_INVALID_ARGUMENT);
    CHECK(strongroom_key_needs_reindex_batch(key, NULL, 1) == STRONGROOM_INVALID_ARGUMENT && all.count == 0);
    for (int i = 0; i < 3; i++) CHECK(items[i].status == 399);
    /* What the library says of the column, each item has. */
    OK(strongroom_key_index_batch(key, items, 3, &unnamed));
    for (int i = 0; i < 3; i++) CHECK(items[i].status == STRONGROOM_INVALID_OPTION);
    OK(strongroom_key_index_batch(key, NULL, 0, &name));
    OK(strongroom_key_free(key));
}

/* A subkey of each context, and no context for others. */
static void contexts(strongroom_keyring ring, strongroom_key plain) {
    strongroom_key derived = new_key(ring, "derived", NULL, STRONGROOM_DERIVED), view;
    strongroom_index_options name = of_column("users.name");
    strongroom_options tenant = {0};
    CHECK(indexed(derived, "Ann", &name) == STRONGROOM_CONTEXT_REQUIRED);
    tenant.size = sizeof tenant;
    tenant.context = "acme";
    tenant.context_len = 4;
    OK(strongroom_key_context(derived, &tenant, &view));
    OK(indexed(view, "Ann", &name));
    strcpy(again, text);
    OK(strongroom_key_free(view));
    tenant.context = "emca";
    OK(strongroom_key_context(derived, &tenant, &view));
    OK(indexed(view, "Ann", &name));
    CHECK(strcmp(again, text) != 0);
    OK(strongroom_key_free(view));
    OK(indexed(plain, "Ann", &name));
    CHECK(strcmp(again, text) != 0);
    OK(strongroom_key_free(derived));
}

/* A function of the caller's may call the library, also to free the key. */
typedef struct ending {
    strongroom_key key;
    size_t calls;
} ending;

static void free_key(void *user, size_t item, size_t newer, const void *index, size_t index_len) {
    ending *at = user;
    (void)item, (void)newer, (void)index, (void)index_len;
    if (at->calls++ == 0) OK(strongroom_key_free(at->key));
}

static void freed_meanwhile(strongroom_keyring ring) {
    strongroom_index_options name = of_column("users.name");
    OK(strongroom_key_free(new_key(ring, "freed", NULL, 0)));
    for (int form = 0; form < 2; form++) {
        ending at = {0, 0};
        strongroom_item items[2] = {with_value("Ann"), with_value("Bob")};
        OK(strongroom_keyring_key(ring, "freed", &at.key));
        if (form == 0) OK(strongroom_key_indexes(at.key, "Ann", 3, &name, free_key, &at));
        else OK(strongroom_key_indexes_batch(at.key, items, 2, &name, free_key, &at));
        CHECK(at.calls == (form == 0 ? 1u : 2u) && strongroom_key_free(at.key) == STRONGROOM_INVALID_HANDLE);
    }
}

int main(int argc, char **argv) {
    strongroom_keyring ring = new_ring(), folder;
    strongroom_key key = new_key(ring, "k", NULL, 0);
    strongroom_seal seal;
    CHECK(argc == 2);
    singles(key);
    versions(ring, false);
    OK(strongroom_seal_root_key("0123456789abcdef0123456789abcdef", 32, &seal));
    OK(strongroom_keyring_create(argv[1], seal, NULL, &folder));
    versions(folder, true);
    OK(strongroom_keyring_free(folder));
    OK(strongroom_seal_free(seal));
    pieces(ring);
    batches(ring);
    contexts(ring, key);
    freed_meanwhile(ring);
    OK(strongroom_key_free(key));
    OK(strongroom_keyring_free(ring));
    return 0;
}
