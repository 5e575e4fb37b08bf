/*
 * Another thread changes what a call was given: structs, arrays, maps, labels. A call may take what stood there at one moment, or refuse;
 * it must not check one thing and use another.
 */
#include "check.h"
#include <pthread.h>
#include <stdatomic.h>

/* Long enough for both threads to run at the same time, also on a machine that has much else to do. */
#define ROUNDS 200000

static atomic_bool over;
static void (*volatile change)(unsigned long);

static void *changer(void *nothing) {
    for (unsigned long i = 0; !over; i++) {
        change(i);
        /* A moment in which nothing changes, so that one is seen. */
        for (volatile int wait = 0; wait < (int)(i / 2 % 40); wait++) {
        }
    }
    return nothing;
}

/* A string of a map is text at one moment, and none at the next. */
static volatile char letter = 'a';

static void change_letter(unsigned long i) {
    letter = i % 2 == 0 ? (char)0xff : 'a';
}

static void strings_of_maps(strongroom_key key, strongroom_key derived) {
    static const char steady = 'a';
    strongroom_pair changing = {"row", 3, (const char *)&letter, 1}, fixed = {"row", 3, &steady, 1};
    strongroom_options said = {0}, expected = {0}, under = {0}, expected_under = {0};
    char text[512], plain[512];
    size_t len, plain_len;
    unsigned taken = 0, refused = 0;
    said.size = expected.size = under.size = expected_under.size = sizeof said;
    said.aad_map = under.context_map = &changing;
    expected.aad_map = expected_under.context_map = &fixed;
    said.aad_map_count = under.context_map_count = expected.aad_map_count = expected_under.context_map_count = 1;
    change = change_letter;
    for (int i = 0; i < ROUNDS; i++) {
        int is_aad = i % 2;
        strongroom_key used = is_aad ? key : derived;
        strongroom_status status = strongroom_key_encrypt(used, "4111", 4, is_aad ? &said : &under, text, sizeof text, &len);
        if (status == STRONGROOM_OK) {
            taken++;
            OK(strongroom_key_decrypt(used, text, len, is_aad ? &expected : &expected_under, plain, sizeof plain, &plain_len));
            CHECK(plain_len == 4);
        } else {
            refused++;
            CHECK(status == (is_aad ? STRONGROOM_INVALID_AAD : STRONGROOM_INVALID_CONTEXT));
        }
    }
    printf("maps: %u taken, %u refused\n", taken, refused);
    CHECK(taken > 0 && refused > 0);
}

/* A label is set at one moment, and wrong at the next; it is never asked to go. */
static strongroom_pair label = {"team", 4, "x", 1};

static void change_label(unsigned long i) {
    *(const char *volatile *)&label.value = i % 2 == 0 ? NULL : "x";
}

static void count(void *user, const char *name, size_t name_len, const char *value, size_t value_len) {
    (void)name, (void)name_len, (void)value, (void)value_len;
    ++*(int *)user;
}

static void labels(strongroom_key key) {
    strongroom_key_config config = {0};
    unsigned taken = 0, refused = 0;
    config.size = sizeof config;
    config.labels = &label;
    config.labels_count = 1;
    OK(strongroom_key_configure(key, &config));
    change = change_label;
    for (int i = 0; i < ROUNDS / 10; i++) {
        int there = 0;
        strongroom_status status = strongroom_key_configure(key, &config);
        CHECK(status == STRONGROOM_OK || status == STRONGROOM_INVALID_ARGUMENT);
        if (status == STRONGROOM_OK) taken++;
        else refused++;
        OK(strongroom_key_labels(key, count, &there));
        CHECK(there == 1);
    }
    printf("labels: %u taken, %u refused\n", taken, refused);
    CHECK(taken > 0 && refused > 0);
}

/* An aad is there at one moment, and missing at the next: it is bound, or the call is refused. */
static strongroom_options order = {.size = sizeof order, .aad = "order-17", .aad_len = 8};
static strongroom_item item;

static void change_aad(unsigned long i) {
    *(const void *volatile *)&order.aad = i % 2 == 0 ? NULL : "order-17";
    *(volatile size_t *)&order.size = i % 4 < 2 ? sizeof order : 8;
}

static void aads(strongroom_key key) {
    strongroom_options expected = {0};
    char text[512], plain[512];
    size_t len, plain_len;
    unsigned taken = 0, refused = 0;
    expected.size = sizeof expected;
    expected.aad = "order-17";
    expected.aad_len = 8;
    item.input = "4111";
    item.input_len = 4;
    item.options = &order;
    item.out = text;
    item.capacity = sizeof text;
    change = change_aad;
    for (int i = 0; i < ROUNDS; i++) {
        strongroom_status status;
        if (i % 2 == 0) status = strongroom_key_encrypt(key, "4111", 4, &order, text, sizeof text, &len);
        else {
            OK(strongroom_key_encrypt_batch(key, &item, 1));
            status = item.status;
            len = item.len;
        }
        if (status == STRONGROOM_OK) {
            taken++;
            OK(strongroom_key_decrypt(key, text, len, &expected, plain, sizeof plain, &plain_len));
        } else {
            refused++;
            CHECK(status == STRONGROOM_INVALID_ARGUMENT);
        }
    }
    printf("aads: %u taken, %u refused\n", taken, refused);
    CHECK(taken > 0 && refused > 0);
}

int main(void) {
    pthread_t thread;
    strongroom_keyring ring = new_ring();
    strongroom_key key = new_key(ring, "k", NULL, 0), derived = new_key(ring, "d", NULL, STRONGROOM_DERIVED);
    change = change_letter;
    CHECK(pthread_create(&thread, NULL, changer, NULL) == 0);
    strings_of_maps(key, derived);
    labels(key);
    aads(key);
    over = true;
    CHECK(pthread_join(thread, NULL) == 0);
    OK(strongroom_key_free(key));
    OK(strongroom_key_free(derived));
    OK(strongroom_keyring_free(ring));
    return 0;
}
