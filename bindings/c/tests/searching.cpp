// Indexes, tokens and API keys in C++: values and errors, both forms, batches, and options that are gone before the call.
#include <strongroom.hpp>

#include <algorithm>
#include <cstdio>
#include <cstdlib>

using namespace strongroom;
using namespace std::chrono_literals;

#define CHECK(what) ((what) ? (void)0 : (std::fprintf(stderr, "%s:%d: %s: %s\n", __FILE__, __LINE__, #what, strongroom_error_message()), std::exit(1)))

template <class F> static status thrown_by(F run) {
    try {
        run();
    } catch (const error &failure) {
        CHECK(failure.what()[0] != 0);
        return failure.code();
    }
    return STRONGROOM_OK;
}

static std::string from_bits(const std::vector<unsigned char> &bits) { return {bits.begin(), bits.end()}; }

static void singles(const Key &key) {
    const auto email = index_options("users.email").normalize("email");
    const auto text = key.index(" Ann@Example.com", email);
    CHECK(text.rfind("strongroom:i1:", 0) == 0 && text == key.index("ann@example.com", email) && text != key.index("bob@example.com", email));
    CHECK(text == key.index("ann@example.com", index_options("users.email")) && text != key.index("ann@example.com", index_options("users.name")));
    CHECK(key.index_binary("ann@example.com", email).size() == 16);
    CHECK(key.index_binary("ann@example.com", index_options(email).bits(256)).size() == 32);
    // Steps in their order, said at once or one after the other.
    const auto digits = index_options("phone").normalize("trim").normalize("digits"), listed = index_options("phone").normalize("trim,digits");
    CHECK(key.index(" 030 / 12 ", digits) == key.index("03012", listed));
    CHECK(key.index("\xe2\x91\xa0", index_options("phone").normalize("nfkc").normalize("digits")) == key.index("1", digits));
    CHECK(key.try_index("\xe2\x91\xa0", index_options("phone").normalize("digits").normalize("nfkc")).code() == STRONGROOM_INVALID_VALUE);
    CHECK(key.index(" x ", index_options("phone").normalize("none").normalize("trim").normalize("none")) == key.index("x", index_options("phone")));
    for (const auto *steps : {"", "nope", "trim,"}) CHECK(key.try_index("x", index_options("n").normalize(steps)).code() == STRONGROOM_INVALID_OPTION);
    CHECK(key.try_index("x", index_options("n").normalize(std::string("trim\0", 5))).code() == STRONGROOM_INVALID_ARGUMENT);
    CHECK(key.try_index("x", index_options("")).code() == STRONGROOM_INVALID_OPTION && key.try_index("x", index_options(std::string(256, 'n'))).code() == STRONGROOM_INVALID_OPTION);
    CHECK(key.try_index("x", index_options(bytes(static_cast<const char *>(nullptr)))).code() == STRONGROOM_INVALID_ARGUMENT);
    CHECK(key.try_index("x", index_options("n").bits(7)).code() == STRONGROOM_INVALID_OPTION && key.try_index("x", index_options("n").version(2)).code() == STRONGROOM_VERSION_TOO_NEW);
    CHECK(key.try_index("", email).code() == STRONGROOM_INVALID_VALUE && key.try_index_binary("\xff", email).code() == STRONGROOM_INVALID_VALUE);
    CHECK(thrown_by([&] { (void)key.indexes("", email); }) == STRONGROOM_INVALID_VALUE && key.try_indexes_binary(bytes(), email).code() == STRONGROOM_INVALID_VALUE);
    CHECK(Key(0).try_indexes("x", email).code() == STRONGROOM_INVALID_HANDLE);
}

