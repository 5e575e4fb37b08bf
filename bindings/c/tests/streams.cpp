// Files of any size in C++: a std::ostream and a std::istream over others.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <sstream>
#include <streambuf>
#include <type_traits>

#include <strongroom.hpp>

#define CHECK(what) ((what) ? (void)0 : (std::fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #what), std::exit(1)))

using namespace strongroom;

template <class F> status thrown(F call) {
    try {
        call();
    } catch (const error &caught) {
        return caught.code();
    }
    return STRONGROOM_OK;
}

static std::string plaintext(size_t len) {
    std::string made(len, '\0');
    for (size_t i = 0; i < len; i++) made[i] = static_cast<char>(131 * i + i / 256);
    return made;
}

constexpr size_t head = 64, chunk = 16384, sealed = 16400;
static const std::string text = plaintext(4 * chunk + 7);

static std::string file_of(const Key &key, const std::string &data, const options &said = {}) {
    std::ostringstream sink;
    auto writer = key.encrypt_writer(sink, said);
    writer << data;
    writer.finish();
    CHECK(writer.good() && writer.failure());
    return sink.str();
}

static std::string all(std::istream &from) { return {std::istreambuf_iterator<char>(from), {}}; }

static void whole(const Key &key) {
    for (size_t len : {size_t{0}, size_t{1}, chunk - 1, chunk, chunk + 1, text.size()}) {
        const auto data = text.substr(0, len);
        const auto file = file_of(key, data, options().aad("a"));
        CHECK(file.size() == head + len + 16 * (len / chunk + 1));
        std::istringstream source(file);
        auto reader = key.decrypt_reader(source, options().aad("a"));
        CHECK(reader.version() == 1 && reader.verify_end() == len && all(reader) == data && reader.verify_end() == len);
        std::istringstream again(file);
        CHECK(thrown([&] { key.decrypt_reader(again); }) == STRONGROOM_DECRYPT_FAILED);
        CHECK(!key.try_decrypt_reader(again));
    }
}

static void positions(const Key &key, const std::string &path) {
    {
        std::ofstream sink(path, std::ios::binary);
        auto writer = key.encrypt_writer(sink);
        for (char c : text.substr(0, 100)) writer.put(c);
        auto moved = std::move(writer);
        CHECK(!writer.good() && !(writer << "m") && writer.try_finish().code() == STRONGROOM_INVALID_HANDLE && writer.try_version().code() == STRONGROOM_INVALID_HANDLE);
        moved.write(text.data() + 100, static_cast<std::streamsize>(text.size() - 100));
        moved.flush();
        moved.finish();
        CHECK(moved.try_finish().code() == STRONGROOM_INVALID_ARGUMENT && moved.good());
        CHECK(!(moved << "m") && moved.failure().code() == STRONGROOM_INVALID_ARGUMENT);
    }
    std::ifstream source(path, std::ios::binary);
    auto first = key.decrypt_reader(source);
    std::string some(10, '\0');
    CHECK(first.read(some.data(), 10) && some == text.substr(0, 10) && first.tellg() == std::streampos(10));
    auto reader = std::move(first);
    CHECK(!first.good() && first.try_verify_end().code() == STRONGROOM_INVALID_HANDLE && reader.good());
    CHECK(reader.read(some.data(), 10) && some == text.substr(10, 10) && reader.verify_end() == text.size() && reader.tellg() == std::streampos(20));
    CHECK(reader.get() == std::istream::traits_type::to_int_type(text[20]));
    CHECK(reader.seekg(-5, std::ios::cur) && reader.get() == std::istream::traits_type::to_int_type(text[16]));
    for (size_t at : {size_t{0}, chunk - 1, chunk, 3 * chunk + 5, text.size() - 10}) {
        CHECK(reader.seekg(static_cast<std::streamoff>(at)) && reader.tellg() == std::streampos(static_cast<std::streamoff>(at)));
        CHECK(reader.read(some.data(), 10) && some == text.substr(at, 10));
    }
    CHECK(reader.seekg(-7, std::ios::end) && all(reader) == text.substr(text.size() - 7) && source.good());
    reader.clear();
    CHECK(!reader.seekg(-1) && reader.failure().code() == STRONGROOM_INVALID_ARGUMENT);
    reader.clear();
    CHECK(reader.seekg(0) && all(reader) == text && reader.failure());
    reader.clear();
    CHECK(reader.seekg(0) && std::getline(reader, some, text[1000]) && text.find(some) == 0);
    std::remove(path.c_str());
}

