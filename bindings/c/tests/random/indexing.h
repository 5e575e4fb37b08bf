/* Random calls about indexes, tokens and API keys, with the memory and the handles of random.c, which it is a part of. */
#ifndef RANDOM_INDEXING_H
#define RANDOM_INDEXING_H

static const strongroom_index_options *any_index(strongroom_index_options *index) {
    static const char *const lists[] = {NULL, "none", "trim", "nfkc", "casefold", "digits", "email", "trim,nfkc,casefold", "", "other"};
    memset(index, 0, sizeof *index);
    if (below(20) == 0) return NULL;
    index->size = below(12) == 0 ? below(80) : sizeof *index;
    if (index->size > sizeof *index) index->size = sizeof *index;
    index->name = below(20) == 0 ? NULL : "users.email";
    index->name_len = below(20) == 0 ? below(12) : 11;
    if (below(8) == 0) index->name = (const char *)memory, index->name_len = below(300);
    index->normalize = lists[below(sizeof lists / sizeof lists[0])];
    if (below(3) == 0) index->bits = (uint32_t)below(270);
    if (below(6) == 0) index->version = (uint32_t)below(5);
    return index;
}

/* Values are texts, so that there are some that are. */
static void index_call(void) {
    strongroom_index_options options;
    const strongroom_index_options *index = any_index(&options);
    int user = 0;
    size_t len = 12345, capacity = below(100), text = below(8), value_len = below(12), versions = 12345;
    const void *value = below(3) == 0 ? (const void *)(memory + below(900)) : "Ann@Example.com";
    unsigned char out[128], lengths[4];
    strongroom_item items[6];
    bool needed, is_binary = below(2) == 0;
    strongroom_index_fn each = below(20) == 0 ? NULL : ignore_index;
    strongroom_key key = handle_of(2);
    strongroom_status status;
    if (below(30) == 0) value = NULL;
    for (int i = 0; i < 4; i++) lengths[i] = (unsigned char)(below(8) == 0 ? next() : 1 + below(5));
    memset(items, 0, sizeof items);
    for (int i = 0; i < 6; i++) {
        items[i].input = value;
        items[i].input_len = below(12);
        if (below(4) != 0) items[i].out = memory + below(500), items[i].capacity = below(100);
        if (below(20) == 0) items[i].reserved = 1;
    }
    out[capacity] = 77;
    switch (below(8)) {
    case 0:
    case 1:
        status = seen(is_binary ? strongroom_key_index_binary(key, value, value_len, index, below(6) == 0 ? NULL : out, capacity, &len)
                                : strongroom_key_index(key, value, value_len, index, below(6) == 0 ? NULL : (char *)out, capacity, &len));
        if (status != STRONGROOM_OK && status != STRONGROOM_BUFFER_TOO_SMALL) CHECK(len == 12345);
        CHECK(out[capacity] == 77);
        indexed += status == STRONGROOM_OK;
        return;
    case 2: status = seen((is_binary ? strongroom_key_indexes_binary : strongroom_key_indexes)(key, value, value_len, index, each, &user)); break;
    case 3: status = seen((is_binary ? strongroom_key_indexes_prefix_binary : strongroom_key_indexes_prefix)(key, value, value_len, index, each, &user)); break;
    case 4:
        status = seen((is_binary ? strongroom_key_index_prefixes_binary : strongroom_key_index_prefixes)(key, value, value_len, below(20) == 0 ? NULL : lengths, below(5), index, each, &user));
        break;
    case 5:
        if (is_binary) status = seen(strongroom_key_index_ngrams(key, value, value_len, (uint32_t)below(5), index, each, &user));
        else status = seen(strongroom_key_indexes_ngrams(key, value, value_len, (uint32_t)below(5), index, each, &user, below(20) == 0 ? NULL : &versions));
        if (status != STRONGROOM_OK) CHECK(versions == 12345);
        break;
    case 6:
        if (is_binary) seen(strongroom_key_index_batch(key, items, below(7), index));
        else seen(strongroom_key_indexes_batch(key, items, below(7), index, each, &user));
        return;
    default: seen(strongroom_key_needs_reindex(key, texts[text], text_lens[text], below(20) == 0 ? NULL : &needed)); return;
    }
    if (status != STRONGROOM_OK) CHECK(user == 0);
}

static void token_call(void) {
    static const char *const prefixes[] = {NULL, "srt_", "acme_", "a_", "", "Acme_"};
    strongroom_options options;
    strongroom_token_form form = {0};
    uint64_t issued = 12345, expires = 12345;
    size_t len = 12345, capacity = below(700), text = below(8);
    unsigned char out[700];
    strongroom_key key = handle_of(2);
    strongroom_status status;
    form.size = below(12) == 0 ? below(sizeof form) : sizeof form;
    form.prefix = below(2) == 0 ? NULL : prefixes[below(sizeof prefixes / sizeof prefixes[0])];
    if (below(10) == 0) form.leeway_ms = next();
    const strongroom_token_form *said = below(2) == 0 ? NULL : &form;
    switch (below(6)) {
    case 0:
    case 1:
    case 2:
        status = seen(strongroom_key_issue(key, below(20) == 0 ? NULL : memory, below(40), below(8) == 0 ? next() : 3600000, any_options(&options), said, (char *)texts[text], below(8) == 0 ? 10 : MEMORY, &len));
        if (status == STRONGROOM_OK) text_lens[text] = len;
        else if (status != STRONGROOM_BUFFER_TOO_SMALL) CHECK(len == 12345);
        tokens += status == STRONGROOM_OK;
        break;
    case 3:
    case 4:
        status = seen(strongroom_key_redeem(key, texts[text], text_lens[text], any_options(&options), said, below(6) == 0 ? NULL : out, capacity, &len, below(4) == 0 ? NULL : &issued, &expires));
        if (status != STRONGROOM_OK) CHECK(issued == 12345 && expires == 12345);
        if (status != STRONGROOM_OK && status != STRONGROOM_BUFFER_TOO_SMALL) CHECK(len == 12345);
        break;
    default:
        status = below(2) == 0 ? strongroom_api_key_generate(prefixes[below(6)], (char *)out, capacity, &len) : strongroom_api_key_check(texts[text], text_lens[text]);
        seen(status);
        break;
    }
}

#endif
