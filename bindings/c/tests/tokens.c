/* Tokens and API keys: what is issued is redeemed, with what was said alone and while it is good; and what is refused. */
#define _POSIX_C_SOURCE 200809L
#include "check.h"
#include <time.h>

#define HOUR 3600000u
#define DAY (24ull * HOUR)

static char text[1024];
static unsigned char payload[1024];
static size_t len, payload_len;
static uint64_t issued, expires;

static strongroom_options said(const char *aad, const char *context) {
    strongroom_options options = {0};
    options.size = sizeof options;
    options.aad = aad;
    options.aad_len = aad == NULL ? 0 : strlen(aad);
    options.context = context;
    options.context_len = context == NULL ? 0 : strlen(context);
    return options;
}

static strongroom_token_form form_of(const char *prefix, uint64_t leeway_ms) {
    strongroom_token_form form = {0};
    form.size = sizeof form;
    form.prefix = prefix;
    form.leeway_ms = leeway_ms;
    return form;
}

static strongroom_status issue(strongroom_key key, uint64_t ttl_ms, const strongroom_options *options, const strongroom_token_form *form) {
    len = 77;
    strongroom_status status = strongroom_key_issue(key, "user 17", 7, ttl_ms, options, form, text, sizeof text, &len);
    if (status != STRONGROOM_OK) CHECK(len == 77);
    return status;
}

static strongroom_status redeem(strongroom_key key, const strongroom_options *options, const strongroom_token_form *form) {
    payload_len = 77, issued = 78, expires = 79;
    strongroom_status status = strongroom_key_redeem(key, text, len, options, form, payload, sizeof payload, &payload_len, &issued, &expires);
    if (status == STRONGROOM_OK) CHECK(payload_len == 7 && memcmp(payload, "user 17", 7) == 0 && expires > issued);
    else CHECK(payload_len == 77 && issued == 78 && expires == 79);
    return status;
}

static void whole(strongroom_key key) {
    const strongroom_options reset = said("reset", NULL), other = said("login", NULL);
    const uint64_t now = (uint64_t)time(NULL) * 1000;
    size_t needed;
    OK(issue(key, HOUR, &reset, NULL));
    CHECK(strncmp(text, "srt_", 4) == 0 && strlen(text) == len);
    OK(redeem(key, &reset, NULL));
    CHECK(expires - issued == HOUR && issued + 2000 > now && issued < now + 600000);
    OK(redeem(key, &reset, NULL));
    CHECK(redeem(key, &other, NULL) == STRONGROOM_DECRYPT_FAILED && redeem(key, NULL, NULL) == STRONGROOM_DECRYPT_FAILED);
    /* Lengths, without effects; the times are told with them. */
    OK(strongroom_key_issue(key, "user 17", 7, HOUR, &reset, NULL, NULL, 0, &needed));
    CHECK(needed == len + 1);
    CHECK(strongroom_key_issue(key, "user 17", 7, HOUR, &reset, NULL, (char *)payload, len, &needed) == STRONGROOM_BUFFER_TOO_SMALL && needed == len + 1);
    OK(strongroom_key_redeem(key, text, len, &reset, NULL, NULL, 0, &needed, &issued, NULL));
    CHECK(needed == 7 && issued + 2000 > now);
    issued = 78;
    CHECK(strongroom_key_redeem(key, text, len, &reset, NULL, payload, 6, &needed, &issued, NULL) == STRONGROOM_BUFFER_TOO_SMALL && needed == 7 && issued == 78);
    OK(strongroom_key_redeem(key, text, len, &reset, NULL, payload, 7, &needed, NULL, &expires));
    CHECK(needed == 7 && expires > now);
    /* It may lie where its payload goes. */
    memcpy(payload, text, len + 1);
    OK(strongroom_key_redeem(key, (char *)payload, len, &reset, NULL, payload, sizeof payload, &payload_len, NULL, NULL));
    CHECK(payload_len == 7 && memcmp(payload, "user 17", 7) == 0);
    /* Nothing to carry. */
    OK(strongroom_key_issue(key, NULL, 0, HOUR, NULL, NULL, text, sizeof text, &len));
    OK(strongroom_key_redeem(key, text, len, NULL, NULL, NULL, 0, &payload_len, &issued, &expires));
    CHECK(payload_len == 0 && expires - issued == HOUR);
}

