/* Providers that answer what is no answer, and reasons that they give. */
#include "check.h"

/* Answers that are none: for each a status, a length and how much is written. */
static struct {
    strongroom_status status;
    size_t len;
    int writes;
    const char *reason;
} answer;

static strongroom_status wrap_oddly(void *user, const void *key, const void *aad, size_t aad_len, void *out, size_t capacity, size_t *len) {
    (void)user, (void)aad, (void)aad_len, (void)capacity;
    if (answer.writes) memcpy(out, key, 32);
    if (answer.len > 0) *len = answer.len;
    return answer.reason != NULL ? strongroom_provider_failed(answer.reason) : answer.status;
}

static strongroom_status unwrap_oddly(void *user, const void *blob, size_t blob_len, const void *aad, size_t aad_len, void *key) {
    (void)user, (void)aad, (void)aad_len;
    CHECK(blob_len == 32);
    if (answer.writes) memcpy(key, blob, 32);
    return answer.reason != NULL ? strongroom_provider_failed(answer.reason) : answer.status;
}

static strongroom_status created(const char *folder, strongroom_seal seal) {
    strongroom_keyring ring = 0;
    strongroom_status status = strongroom_keyring_create(folder, seal, NULL, &ring);
    CHECK((status == STRONGROOM_OK) == (ring != 0));
    if (ring != 0) OK(strongroom_keyring_free(ring));
    return status;
}

int main(int argc, char **argv) {
    static const strongroom_status statuses[] = {1, 106, 207, 208, 209, 299, 303, 12345, UINT32_MAX};
    static const size_t lengths[] = {0, 65536, SIZE_MAX / 2, SIZE_MAX};
    strongroom_provider provider = {0};
    strongroom_seal seal;
    strongroom_keyring ring;
    char long_reason[2000];
    CHECK(argc == 2);
    const char *folder = argv[1];
    provider.size = sizeof provider;
    provider.kind = "odd";
    provider.id = "one";
    provider.wrap = wrap_oddly;
    provider.unwrap = unwrap_oddly;
    OK(strongroom_seal_provider(&provider, &seal));
    for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
        answer.writes = 1, answer.len = lengths[i], answer.status = STRONGROOM_OK;
        CHECK(created(folder, seal) == STRONGROOM_SEAL_FAILED);
    }
    answer.len = 32;
    for (size_t i = 0; i < sizeof statuses / sizeof statuses[0]; i++) {
        answer.status = statuses[i];
        strongroom_status status = created(folder, seal);
        CHECK(status == (statuses[i] == STRONGROOM_WRONG_SEAL ? STRONGROOM_WRONG_SEAL : STRONGROOM_SEAL_FAILED));
    }
    answer.status = STRONGROOM_OK;
    OK(created(folder, seal));
    for (size_t i = 0; i < sizeof statuses / sizeof statuses[0]; i++) {
        answer.status = statuses[i];
        strongroom_status status = strongroom_keyring_open(folder, seal, NULL, &ring);
        CHECK(status == (statuses[i] == STRONGROOM_WRONG_SEAL ? STRONGROOM_WRONG_SEAL : STRONGROOM_SEAL_FAILED));
    }
    /* Success without a key. */
    answer.status = STRONGROOM_OK, answer.writes = 0;
    CHECK(strongroom_keyring_open(folder, seal, NULL, &ring) == STRONGROOM_SEAL_FAILED);
    CHECK(strstr(strongroom_error_message(), "wrote none") != NULL);
    /* A reason is a part of the message, in one line and not without an end; it is that of this failure alone. */
    answer.writes = 1, answer.reason = "the service\nis away";
    CHECK(strongroom_keyring_open(folder, seal, NULL, &ring) == STRONGROOM_SEAL_FAILED);
    CHECK(strstr(strongroom_error_message(), "the service is away") != NULL);
    memset(long_reason, 0xc3, sizeof long_reason - 1);
    long_reason[sizeof long_reason - 1] = 0;
    answer.reason = long_reason;
    CHECK(strongroom_keyring_open(folder, seal, NULL, &ring) == STRONGROOM_SEAL_FAILED && strlen(strongroom_error_message()) < 700);
    CHECK(strongroom_provider_failed("of no call") == STRONGROOM_SEAL_FAILED && strongroom_provider_failed(NULL) == STRONGROOM_SEAL_FAILED);
    answer.reason = NULL, answer.status = STRONGROOM_SEAL_FAILED;
    CHECK(strongroom_keyring_open(folder, seal, NULL, &ring) == STRONGROOM_SEAL_FAILED);
    CHECK(strstr(strongroom_error_message(), "of no call") == NULL && strstr(strongroom_error_message(), "208") != NULL);
    answer.status = STRONGROOM_OK;
    OK(strongroom_keyring_open(folder, seal, NULL, &ring));
    OK(strongroom_keyring_free(ring));
    OK(strongroom_seal_free(seal));
    return 0;
}