static void cut(const Key &key) {
    const auto file = file_of(key, text);
    std::istringstream source(file.substr(0, head + 2 * sealed));
    auto reader = key.decrypt_reader(source);
    std::string into(text.size(), '\0');
    // What came is authentic; badbit and not only eofbit says that it is not all.
    CHECK(!reader.read(into.data(), static_cast<std::streamsize>(into.size())) && reader.bad());
    CHECK(reader.failure().code() == STRONGROOM_TRUNCATED_STREAM && into.substr(0, 2 * chunk) == text.substr(0, 2 * chunk));
    CHECK(thrown([&] { reader.verify_end(); }) == STRONGROOM_TRUNCATED_STREAM);
    std::istringstream other(file.substr(0, head + 2 * sealed));
    auto throwing = key.decrypt_reader(other);
    throwing.exceptions(std::ios::badbit);
    CHECK(thrown([&] { throwing.read(into.data(), static_cast<std::streamsize>(into.size())); }) == STRONGROOM_TRUNCATED_STREAM);
    std::istringstream third(file.substr(0, head + 2 * sealed));
    auto iterated = key.decrypt_reader(third);
    CHECK(thrown([&] { all(iterated); }) == STRONGROOM_TRUNCATED_STREAM);
    std::ifstream missing("there is no such file");
    CHECK(key.try_decrypt_reader(missing).code() == STRONGROOM_CALLBACK_FAILED);
    // One that is destroyed writes no end.
    std::ostringstream sink;
    { key.encrypt_writer(sink) << text; }
    std::istringstream unfinished(sink.str());
    CHECK(sink.str().size() == head + 4 * sealed && key.decrypt_reader(unfinished).try_verify_end().code() == STRONGROOM_TRUNCATED_STREAM);
}

struct odd {};

// Takes and gives so much, and then fails or throws.
struct ending : std::stringbuf {
    ending(const std::string &data, size_t most, bool throws) : std::stringbuf(data), left(most), throws_(throws) {}
    std::streamsize xsputn(const char *data, std::streamsize len) override {
        count(static_cast<size_t>(len));
        return is_out ? 0 : std::stringbuf::xsputn(data, len);
    }
    std::streamsize xsgetn(char *data, std::streamsize len) override {
        count(static_cast<size_t>(len));
        if (is_out) throw odd();
        return std::stringbuf::xsgetn(data, len);
    }
    size_t left;
    bool is_out = false;

private:
    void count(size_t len) {
        is_out = len > left;
        if (is_out && throws_) throw odd();
        left -= is_out ? 0 : len;
    }
    bool throws_;
};

static void failing(const Key &key) {
    for (bool throws : {false, true}) {
        ending full("", 2 * sealed, throws);
        std::ostream sink(&full);
        if (throws) sink.exceptions(std::ios::badbit);
        auto writer = key.encrypt_writer(sink);
        CHECK(!(writer << text) && writer.bad() && writer.failure().code() == STRONGROOM_CALLBACK_FAILED);
        writer.clear();
        CHECK(!(writer << "m") && writer.try_finish().code() == STRONGROOM_CALLBACK_FAILED);
        CHECK(thrown([&] { writer.finish(); }) == STRONGROOM_CALLBACK_FAILED);

        const auto file = file_of(key, text);
        ending gone(file, 3 * sealed, false);
        std::istream source(&gone);
        auto reader = key.decrypt_reader(source);
        if (throws) {
            reader.exceptions(std::ios::badbit);
            bool was = false;
            std::string into(text.size(), '\0');
            try {
                reader.read(into.data(), static_cast<std::streamsize>(into.size()));
            } catch (const odd &) {
                was = true;
            }
            CHECK(was && reader.bad() && reader.failure().code() == STRONGROOM_CALLBACK_FAILED);
        } else {
            std::string into(text.size(), '\0');
            CHECK(!reader.read(into.data(), static_cast<std::streamsize>(into.size())) && reader.bad() && reader.failure().code() == STRONGROOM_CALLBACK_FAILED);
        }
        ending never("", 0, true);
        std::ostream nothing(&never);
        nothing.exceptions(std::ios::badbit);
        std::istringstream old(file);
        bool was = false;
        try {
            key.try_rewrap_stream(old, nothing).code();
        } catch (const odd &) {
            was = true;
        }
        CHECK(was);
    }
}

static void rewrapped(Keyring &ring) {
    KeySpec derived;
    derived.flags = STRONGROOM_DERIVED;
    auto key = ring.create_key("tenants", derived);
    const auto old = file_of(key, text, options().context("acme"));
    key.rotate();
    std::istringstream source(old);
    std::ostringstream sink;
    CHECK(key.rewrap_stream(source, sink, options().context("acme")) == 2);
    std::istringstream renewed(sink.str());
    auto acme = key.context("acme");
    auto reader = acme.decrypt_reader(renewed);
    CHECK(reader.version() == 2 && all(reader) == text);
    std::istringstream again(old);
    CHECK(key.try_rewrap_stream(again, sink).code() == STRONGROOM_CONTEXT_REQUIRED);
    KeySpec other;
    other.key_type = "aes256-gcm96";
    auto aes = ring.create_key("aes", other);
    CHECK(thrown([&] { aes.encrypt_writer(sink); }) == STRONGROOM_OPERATION_NOT_SUPPORTED);
}

