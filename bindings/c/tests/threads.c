/*
 * Sixteen threads work with the handles of one keyring while another closes it, frees them, and opens the next: every call works, or
 * says that the keyring is closed or the handle is none. Half of them work in views that are as lenient as Transit, some of them shared.
 */
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strongroom.h>

#define CHECK(what) ((what) ? (void)0 : (fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #what), exit(1)))
#define THREADS 16
#define ROUNDS 40

static _Atomic uint64_t ring, key, view;
static atomic_bool over;
static atomic_ulong worked, closed, stale;

static void judge(strongroom_status status) {
    switch (status) {
    case STRONGROOM_OK: worked++; break;
    case STRONGROOM_CLOSED: closed++; break;
    case STRONGROOM_INVALID_HANDLE: stale++; break;
    default: fprintf(stderr, "%s: %s\n", strongroom_error_name(status), strongroom_error_message()); exit(1);
    }
}

/* A view of one's own, in which a hash with a mac is SHA-1 and each rewrap is new. */
static void work_leniently(uint64_t now) {
    char mac[64], text[256], anew[256];
    size_t len, anew_len;
    strongroom_key own = 0;
    strongroom_options sha1 = {0};
    sha1.size = sizeof sha1;
    sha1.hash = STRONGROOM_SHA1;
    strongroom_status status = strongroom_key_transit(now, &own);
    judge(status);
    if (status != STRONGROOM_OK) return;
    status = strongroom_key_hmac(own, "m", 1, &sha1, mac, sizeof mac, &len);
    judge(status);
    if (status == STRONGROOM_OK) judge(strongroom_key_verify_hmac(own, "m", 1, mac, len, &sha1));
    status = strongroom_key_encrypt(own, "4111", 4, NULL, text, sizeof text, &len);
    judge(status);
    if (status == STRONGROOM_OK) {
        status = strongroom_key_rewrap(own, text, len, NULL, anew, sizeof anew, &anew_len);
        judge(status);
        if (status == STRONGROOM_OK) CHECK(strcmp(text, anew) != 0);
    }
    CHECK(strongroom_key_free(own) == STRONGROOM_OK);
}

static void *work(void *half) {
    char text[256], plain[64];
    size_t len, plain_len;
    while (!over) {
        uint64_t now = half != NULL ? view : key;
        if (half != NULL) work_leniently(now);
        strongroom_status status = strongroom_key_encrypt(now, "4111", 4, NULL, text, sizeof text, &len);
        judge(status);
        if (status == STRONGROOM_OK) {
            status = strongroom_key_decrypt(now, text, len, NULL, plain, sizeof plain, &plain_len);
            judge(status);
            if (status == STRONGROOM_OK) CHECK(plain_len == 4 && memcmp(plain, "4111", 4) == 0);
        }
        strongroom_key own = 0;
        judge(strongroom_keyring_key(ring, "k", &own));
        CHECK(strongroom_key_free(own) == STRONGROOM_OK);
    }
    return half;
}

static void open_next(void) {
    uint64_t made;
    CHECK(strongroom_keyring_in_memory(&made) == STRONGROOM_OK);
    uint64_t made_key, made_view;
    CHECK(strongroom_keyring_create_key(made, "k", NULL, &made_key) == STRONGROOM_OK);
    CHECK(strongroom_key_transit(made_key, &made_view) == STRONGROOM_OK);
    ring = made;
    key = made_key;
    view = made_view;
}

int main(void) {
    pthread_t threads[THREADS];
    open_next();
    for (int i = 0; i < THREADS; i++) CHECK(pthread_create(&threads[i], NULL, work, i % 2 == 0 ? &over : NULL) == 0);
    for (int round = 0; round < ROUNDS; round++) {
        unsigned long before = worked;
        while (worked < before + 200) {
        }
        uint64_t old_ring = ring, old_key = key, old_view = view;
        if (round % 2 == 0) CHECK(strongroom_keyring_close(old_ring) == STRONGROOM_OK);
        CHECK(strongroom_key_free(old_key) == STRONGROOM_OK);
        CHECK(strongroom_key_free(old_key) == STRONGROOM_INVALID_HANDLE);
        CHECK(strongroom_key_free(old_view) == STRONGROOM_OK);
        CHECK(strongroom_keyring_free(old_ring) == STRONGROOM_OK);
        open_next();
    }
    over = true;
    for (int i = 0; i < THREADS; i++) CHECK(pthread_join(threads[i], NULL) == 0);
    CHECK(strongroom_key_free(key) == STRONGROOM_OK && strongroom_key_free(view) == STRONGROOM_OK && strongroom_keyring_free(ring) == STRONGROOM_OK);
    printf("%lu worked, %lu closed, %lu stale\n", (unsigned long)worked, (unsigned long)closed, (unsigned long)stale);
    CHECK(worked >= ROUNDS * 200 && closed + stale > 0);
    return 0;
}
