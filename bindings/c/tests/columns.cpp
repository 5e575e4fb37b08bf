// Columns in one buffer, through strongroom.hpp and as C has them: what comes out is what the single calls give, and what is no column is refused.
#include <strongroom.hpp>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>

using namespace strongroom;

#define CHECK(what) ((what) ? (void)0 : (std::fprintf(stderr, "%s:%d: %s: %s\n", __FILE__, __LINE__, #what, strongroom_error_message()), std::exit(1)))
#define OK(call) CHECK((call) == STRONGROOM_OK)

template <class Offset> struct Own {
    std::string data;
    std::vector<Offset> offsets{0};
    std::vector<unsigned char> bitmap;
    void add(const std::string &value, bool is_there = true) {
        const size_t at = offsets.size() - 1;
        if (at % 8 == 0) bitmap.push_back(0);
        if (is_there) bitmap.back() = static_cast<unsigned char>(bitmap.back() | 1 << at % 8);
        data += value;
        offsets.push_back(static_cast<Offset>(data.size()));
    }
    Values<Offset> values() const { return {data.data(), data.size(), offsets.data(), offsets.size() - 1, bitmap.data()}; }
};

template <class Data, class Offset> Values<Offset> values(const NewColumn<Data, Offset> &made) {
    return {made.data.data(), made.data.size(), made.offsets.data(), made.offsets.size() - 1, made.validity.data()};
}

template <class Data, class Offset> std::string at(const NewColumn<Data, Offset> &made, size_t index) {
    const auto *data = reinterpret_cast<const char *>(made.data.data());
    return {data + made.offsets[index], static_cast<size_t>(made.offsets[index + 1] - made.offsets[index])};
}

template <class Offset> void as_singles(const Key &key) {
    for (size_t count : {0, 1, 7, 8, 9, 513}) {
        Own<Offset> own, aads;
        for (size_t i = 0; i < count; i++) {
            own.add(std::string(i % 40, static_cast<char>('a' + i % 26)), i % 5 != 3);
            aads.add("order-" + std::to_string(i));
        }
        Column<Offset> column{own.values()};
        column.aads = aads.values();
        const auto encrypted = key.encrypt_column(column);
        column.values = values(encrypted);
        const auto decrypted = key.decrypt_column(column);
        const auto same = key.rewrap_column(column);
        CHECK(same.data == encrypted.data && same.offsets == encrypted.offsets);
        CHECK(encrypted.validity == own.bitmap && decrypted.validity == own.bitmap && same.validity == own.bitmap);
        for (size_t i = 0; i < count; i++) {
            const auto said = options().aad("order-" + std::to_string(i));
            const std::string value = own.data.substr(own.offsets[i], own.offsets[i + 1] - own.offsets[i]);
            if (i % 5 == 3) {
                CHECK(at(encrypted, i).empty() && at(decrypted, i).empty());
                continue;
            }
            CHECK(key.decrypt(at(encrypted, i), said) == bytes(value) && at(decrypted, i) == value && decrypted.statuses[i] == STRONGROOM_OK);
            CHECK(at(encrypted, i) == key.encrypt(value, said)); // of a type that gives the same each time
        }
    }
}

static void in_threads(const Key &key) {
    Own<int32_t> own;
    for (int i = 0; i < 5000; i++) own.add(std::string(static_cast<size_t>(i % 9), 'x') + std::to_string(i), i % 7 != 3);
    Column<int32_t> column{own.values()}, texts{};
    for (size_t threads : {0, 2, 3, 64}) {
        column.threads = threads;
        const auto made = key.encrypt_column(column);
        texts.values = values(made);
        texts.threads = 1;
        const auto in_one = key.decrypt_column(texts);
        texts.threads = threads;
        const auto plain = key.decrypt_column(texts);
        CHECK(bytes(plain.data).text() == bytes(in_one.data).text() && plain.offsets == in_one.offsets);
        CHECK(made.validity == own.bitmap && plain.validity == own.bitmap && at(plain, 4999) == "xxxx4999");
    }
}

static void refused_values(const Key &key) {
    Own<int32_t> own;
    for (size_t i = 0; i < 9; i++) own.add("4111");
    Column<int32_t> column{own.values(), options().aad("one for all")};
    auto encrypted = key.encrypt_column(column);
    encrypted.data[static_cast<size_t>(encrypted.offsets[4]) + 30] ^= 1;
    column.values = values(encrypted);
    size_t refused = 0;
    CHECK(!key.try_decrypt_column(column, &refused) && refused == 4);
    column.refused_as_null = true;
    const auto decrypted = key.decrypt_column(column);
    CHECK(decrypted.statuses[4] != STRONGROOM_OK && decrypted.statuses[5] == STRONGROOM_OK && decrypted.data.size() == 8 * 4);
    CHECK(decrypted.validity == (std::vector<unsigned char>{0xEF, 0x01}));
    Own<int32_t> one;
    one.add("4111");
    column.aads = one.values();
    CHECK(key.try_encrypt_column(column).code() == STRONGROOM_INVALID_ARGUMENT);
}