static void ranges(const Key &key) {
    const auto said = options().aad("a");
    const std::string before = "before it, ";
    std::stringstream source(before + file_of(key, text, said));
    const auto begin = std::streampos(static_cast<std::streamoff>(before.size()));
    source.seekg(begin);
    CHECK(StreamInfo::read(source).version == 1 && source.tellg() == begin + std::streamoff(head));
    source.seekg(begin);
    const uint64_t end = text.size();
    for (const auto &[from, until] : {std::pair<uint64_t, uint64_t>{0, 0}, {0, 5}, {chunk - 2, chunk + 2}, {5, end}, {end - 1, end + 7}, {end, UINT64_MAX}, {9, 3}, {0, UINT64_MAX}, {chunk, uint64_t{1} << 31}}) {
        const auto start = static_cast<size_t>(std::min(from, end)), stop = static_cast<size_t>(std::min(until, end));
        CHECK(key.decrypt_range(source, from, until, said) == text.substr(start, start < stop ? stop - start : 0));
        CHECK(source.tellg() == begin && source.good());
    }
    CHECK(thrown([&] { (void)key.decrypt_range(source, 0, 5); }) == STRONGROOM_DECRYPT_FAILED);
    std::istringstream cut(file_of(key, text).substr(0, head + 2 * sealed)), none("SRF");
    CHECK(key.try_decrypt_range(cut, 0, 5).code() == STRONGROOM_TRUNCATED_STREAM);
    CHECK(StreamInfo::try_read(none).code() == STRONGROOM_TRUNCATED_STREAM && thrown([&] { StreamInfo::read(none); }) == STRONGROOM_TRUNCATED_STREAM);
    std::ifstream missing("there is no such file");
    CHECK(key.try_decrypt_range(missing, 0, 5).code() == STRONGROOM_CALLBACK_FAILED && StreamInfo::try_read(missing).code() == STRONGROOM_CALLBACK_FAILED);
    // What the source throws is thrown as it is.
    const auto file = file_of(key, text);
    for (const bool whole : {false, true}) {
        ending gone(file, whole ? 0 : 2 * sealed, true);
        std::istream throwing(&gone);
        bool was = false;
        try {
            if (whole) StreamInfo::read(throwing);
            else (void)key.decrypt_range(throwing, 0, end);
        } catch (const odd &) {
            was = true;
        }
        CHECK(was);
    }
}

static void in_threads(const Key &key) {
    const auto data = plaintext(80 * chunk + 7);
    for (const uint32_t count : {1u, 2u, 64u}) {
        std::ostringstream sink;
        auto writer = key.encrypt_writer(sink);
        writer.threads(count);
        writer << data;
        // Each waits until its room is full.
        const size_t room = count == 1 ? 1 : 32 * count;
        CHECK(sink.str().size() == (data.size() / chunk / room == 0 ? 0 : head + data.size() / chunk / room * room * sealed));
        writer.finish();
        CHECK(writer.good() && writer.try_threads(2).code() == STRONGROOM_INVALID_ARGUMENT);
        std::istringstream source(sink.str());
        auto reader = key.decrypt_reader(source);
        reader.threads(count);
        CHECK(all(reader) == data && reader.verify_end() == data.size());
        CHECK(thrown([&] { reader.threads(0); }) == STRONGROOM_INVALID_ARGUMENT && reader.try_threads(65).code() == STRONGROOM_INVALID_ARGUMENT);
        auto moved = std::move(reader);
        CHECK(reader.try_threads(2).code() == STRONGROOM_INVALID_HANDLE && moved.try_threads(2));
    }
    std::ostringstream sink;
    auto writer = key.encrypt_writer(sink);
    CHECK(thrown([&] { writer.threads(65); }) == STRONGROOM_INVALID_ARGUMENT && writer.try_threads(0).code() == STRONGROOM_INVALID_ARGUMENT);
    auto moved = std::move(writer);
    CHECK(writer.try_threads(2).code() == STRONGROOM_INVALID_HANDLE && moved.try_threads(2));
}

int main(int argc, char **argv) {
    CHECK(argc == 2);
    auto ring = Keyring::in_memory();
    auto key = ring.create_key("exports");
    whole(key);
    positions(key, argv[1]);
    cut(key);
    failing(key);
    rewrapped(ring);
    ranges(key);
    in_threads(key);
    return 0;
}