/* Every change of a character is seen, and nothing else is a token. */
static void others(strongroom_keyring ring, strongroom_key key) {
    strongroom_key tags = new_key(ring, "tags", "aes256-gcm96", 0), another = new_key(ring, "another", NULL, 0);
    const strongroom_token_form acme = form_of("acme_", 0);
    OK(issue(key, HOUR, NULL, NULL));
    for (size_t i = 0; i < len; i++) {
        const char was = text[i];
        text[i] = was == 'A' ? 'B' : 'A';
        const strongroom_status status = redeem(key, NULL, NULL);
        CHECK(status == STRONGROOM_DECRYPT_FAILED || status == STRONGROOM_MALFORMED || status == STRONGROOM_VERSION_TOO_NEW || status == STRONGROOM_VERSION_TOO_OLD);
        text[i] = was;
    }
    CHECK(redeem(another, NULL, NULL) == STRONGROOM_DECRYPT_FAILED);
    CHECK(redeem(key, NULL, &acme) == STRONGROOM_MALFORMED);
    CHECK(redeem(tags, NULL, NULL) == STRONGROOM_OPERATION_NOT_SUPPORTED && issue(tags, HOUR, NULL, NULL) == STRONGROOM_OPERATION_NOT_SUPPORTED);
    OK(issue(key, HOUR, NULL, &acme));
    CHECK(strncmp(text, "acme_", 5) == 0 && redeem(key, NULL, NULL) == STRONGROOM_MALFORMED);
    OK(redeem(key, NULL, &acme));
    /* Neither is the other: a ciphertext is no token, a token no ciphertext. */
    CHECK(strongroom_key_decrypt(key, text, len, NULL, payload, sizeof payload, &payload_len) == STRONGROOM_MALFORMED);
    OK(strongroom_key_encrypt(key, "user 17", 7, NULL, text, sizeof text, &len));
    CHECK(redeem(key, NULL, NULL) == STRONGROOM_MALFORMED);
    CHECK(strongroom_key_redeem(key, "srt_\xff", 5, NULL, NULL, payload, sizeof payload, &payload_len, NULL, NULL) == STRONGROOM_MALFORMED);
    CHECK(strongroom_key_redeem(key, NULL, 0, NULL, NULL, payload, sizeof payload, &payload_len, NULL, NULL) == STRONGROOM_MALFORMED);
    OK(strongroom_key_free(tags));
    OK(strongroom_key_free(another));
}