static void versions(const Keyring &ring) {
    const auto key = ring.create_key("rotated");
    const index_options name("users.name");
    const auto first = key.index("Ann", name);
    CHECK(!key.needs_reindex(first) && key.rotate() == 2 && key.needs_reindex(first));
    const auto all = key.indexes("Ann", name);
    const auto binary = key.indexes_binary("Ann", name);
    CHECK(all.size() == 2 && all[0] == key.index("Ann", name) && all[1] == first && all[1] == key.index("Ann", index_options(name).version(1)));
    CHECK(binary.size() == 2 && binary[0] == key.index_binary("Ann", name) && binary[0] != binary[1]);
    CHECK(key.try_needs_reindex("nonsense").code() == STRONGROOM_MALFORMED && key.try_needs_reindex("strongroom:i3:iw").code() == STRONGROOM_VERSION_TOO_NEW);

    const auto begins = key.index_prefixes("banana", {2, 3, 2, 9}, name);
    const auto begins_binary = key.index_prefixes_binary("banana", {2, 3}, name);
    const auto begin = key.indexes_prefix("ban", name);
    const auto begin_binary = key.indexes_prefix_binary("ban", name);
    CHECK(begins.size() == 2 && begins_binary.size() == 2 && from_bits(begins_binary[0]) < from_bits(begins_binary[1]) && begin.size() == 2 && begin_binary.size() == 2);
    CHECK(std::count(begins.begin(), begins.end(), begin[0]) == 1 && std::count(begins.begin(), begins.end(), begin[1]) == 0);
    CHECK(std::count(begins_binary.begin(), begins_binary.end(), begin_binary[0]) == 1);
    CHECK(key.index_prefixes("a", {2}, name).empty() && key.index_prefixes("a", {}, name).empty());
    CHECK(key.try_index_prefixes("a", {0}, name).code() == STRONGROOM_INVALID_OPTION && key.try_index_prefixes_binary("", {1}, name).code() == STRONGROOM_INVALID_VALUE);

    const auto pieces = key.index_ngrams("banana", 3, name);
    const auto pieces_binary = key.index_ngrams_binary("banana", 3, name);
    const auto sought = key.indexes_ngrams("anan", 3, name);
    const auto sought_binary = key.indexes_ngrams_binary("anan", 3, name);
    CHECK(pieces.size() == 3 && pieces_binary.size() == 3 && sought.size() == 2 && sought[0].size() == 2 && sought[1].size() == 2 && sought_binary.size() == 2);
    for (const auto &piece : sought[0]) CHECK(std::count(pieces.begin(), pieces.end(), piece) == 1);
    for (const auto &piece : sought[1]) CHECK(std::count(pieces.begin(), pieces.end(), piece) == 0);
    for (const auto &piece : sought_binary[0]) CHECK(std::count(pieces_binary.begin(), pieces_binary.end(), piece) == 1);
    const auto none = key.indexes_ngrams("an", 3, name);
    CHECK(none.size() == 2 && none[0].empty() && none[1].empty() && key.index_ngrams("an", 3, name).empty());
    for (const uint32_t n : {0u, 256u, 259u}) {
        CHECK(key.try_index_ngrams("banana", n, name).code() == STRONGROOM_INVALID_OPTION && key.try_index_ngrams_binary("banana", n, name).code() == STRONGROOM_INVALID_OPTION);
        CHECK(key.try_indexes_ngrams("banana", n, name).code() == STRONGROOM_INVALID_OPTION && key.try_indexes_ngrams_binary("banana", n, name).code() == STRONGROOM_INVALID_OPTION);
    }
    CHECK(key.try_indexes_prefix("", name).code() == STRONGROOM_INVALID_VALUE && key.try_indexes_prefix_binary("", name).code() == STRONGROOM_INVALID_VALUE);
}

