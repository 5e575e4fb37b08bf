// Code as one writes it: what is handed over is made on the spot and gone before the call. What was encrypted, bound or set is
// compared with what was meant.
#include <strongroom.hpp>

#include <cstdio>
#include <cstdlib>

using namespace strongroom;

#define CHECK(what) ((what) ? (void)0 : (std::fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #what), std::exit(1)))

// Long ones are on the heap, short ones in the string itself.
static std::string text(const char *what, int i, bool is_long) { return what + std::to_string(i) + (is_long ? std::string(50, '.') : std::string()); }

static Key derived(const Keyring &ring, const char *name) {
    KeySpec spec;
    spec.key_type = "aes256-gcm96";
    spec.flags = STRONGROOM_DERIVED;
    return ring.create_key(name, spec);
}

// Overwrites the stack below, as any other call might.
static void churn() {
    volatile char stack[4096];
    for (size_t i = 0; i < sizeof stack; i++) stack[i] = '#';
    for (int i = 0; i < 64; i++) std::string(static_cast<size_t>(16 + i), '#');
}

static void batches(const Key &key, const Key &tenants) {
    for (const bool is_long : {false, true}) {
        std::vector<Item> items, under_tenants;
        for (int i = 0; i < 50; i++) {
            items.push_back({text("customer ", i, is_long), options().aad(text("order ", i, is_long))});
            const std::string row = text("row ", i, is_long);
            under_tenants.push_back({row, options().context(text("tenant ", i, is_long)).aad({{"row", text("", i, is_long)}})});
        }
        churn();
        const auto texts = key.encrypt_batch(items), rows = tenants.encrypt_batch(under_tenants);
        std::vector<Item> back;
        for (int i = 0; i < 50; i++) {
            CHECK(texts[i] && rows[i]);
            const std::string one = result<std::string>(texts[i]).value(), row = result<std::string>(rows[i]).value();
            const std::string order = text("order ", i, is_long), tenant = text("tenant ", i, is_long), number = text("", i, is_long);
            const secret plain = key.decrypt(one, options().aad(order));
            CHECK(plain.text() == text("customer ", i, is_long));
            const secret in_row = tenants.decrypt(row, options().context(tenant).aad({{"row", number}}));
            CHECK(in_row.text() == text("row ", i, is_long));
            back.push_back({std::string(one), options().aad(text("order ", i, is_long))});
        }
        churn();
        for (auto &one : key.decrypt_batch(back)) CHECK(one);
        std::vector<Item> macs;
        for (int i = 0; i < 50; i++) macs.push_back({text("m ", i, is_long), {}, key.hmac(text("m ", i, is_long))});
        churn();
        for (const status one : key.verify_hmac_batch(macs)) CHECK(one == STRONGROOM_OK);
    }
}

static options of_order(int i, bool is_long) {
    const std::string order = text("order-", i, is_long);
    return options().aad(order);
}

static void said(const Key &key, const Key &tenants) {
    for (const bool is_long : {false, true}) {
        const auto order = options().aad(text("order-", 7, is_long));
        const auto again = of_order(7, is_long);
        const auto mapped = options().aad(map{{text("row", 0, is_long), text("value ", 1, is_long)}});
        const auto tenant = options().context(map{{text("tenant", 0, is_long), text("acme ", 1, is_long)}});
        churn();
        const std::string expected = text("order-", 7, is_long);
        const std::string name = text("row", 0, is_long), value = text("value ", 1, is_long);
        CHECK(key.try_decrypt(key.encrypt("4111", order), options().aad(expected)));
        CHECK(key.try_decrypt(key.encrypt("4111", again), options().aad(expected)));
        CHECK(key.try_decrypt(key.encrypt("4111", mapped), options().aad({{name, value}})));
        const std::string named = text("tenant", 0, is_long), acme = text("acme ", 1, is_long);
        CHECK(tenants.try_decrypt(tenants.encrypt("4111", tenant), options().context({{named, acme}})));
        const auto &chained = options().aad(text("order-", 7, is_long)).version(1);
        churn();
        CHECK(key.try_decrypt(key.encrypt("4111", chained), options().aad(expected)));
    }
}

static std::vector<unsigned char> material() {
    std::vector<unsigned char> made;
    for (int i = 0; i < 64; i++) made.push_back(static_cast<unsigned char>(i * 7 + 1));
    return made;
}

static void settings(const Keyring &ring) {
    KeySpec spec;
    spec.labels = {{text("team", 1, true), text("payments", 1, true)}, {text("t", 1, false), text("p", 1, false)}};
    churn();
    const auto key = ring.create_key("labelled", spec);
    auto labels = key.info().labels;
    CHECK(labels.size() == 2 && labels[0].first == text("t", 1, false) && labels[1].second == text("payments", 1, true));
    KeyConfig config;
    config.set_labels = {{text("owner", 1, true), text("me", 1, true)}};
    config.removed_labels = {text("team", 1, true), text("t", 1, false)};
    churn();
    key.configure(config);
    labels = key.info().labels;
    CHECK(labels.size() == 1 && labels[0].first == text("owner", 1, true) && labels[0].second == text("me", 1, true));
    const Import import{material()}, same{material()};
    churn();
    KeySpec hmac;
    hmac.key_type = "hmac";
    hmac.key_size = 64;
    const auto imported = ring.import_key("imported", import, hmac);
    CHECK(Keyring::in_memory().import_key("other", same, hmac).try_verify_hmac("m", imported.hmac("m")));
}

static void results(const Keyring &ring) {
    std::string all;
    for (const auto &name : ring.try_keys().value()) churn(), all += name + ",";
    CHECK(all == "cards,imported,labelled,tenants,");
    const auto key = ring.key("cards");
    const auto type = key.info().key_type;
    const auto name = key.info().name;
    churn();
    CHECK(std::string(type) == "xaes256-gcm" && std::string(name) == "cards");
    const auto &message = ring.try_key("none").message();
    churn();
    CHECK(message.find("key") != std::string::npos);
}

int main() {
    const auto ring = Keyring::in_memory();
    const auto key = ring.create_key("cards");
    const auto tenants = derived(ring, "tenants");
    batches(key, tenants);
    said(key, tenants);
    settings(ring);
    results(ring);
}