static void refused(strongroom_keyring ring, strongroom_key key) {
    static const uint64_t ttls[] = {0, 1, 999, 400 * DAY + 1, UINT64_MAX};
    static const char *const prefixes[] = {"", "_", "a_", "acme", "Acme_", "ac-me_", "acme__", "abcdefghijklmnopq_"};
    strongroom_token_form form = form_of(NULL, 0);
    strongroom_options wrong = said(NULL, NULL);
    for (size_t i = 0; i < sizeof ttls / sizeof ttls[0]; i++) CHECK(issue(key, ttls[i], NULL, NULL) == STRONGROOM_INVALID_OPTION);
    OK(issue(key, 1000, NULL, NULL));
    OK(issue(key, 400 * DAY, NULL, NULL));
    OK(redeem(key, NULL, NULL));
    for (size_t i = 0; i < sizeof prefixes / sizeof prefixes[0]; i++) {
        form.prefix = prefixes[i];
        CHECK(issue(key, HOUR, NULL, &form) == STRONGROOM_INVALID_OPTION && strstr(strongroom_error_message(), "write acme_, not acme") != NULL);
        /* len is 77 now, which is a part of the token. */
        CHECK(redeem(key, NULL, &form) == STRONGROOM_INVALID_OPTION);
    }
    form.prefix = "acme\xff_";
    CHECK(issue(key, HOUR, NULL, &form) == STRONGROOM_INVALID_ARGUMENT);
    form = form_of(NULL, 1);
    CHECK(issue(key, HOUR, NULL, &form) == STRONGROOM_INVALID_ARGUMENT);
    form.leeway_ms = STRONGROOM_NO_LEEWAY;
    CHECK(issue(key, HOUR, NULL, &form) == STRONGROOM_INVALID_ARGUMENT);
    form = form_of(NULL, 0);
    form.size = sizeof form - 8;
    CHECK(issue(key, HOUR, NULL, &form) == STRONGROOM_INVALID_ARGUMENT && redeem(key, NULL, &form) == STRONGROOM_INVALID_ARGUMENT);
    wrong.hash = STRONGROOM_SHA2_256;
    CHECK(issue(key, HOUR, &wrong, NULL) == STRONGROOM_INVALID_OPTION);
    OK(issue(key, HOUR, NULL, NULL));
    CHECK(redeem(key, &wrong, NULL) == STRONGROOM_INVALID_OPTION);
    CHECK(strongroom_key_issue(key, NULL, 7, HOUR, NULL, NULL, text, sizeof text, &len) == STRONGROOM_INVALID_ARGUMENT);
    CHECK(strongroom_key_issue(key, "x", 1, HOUR, NULL, NULL, NULL, 9, &len) == STRONGROOM_INVALID_ARGUMENT);
    CHECK(strongroom_key_issue(key, "x", 1, HOUR, NULL, NULL, text, sizeof text, NULL) == STRONGROOM_INVALID_ARGUMENT);
    CHECK(strongroom_key_redeem(key, NULL, 7, NULL, NULL, payload, sizeof payload, &payload_len, NULL, NULL) == STRONGROOM_INVALID_ARGUMENT);
    CHECK(strongroom_key_redeem(key, text, len, NULL, NULL, payload, sizeof payload, NULL, NULL, NULL) == STRONGROOM_INVALID_ARGUMENT);
    CHECK(issue(ring, HOUR, NULL, NULL) == STRONGROOM_INVALID_HANDLE);
}

/* Under a context, by a view or said. */
static void contexts(strongroom_keyring ring) {
    strongroom_key derived = new_key(ring, "derived", NULL, STRONGROOM_DERIVED), view;
    const strongroom_options acme = said(NULL, "acme"), other = said(NULL, "other");
    CHECK(issue(derived, HOUR, NULL, NULL) == STRONGROOM_CONTEXT_REQUIRED);
    OK(strongroom_key_context(derived, &acme, &view));
    OK(issue(view, HOUR, NULL, NULL));
    OK(redeem(derived, &acme, NULL));
    CHECK(redeem(derived, &other, NULL) == STRONGROOM_DECRYPT_FAILED && redeem(derived, NULL, NULL) == STRONGROOM_CONTEXT_REQUIRED);
    OK(strongroom_key_free(view));
    OK(strongroom_key_free(derived));
}

/* One that was good for a second is not any more. */
static void expired(strongroom_key key) {
    const struct timespec second = {1, 50000000};
    const strongroom_token_form patient = form_of(NULL, 400 * DAY);
    OK(issue(key, 1000, NULL, NULL));
    OK(redeem(key, NULL, NULL));
    nanosleep(&second, NULL);
    CHECK(redeem(key, NULL, NULL) == STRONGROOM_TOKEN_EXPIRED);
    /* A leeway is for the beginning. */
    CHECK(redeem(key, NULL, &patient) == STRONGROOM_TOKEN_EXPIRED);
}

static bool told(const char *what) { return strstr(strongroom_error_message(), what) != NULL; }