static void batches(const Keyring &ring) {
    const auto key = ring.create_key("batched");
    const index_options name("users.name");
    const auto first = key.index("Ann", name);
    CHECK(key.rotate() == 2);
    const std::vector<Item> items = {{"Ann"}, {""}, {"Bob"}, {"Eve", options().version(1)}};
    auto texts = key.index_batch(items, name);
    const auto binary = key.index_binary_batch(items, name);
    CHECK(texts.size() == 4 && texts[0].value() == key.index("Ann", name) && texts[1].code() == STRONGROOM_INVALID_VALUE && texts[2].value() == key.index("Bob", name));
    CHECK(texts[3].code() == STRONGROOM_INVALID_ARGUMENT && binary[3].code() == STRONGROOM_INVALID_ARGUMENT);
    CHECK(binary.size() == 4 && binary[2].value() == key.index_binary("Bob", name) && binary[1].code() == STRONGROOM_INVALID_VALUE);
    auto all = key.indexes_batch(items, name);
    const auto all_binary = key.indexes_binary_batch(items, name);
    CHECK(all.size() == 4 && all[0].value() == key.indexes("Ann", name) && all[0].value()[1] == first && all[1].code() == STRONGROOM_INVALID_VALUE);
    CHECK(all[2].value() == key.indexes("Bob", name) && all[3].code() == STRONGROOM_INVALID_ARGUMENT);
    CHECK(all_binary[2].value() == key.indexes_binary("Bob", name) && all_binary[1].code() == STRONGROOM_INVALID_VALUE);
    const auto needed = key.needs_reindex_batch({{first}, {all[0].value()[0]}, {"nonsense"}});
    CHECK(needed[0].value() && !needed[1].value() && needed[2].code() == STRONGROOM_MALFORMED);
    CHECK(key.index_batch({}, name).empty() && key.indexes_batch({}, name).empty() && key.needs_reindex_batch({}).empty());
    CHECK(thrown_by([&] { (void)key.indexes_batch({{"Ann"}}, index_options("n").normalize("\xff")); }) == STRONGROOM_INVALID_ARGUMENT);
    CHECK(thrown_by([&] { (void)Key(0).index_batch({{"Ann"}}, name); }) == STRONGROOM_INVALID_HANDLE);
}

static index_options of_column(int number, size_t size) {
    const std::string name = "column " + std::to_string(number) + std::string(size, '.'), steps = std::string("trim,digits,") + "trim,trim,trim,trim,trim,trim";
    return index_options(name).normalize(steps);
}

// What they are made of may be gone, and what was moved from them stays.
static void kept_options(const Key &key) {
    for (const size_t size : {size_t{0}, size_t{100}}) {
        auto said = of_column(7, size);
        auto taken = std::move(said);
        const auto &chained = index_options(std::string("column 7") + std::string(size, '.')).normalize(std::string("trim,") + "digits").bits(128).version(1);
        const auto expected = key.index(" 17 ", taken);
        CHECK(key.index(" 17 ", said) == expected && key.index("17", chained) == expected && key.index("17", of_column(7, size)) == expected);
        said = of_column(8, size);
        CHECK(key.index("17", said) != expected);
        auto form = token_form().prefix(std::string("acme") + "_");
        const auto moved = std::move(form);
        CHECK(key.redeem(key.issue("x", 1min, {}, form), {}, moved).payload == "x");
    }
}