static void no_columns(strongroom_key key) {
    const int32_t good[] = {0, 4, 8}, falling[] = {0, 5, 4}, beyond[] = {0, 4, 9};
    const unsigned char bits[] = {0x03};
    char data[512];
    int32_t offsets[3];
    unsigned char validity[1];
    strongroom_status statuses[2];
    strongroom_column column = {};
    column.size = sizeof column;
    column.count = 2;
    column.values = {"41114242", 8, good, nullptr};
    strongroom_new_column made = {};
    made.size = sizeof made;
    const auto call = [&](const strongroom_column *in) {
        made.offsets = offsets;
        return strongroom_key_encrypt_column(key, in, nullptr, &made);
    };
    OK(call(&column));
    const size_t needed = made.len;
    CHECK(needed > 0 && made.refused == SIZE_MAX);
    made.data = data;
    made.capacity = needed - 1;
    CHECK(call(&column) == STRONGROOM_BUFFER_TOO_SMALL && made.len == needed);
    made.capacity = sizeof data;
    OK(call(&column));
    CHECK(offsets[0] == 0 && static_cast<size_t>(offsets[2]) == made.len && made.len == needed);
    CHECK(call(nullptr) == STRONGROOM_INVALID_ARGUMENT);
    CHECK(strongroom_key_encrypt_column(key, &column, nullptr, nullptr) == STRONGROOM_INVALID_ARGUMENT);
    CHECK(strongroom_key_encrypt_column(0, &column, nullptr, &made) == STRONGROOM_INVALID_HANDLE);
    for (const int32_t *wrong : {falling, beyond}) {
        strongroom_column bad = column;
        bad.values.offsets = wrong;
        CHECK(call(&bad) == STRONGROOM_INVALID_OPTION && std::strcmp(strongroom_error_detail(), "column_offsets_malformed") == 0);
        bad = column;
        bad.aads = {"41114242", 8, wrong, nullptr};
        CHECK(call(&bad) == STRONGROOM_INVALID_OPTION);
    }
    strongroom_options options = {};
    options.size = sizeof options;
    options.aad = "a", options.aad_len = 1;
    std::vector<strongroom_column> wrong(9, column);
    wrong[0].size = 8;
    wrong[1].offset_bits = 16;
    wrong[2].refused_as_null = 2;
    wrong[3].refused_as_null = 1;    // without room for the statuses
    wrong[4].values.offsets = nullptr;
    wrong[5].values.data = nullptr;
    wrong[6].values.validity = bits; // without room for the bits
    wrong[7].aads.data = "a";
    wrong[8].count = SIZE_MAX;
    for (const auto &bad : wrong) CHECK(call(&bad) == STRONGROOM_INVALID_ARGUMENT);
    made.offsets = nullptr;
    CHECK(strongroom_key_encrypt_column(key, &column, nullptr, &made) == STRONGROOM_INVALID_ARGUMENT);
    strongroom_column twice = column;
    twice.aads = {"41114242", 8, good, nullptr};
    OK(call(&twice));
    CHECK(strongroom_key_encrypt_column(key, &twice, &options, &made) == STRONGROOM_INVALID_ARGUMENT);
    options.aad = nullptr, options.aad_len = 0, options.hash = STRONGROOM_SHA2_256;
    CHECK(strongroom_key_encrypt_column(key, &column, &options, &made) == STRONGROOM_INVALID_ARGUMENT);
    made.validity = validity, made.statuses = statuses;
    twice.values.validity = bits, twice.refused_as_null = 1;
    OK(call(&twice));
    CHECK(validity[0] == 3 && statuses[0] == STRONGROOM_OK && statuses[1] == STRONGROOM_OK);
    made.size = 8;
    CHECK(call(&column) == STRONGROOM_INVALID_ARGUMENT);
}

// The result may go where the values are: it is made elsewhere then.
static void in_their_own_place(strongroom_key key) {
    char data[512] = "41114242";
    int32_t offsets[3] = {0, 4, 8};
    strongroom_column column = {};
    column.size = sizeof column;
    column.count = 2;
    strongroom_new_column made = {};
    made.size = sizeof made;
    made.data = data;
    made.capacity = sizeof data;
    made.offsets = offsets;
    column.values = {data, 8, offsets, nullptr};
    OK(strongroom_key_encrypt_column(key, &column, nullptr, &made));
    column.values = {data, made.len, offsets, nullptr};
    OK(strongroom_key_decrypt_column(key, &column, nullptr, &made));
    CHECK(made.len == 8 && offsets[1] == 4 && std::memcmp(data, "41114242", 8) == 0);
}

int main() {
    const auto ring = Keyring::in_memory();
    KeySpec spec;
    spec.key_type = "aes256-siv";
    const Key siv = ring.create_key("siv", spec), cards = ring.create_key("cards");
    as_singles<int32_t>(siv);
    as_singles<int64_t>(siv);
    in_threads(cards);
    refused_values(cards);
    no_columns(cards.get());
    in_their_own_place(cards.get());
    return 0;
}