static void api_keys(strongroom_key key) {
    static const char *const prefixes[] = {"", "a", "Acme", "acme_", "ac-me", "abcdefghijklmnopq"};
    const strongroom_index_options *index = strongroom_api_key_index();
    unsigned char stored[32], looked_up[32];
    char other[128];
    bool anew;
    size_t needed;
    OK(strongroom_api_key_generate("acme", text, sizeof text, &len));
    CHECK(strncmp(text, "acme_", 5) == 0 && len == 5 + 49 && strlen(text) == len);
    OK(strongroom_api_key_check(text, len));
    OK(strongroom_api_key_generate("acme", other, len + 1, &needed));
    CHECK(needed == len && strcmp(text, other) != 0);
    OK(strongroom_api_key_generate("acme", NULL, 0, &needed));
    CHECK(needed == len + 1 && strongroom_api_key_generate("acme", other, len, &needed) == STRONGROOM_BUFFER_TOO_SMALL && needed == len + 1);
    for (size_t i = 0; i < len; i++) {
        const char was = text[i];
        text[i] = was == 'a' ? 'b' : 'a';
        CHECK(strongroom_api_key_check(text, len) == STRONGROOM_MALFORMED);
        text[i] = was;
        CHECK(strongroom_api_key_check(text, i) == STRONGROOM_MALFORMED);
    }
    /* What it was perhaps meant to be is in the message. */
    CHECK(strongroom_api_key_check(text, len - 1) == STRONGROOM_MALFORMED && told("it begins as one; what follows was mistyped"));
    CHECK(redeem(key, NULL, NULL) == STRONGROOM_MALFORMED && told("it is an API key"));
    CHECK(strongroom_key_decrypt(key, text, len, NULL, payload, sizeof payload, &payload_len) == STRONGROOM_MALFORMED && told("it is an API key"));
    CHECK(strongroom_key_needs_rewrap(key, text, len, &anew) == STRONGROOM_MALFORMED && told("it is an API key"));
    CHECK(strongroom_key_needs_reindex(key, text, len, &anew) == STRONGROOM_MALFORMED && told("it is an API key"));
    CHECK(strongroom_key_needs_reindex(key, "", 0, &anew) == STRONGROOM_MALFORMED && told("it is empty"));
    CHECK(strongroom_key_decrypt_binary(key, "strongroom:v1:AA", 16, NULL, payload, sizeof payload, &payload_len) == STRONGROOM_MALFORMED && told("it is the text form"));
    CHECK(strongroom_key_rewrap_binary(key, "SRF1", 4, NULL, payload, sizeof payload, &payload_len) == STRONGROOM_MALFORMED && told("it is a stream"));
    CHECK(strongroom_api_key_check(NULL, 0) == STRONGROOM_MALFORMED && strongroom_api_key_check("acme_\xff", 6) == STRONGROOM_MALFORMED);
    CHECK(strongroom_api_key_check(NULL, 54) == STRONGROOM_INVALID_ARGUMENT && strongroom_api_key_check(text, SIZE_MAX) == STRONGROOM_INVALID_ARGUMENT);
    CHECK(strongroom_api_key_generate(NULL, other, sizeof other, &needed) == STRONGROOM_INVALID_ARGUMENT);
    for (size_t i = 0; i < sizeof prefixes / sizeof prefixes[0]; i++)
        CHECK(strongroom_api_key_generate(prefixes[i], other, sizeof other, &needed) == STRONGROOM_INVALID_OPTION);
    CHECK(index->size == sizeof *index && index->bits == 256 && index->name_len == 18 && memcmp(index->name, "strongroom.api-key", 18) == 0);
    OK(strongroom_key_index_binary(key, text, len, index, stored, sizeof stored, &needed));
    OK(strongroom_key_index_binary(key, text, len, strongroom_api_key_index(), looked_up, sizeof looked_up, &needed));
    CHECK(needed == 32 && memcmp(stored, looked_up, 32) == 0);
}

int main(void) {
    strongroom_keyring ring = new_ring();
    strongroom_key key = new_key(ring, "k", NULL, 0);
    whole(key);
    others(ring, key);
    refused(ring, key);
    contexts(ring);
    expired(key);
    api_keys(key);
    OK(strongroom_key_free(key));
    OK(strongroom_keyring_free(ring));
    return 0;
}