static void tokens(const Keyring &ring, const Key &key) {
    const auto reset = options().aad("reset");
    const auto before = std::chrono::system_clock::now();
    const auto text = key.issue("user 17", 1h, reset);
    const Token token = key.redeem(text, reset);
    CHECK(text.rfind("srt_", 0) == 0 && token.payload == "user 17" && token.expires - token.issued == 1h);
    CHECK(token.issued > before - 2s && token.issued < std::chrono::system_clock::now() + 2s);
    CHECK(thrown_by([&] { (void)key.redeem(text); }) == STRONGROOM_DECRYPT_FAILED && key.try_redeem(text, options().aad("login")).code() == STRONGROOM_DECRYPT_FAILED);
    const auto acme = token_form().prefix("acme_");
    const auto other = key.issue("user 17", 1h, reset, acme);
    CHECK(other.rfind("acme_", 0) == 0 && key.redeem(other, reset, acme).payload == "user 17" && key.try_redeem(other, reset).code() == STRONGROOM_MALFORMED);
    CHECK(key.redeem(key.issue("", 400 * 24h)).payload.empty());
    CHECK(key.redeem(key.issue(std::string(5000, 'x'), 1h)).payload == std::string(5000, 'x'));
    for (const auto ttl : {std::chrono::milliseconds(0), std::chrono::milliseconds(999), std::chrono::milliseconds(-1), std::chrono::milliseconds(400 * 24h) + 1ms, std::chrono::milliseconds::max()})
        CHECK(key.try_issue("x", ttl).code() == STRONGROOM_INVALID_OPTION);
    for (const auto *prefix : {"", "acme", "Acme_", "a_"}) CHECK(key.try_issue("x", 1h, {}, token_form().prefix(prefix)).code() == STRONGROOM_INVALID_OPTION);
    CHECK(key.try_issue("x", 1h, {}, token_form().prefix(std::string("ac\0me_", 6))).code() == STRONGROOM_INVALID_ARGUMENT);
    // A leeway is said where it counts, also none.
    for (const auto leeway : {0ms, 5ms, -5ms}) {
        CHECK(key.redeem(text, reset, token_form().leeway(leeway)).payload == "user 17");
        CHECK(thrown_by([&] { (void)key.issue("x", 1h, {}, token_form().leeway(leeway)); }) == STRONGROOM_INVALID_ARGUMENT);
    }
    CHECK(key.try_redeem("").code() == STRONGROOM_MALFORMED && key.try_redeem(std::string_view()).code() == STRONGROOM_MALFORMED);
    CHECK(key.try_redeem(key.encrypt("user 17")).code() == STRONGROOM_MALFORMED && key.try_decrypt(text, reset).code() == STRONGROOM_MALFORMED);
    KeySpec derived;
    derived.flags = STRONGROOM_DERIVED;
    const auto tenants = ring.create_key("tenants", derived);
    const auto of_acme = tenants.context("acme").issue("user 17", 1h);
    CHECK(tenants.redeem(of_acme, options().context("acme")).payload == "user 17" && tenants.try_redeem(of_acme, options().context("emca")).code() == STRONGROOM_DECRYPT_FAILED);
    KeySpec aes;
    aes.key_type = "aes256-gcm96";
    CHECK(ring.create_key("aes", aes).try_issue("x", 1h).code() == STRONGROOM_OPERATION_NOT_SUPPORTED);
}

static void api_keys(const Key &key) {
    const secret text = ApiKey::generate("acme");
    CHECK(text.text().rfind("acme_", 0) == 0 && text.size() == 54 && text != ApiKey::generate("acme"));
    ApiKey::check(text);
    CHECK(ApiKey::try_check(text.text().substr(1)).code() == STRONGROOM_MALFORMED && thrown_by([] { ApiKey::check("acme_mistyped"); }) == STRONGROOM_MALFORMED);
    CHECK(ApiKey::try_check("").code() == STRONGROOM_MALFORMED && ApiKey::try_check(bytes(static_cast<const char *>(nullptr))).code() == STRONGROOM_INVALID_ARGUMENT);
    CHECK(ApiKey::try_generate("acme_").code() == STRONGROOM_INVALID_OPTION && ApiKey::try_generate(std::string("ac\0me", 5)).code() == STRONGROOM_INVALID_ARGUMENT);
    const auto stored = key.index_binary(text, ApiKey::index());
    CHECK(stored.size() == 32 && key.indexes_binary(text, ApiKey::index()) == std::vector<std::vector<unsigned char>>{stored});
}

int main() {
    const auto ring = Keyring::in_memory();
    const auto key = ring.create_key("k");
    singles(key);
    versions(ring);
    batches(ring);
    kept_options(key);
    tokens(ring, key);
    api_keys(key);
}
