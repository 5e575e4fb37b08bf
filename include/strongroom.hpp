// Strongroom for C++17 and later: strongroom.h with objects that free themselves, views in, values out.
//
//   using namespace strongroom;
//   auto ring = Keyring::open("/var/keys", Seal::root_key_env("STRONGROOM_ROOT_KEY"));
//   auto cards = ring.key("cards");
//   std::string text = cards.encrypt("4111", options().aad("order-17"));
//   secret number = cards.decrypt(text, options().aad("order-17"));   // wiped when it goes
//
// Every function `f` throws strongroom::error when it fails; `try_f` gives a result instead, and throws nothing but std::bad_alloc.
// What strongroom.h says of the C functions holds for these. The rules that are C++'s own:
//
// - What is said beforehand is copied: options, items of a batch, maps, settings and key material keep nothing of yours, so that what they
//   are made of may be gone before the call. The copies are wiped when they go. `bytes` alone is a view: it is for the parameters of a call.
// - What is given back is a value. `secret` shows its bytes for as long as it lives, so that of one that nobody keeps they cannot be taken.
// - Keyring, Key and Seal can be moved, not copied. All their functions may be called by several threads at once; moving one, assigning to
//   one and destroying it are for one thread alone. So is changing an object that holds values, such as options. One that was moved from holds
//   no handle: its calls say STRONGROOM_INVALID_HANDLE.
// - A setting that is left out is said by leaving it out. An empty string is not "none", and a text that is NULL, or has a NUL in it
//   where C takes a string, is STRONGROOM_INVALID_ARGUMENT.
//
// License: MIT OR Apache-2.0
#ifndef STRONGROOM_HPP
#define STRONGROOM_HPP

#if (defined(_MSVC_LANG) ? _MSVC_LANG : __cplusplus) < 201703L
#error "strongroom.hpp needs C++17: compile with -std=c++17, or include strongroom.h, which any C++ takes"
#endif

#include <strongroom.h>

#include <array>
#include <chrono>
#include <cstdint>
#include <cstring>
#include <exception>
#include <initializer_list>
#include <istream>
#include <map>
#include <memory>
#include <new>
#include <optional>
#include <ostream>
#include <stdexcept>
#include <streambuf>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace strongroom {

using status = strongroom_status;

/// The version of the library, such as "0.1.0".
inline const char *version() noexcept { return strongroom_version(); }

/// What every throwing function throws: a status, its name, and a sentence for people as what().
class error : public std::runtime_error {
public:
    /// A detail is kept as it is: one of strongroom_error_detail, or another that stays.
    error(status code, const std::string &message, const char *detail = "") : std::runtime_error(message), code_(code), detail_(detail) {}
    /// One of the statuses of strongroom.h.
    status code() const noexcept { return code_; }
    /// Such as "decrypt_failed".
    const char *name() const noexcept { return strongroom_error_name(code_); }
    /// Of STRONGROOM_INVALID_OPTION which option or combination of them is wrong, such as "key_size_out_of_range"; empty of any other.
    const char *detail() const noexcept { return detail_; }

private:
    status code_;
    const char *detail_;
};

/// A value, or a status and a sentence that say why there is none.
template <class T> class [[nodiscard]] result {
public:
    result(T value) : value_(std::move(value)) {}
    static result failed(status code) { return result(code, strongroom_error_message(), strongroom_error_detail()); }
    static result failed(status code, std::string message, const char *detail = "") { return result(code, std::move(message), detail); }

    explicit operator bool() const noexcept { return code_ == STRONGROOM_OK; }
    status code() const noexcept { return code_; }
    const char *name() const noexcept { return strongroom_error_name(code_); }
    const char *detail() const noexcept { return detail_; }
    const std::string &message() const & noexcept { return message_; }
    std::string message() && noexcept { return std::move(message_); }

    /// The value; throws strongroom::error if there is none. Of a result that nobody keeps it is moved out, so that it may be kept instead.
    T &value() & { return check(), *value_; }
    const T &value() const & { return check(), *value_; }
    T value() && { return check(), std::move(*value_); }

private:
    result(status code, std::string message, const char *detail) : code_(code), message_(std::move(message)), detail_(detail) {}
    void check() const {
        if (code_ != STRONGROOM_OK) throw error(code_, message_, detail_);
    }
    status code_ = STRONGROOM_OK;
    std::string message_;
    const char *detail_ = "";
    std::optional<T> value_;
};

/// Success, or a status and a sentence.
template <> class [[nodiscard]] result<void> {
public:
    result(status code)
        : code_(code), message_(code == STRONGROOM_OK ? "" : strongroom_error_message()), detail_(code == STRONGROOM_OK ? "" : strongroom_error_detail()) {}
    static result failed(status code, std::string message) { return result(code, std::move(message)); }
    explicit operator bool() const noexcept { return code_ == STRONGROOM_OK; }
    status code() const noexcept { return code_; }
    const char *name() const noexcept { return strongroom_error_name(code_); }
    const char *detail() const noexcept { return detail_; }
    const std::string &message() const & noexcept { return message_; }
    std::string message() && noexcept { return std::move(message_); }
    void value() const {
        if (code_ != STRONGROOM_OK) throw error(code_, message_, detail_);
    }

private:
    result(status code, std::string message) : code_(code), message_(std::move(message)), detail_("") {}
    status code_;
    std::string message_;
    const char *detail_;
};

/// Bytes of somebody else's, for a parameter: from text, a container of bytes such as std::vector or std::span, or a pointer and a length. A
/// view like std::string_view, which must not be kept: `kept`, std::string and std::vector are for that.
class bytes {
public:
    constexpr bytes() noexcept = default;
    constexpr bytes(const void *data, size_t size) noexcept : data_(data), size_(size) {}
    /// A text that ends with a NUL. Of NULL, the bytes are ones that every call refuses: a text that is missing is not an empty one.
    bytes(const char *text) noexcept : data_(text), size_(text == nullptr ? SIZE_MAX : std::strlen(text)) {}
    bytes(std::nullptr_t) = delete;
    template <class C, class = std::enable_if_t<sizeof(*std::declval<const C &>().data()) == 1 && !std::is_same_v<C, bytes>>>
    constexpr bytes(const C &container) noexcept : data_(container.data()), size_(container.size()) {}
    constexpr const void *data() const noexcept { return data_; }
    constexpr size_t size() const noexcept { return size_; }
    std::string_view text() const noexcept { return {static_cast<const char *>(data_), data_ == nullptr ? 0 : size_}; }
    /// Whether there is a length without anything that is as long.
    constexpr bool is_missing() const noexcept { return data_ == nullptr && size_ > 0; }

private:
    const void *data_ = nullptr;
    size_t size_ = 0;
};

namespace detail {

/// Overwrites memory in a way that the compiler does not leave out.
inline void wipe(void *data, size_t size) noexcept {
    if (size == 0) return;
#if defined(__GNUC__)
    std::memset(data, 0, size);
    __asm__ __volatile__("" : : "r"(data) : "memory"); // reads it, for all that the compiler knows
#else
    for (volatile unsigned char *at = static_cast<unsigned char *>(data); size > 0; size--) *at++ = 0;
#endif
}

} // namespace detail

/// Secret bytes, wiped when they go. They can be moved, not copied, and are shown for as long as they live: keep a secret to look into it.
class secret {
public:
    secret() = default;
    explicit secret(size_t size) : data_(room(size)), size_(size), room_(size) {}
    explicit secret(bytes from) : secret(from.is_missing() ? throw error(STRONGROOM_INVALID_ARGUMENT, "a pointer is NULL while its length is not 0") : from.size()) {
        if (size_ > 0) std::memcpy(data_.get(), from.data(), size_);
    }
    secret(secret &&other) noexcept { swap(other); }
    secret &operator=(secret &&other) noexcept {
        secret(std::move(other)).swap(*this);
        return *this;
    }
    ~secret() { detail::wipe(data_.get(), room_); }
    unsigned char *data() & noexcept { return data_.get(); }
    const unsigned char *data() const & noexcept { return data_.get(); }
    const unsigned char *data() const && = delete;
    size_t size() const noexcept { return size_; }
    bool empty() const noexcept { return size_ == 0; }
    const unsigned char *begin() const & noexcept { return data_.get(); }
    const unsigned char *begin() const && = delete;
    const unsigned char *end() const & noexcept { return data_.get() + size_; }
    const unsigned char *end() const && = delete;
    /// The bytes as text. A std::string made of it is not wiped.
    std::string_view text() const & noexcept { return {reinterpret_cast<const char *>(data_.get()), size_}; }
    std::string_view text() const && = delete;
    /// Makes it shorter.
    void shrink(size_t size) noexcept { size_ = size < size_ ? size : size_; }

    /// Takes equally long for all bytes of one length.
    friend bool operator==(const secret &one, bytes other) noexcept {
        if (one.size_ != other.size()) return false;
        const auto *at = static_cast<const volatile unsigned char *>(other.data());
        unsigned char differs = 0;
        for (size_t i = 0; i < one.size_; i++) differs = static_cast<unsigned char>(differs | (one.data_[i] ^ at[i]));
        return differs == 0;
    }
    friend bool operator==(const secret &one, const secret &other) noexcept { return one == bytes(other); }
    friend bool operator!=(const secret &one, bytes other) noexcept { return !(one == other); }
    friend bool operator!=(const secret &one, const secret &other) noexcept { return !(one == other); }

private:
    static unsigned char *room(size_t size) {
        if (size == SIZE_MAX) throw std::bad_alloc();
        return new unsigned char[size + 1]();
    }
    void swap(secret &other) noexcept {
        std::swap(data_, other.data_);
        std::swap(size_, other.size_);
        std::swap(room_, other.room_);
    }
    std::unique_ptr<unsigned char[]> data_;
    size_t size_ = 0, room_ = 0;
};

/// Bytes of one's own: copied when they are said, shared by the copies of this, wiped with the last of them. It cannot be emptied by moving it:
/// what was said stays said.
class kept {
public:
    kept() noexcept = default;
    kept(const void *data, size_t size) : kept(bytes(data, size)) {}
    kept(bytes from) : size_(from.size()) {
        if (from.is_missing()) size_ = SIZE_MAX; // and no bytes: refused by whatever it is given to
        else if (size_ > small_.size()) large_ = std::make_shared<const secret>(from);
        else if (size_ > 0) std::memcpy(small_.data(), from.data(), size_);
    }
    /// Takes a secret over, without a copy.
    kept(secret &&from) : size_(from.size()) {
        if (size_ > small_.size()) large_ = std::make_shared<const secret>(std::move(from));
        else if (size_ > 0) std::memcpy(small_.data(), from.data(), size_);
    }
    kept(std::nullptr_t) = delete;
    template <class T, class = std::enable_if_t<std::is_constructible_v<bytes, const T &> && !std::is_same_v<T, kept> && !std::is_same_v<T, bytes>>>
    kept(const T &from) : kept(bytes(from)) {}
    kept(const kept &) noexcept = default;
    kept &operator=(const kept &) noexcept = default;
    ~kept() { detail::wipe(small_.data(), size_ > small_.size() ? 0 : size_); }

    const unsigned char *data() const & noexcept { return size_ <= small_.size() ? small_.data() : large_ ? large_->data() : nullptr; }
    const unsigned char *data() const && = delete;
    size_t size() const noexcept { return size_; }

private:
    size_t size_ = 0;
    std::array<unsigned char, 40> small_{};
    std::shared_ptr<const secret> large_;
};

/// A map of strings, for contexts, aads and labels: `{{"tenant", name}, {"region", "eu"}}`, or any range of pairs, such as a std::map.
class map {
public:
    using pair = std::pair<std::string, std::string>;
    map() = default;
    map(std::initializer_list<std::pair<bytes, bytes>> pairs) {
        for (const auto &[name, value] : pairs) emplace_back(name, value);
    }
    template <class Range, class = std::enable_if_t<std::is_convertible_v<decltype(std::begin(std::declval<const Range &>())->second), std::string_view>>>
    map(const Range &pairs) {
        for (const auto &[name, value] : pairs) emplace_back(name, value);
    }
    /// Throws strongroom::error if one of them is NULL: a string that is missing is not an empty one.
    void emplace_back(bytes name, bytes value) {
        if (name.is_missing() || value.is_missing()) throw error(STRONGROOM_INVALID_ARGUMENT, "a string of a map is NULL");
        pairs_.emplace_back(name.text(), value.text());
    }
    std::vector<pair>::const_iterator begin() const noexcept { return pairs_.begin(); }
    std::vector<pair>::const_iterator end() const noexcept { return pairs_.end(); }
    size_t size() const noexcept { return pairs_.size(); }
    bool empty() const noexcept { return pairs_.empty(); }

private:
    std::vector<pair> pairs_;
};

namespace detail {

/// The pairs of a map as C takes them. They show its strings.
inline std::vector<strongroom_pair> pairs(const map &from) {
    std::vector<strongroom_pair> made;
    made.reserve(from.size());
    for (const auto &[name, value] : from) made.push_back({name.data(), name.size(), value.data(), value.size()});
    return made;
}

/// A map that was said, in both forms.
struct said_map {
    explicit said_map(const map &from) : strings(from), raw(pairs(strings)) {}
    said_map(const said_map &) = delete;
    said_map &operator=(const said_map &) = delete;
    // A map without pairs is one, and refused as such: NULL would say that there is none.
    const strongroom_pair *data() const noexcept {
        static constexpr strongroom_pair none = {};
        return raw.empty() ? &none : raw.data();
    }
    const map strings;
    const std::vector<strongroom_pair> raw;
};

/// A string as C takes it. C would end it at the first NUL: one that has a NUL becomes one that is no text, and is refused as that.
inline const char *c_string(const std::string &text) noexcept { return text.find('\0') == std::string::npos ? text.c_str() : "\xff"; }
inline const char *c_string(const std::string &&) = delete;
inline const char *c_string(const std::optional<std::string> &text) noexcept { return text ? c_string(*text) : nullptr; }
inline const char *c_string(const std::optional<std::string> &&) = delete;

/// Keeps exceptions from passing through C.
template <class T> struct collected {
    T value{};
    std::exception_ptr thrown;
    template <class F> void guard(F add) noexcept {
        try {
            if (!thrown) add(value);
        } catch (...) {
            thrown = std::current_exception();
        }
    }
    result<T> give(status code) {
        if (thrown) std::rethrow_exception(thrown);
        if (code != STRONGROOM_OK) return result<T>::failed(code);
        return std::move(value);
    }
};

/// The indexes that `call(each, user)` gives to a function, as T, which is a text or bytes: of each item of a batch, and of each version.
template <class T, class F> result<std::vector<std::vector<T>>> indexed(bool by_item, F call) {
    struct found : collected<std::vector<std::vector<T>>> {
        bool by_item = false;
    };
    found all;
    all.by_item = by_item;
    const auto each = [](void *user, size_t item, size_t newer, const void *index, size_t len) noexcept {
        auto &to = *static_cast<found *>(user);
        const size_t group = to.by_item ? item : newer;
        to.guard([&](std::vector<std::vector<T>> &groups) {
            if (groups.size() <= group) groups.resize(group + 1);
            const auto *from = static_cast<const char *>(index);
            groups[group].emplace_back(from, from + len);
        });
    };
    return all.give(call(each, static_cast<void *>(static_cast<found *>(&all))));
}

/// Those of one value, in their order.
template <class T, class F> result<std::vector<T>> listed(F call) {
    auto groups = indexed<T>(true, call);
    if (!groups) return result<std::vector<T>>::failed(groups.code(), groups.message(), groups.detail());
    auto found = std::move(groups).value();
    if (found.empty()) return std::vector<T>();
    return std::move(found.front());
}

/// Bytes that `call(write, user)` gives to a function.
template <class F> result<std::vector<unsigned char>> written(F call) {
    using pieces = collected<std::vector<unsigned char>>;
    pieces found;
    const auto write = [](void *user, const void *data, size_t len) noexcept {
        static_cast<pieces *>(user)->guard([&](std::vector<unsigned char> &to) {
            const auto *from = static_cast<const unsigned char *>(data);
            to.insert(to.end(), from, from + len);
        });
    };
    return found.give(call(write, &found));
}

/// A text that `call(out, capacity, len)` writes: into a small buffer first, which most fit.
template <class F> result<std::string> text(size_t room, F call) {
    char small[1024];
    size_t len = 0;
    if (room <= sizeof small) {
        status code = call(small, sizeof small, &len);
        if (code == STRONGROOM_OK) return std::string(small, len);
        if (code != STRONGROOM_BUFFER_TOO_SMALL) return result<std::string>::failed(code);
        room = len;
    }
    for (;;) {
        std::string out(room, '\0');
        status code = call(out.data(), out.size() + 1, &len);
        if (code == STRONGROOM_OK) {
            out.resize(len);
            return out;
        }
        if (code != STRONGROOM_BUFFER_TOO_SMALL) return result<std::string>::failed(code);
        room = len;
    }
}

/// Bytes that `call(out, capacity, len)` writes.
template <class F> result<std::vector<unsigned char>> binary(size_t room, F call) {
    for (size_t len = 0;;) {
        std::vector<unsigned char> out(room + 1);
        status code = call(out.data(), out.size(), &len);
        if (code == STRONGROOM_OK) {
            out.resize(len);
            return out;
        }
        if (code != STRONGROOM_BUFFER_TOO_SMALL) return result<std::vector<unsigned char>>::failed(code);
        room = len;
    }
}

/// Secret bytes of a length that only the call knows, which is made again with as much room as it asks for.
template <class F> result<secret> hidden(size_t room, F call) {
    for (size_t len = 0;;) {
        secret out(room + 1);
        status code = call(out.data(), out.size(), &len);
        if (code == STRONGROOM_OK) {
            out.shrink(len);
            return out;
        }
        if (code != STRONGROOM_BUFFER_TOO_SMALL) return result<secret>::failed(code);
        room = len;
    }
}

/// What strongroom.h gives at most.
constexpr size_t largest_data_key = 64;

/// The longest range of a stream for which there is room at once.
constexpr uint64_t largest_range = uint64_t{1} << 26;

/// Milliseconds since 1970 as a time; what is later than any is the last one.
inline std::chrono::system_clock::time_point time_of(uint64_t ms) noexcept {
    using clock = std::chrono::system_clock;
    const auto most = std::chrono::duration_cast<std::chrono::milliseconds>(clock::duration::max()).count();
    if (ms >= static_cast<uint64_t>(most)) return clock::time_point::max();
    return clock::time_point(std::chrono::duration_cast<clock::duration>(std::chrono::milliseconds(static_cast<int64_t>(ms))));
}

/// The length of what is worked on, for the room of a first try. What is longer than any message and its text are, or missing, is refused anyway.
inline size_t sized(size_t message) noexcept { return message > size_t{1} << 31 ? 0 : message; }
inline size_t text_room(size_t message) noexcept { return sized(message) / 3 * 4 + 600; }
inline size_t binary_room(size_t message) noexcept { return sized(message) + 200; }

/// Owns the handle of an object.
template <status (*Free)(uint64_t)> class handle {
public:
    handle() = default;
    explicit handle(uint64_t number) noexcept : number_(number) {}
    handle(handle &&other) noexcept : number_(std::exchange(other.number_, 0)) {}
    handle &operator=(handle &&other) noexcept {
        if (this != &other) {
            Free(number_);
            number_ = std::exchange(other.number_, 0);
        }
        return *this;
    }
    ~handle() { Free(number_); }
    uint64_t get() const noexcept { return number_; }

private:
    uint64_t number_ = 0;
};

/// An object whose handle `call(&handle)` gives.
template <class T, class F> result<T> object(F call) {
    uint64_t number = 0;
    status code = call(&number);
    if (code != STRONGROOM_OK) return result<T>::failed(code);
    return T(number);
}

template <class T, class F> result<T> number(F call) {
    T made{};
    status code = call(&made);
    if (code != STRONGROOM_OK) return result<T>::failed(code);
    return made;
}

} // namespace detail

/// What is said about one message: `options().aad("order-17").version(2)`. It keeps what it is told; nothing that was moved from it is gone.
class options {
public:
    options() noexcept = default;
    options(const options &) noexcept = default;
    options &operator=(const options &) noexcept = default;

    /// Associated data: authenticated with the message, not stored.
    options &aad(bytes data) & {
        aad_.emplace(data);
        return *this;
    }
    [[nodiscard]] options aad(bytes data) && { return aad(data); }
    options &aad(const map &data) & {
        aad_map_ = std::make_shared<const detail::said_map>(data);
        return *this;
    }
    [[nodiscard]] options aad(const map &data) && { return aad(data); }
    /// From this a derived key makes the subkey for the message.
    options &context(bytes data) & {
        context_.emplace(data);
        return *this;
    }
    [[nodiscard]] options context(bytes data) && { return context(data); }
    options &context(const map &data) & {
        context_map_ = std::make_shared<const detail::said_map>(data);
        return *this;
    }
    [[nodiscard]] options context(const map &data) && { return context(data); }
    /// The version to encrypt, sign or MAC with; 0 is the latest. In the view of Key::transit also to rewrap to.
    options &version(uint32_t number) & {
        version_ = number;
        return *this;
    }
    [[nodiscard]] options version(uint32_t number) && { return version(number); }
    options &hash(strongroom_hash number) & {
        hash_ = number;
        return *this;
    }
    [[nodiscard]] options hash(strongroom_hash number) && { return hash(number); }
    options &form(strongroom_form number) & {
        form_ = number;
        return *this;
    }
    [[nodiscard]] options form(strongroom_form number) && { return form(number); }
    /// What is signed or verified is the digest of the message by the hash. For ECDSA and RSA keys.
    options &prehashed(bool is = true) & {
        prehashed_ = is ? 1 : 0;
        return *this;
    }
    [[nodiscard]] options prehashed(bool is = true) && { return prehashed(is); }
    /// How a signature of an RSA key is padded.
    options &padding(strongroom_padding number) & {
        padding_ = number;
        return *this;
    }
    [[nodiscard]] options padding(strongroom_padding number) && { return padding(number); }
    /// How long the salt of STRONGROOM_PADDING_PSS is: STRONGROOM_SALT_AUTO, STRONGROOM_SALT_HASH, or a number of bytes.
    options &salt_length(strongroom_salt number) & {
        salt_ = number, salt_length_ = 0;
        return *this;
    }
    [[nodiscard]] options salt_length(strongroom_salt number) && { return salt_length(number); }
    options &salt_length(uint32_t size) & {
        salt_ = STRONGROOM_SALT_BYTES, salt_length_ = size;
        return *this;
    }
    [[nodiscard]] options salt_length(uint32_t size) && { return salt_length(size); }

    /// These options as the struct that the functions of strongroom.h take. It shows what these options keep, and is good for as long as they are and stay as they are.
    strongroom_options raw() const & noexcept {
        strongroom_options made = {};
        made.size = sizeof made;
        if (aad_) made.aad = aad_->data(), made.aad_len = aad_->size();
        if (aad_map_) made.aad_map = aad_map_->data(), made.aad_map_count = aad_map_->raw.size();
        if (context_) made.context = context_->data(), made.context_len = context_->size();
        if (context_map_) made.context_map = context_map_->data(), made.context_map_count = context_map_->raw.size();
        made.version = version_;
        made.hash = hash_;
        made.form = form_;
        made.prehashed = prehashed_;
        made.padding = padding_;
        made.salt = salt_;
        made.salt_length = salt_length_;
        return made;
    }
    strongroom_options raw() const && = delete;
    /// Whether nothing was said.
    bool empty() const noexcept {
        return !aad_ && !aad_map_ && !context_ && !context_map_ && version_ == 0 && hash_ == 0 && form_ == 0 && prehashed_ == 0 && padding_ == 0 && salt_ == 0 &&
               salt_length_ == 0;
    }

private:
    std::optional<kept> aad_, context_;
    std::shared_ptr<const detail::said_map> aad_map_, context_map_;
    uint32_t version_ = 0, hash_ = 0, form_ = 0, prehashed_ = 0, padding_ = 0, salt_ = 0, salt_length_ = 0;
};

namespace detail {

/// The options as C takes them, for the length of a call.
class shown {
public:
    explicit shown(const options &said) noexcept : raw_(said.raw()), is_any_(!said.empty()) {}
    shown(const shown &) = delete;
    shown &operator=(const shown &) = delete;
    const strongroom_options *get() const noexcept { return is_any_ ? &raw_ : nullptr; }

private:
    strongroom_options raw_;
    bool is_any_;
};

} // namespace detail

/// How a column is indexed: `index_options("users.email").normalize("email")`. The same for all of its values, else a search does not find them.
/// It keeps what it is told; nothing that was moved from it is gone.
class index_options {
public:
    /// The name of the column, 1 to 255 bytes of UTF-8, which go into the index.
    explicit index_options(bytes name) : name_(name) {}
    index_options(const index_options &) = default;
    index_options &operator=(const index_options &) = default;

    /// What is done to a value first, after what was said before: "trim", "nfkc", "casefold", "digits", "email", "none", or several with a comma between.
    index_options &normalize(const std::string &steps) & {
        normalize_ = normalize_ ? *normalize_ + "," + steps : steps;
        return *this;
    }
    [[nodiscard]] index_options normalize(const std::string &steps) && { return normalize(steps); }
    /// How many bits an index has: 8 to 256, or 0 for 128.
    index_options &bits(uint32_t number) & {
        bits_ = number;
        return *this;
    }
    [[nodiscard]] index_options bits(uint32_t number) && { return bits(number); }
    /// The version to index with; 0 is the newest that everybody who searches knows by now.
    index_options &version(uint32_t number) & {
        version_ = number;
        return *this;
    }
    [[nodiscard]] index_options version(uint32_t number) && { return version(number); }

    /// These options as the struct that the functions of strongroom.h take. It shows what these options keep, and is good for as long as they are and stay as they are.
    strongroom_index_options raw() const & noexcept {
        strongroom_index_options made = {};
        made.size = sizeof made;
        made.name = reinterpret_cast<const char *>(name_.data());
        made.name_len = name_.size();
        made.normalize = detail::c_string(normalize_);
        made.bits = bits_;
        made.version = version_;
        return made;
    }
    strongroom_index_options raw() const && = delete;

private:
    kept name_;
    std::optional<std::string> normalize_;
    uint32_t bits_ = 0, version_ = 0;
};

/// How tokens are written and taken: `token_form().prefix("acme_")`.
class token_form {
public:
    token_form() noexcept = default;
    token_form(const token_form &) = default;
    token_form &operator=(const token_form &) = default;

    /// What they begin with: 2 to 16 of a to z and 0 to 9, and "_". "srt_" unless it is said.
    token_form &prefix(const std::string &text) & {
        prefix_ = text;
        return *this;
    }
    [[nodiscard]] token_form prefix(const std::string &text) && { return prefix(text); }
    /// To redeem: by how much the clock of whoever issued may be ahead, a minute unless it is said.
    token_form &leeway(std::chrono::milliseconds length) & {
        leeway_ms_ = length.count() <= 0 ? STRONGROOM_NO_LEEWAY : static_cast<uint64_t>(length.count());
        return *this;
    }
    [[nodiscard]] token_form leeway(std::chrono::milliseconds length) && { return leeway(length); }

    /// This form as the struct that the functions of strongroom.h take. It shows what this form keeps, and is good for as long as it is and stays as it is.
    strongroom_token_form raw() const & noexcept {
        strongroom_token_form made = {};
        made.size = sizeof made;
        made.prefix = detail::c_string(prefix_);
        made.leeway_ms = leeway_ms_;
        return made;
    }
    strongroom_token_form raw() const && = delete;

private:
    std::optional<std::string> prefix_;
    uint64_t leeway_ms_ = 0;
};

/// What a token carried, and from when until when it is good.
struct Token {
    secret payload;
    std::chrono::system_clock::time_point issued{}, expires{};
};

/// What an application hands out to its users, and keeps an index of: `key.index_binary(text, ApiKey::index())`.
class ApiKey {
public:
    /// A new one: the prefix, "_", and 49 characters, of which the last six find typing errors. It is given out once and never stored.
    static secret generate(const std::string &prefix) { return try_generate(prefix).value(); }
    static result<secret> try_generate(const std::string &prefix) {
        return detail::hidden(128, [&](void *out, size_t capacity, size_t *len) {
            return strongroom_api_key_generate(detail::c_string(prefix), static_cast<char *>(out), capacity, len);
        });
    }
    /// Throws unless the text can be an API key at all: one that was mistyped is STRONGROOM_MALFORMED.
    static void check(bytes text) { try_check(text).value(); }
    static result<void> try_check(bytes text) { return strongroom_api_key_check(static_cast<const char *>(text.data()), text.size()); }
    /// How they are indexed.
    static index_options index() {
        const strongroom_index_options *known = strongroom_api_key_index();
        return index_options(bytes(known->name, known->name_len)).bits(known->bits);
    }
};

/// A seal of your own: derive from it. It may be called by several threads at once, for as long as a keyring uses it. The `bytes` that its
/// functions are given are gone when they return.
class SealProvider {
public:
    /// Throw this to say that the seal does not open the blob, and anything else to say that it could not be asked: the call that needed
    /// the seal fails with STRONGROOM_SEAL_FAILED then, and what() is a part of its message, so let it hold nothing secret.
    struct refused {};
    virtual ~SealProvider() = default;
    /// Which kind of seal this is, and which key of that kind. Neither is secret.
    virtual std::string kind() const = 0;
    virtual std::string id() const = 0;
    /// Wraps a key of 32 bytes, bound to `aad`: 1 to 65,535 bytes.
    virtual std::vector<unsigned char> wrap(bytes key, bytes aad) = 0;
    /// Unwraps what `wrap` gave, if it was bound to the same `aad`.
    virtual secret unwrap(bytes blob, bytes aad) = 0;
};

/// How the root key of a keyring is wrapped. It can be used any number of times.
class Seal {
public:
    /// Makes a fresh root key, as text for root_key_env or root_key_file.
    static secret generate_root_key() { return try_generate_root_key().value(); }
    static result<secret> try_generate_root_key() {
        return detail::hidden(128, [](void *out, size_t capacity, size_t *len) { return strongroom_generate_root_key(static_cast<char *>(out), capacity, len); });
    }
    /// A key of 32 bytes.
    static Seal root_key(bytes key) { return try_root_key(key).value(); }
    static result<Seal> try_root_key(bytes key) {
        return detail::object<Seal>([&](uint64_t *seal) { return strongroom_seal_root_key(key.data(), key.size(), seal); });
    }
    /// A key of 32 bytes as text, in hexadecimal or base64.
    static Seal root_key_text(bytes text) { return try_root_key_text(text).value(); }
    static result<Seal> try_root_key_text(bytes text) {
        return detail::object<Seal>([&](uint64_t *seal) { return strongroom_seal_root_key_text(static_cast<const char *>(text.data()), text.size(), seal); });
    }
    /// A key in an environment variable, read when the seal is used.
    static Seal root_key_env(const std::string &variable) { return try_root_key_env(variable).value(); }
    static result<Seal> try_root_key_env(const std::string &variable) {
        return detail::object<Seal>([&](uint64_t *seal) { return strongroom_seal_root_key_env(detail::c_string(variable), seal); });
    }
    /// A key in a file that only its owner can read, or that a container platform mounts where others cannot write.
    static Seal root_key_file(const std::string &path) { return try_root_key_file(path).value(); }
    static result<Seal> try_root_key_file(const std::string &path) {
        return detail::object<Seal>([&](uint64_t *seal) { return strongroom_seal_root_key_file(detail::c_string(path), seal); });
    }
    /// A passphrase, with an id if the keyring has several.
    static Seal passphrase(bytes phrase, const std::optional<std::string> &id = {}) { return try_passphrase(phrase, id).value(); }
    static result<Seal> try_passphrase(bytes phrase, const std::optional<std::string> &id = {}) {
        return detail::object<Seal>(
            [&](uint64_t *seal) { return strongroom_seal_passphrase(phrase.data(), phrase.size(), detail::c_string(id), seal); });
    }
    /// A passphrase in a file, with an id if the keyring has several. One newline at its end does not count.
    static Seal passphrase_file(const std::string &path, const std::optional<std::string> &id = {}) { return try_passphrase_file(path, id).value(); }
    static result<Seal> try_passphrase_file(const std::string &path, const std::optional<std::string> &id = {}) {
        return detail::object<Seal>(
            [&](uint64_t *seal) { return strongroom_seal_passphrase_file(detail::c_string(path), detail::c_string(id), seal); });
    }
    /// A seal by its URL, which never holds a secret, as docs/seals.md lists them: "vault://HOST/transit/NAME", "file:PATH" and so on.
    /// Nothing is asked until the seal is used; a call that uses it then waits for the platform, 10 seconds at most for each question.
    static Seal url(std::string_view url) { return try_url(url).value(); }
    static result<Seal> try_url(std::string_view url) {
        return detail::object<Seal>([&](uint64_t *seal) { return strongroom_seal_url(url.data(), url.size(), seal); });
    }
    /// Several seals, each of which opens the keyring, tried in this order. A keyring that is created with them has a copy for each; a
    /// sealed backup takes one seal only. At least one is given.
    static Seal any(std::initializer_list<const Seal *> seals) { return try_any(seals).value(); }
    static result<Seal> try_any(std::initializer_list<const Seal *> seals) {
        const auto raw = numbers(seals);
        return detail::object<Seal>([&](uint64_t *seal) { return strongroom_seal_any(raw.data(), raw.size(), seal); });
    }
    /// The same root key or passphrase in a file that others can read, too. Other seals are refused when they are used.
    Seal insecure_mode_ok() const { return try_insecure_mode_ok().value(); }
    result<Seal> try_insecure_mode_ok() const {
        return detail::object<Seal>([&](uint64_t *seal) { return strongroom_seal_insecure_mode_ok(get(), seal); });
    }
    /// The same passphrase, stretched with up to 1 GiB in 16 passes where the copy that it is to open says so. For files that you trust.
    Seal allow_costly() const { return try_allow_costly().value(); }
    result<Seal> try_allow_costly() const {
        return detail::object<Seal>([&](uint64_t *seal) { return strongroom_seal_allow_costly(get(), seal); });
    }
    /// The same seal with a label of 1 to 255 bytes, which is not secret. It is written beside the copy that is made for the seal, with the time.
    Seal labelled(const std::string &label) const { return try_labelled(label).value(); }
    result<Seal> try_labelled(const std::string &label) const {
        return detail::object<Seal>([&](uint64_t *seal) { return strongroom_seal_labelled(get(), detail::c_string(label), seal); });
    }
    /// The id of the seal, as Keyring::seals shows it. What the seal needs, such as a file, is read; no keyring is.
    std::string id() const { return try_id().value(); }
    result<std::string> try_id() const {
        return detail::text(256, [&](char *out, size_t capacity, size_t *len) { return strongroom_seal_id(get(), out, capacity, len); });
    }
    /// A seal of your own.
    static Seal provider(std::shared_ptr<SealProvider> provider) { return try_provider(std::move(provider)).value(); }
    static result<Seal> try_provider(std::shared_ptr<SealProvider> provider) {
        if (!provider) return result<Seal>::failed(STRONGROOM_INVALID_ARGUMENT, "the provider is NULL");
        std::string kind, id;
        try {
            kind = provider->kind();
            id = provider->id();
        } catch (const std::bad_alloc &) {
            throw;
        } catch (const std::exception &thrown) {
            return result<Seal>::failed(STRONGROOM_SEAL_FAILED, std::string("the provider does not say what it is: ") + thrown.what());
        } catch (...) {
            return result<Seal>::failed(STRONGROOM_SEAL_FAILED, "the provider does not say what it is");
        }
        auto held = std::make_unique<std::shared_ptr<SealProvider>>(std::move(provider));
        strongroom_provider table = {};
        table.size = sizeof table;
        table.user = held.get();
        table.kind = detail::c_string(kind);
        table.id = detail::c_string(id);
        table.wrap = wrap;
        table.unwrap = unwrap;
        table.release = release;
        auto made = detail::object<Seal>([&](uint64_t *seal) { return strongroom_seal_provider(&table, seal); });
        if (made) held.release();
        return made;
    }
    uint64_t get() const noexcept { return handle_.get(); }
    explicit Seal(uint64_t number) noexcept : handle_(number) {}

private:
    friend class Keyring;
    static std::vector<strongroom_seal> numbers(std::initializer_list<const Seal *> seals) {
        std::vector<strongroom_seal> raw;
        raw.reserve(seals.size());
        for (const Seal *seal : seals) raw.push_back(seal == nullptr ? 0 : seal->get());
        return raw;
    }
    static SealProvider &of(void *user) { return **static_cast<std::shared_ptr<SealProvider> *>(user); }
    /// No exception may pass through C: it becomes a status, and says why.
    template <class F> static status guarded(F call) noexcept {
        try {
            return call();
        } catch (const SealProvider::refused &) {
            return STRONGROOM_WRONG_SEAL;
        } catch (const std::exception &thrown) {
            return strongroom_provider_failed(thrown.what());
        } catch (...) {
            return strongroom_provider_failed("the provider threw something that is no std::exception");
        }
    }
    static status wrap(void *user, const void *key, const void *aad, size_t aad_len, void *out, size_t capacity, size_t *len) noexcept {
        return guarded([&] {
            const auto blob = of(user).wrap({key, 32}, {aad, aad_len});
            if (blob.size() > capacity) return strongroom_provider_failed("the provider wrapped the key in more than 65,535 bytes");
            if (!blob.empty()) std::memcpy(out, blob.data(), blob.size());
            *len = blob.size();
            return status{STRONGROOM_OK};
        });
    }
    static status unwrap(void *user, const void *blob, size_t blob_len, const void *aad, size_t aad_len, void *key) noexcept {
        return guarded([&] {
            const secret unwrapped = of(user).unwrap({blob, blob_len}, {aad, aad_len});
            if (unwrapped.size() != 32) return strongroom_provider_failed("the provider unwrapped a key that has not 32 bytes");
            std::memcpy(key, unwrapped.data(), 32);
            return status{STRONGROOM_OK};
        });
    }
    static void release(void *user) noexcept { delete static_cast<std::shared_ptr<SealProvider> *>(user); }
    detail::handle<strongroom_seal_free> handle_;
};

/// The type and options of a new key.
struct KeySpec {
    /// Such as "ed25519"; left out for the default.
    std::optional<std::string> key_type;
    /// Of enum strongroom_flags.
    uint32_t flags = 0;
    // Options of KeySpec, made by `cargo xtask bless`.
    /// The size of a key of type hmac in bytes, 32 to 512.
    uint32_t key_size = 0;
    /// What ciphertexts and signatures start with, with {{version}} for the number.
    std::optional<std::string> version_template;
    /// After how long the key is due for rotation: never, or an hour or more. 0 for never.
    uint64_t auto_rotate_period_s = 0;
    /// Names and values for people and programs that sort keys; not secret from those who can open the keyring.
    map labels;
    // End of options of KeySpec.
};

/// Key material from outside.
struct Import {
    kept material;
    bool allow_rotation = false;
    /// Of enum strongroom_kdf, or 0.
    uint32_t kdf = 0;
    /// Of enum strongroom_import_format, or 0.
    uint32_t format = 0;
    /// What a private key is encrypted with.
    std::optional<kept> passphrase = {};
    /// With STRONGROOM_IMPORT_WRAPPED, of enum strongroom_hash, or 0 for SHA-256.
    uint32_t hash = 0;
    /// For import_version: the version that the material completes, or 0.
    uint32_t version = 0;
};

/// Changes to a key's settings. What is not set stays as it is.
struct KeyConfig {
    // Options of KeyConfig, made by `cargo xtask bless`.
    /// What was made with a version below this is refused until it is lowered again.
    std::optional<uint32_t> min_decryption_version;
    /// Versions from this on can be asked for in new ciphertexts and signatures. 0, as in KeyInfo, or STRONGROOM_LATEST_ONLY: only the latest.
    std::optional<uint32_t> min_encryption_version;
    /// The key can be deleted.
    std::optional<bool> deletion_allowed;
    /// The material can be exported. This cannot be undone.
    std::optional<bool> exportable;
    /// Backups that are not sealed can be taken, if the key is exportable too. This cannot be undone.
    std::optional<bool> allow_plaintext_backup;
    /// After how long the key is due for rotation: never, or an hour or more. 0, as in KeyInfo, or STRONGROOM_NEVER: never.
    std::optional<uint64_t> auto_rotate_period_s;
    /// Names and values for people and programs that sort keys; not secret from those who can open the keyring.
    map set_labels;
    std::vector<std::string> removed_labels;
    // End of options of KeyConfig.
};

/// A version as it is now. Times are nanoseconds since 1970, 0 for never or unknown.
struct VersionInfo {
    uint32_t version = 0;
    /// Of enum strongroom_version_state.
    uint32_t state = 0;
    std::string key_type;
    /// Whether it came from outside.
    bool imported = false;
    /// Whether its encryptions are counted.
    bool counted = false;
    uint64_t created = 0;
    /// When it stopped being the latest.
    uint64_t retired = 0;
    /// When its material was destroyed.
    uint64_t trimmed = 0;
    /// How many encryptions were leased by the processes that use this keyring, where they are counted.
    uint64_t uses = 0;
    /// Why nothing new is made with it whatever the settings are, such as "kdf_of_aes128"; empty if that is not so.
    std::string unusable = {};
};

/// A key as it is now: type, options, versions and counts. Nothing in it is secret.
struct KeyInfo {
    std::string name;
    /// The type of the latest version.
    std::string key_type;
    /// Of enum strongroom_flags.
    uint32_t flags = 0;
    uint32_t latest_version = 0;
    /// 0 as long as nothing was trimmed.
    uint32_t min_available_version = 0;
    // Options of KeyInfo, made by `cargo xtask bless`.
    /// What ciphertexts and signatures start with, with {{version}} for the number. Empty: it was not said.
    std::string version_template;
    /// What was made with a version below this is refused until it is lowered again.
    uint32_t min_decryption_version = 0;
    /// Versions from this on can be asked for in new ciphertexts and signatures. 0: only the latest.
    uint32_t min_encryption_version = 0;
    /// The size of a key of type hmac in bytes, 32 to 512. 0: keys of this type have none.
    uint32_t key_size = 0;
    /// After how long the key is due for rotation: never, or an hour or more. 0 for never.
    uint64_t auto_rotate_period_s = 0;
    // End of options of KeyInfo.
    std::vector<VersionInfo> versions;
    std::vector<std::pair<std::string, std::string>> labels;
    std::vector<std::string> warnings;
    bool has(strongroom_flags flag) const noexcept { return (flags & flag) != 0; }
};

/// A fresh key: use `plaintext` now, store `ciphertext`.
struct DataKey {
    secret plaintext;
    std::string ciphertext;
};

/// One message of a batch: `{"customer " + name, options().aad(id)}`.
struct Item {
    kept input;
    options said{};
    /// To verify: the signature or mac.
    kept signature{};
    /// For data keys: their size.
    size_t size = 0;
};

/// Values in one buffer, as Arrow has its binary and utf8 arrays: `count + 1` offsets into the data, and a bitmap with a 1 for each value that is
/// not null, the least significant bit first, or nullptr. It points to what it is made of, which has to be there until the call has ended.
template <class Offset> struct Values {
    const void *data = nullptr;
    size_t size = 0;
    const Offset *offsets = nullptr;
    size_t count = 0;
    const unsigned char *validity = nullptr;
};

/// A column to work on, of `int32_t` or `int64_t` offsets. The options are for all values; aads and contexts, one for each, are as many as the values.
template <class Offset = int32_t> struct Column {
    Values<Offset> values;
    options said{};
    Values<Offset> aads{};
    Values<Offset> contexts{};
    /// Each value that is refused becomes null and has its status, instead of ending the call.
    bool refused_as_null = false;
    /// Up to so many threads work on the column at the same time, of which one is the caller's; at most 64.
    size_t threads = 1;
};

/// A column that was made, with a status for each value.
template <class Data, class Offset> struct NewColumn {
    Data data;
    std::vector<Offset> offsets;
    std::vector<unsigned char> validity;
    std::vector<status> statuses;
};

namespace detail {

template <class Offset> strongroom_values raw(const Values<Offset> &values) noexcept {
    return {values.data, values.size, values.offsets, values.validity};
}
inline void cut(std::string &data, size_t size) { data.resize(size); }
inline void cut(secret &data, size_t size) noexcept { data.shrink(size); }
inline std::string room(size_t size, const std::string *) { return std::string(size, '\0'); }
inline secret room(size_t size, const secret *) { return secret(size); }

inline strongroom_import raw(const Import &import) {
    strongroom_import made = {};
    made.size = sizeof made;
    made.material = import.material.data();
    made.material_len = import.material.size();
    made.allow_rotation = import.allow_rotation ? 1 : 0;
    made.kdf = import.kdf;
    made.format = import.format;
    if (import.passphrase) {
        made.passphrase = import.passphrase->data();
        made.passphrase_len = import.passphrase->size();
    }
    made.hash = import.hash;
    made.version = import.version;
    return made;
}

} // namespace detail

namespace detail {

/// Where a stream is written to and from, with what was thrown there, which must not pass through C.
class encrypting : public std::streambuf {
public:
    explicit encrypting(std::ostream &sink) noexcept : sink_(sink) {}
    strongroom_sink raw() noexcept {
        strongroom_sink made = {};
        made.size = sizeof made;
        made.user = this;
        made.write = [](void *user, const void *data, size_t len) noexcept -> status {
            auto &self = *static_cast<encrypting *>(user);
            try {
                return self.sink_.write(static_cast<const char *>(data), static_cast<std::streamsize>(len)) ? STRONGROOM_OK : STRONGROOM_CALLBACK_FAILED;
            } catch (...) {
                self.thrown_ = std::current_exception();
                return STRONGROOM_CALLBACK_FAILED;
            }
        };
        return made;
    }
    /// What a call gave; what was thrown meanwhile is thrown again.
    result<void> told(status code) {
        if (thrown_) std::rethrow_exception(std::exchange(thrown_, nullptr));
        return code;
    }
    result<void> finish() {
        if (!failure_) return failure_;
        auto done = told(strongroom_stream_finish(stream.get()));
        if (done) sink_.flush();
        return done;
    }
    const result<void> &failure() const noexcept { return failure_; }

    handle<strongroom_stream_free> stream;

protected:
    int_type overflow(int_type c) override {
        if (traits_type::eq_int_type(c, traits_type::eof())) return traits_type::not_eof(c);
        const char one = traits_type::to_char_type(c);
        return xsputn(&one, 1) == 1 ? c : traits_type::eof();
    }
    std::streamsize xsputn(const char *data, std::streamsize len) override {
        if (!failure_) return 0;
        failure_ = strongroom_stream_write(stream.get(), data, static_cast<size_t>(len));
        if (thrown_) std::rethrow_exception(std::exchange(thrown_, nullptr));
        return failure_ ? len : 0;
    }
    int sync() override { return failure_ && sink_.flush() ? 0 : -1; }

private:
    std::ostream &sink_;
    result<void> failure_ = STRONGROOM_OK;
    std::exception_ptr thrown_;
};

/// A source that a std::istream is, with what was thrown there. Its flags stay as they are.
class reading {
public:
    explicit reading(std::istream &source) noexcept : source_(source) {}
    strongroom_source raw() noexcept {
        strongroom_source made = {};
        made.size = sizeof made;
        made.user = this;
        made.read = [](void *user, void *out, size_t capacity, size_t *len) noexcept -> status {
            return static_cast<reading *>(user)->guard([&](std::streambuf &source) {
                *len = static_cast<size_t>(source.sgetn(static_cast<char *>(out), static_cast<std::streamsize>(capacity)));
                return true;
            });
        };
        made.seek = [](void *user, int64_t offset, uint32_t whence, uint64_t *position) noexcept -> status {
            return static_cast<reading *>(user)->guard([&](std::streambuf &source) {
                const auto from = whence == 0 ? std::ios_base::beg : whence == 1 ? std::ios_base::cur : std::ios_base::end;
                const std::streamoff reached = source.pubseekoff(static_cast<std::streamoff>(offset), from, std::ios_base::in);
                *position = static_cast<uint64_t>(reached);
                return reached >= 0;
            });
        };
        return made;
    }
    /// Throws again what was thrown meanwhile.
    void rethrow() {
        if (thrown_) std::rethrow_exception(std::exchange(thrown_, nullptr));
    }
    /// What a call gave; what was thrown meanwhile is thrown again.
    result<void> told(status code) {
        rethrow();
        return code;
    }

private:
    template <class F> status guard(F work) noexcept {
        try {
            // Such as a file that was not opened.
            const bool is_none = source_.rdbuf() == nullptr || source_.bad() || (source_.fail() && !source_.eof());
            return !is_none && work(*source_.rdbuf()) ? STRONGROOM_OK : STRONGROOM_CALLBACK_FAILED;
        } catch (...) {
            thrown_ = std::current_exception();
            return STRONGROOM_CALLBACK_FAILED;
        }
    }
    std::istream &source_;
    std::exception_ptr thrown_;
};

/// What is read of a stream: one piece, which is wiped.
class decrypting : public std::streambuf {
public:
    explicit decrypting(std::istream &from) : source(from), piece_(16384) {}
    result<uint64_t> verify_end() {
        uint64_t len = 0;
        const auto done = source.told(strongroom_stream_verify_end(stream.get(), &len));
        if (!done) return result<uint64_t>::failed(done.code(), done.message(), done.detail());
        return len;
    }
    const result<void> &failure() const noexcept { return failure_; }

    reading source;
    handle<strongroom_stream_free> stream;

protected:
    /// An error is thrown, of which a std::istream makes badbit: an end that is none must not look like one.
    int_type underflow() override {
        size_t len = 0;
        told(strongroom_stream_read(stream.get(), piece_.data(), piece_.size(), &len)).value();
        auto *begin = reinterpret_cast<char *>(piece_.data());
        setg(begin, begin, begin + len);
        return len == 0 ? traits_type::eof() : traits_type::to_int_type(*begin);
    }
    pos_type seekoff(off_type offset, std::ios_base::seekdir from, std::ios_base::openmode which) override {
        if ((which & std::ios_base::in) == 0) return pos_type(off_type(-1));
        const int64_t ahead = egptr() - gptr();
        uint64_t position = 0;
        if (from == std::ios_base::cur && offset == 0) {
            return told(strongroom_stream_seek(stream.get(), 0, 1, &position)) ? pos_type(static_cast<off_type>(position) - ahead) : pos_type(off_type(-1));
        }
        const uint32_t whence = from == std::ios_base::beg ? 0 : from == std::ios_base::cur ? 1 : 2;
        if (!told(strongroom_stream_seek(stream.get(), whence == 1 ? offset - ahead : offset, whence, &position))) return pos_type(off_type(-1));
        setg(nullptr, nullptr, nullptr);
        return pos_type(static_cast<off_type>(position));
    }
    pos_type seekpos(pos_type to, std::ios_base::openmode which) override { return seekoff(off_type(to), std::ios_base::beg, which); }

private:
    const result<void> &told(status code) {
        failure_ = code;
        source.told(code).code();
        return failure_;
    }
    secret piece_;
    result<void> failure_ = STRONGROOM_OK;
};

} // namespace detail

/// A std::ostream that encrypts what is written to it, of any size, into another, which it does not close and which must live as long.
///
/// finish() writes the end; one that is destroyed without it leaves a file that says it is cut off when it is read. A write that fails sets
/// badbit, failure() says why, and the file is then written anew from its beginning.
class StreamWriter : public std::ostream {
public:
    explicit StreamWriter(std::unique_ptr<detail::encrypting> buffer) : std::ostream(buffer.get()), buffer_(std::move(buffer)) {}
    StreamWriter(StreamWriter &&other) noexcept : std::ostream(static_cast<std::ostream &&>(other)), buffer_(std::move(other.buffer_)) {
        set_rdbuf(buffer_.get());
        // What was moved from has nothing to work on, which is badbit, and must not throw here.
        other.exceptions(std::ios_base::goodbit);
        other.rdbuf(nullptr);
    }
    StreamWriter &operator=(StreamWriter &&) = delete;

    /// The version of the key that the stream is under.
    uint32_t version() const { return try_version().value(); }
    result<uint32_t> try_version() const {
        return detail::number<uint32_t>([&](uint32_t *version) { return strongroom_stream_version(buffer_ ? buffer_->stream.get() : 0, version); });
    }
    /// Has so many threads, 1 to 64, encrypt at the same time, from now on. For each of them half a MiB is in memory, and that again encrypted,
    /// before any of it is written. What it is written to is used by the caller's thread alone.
    void threads(uint32_t threads) { try_threads(threads).value(); }
    result<void> try_threads(uint32_t threads) { return strongroom_stream_threads(buffer_ ? buffer_->stream.get() : 0, threads); }
    /// Writes the end, once, and flushes what it is written to. What that throws is thrown as it is, by both.
    void finish() { try_finish().value(); }
    result<void> try_finish() { return buffer_ ? buffer_->finish() : strongroom_stream_finish(0); }
    /// Why a write failed, or success.
    result<void> failure() const { return buffer_ ? buffer_->failure() : STRONGROOM_OK; }

private:
    std::unique_ptr<detail::encrypting> buffer_;
};

/// A std::istream from which the plaintext of a file of any size is read, out of another, which must live as long. It can be sought in where
/// that can be.
///
/// What comes out is authentic; that it was all is known where it ends with eofbit and without badbit, or by verify_end(). An error sets
/// badbit, and failure() says which; with exceptions(std::ios::badbit) it is thrown.
class StreamReader : public std::istream {
public:
    explicit StreamReader(std::unique_ptr<detail::decrypting> buffer) : std::istream(buffer.get()), buffer_(std::move(buffer)) {}
    StreamReader(StreamReader &&other) noexcept : std::istream(static_cast<std::istream &&>(other)), buffer_(std::move(other.buffer_)) {
        set_rdbuf(buffer_.get());
        // What was moved from has nothing to work on, which is badbit, and must not throw here.
        other.exceptions(std::ios_base::goodbit);
        other.rdbuf(nullptr);
    }
    StreamReader &operator=(StreamReader &&) = delete;

    /// The version of the key that the stream is under.
    uint32_t version() const { return try_version().value(); }
    result<uint32_t> try_version() const {
        return detail::number<uint32_t>([&](uint32_t *version) { return strongroom_stream_version(buffer_ ? buffer_->stream.get() : 0, version); });
    }
    /// Has so many threads, 1 to 64, decrypt at the same time what is read in its order, from now on. For each of them half a MiB is in memory.
    /// What it is read from is used by the caller's thread alone.
    void threads(uint32_t threads) { try_threads(threads).value(); }
    result<void> try_threads(uint32_t threads) { return strongroom_stream_threads(buffer_ ? buffer_->stream.get() : 0, threads); }
    /// Authenticates that the file has its end, and gives the length of the plaintext. Reading goes on where it was.
    uint64_t verify_end() { return try_verify_end().value(); }
    result<uint64_t> try_verify_end() {
        return buffer_ ? buffer_->verify_end() : detail::number<uint64_t>([](uint64_t *len) { return strongroom_stream_verify_end(0, len); });
    }
    /// Why a read or a seek failed, or success.
    result<void> failure() const { return buffer_ ? buffer_->failure() : STRONGROOM_OK; }

private:
    std::unique_ptr<detail::decrypting> buffer_;
};

/// What a stream says of itself: nothing of it is authenticated.
struct StreamInfo {
    /// The version of the key that it is under.
    uint32_t version = 0;

    /// Of a stream of which `source` is at the beginning: 64 bytes of it are read.
    static StreamInfo read(std::istream &source) { return try_read(source).value(); }
    static result<StreamInfo> try_read(std::istream &source) {
        detail::reading from(source);
        const auto raw = from.raw();
        StreamInfo info;
        const auto done = from.told(strongroom_stream_info(&raw, &info.version));
        if (!done) return result<StreamInfo>::failed(done.code(), done.message(), done.detail());
        return info;
    }
};

/// A key, or a view of one: under a context, as lenient as Transit, or both.
class Key {
public:
    explicit Key(uint64_t number) noexcept : handle_(number) {}
    uint64_t get() const noexcept { return handle_.get(); }

    /// A derived key under a context: everything that works with messages works with the subkey.
    Key context(bytes data) const { return try_context(data).value(); }
    result<Key> try_context(bytes data) const { return try_context(options().context(data)); }
    Key context(const map &data) const { return try_context(data).value(); }
    result<Key> try_context(const map &data) const { return try_context(options().context(data)); }

    /// The same key, or key under a context, exactly as lenient as Transit in what it reads and takes. It does not manage.
    Key transit() const { return try_transit().value(); }
    result<Key> try_transit() const {
        return detail::object<Key>([&](uint64_t *view) { return strongroom_key_transit(get(), view); });
    }

    /// The name of the key, or of the key that a view is of.
    std::string name() const { return try_name().value(); }
    result<std::string> try_name() const {
        return detail::text(128, [&](char *out, size_t capacity, size_t *len) { return strongroom_key_name(get(), out, capacity, len); });
    }

    KeyInfo info() const { return try_info().value(); }
    result<KeyInfo> try_info() const {
        using infos = detail::collected<KeyInfo>;
        strongroom_key_details now = {};
        now.size = sizeof now;
        status code = strongroom_key_info(get(), &now);
        if (code != STRONGROOM_OK) return result<KeyInfo>::failed(code);
        infos found;
        KeyInfo &info = found.value;
        info.name = now.name;
        info.key_type = now.key_type;
        info.flags = now.flags;
        info.latest_version = now.latest_version;
        info.min_available_version = now.min_available_version;
        // Options of a key, told, made by `cargo xtask bless`.
        info.version_template = now.version_template;
        info.min_decryption_version = now.min_decryption_version;
        info.min_encryption_version = now.min_encryption_version;
        info.key_size = now.key_size;
        info.auto_rotate_period_s = now.auto_rotate_period_s;
        // End of options of a key, told.
        const auto version = [](void *user, const strongroom_version_info *one) noexcept {
            static_cast<infos *>(user)->guard([&](KeyInfo &to) {
                to.versions.push_back({one->version, one->state, one->key_type, one->imported != 0, one->counted != 0, one->created, one->retired, one->trimmed, one->uses, one->unusable});
            });
        };
        code = strongroom_key_versions(get(), version, &found);
        if (code == STRONGROOM_OK)
            code = strongroom_key_labels(
                get(),
                [](void *user, const char *name, size_t name_len, const char *value, size_t value_len) noexcept {
                    static_cast<infos *>(user)->guard([&](KeyInfo &to) { to.labels.emplace_back(std::string(name, name_len), std::string(value, value_len)); });
                },
                &found);
        if (code == STRONGROOM_OK)
            code = strongroom_key_warnings(
                get(), [](void *user, const char *one) noexcept { static_cast<infos *>(user)->guard([&](KeyInfo &to) { to.warnings.emplace_back(one); }); }, &found);
        return found.give(code);
    }

    /// Adds a version, of another type if one is given, and gives its number.
    uint32_t rotate(const std::optional<std::string> &type = {}) const { return try_rotate(type).value(); }
    result<uint32_t> try_rotate(const std::optional<std::string> &type = {}) const {
        return detail::number<uint32_t>([&](uint32_t *version) { return strongroom_key_rotate(get(), detail::c_string(type), version); });
    }

    void configure(const KeyConfig &config) const { try_configure(config).value(); }
    result<void> try_configure(const KeyConfig &config) const {
        const auto switched = [](const std::optional<bool> &on) -> uint32_t { return !on ? STRONGROOM_UNCHANGED : *on ? STRONGROOM_ON : STRONGROOM_OFF; };
        auto labels = detail::pairs(config.set_labels);
        for (const auto &name : config.removed_labels) labels.push_back({name.data(), name.size(), nullptr, 0});
        strongroom_key_config raw = {};
        raw.size = sizeof raw;
        // In C a 0 is "unchanged", which is said here by leaving it out.
        // Options of a change, said, made by `cargo xtask bless`.
        if (config.min_decryption_version == 0u) return result<void>::failed(STRONGROOM_INVALID_ARGUMENT, "min_decryption_version is 0");
        raw.min_decryption_version = config.min_decryption_version.value_or(0);
        raw.min_encryption_version = config.min_encryption_version == 0u ? STRONGROOM_LATEST_ONLY : config.min_encryption_version.value_or(0);
        raw.deletion_allowed = switched(config.deletion_allowed);
        raw.exportable = switched(config.exportable);
        raw.allow_plaintext_backup = switched(config.allow_plaintext_backup);
        raw.auto_rotate_period_s = config.auto_rotate_period_s == 0u ? STRONGROOM_NEVER : config.auto_rotate_period_s.value_or(0);
        raw.labels = labels.data();
        raw.labels_count = labels.size();
        // End of options of a change, said.
        return strongroom_key_configure(get(), &raw);
    }

    void disable() const { try_disable().value(); }
    result<void> try_disable() const { return strongroom_key_disable(get()); }
    void enable() const { try_enable().value(); }
    result<void> try_enable() const { return strongroom_key_enable(get()); }
    void trim(uint32_t min_available_version) const { try_trim(min_available_version).value(); }
    result<void> try_trim(uint32_t min_available_version) const { return strongroom_key_trim(get(), min_available_version); }

    uint32_t import_version(const Import &import) const { return try_import_version(import).value(); }
    result<uint32_t> try_import_version(const Import &import) const {
        const auto raw = detail::raw(import);
        return detail::number<uint32_t>([&](uint32_t *version) { return strongroom_key_import_version(get(), &raw, version); });
    }

    /// The raw material of a version. `expose` is STRONGROOM_EXPOSE_SECRET_MATERIAL.
    secret export_material(strongroom_export_kind kind, uint32_t version, uint32_t expose) const { return try_export_material(kind, version, expose).value(); }
    result<secret> try_export_material(strongroom_export_kind kind, uint32_t version, uint32_t expose) const {
        return detail::hidden(512, [&](void *out, size_t capacity, size_t *len) { return strongroom_key_export(get(), kind, version, expose, out, capacity, len); });
    }

    /// The material of a version, wrapped for an RSA key, DER or PEM: the wrapping key of another keyring, of OpenBao or of Vault. `hash`
    /// is of enum strongroom_hash, or 0 for SHA-256. `expose` is STRONGROOM_EXPOSE_SECRET_MATERIAL.
    std::string export_wrapped(bytes to, uint32_t version, uint32_t expose, uint32_t hash = 0) const { return try_export_wrapped(to, version, expose, hash).value(); }
    result<std::string> try_export_wrapped(bytes to, uint32_t version, uint32_t expose, uint32_t hash = 0) const {
        return detail::text(1024, [&](char *out, size_t capacity, size_t *len) {
            return strongroom_key_export_wrapped(get(), to.data(), to.size(), hash, version, expose, out, capacity, len);
        });
    }

    /// A certificate request (PKCS#10) of a version, or of the latest, as PEM. Subject and extensions are those of the template, a request
    /// as PEM or DER that any key may have signed; without one there are none.
    std::string certificate_request(std::optional<bytes> request_template = {}, uint32_t version = 0) const {
        return try_certificate_request(request_template, version).value();
    }
    result<std::string> try_certificate_request(std::optional<bytes> request_template = {}, uint32_t version = 0) const {
        const bytes from = request_template.value_or(bytes());
        // NULL would be for none, which is not what was said.
        const void *data = request_template && from.data() == nullptr && from.size() == 0 ? "" : from.data();
        return detail::text(2048 + 2 * from.size(), [&](char *out, size_t capacity, size_t *len) {
            return strongroom_key_certificate_request(get(), data, from.size(), version, out, capacity, len);
        });
    }
    /// Keeps certificates as PEM with the version whose they are, or with the latest: first the key's own, then those of authorities.
    void set_certificate_chain(bytes chain, uint32_t version = 0) const { try_set_certificate_chain(chain, version).value(); }
    result<void> try_set_certificate_chain(bytes chain, uint32_t version = 0) const {
        return strongroom_key_set_certificate_chain(get(), chain.data(), chain.size(), version);
    }
    /// The certificates that are kept with a version, or with the latest, as PEM; empty where there are none.
    std::string certificate_chain(uint32_t version = 0) const { return try_certificate_chain(version).value(); }
    result<std::string> try_certificate_chain(uint32_t version = 0) const {
        return detail::text(4096, [&](char *out, size_t capacity, size_t *len) { return strongroom_key_certificate_chain(get(), version, out, capacity, len); });
    }

    std::vector<unsigned char> backup(const Seal &seal) const { return try_backup(seal).value(); }
    result<std::vector<unsigned char>> try_backup(const Seal &seal) const {
        return detail::written([&](strongroom_write_fn write, void *user) { return strongroom_key_backup(get(), seal.get(), write, user); });
    }

    /// The material of a version as text, in a form of Transit's export. `expose` is STRONGROOM_EXPOSE_SECRET_MATERIAL.
    secret export_transit(strongroom_export_kind kind, strongroom_export_format format, uint32_t version, uint32_t expose) const {
        return try_export_transit(kind, format, version, expose).value();
    }
    result<secret> try_export_transit(strongroom_export_kind kind, strongroom_export_format format, uint32_t version, uint32_t expose) const {
        return detail::hidden(1024, [&](void *out, size_t capacity, size_t *len) {
            return strongroom_key_export_transit(get(), kind, format, version, expose, static_cast<char *>(out), capacity, len);
        });
    }

    /// The whole key in the clear, as the product writes it and restores it. `expose` is STRONGROOM_EXPOSE_SECRET_MATERIAL, with
    /// STRONGROOM_EVEN_IF_UNUSABLE for a key that the product could not work with.
    secret backup_transit(strongroom_dialect dialect, uint32_t expose) const { return try_backup_transit(dialect, expose).value(); }
    result<secret> try_backup_transit(strongroom_dialect dialect, uint32_t expose) const {
        using pieces = detail::collected<secret>;
        pieces found;
        const auto write = [](void *user, const void *data, size_t len) noexcept {
            static_cast<pieces *>(user)->guard([&](secret &to) { to = secret(bytes(data, len)); });
        };
        return found.give(strongroom_key_backup_transit(get(), dialect, expose, write, &found));
    }

    /// The public keys by their versions, as text in a form of Transit's export.
    std::map<uint32_t, std::string> public_keys_transit(strongroom_export_format format) const { return try_public_keys_transit(format).value(); }
    result<std::map<uint32_t, std::string>> try_public_keys_transit(strongroom_export_format format) const {
        using texts = detail::collected<std::map<uint32_t, std::string>>;
        texts found;
        const auto each = [](void *user, uint32_t version, const char *public_key) noexcept {
            static_cast<texts *>(user)->guard([&](auto &to) { to.emplace(version, public_key); });
        };
        return found.give(strongroom_key_public_keys_transit(get(), format, each, &found));
    }

    /// The public key of a version, or of the latest. In the formats PEM and JWK the bytes are text.
    std::vector<unsigned char> public_key(uint32_t version = 0, strongroom_public_key_format format = STRONGROOM_PUBLIC_KEY_RAW) const {
        return try_public_key(version, format).value();
    }
    result<std::vector<unsigned char>> try_public_key(uint32_t version = 0, strongroom_public_key_format format = STRONGROOM_PUBLIC_KEY_RAW) const {
        return detail::binary(600, [&](void *out, size_t capacity, size_t *len) { return strongroom_key_public_key(get(), version, format, out, capacity, len); });
    }

    /// The public keys of all versions as a JSON Web Key Set.
    std::string jwks() const { return try_jwks().value(); }
    result<std::string> try_jwks() const {
        return detail::text(1024, [&](char *out, size_t capacity, size_t *len) { return strongroom_key_jwks(get(), out, capacity, len); });
    }

    /// A std::ostream that encrypts what is written to it, of any size, into `sink`. Its finish() writes the end. For keys of type xaes256-gcm.
    StreamWriter encrypt_writer(std::ostream &sink, const options &said = {}) const { return try_encrypt_writer(sink, said).value(); }
    result<StreamWriter> try_encrypt_writer(std::ostream &sink, const options &said = {}) const {
        auto buffer = std::make_unique<detail::encrypting>(sink);
        const detail::shown shown(said);
        const auto raw = buffer->raw();
        uint64_t stream = 0;
        const auto done = buffer->told(strongroom_key_encrypt_stream(get(), &raw, shown.get(), &stream));
        if (!done) return result<StreamWriter>::failed(done.code(), done.message(), done.detail());
        buffer->stream = detail::handle<strongroom_stream_free>(stream);
        return StreamWriter(std::move(buffer));
    }

    /// A std::istream from which the plaintext of a stream is read, of which `source` is at the beginning.
    StreamReader decrypt_reader(std::istream &source, const options &said = {}) const { return try_decrypt_reader(source, said).value(); }
    result<StreamReader> try_decrypt_reader(std::istream &source, const options &said = {}) const {
        auto buffer = std::make_unique<detail::decrypting>(source);
        const detail::shown shown(said);
        const auto raw = buffer->source.raw();
        uint64_t stream = 0;
        const auto done = buffer->source.told(strongroom_key_decrypt_stream(get(), &raw, shown.get(), &stream));
        if (!done) return result<StreamReader>::failed(done.code(), done.message(), done.detail());
        buffer->stream = detail::handle<strongroom_stream_free>(stream);
        return StreamReader(std::move(buffer));
    }

    /// A range of the plaintext of a stream, of which `source` is at the beginning and is there again afterwards: the bytes from `start` on and
    /// before `end`, as far as there are any. Authenticates that the stream has its end. At most 2^30 bytes.
    secret decrypt_range(std::istream &source, uint64_t start, uint64_t end, const options &said = {}) const { return try_decrypt_range(source, start, end, said).value(); }
    result<secret> try_decrypt_range(std::istream &source, uint64_t start, uint64_t end, const options &said = {}) const {
        detail::reading from(source);
        const detail::shown shown(said);
        const auto raw = from.raw();
        // What may be much longer than what there is costs a second call, and not its memory.
        const uint64_t most = start < end ? end - start : 0;
        const size_t room = most > detail::largest_range ? 0 : static_cast<size_t>(most);
        return detail::hidden(room, [&](void *out, size_t capacity, size_t *len) {
            const status code = strongroom_key_decrypt_range(get(), &raw, start, end, shown.get(), out, capacity, len);
            from.rethrow();
            return code;
        });
    }

    /// Brings a stream under the latest version, whose number it gives: opens every chunk of `source` and writes it to `sink` anew.
    uint32_t rewrap_stream(std::istream &source, std::ostream &sink, const options &said = {}) const { return try_rewrap_stream(source, sink, said).value(); }
    result<uint32_t> try_rewrap_stream(std::istream &source, std::ostream &sink, const options &said = {}) const {
        detail::reading from(source);
        detail::encrypting to(sink);
        const detail::shown shown(said);
        const auto raw_from = from.raw();
        const auto raw_to = to.raw();
        uint32_t version = 0;
        const auto done = from.told(strongroom_key_rewrap_stream(get(), &raw_from, &raw_to, shown.get(), &version));
        to.told(done.code()).code();
        if (!done) return result<uint32_t>::failed(done.code(), done.message(), done.detail());
        sink.flush();
        return version;
    }

    std::string encrypt(bytes plaintext, const options &said = {}) const { return try_encrypt(plaintext, said).value(); }
    result<std::string> try_encrypt(bytes plaintext, const options &said = {}) const { return text(strongroom_key_encrypt, plaintext, said); }
    secret decrypt(std::string_view ciphertext, const options &said = {}) const { return try_decrypt(ciphertext, said).value(); }
    result<secret> try_decrypt(std::string_view ciphertext, const options &said = {}) const { return hidden(strongroom_key_decrypt, ciphertext, said); }
    std::string rewrap(std::string_view ciphertext, const options &said = {}) const { return try_rewrap(ciphertext, said).value(); }
    result<std::string> try_rewrap(std::string_view ciphertext, const options &said = {}) const { return text(strongroom_key_rewrap, ciphertext, said); }

    std::vector<unsigned char> encrypt_binary(bytes plaintext, const options &said = {}) const { return try_encrypt_binary(plaintext, said).value(); }
    result<std::vector<unsigned char>> try_encrypt_binary(bytes plaintext, const options &said = {}) const {
        return binary(strongroom_key_encrypt_binary, plaintext, said);
    }
    secret decrypt_binary(bytes ciphertext, const options &said = {}) const { return try_decrypt_binary(ciphertext, said).value(); }
    result<secret> try_decrypt_binary(bytes ciphertext, const options &said = {}) const { return hidden(strongroom_key_decrypt_binary, ciphertext, said); }
    std::vector<unsigned char> rewrap_binary(bytes ciphertext, const options &said = {}) const { return try_rewrap_binary(ciphertext, said).value(); }
    result<std::vector<unsigned char>> try_rewrap_binary(bytes ciphertext, const options &said = {}) const {
        return binary(strongroom_key_rewrap_binary, ciphertext, said);
    }

    /// Into memory of yours; gives the length. encrypt_into writes the binary form, which decrypt_into reads.
    size_t encrypt_into(bytes plaintext, void *out, size_t capacity, const options &said = {}) const { return try_encrypt_into(plaintext, out, capacity, said).value(); }
    result<size_t> try_encrypt_into(bytes plaintext, void *out, size_t capacity, const options &said = {}) const {
        const detail::shown shown(said);
        return detail::number<size_t>([&](size_t *len) { return strongroom_key_encrypt_binary(get(), plaintext.data(), plaintext.size(), shown.get(), out, capacity, len); });
    }
    size_t decrypt_into(bytes ciphertext, void *out, size_t capacity, const options &said = {}) const { return try_decrypt_into(ciphertext, out, capacity, said).value(); }
    result<size_t> try_decrypt_into(bytes ciphertext, void *out, size_t capacity, const options &said = {}) const {
        const detail::shown shown(said);
        return detail::number<size_t>([&](size_t *len) { return strongroom_key_decrypt_binary(get(), ciphertext.data(), ciphertext.size(), shown.get(), out, capacity, len); });
    }

    /// How long the result of `encrypt` would be now, and of `encrypt_binary` and `encrypt_into`. Nothing is encrypted.
    size_t encrypted_len(bytes plaintext, const options &said = {}) const { return try_encrypted_len(plaintext, said).value(); }
    result<size_t> try_encrypted_len(bytes plaintext, const options &said = {}) const {
        const detail::shown shown(said);
        return detail::number<size_t>([&](size_t *len) {
            const status code = strongroom_key_encrypt(get(), plaintext.data(), plaintext.size(), shown.get(), nullptr, 0, len);
            if (code == STRONGROOM_OK) --*len; // without the NUL that follows a text
            return code;
        });
    }
    size_t encrypted_binary_len(bytes plaintext, const options &said = {}) const { return try_encrypted_binary_len(plaintext, said).value(); }
    result<size_t> try_encrypted_binary_len(bytes plaintext, const options &said = {}) const { return try_encrypt_into(plaintext, nullptr, 0, said); }
    /// How long the result of `decrypt_binary` and `decrypt_into` would be, if the ciphertext opens: that is not looked at.
    size_t decrypted_binary_len(bytes ciphertext, const options &said = {}) const { return try_decrypted_binary_len(ciphertext, said).value(); }
    result<size_t> try_decrypted_binary_len(bytes ciphertext, const options &said = {}) const { return try_decrypt_into(ciphertext, nullptr, 0, said); }

    bool needs_rewrap(std::string_view ciphertext) const { return try_needs_rewrap(ciphertext).value(); }
    result<bool> try_needs_rewrap(std::string_view ciphertext) const {
        return detail::number<bool>([&](bool *needed) { return strongroom_key_needs_rewrap(get(), ciphertext.data(), ciphertext.size(), needed); });
    }
    bool needs_rewrap_binary(bytes ciphertext) const { return try_needs_rewrap_binary(ciphertext).value(); }
    result<bool> try_needs_rewrap_binary(bytes ciphertext) const {
        return detail::number<bool>([&](bool *needed) { return strongroom_key_needs_rewrap_binary(get(), ciphertext.data(), ciphertext.size(), needed); });
    }

    std::string sign(bytes message, const options &said = {}) const { return try_sign(message, said).value(); }
    result<std::string> try_sign(bytes message, const options &said = {}) const { return text(strongroom_key_sign, message, said); }
    /// Throws unless the signature is one of the message.
    void verify(bytes message, std::string_view signature, const options &said = {}) const { try_verify(message, signature, said).value(); }
    result<void> try_verify(bytes message, std::string_view signature, const options &said = {}) const {
        return strongroom_key_verify(get(), message.data(), message.size(), signature.data(), signature.size(), detail::shown(said).get());
    }
    std::string hmac(bytes message, const options &said = {}) const { return try_hmac(message, said).value(); }
    result<std::string> try_hmac(bytes message, const options &said = {}) const { return text(strongroom_key_hmac, message, said); }
    /// Throws unless the mac is one of the message.
    void verify_hmac(bytes message, std::string_view mac, const options &said = {}) const { try_verify_hmac(message, mac, said).value(); }
    result<void> try_verify_hmac(bytes message, std::string_view mac, const options &said = {}) const {
        return strongroom_key_verify_hmac(get(), message.data(), message.size(), mac.data(), mac.size(), detail::shown(said).get());
    }

    /// What a database compares: the index of a value, a text with the version in it. Equal values have equal ones, which whoever reads the table
    /// sees. A value that is not UTF-8, or that nothing is left of, is STRONGROOM_INVALID_VALUE.
    std::string index(bytes value, const index_options &how) const { return try_index(value, how).value(); }
    result<std::string> try_index(bytes value, const index_options &how) const {
        const auto raw = how.raw();
        return detail::text(128, [&](char *out, size_t capacity, size_t *len) { return strongroom_key_index(get(), value.data(), value.size(), &raw, out, capacity, len); });
    }
    /// The bits alone.
    std::vector<unsigned char> index_binary(bytes value, const index_options &how) const { return try_index_binary(value, how).value(); }
    result<std::vector<unsigned char>> try_index_binary(bytes value, const index_options &how) const {
        const auto raw = how.raw();
        return detail::binary(32, [&](void *out, size_t capacity, size_t *len) { return strongroom_key_index_binary(get(), value.data(), value.size(), &raw, out, capacity, len); });
    }
    /// What to look for: the indexes of a value under all versions that may have made one, the newest first.
    std::vector<std::string> indexes(bytes value, const index_options &how) const { return try_indexes(value, how).value(); }
    result<std::vector<std::string>> try_indexes(bytes value, const index_options &how) const { return of_versions<std::string>(strongroom_key_indexes, value, how); }
    std::vector<std::vector<unsigned char>> indexes_binary(bytes value, const index_options &how) const { return try_indexes_binary(value, how).value(); }
    result<std::vector<std::vector<unsigned char>>> try_indexes_binary(bytes value, const index_options &how) const {
        return of_versions<std::vector<unsigned char>>(strongroom_key_indexes_binary, value, how);
    }
    /// The indexes of the beginnings of a value with so many characters, 1 to 255, sorted and none twice.
    std::vector<std::string> index_prefixes(bytes value, const std::vector<uint8_t> &lengths, const index_options &how) const { return try_index_prefixes(value, lengths, how).value(); }
    result<std::vector<std::string>> try_index_prefixes(bytes value, const std::vector<uint8_t> &lengths, const index_options &how) const {
        return beginnings<std::string>(strongroom_key_index_prefixes, value, lengths, how);
    }
    std::vector<std::vector<unsigned char>> index_prefixes_binary(bytes value, const std::vector<uint8_t> &lengths, const index_options &how) const {
        return try_index_prefixes_binary(value, lengths, how).value();
    }
    result<std::vector<std::vector<unsigned char>>> try_index_prefixes_binary(bytes value, const std::vector<uint8_t> &lengths, const index_options &how) const {
        return beginnings<std::vector<unsigned char>>(strongroom_key_index_prefixes_binary, value, lengths, how);
    }
    /// What to look for among those of index_prefixes: the index of a beginning under each version, the newest first.
    std::vector<std::string> indexes_prefix(bytes value, const index_options &how) const { return try_indexes_prefix(value, how).value(); }
    result<std::vector<std::string>> try_indexes_prefix(bytes value, const index_options &how) const { return of_versions<std::string>(strongroom_key_indexes_prefix, value, how); }
    std::vector<std::vector<unsigned char>> indexes_prefix_binary(bytes value, const index_options &how) const { return try_indexes_prefix_binary(value, how).value(); }
    result<std::vector<std::vector<unsigned char>>> try_indexes_prefix_binary(bytes value, const index_options &how) const {
        return of_versions<std::vector<unsigned char>>(strongroom_key_indexes_prefix_binary, value, how);
    }
    /// The indexes of all pieces of `n` characters, 1 to 255, that a value has, sorted and none twice.
    std::vector<std::string> index_ngrams(bytes value, uint32_t n, const index_options &how) const { return try_index_ngrams(value, n, how).value(); }
    result<std::vector<std::string>> try_index_ngrams(bytes value, uint32_t n, const index_options &how) const {
        return pieces<std::string>(strongroom_key_index_ngrams, value, n, how);
    }
    std::vector<std::vector<unsigned char>> index_ngrams_binary(bytes value, uint32_t n, const index_options &how) const { return try_index_ngrams_binary(value, n, how).value(); }
    result<std::vector<std::vector<unsigned char>>> try_index_ngrams_binary(bytes value, uint32_t n, const index_options &how) const {
        return pieces<std::vector<unsigned char>>(strongroom_key_index_ngrams_binary, value, n, how);
    }
    /// What to look for among those of index_ngrams: for each version, the newest first, the indexes of all pieces of what is looked for. A row
    /// that has it has all of those of one version; whether it has it is seen in the value.
    std::vector<std::vector<std::string>> indexes_ngrams(bytes value, uint32_t n, const index_options &how) const { return try_indexes_ngrams(value, n, how).value(); }
    result<std::vector<std::vector<std::string>>> try_indexes_ngrams(bytes value, uint32_t n, const index_options &how) const {
        return pieces_of_versions<std::string>(strongroom_key_indexes_ngrams, value, n, how);
    }
    std::vector<std::vector<std::vector<unsigned char>>> indexes_ngrams_binary(bytes value, uint32_t n, const index_options &how) const {
        return try_indexes_ngrams_binary(value, n, how).value();
    }
    result<std::vector<std::vector<std::vector<unsigned char>>>> try_indexes_ngrams_binary(bytes value, uint32_t n, const index_options &how) const {
        return pieces_of_versions<std::vector<unsigned char>>(strongroom_key_indexes_ngrams_binary, value, n, how);
    }
    /// Whether a row should be indexed anew, under another version. Looks at the text of its index only.
    bool needs_reindex(std::string_view index) const { return try_needs_reindex(index).value(); }
    result<bool> try_needs_reindex(std::string_view index) const {
        return detail::number<bool>([&](bool *needed) { return strongroom_key_needs_reindex(get(), index.data(), index.size(), needed); });
    }

    /// A token that carries a payload and expires after `ttl`, a second to 400 days. It is redeemed with the same aad, context and prefix, any
    /// number of times. For keys of type xaes256-gcm.
    std::string issue(bytes payload, std::chrono::milliseconds ttl, const options &said = {}, const token_form &form = {}) const {
        return try_issue(payload, ttl, said, form).value();
    }
    result<std::string> try_issue(bytes payload, std::chrono::milliseconds ttl, const options &said = {}, const token_form &form = {}) const {
        const detail::shown shown(said);
        const auto raw = form.raw();
        const uint64_t ttl_ms = ttl.count() < 0 ? 0 : static_cast<uint64_t>(ttl.count());
        return detail::text(detail::text_room(payload.size()), [&](char *out, size_t capacity, size_t *len) {
            return strongroom_key_issue(get(), payload.data(), payload.size(), ttl_ms, shown.get(), &raw, out, capacity, len);
        });
    }
    /// What a token carries, if it is good now; else STRONGROOM_TOKEN_EXPIRED, STRONGROOM_TOKEN_NOT_YET_VALID or another.
    Token redeem(std::string_view token, const options &said = {}, const token_form &form = {}) const { return try_redeem(token, said, form).value(); }
    result<Token> try_redeem(std::string_view token, const options &said = {}, const token_form &form = {}) const {
        const detail::shown shown(said);
        const auto raw = form.raw();
        uint64_t issued = 0, expires = 0;
        auto payload = detail::hidden(detail::sized(token.size()), [&](void *out, size_t capacity, size_t *len) {
            return strongroom_key_redeem(get(), token.data(), token.size(), shown.get(), &raw, out, capacity, len, &issued, &expires);
        });
        if (!payload) return result<Token>::failed(payload.code(), payload.message(), payload.detail());
        return Token{std::move(payload).value(), detail::time_of(issued), detail::time_of(expires)};
    }

    /// A fresh key of 16, 32 or 64 bytes.
    DataKey data_key(size_t size = 32, const options &said = {}) const { return try_data_key(size, said).value(); }
    result<DataKey> try_data_key(size_t size = 32, const options &said = {}) const {
        const detail::shown shown(said);
        DataKey made{secret(detail::largest_data_key), {}};
        auto wrapped = detail::text(detail::text_room(detail::largest_data_key), [&](char *out, size_t capacity, size_t *len) {
            return strongroom_key_data_key(get(), size, shown.get(), made.plaintext.data(), out, capacity, len);
        });
        if (!wrapped) return result<DataKey>::failed(wrapped.code(), wrapped.message(), wrapped.detail());
        made.plaintext.shrink(size);
        made.ciphertext = std::move(wrapped).value();
        return made;
    }

    /// Columns: each value that is not null as its single call would have it, all in one buffer. `refused` is told which value ended the call, if one did.
    template <class Offset> NewColumn<std::string, Offset> encrypt_column(const Column<Offset> &column, size_t *refused = nullptr) const {
        return try_encrypt_column(column, refused).value();
    }
    template <class Offset> result<NewColumn<std::string, Offset>> try_encrypt_column(const Column<Offset> &column, size_t *refused = nullptr) const {
        return whole<std::string>(strongroom_key_encrypt_column, column, refused);
    }
    template <class Offset> NewColumn<secret, Offset> decrypt_column(const Column<Offset> &column, size_t *refused = nullptr) const {
        return try_decrypt_column(column, refused).value();
    }
    template <class Offset> result<NewColumn<secret, Offset>> try_decrypt_column(const Column<Offset> &column, size_t *refused = nullptr) const {
        return whole<secret>(strongroom_key_decrypt_column, column, refused);
    }
    template <class Offset> NewColumn<std::string, Offset> rewrap_column(const Column<Offset> &column, size_t *refused = nullptr) const {
        return try_rewrap_column(column, refused).value();
    }
    template <class Offset> result<NewColumn<std::string, Offset>> try_rewrap_column(const Column<Offset> &column, size_t *refused = nullptr) const {
        return whole<std::string>(strongroom_key_rewrap_column, column, refused);
    }

    /// Batches: results in order, each with a status of its own; none throws for an item that fails.
    std::vector<result<std::string>> encrypt_batch(const std::vector<Item> &items) const { return texts(strongroom_key_encrypt_batch, items); }
    std::vector<result<secret>> decrypt_batch(const std::vector<Item> &items) const { return secrets(strongroom_key_decrypt_batch, items); }
    std::vector<result<std::vector<unsigned char>>> encrypt_binary_batch(const std::vector<Item> &items) const {
        return binaries(strongroom_key_encrypt_binary_batch, items);
    }
    std::vector<result<secret>> decrypt_binary_batch(const std::vector<Item> &items) const { return secrets(strongroom_key_decrypt_binary_batch, items); }
    std::vector<result<std::vector<unsigned char>>> rewrap_binary_batch(const std::vector<Item> &items) const {
        return binaries(strongroom_key_rewrap_binary_batch, items);
    }
    std::vector<result<bool>> needs_rewrap_batch(const std::vector<Item> &items) const { return needs(strongroom_key_needs_rewrap_batch, items); }
    std::vector<result<bool>> needs_rewrap_binary_batch(const std::vector<Item> &items) const { return needs(strongroom_key_needs_rewrap_binary_batch, items); }
    std::vector<result<std::string>> rewrap_batch(const std::vector<Item> &items) const { return texts(strongroom_key_rewrap_batch, items); }
    std::vector<result<std::string>> sign_batch(const std::vector<Item> &items) const { return texts(strongroom_key_sign_batch, items); }
    std::vector<result<std::string>> hmac_batch(const std::vector<Item> &items) const { return texts(strongroom_key_hmac_batch, items); }
    /// A status per item.
    std::vector<status> verify_batch(const std::vector<Item> &items) const { return statuses(strongroom_key_verify_batch, items); }
    std::vector<status> verify_hmac_batch(const std::vector<Item> &items) const { return statuses(strongroom_key_verify_hmac_batch, items); }
    /// Of the values of the items, which have nothing else, as all are indexed in one way.
    std::vector<result<std::string>> index_batch(const std::vector<Item> &items, const index_options &how) const {
        const auto raw = how.raw();
        return texts([&](strongroom_key key, strongroom_item *all, size_t count) { return strongroom_key_index_batch(key, all, count, &raw); }, items);
    }
    std::vector<result<std::vector<unsigned char>>> index_binary_batch(const std::vector<Item> &items, const index_options &how) const {
        const auto raw = how.raw();
        return binaries([&](strongroom_key key, strongroom_item *all, size_t count) { return strongroom_key_index_binary_batch(key, all, count, &raw); }, items);
    }
    std::vector<result<std::vector<std::string>>> indexes_batch(const std::vector<Item> &items, const index_options &how) const {
        return all_of_versions<std::string>(strongroom_key_indexes_batch, items, how);
    }
    std::vector<result<std::vector<std::vector<unsigned char>>>> indexes_binary_batch(const std::vector<Item> &items, const index_options &how) const {
        return all_of_versions<std::vector<unsigned char>>(strongroom_key_indexes_binary_batch, items, how);
    }
    std::vector<result<bool>> needs_reindex_batch(const std::vector<Item> &items) const { return needs(strongroom_key_needs_reindex_batch, items); }
    std::vector<result<DataKey>> data_key_batch(const std::vector<Item> &items) const {
        std::vector<secret> keys;
        std::vector<std::string> room;
        keys.reserve(items.size());
        room.reserve(items.size());
        const auto run = batch(strongroom_key_data_key_batch, items, [&](const Item &item, strongroom_item &raw) {
            keys.emplace_back(detail::largest_data_key);
            room.emplace_back(detail::text_room(detail::largest_data_key), '\0');
            raw.input = item.input.size() == 0 ? nullptr : item.input.data();
            raw.input_len = item.size;
            raw.plaintext = keys.back().data();
            raw.out = room.back().data();
            raw.capacity = room.back().size() + 1;
        });
        std::vector<result<DataKey>> made;
        made.reserve(items.size());
        for (size_t i = 0; i < items.size(); i++) {
            keys[i].shrink(items[i].size);
            if (run[i].status == STRONGROOM_OK) made.push_back(DataKey{std::move(keys[i]), room[i].substr(0, run[i].len)});
            else made.push_back(result<DataKey>::failed(run[i].status, strongroom_error_name(run[i].status)));
        }
        return made;
    }

private:
    using call = status(strongroom_key, const void *, size_t, const strongroom_options *, void *, size_t, size_t *);
    using text_call = status(strongroom_key, const void *, size_t, const strongroom_options *, char *, size_t, size_t *);
    using batch_call = status(strongroom_key, strongroom_item *, size_t);
    using indexes_call = status(strongroom_key, const void *, size_t, const strongroom_index_options *, strongroom_index_fn, void *);
    using prefixes_call = status(strongroom_key, const void *, size_t, const uint8_t *, size_t, const strongroom_index_options *, strongroom_index_fn, void *);
    using ngrams_call = status(strongroom_key, const void *, size_t, uint32_t, const strongroom_index_options *, strongroom_index_fn, void *);
    using each_ngrams_call = status(strongroom_key, const void *, size_t, uint32_t, const strongroom_index_options *, strongroom_index_fn, void *, size_t *);
    using indexes_batch_call = status(strongroom_key, strongroom_item *, size_t, const strongroom_index_options *, strongroom_index_fn, void *);
    using column_call = status(strongroom_key, const strongroom_column *, const strongroom_options *, strongroom_new_column *);

    result<Key> try_context(const options &said) const {
        const detail::shown shown(said);
        return detail::object<Key>([&](uint64_t *view) { return strongroom_key_context(get(), shown.get(), view); });
    }
    result<std::string> text(text_call *run, bytes in, const options &said) const {
        const detail::shown shown(said);
        return detail::text(detail::text_room(in.size()), [&](char *out, size_t capacity, size_t *len) { return run(get(), in.data(), in.size(), shown.get(), out, capacity, len); });
    }
    result<std::vector<unsigned char>> binary(call *run, bytes in, const options &said) const {
        const detail::shown shown(said);
        return detail::binary(detail::binary_room(in.size()), [&](void *out, size_t capacity, size_t *len) { return run(get(), in.data(), in.size(), shown.get(), out, capacity, len); });
    }
    result<secret> hidden(call *run, bytes in, const options &said) const {
        const detail::shown shown(said);
        return detail::hidden(detail::sized(in.size()), [&](void *out, size_t capacity, size_t *len) { return run(get(), in.data(), in.size(), shown.get(), out, capacity, len); });
    }
    template <class T> result<std::vector<T>> of_versions(indexes_call *run, bytes value, const index_options &how) const {
        const auto raw = how.raw();
        return detail::listed<T>([&](strongroom_index_fn each, void *user) { return run(get(), value.data(), value.size(), &raw, each, user); });
    }
    template <class T> result<std::vector<T>> beginnings(prefixes_call *run, bytes value, const std::vector<uint8_t> &lengths, const index_options &how) const {
        const auto raw = how.raw();
        return detail::listed<T>([&](strongroom_index_fn each, void *user) {
            return run(get(), value.data(), value.size(), lengths.data(), lengths.size(), &raw, each, user);
        });
    }
    template <class T> result<std::vector<T>> pieces(ngrams_call *run, bytes value, uint32_t n, const index_options &how) const {
        const auto raw = how.raw();
        return detail::listed<T>([&](strongroom_index_fn each, void *user) { return run(get(), value.data(), value.size(), n, &raw, each, user); });
    }
    template <class T> result<std::vector<std::vector<T>>> pieces_of_versions(each_ngrams_call *run, bytes value, uint32_t n, const index_options &how) const {
        const auto raw = how.raw();
        size_t versions = 0;
        auto found = detail::indexed<T>(false, [&](strongroom_index_fn each, void *user) { return run(get(), value.data(), value.size(), n, &raw, each, user, &versions); });
        // Those of which there are none were not told.
        if (found) found.value().resize(versions);
        return found;
    }
    template <class T> std::vector<result<std::vector<T>>> all_of_versions(indexes_batch_call *run, const std::vector<Item> &items, const index_options &how) const {
        const auto raw = how.raw();
        std::vector<strongroom_item> done;
        auto found = detail::indexed<T>(true, [&](strongroom_index_fn each, void *user) {
            done = batch([&](strongroom_key key, strongroom_item *all, size_t count) { return run(key, all, count, &raw, each, user); }, items, [](const Item &, strongroom_item &) {});
            return status{STRONGROOM_OK};
        }).value();
        found.resize(items.size());
        std::vector<result<std::vector<T>>> made;
        made.reserve(items.size());
        for (size_t i = 0; i < items.size(); i++) {
            if (done[i].status == STRONGROOM_OK) made.push_back(std::move(found[i]));
            else made.push_back(result<std::vector<T>>::failed(done[i].status, strongroom_error_name(done[i].status)));
        }
        return made;
    }
    template <class Data, class Offset> result<NewColumn<Data, Offset>> whole(column_call *run, const Column<Offset> &column, size_t *refused) const {
        static_assert(std::is_same_v<Offset, int32_t> || std::is_same_v<Offset, int64_t>, "offsets are int32_t or int64_t");
        using made_column = NewColumn<Data, Offset>;
        const size_t count = column.values.count;
        // The struct has one count for all three.
        if ((column.aads.offsets != nullptr && column.aads.count != count) || (column.contexts.offsets != nullptr && column.contexts.count != count))
            return result<made_column>::failed(STRONGROOM_INVALID_ARGUMENT, "there are as many aads and contexts as values");
        const detail::shown shown(column.said);
        strongroom_column in = {};
        in.size = sizeof in;
        in.count = count;
        in.values = detail::raw(column.values);
        in.aads = detail::raw(column.aads);
        in.contexts = detail::raw(column.contexts);
        in.offset_bits = 8 * sizeof(Offset);
        in.refused_as_null = column.refused_as_null ? 1 : 0;
        in.threads = column.threads;
        std::vector<Offset> offsets(count + 1);
        std::vector<unsigned char> validity(count / 8 + 1);
        std::vector<status> statuses(count + 1);
        strongroom_new_column out = {};
        out.size = sizeof out;
        out.offsets = offsets.data();
        out.validity = validity.data();
        out.statuses = statuses.data();
        status code = run(get(), &in, shown.get(), &out);
        // Once more where the key was rotated to another type since the length was asked for.
        for (int turn = 0; turn < 3 && (turn == 0 ? code == STRONGROOM_OK : code == STRONGROOM_BUFFER_TOO_SMALL); turn++) {
            Data data = detail::room(out.len, static_cast<const Data *>(nullptr));
            out.data = data.data();
            out.capacity = out.len;
            code = run(get(), &in, shown.get(), &out);
            if (code != STRONGROOM_OK) continue;
            detail::cut(data, out.len);
            validity.resize(count / 8 + (count % 8 != 0));
            statuses.resize(count);
            return made_column{std::move(data), std::move(offsets), std::move(validity), std::move(statuses)};
        }
        if (refused != nullptr) *refused = out.refused;
        return result<made_column>::failed(code);
    }
    /// Fills in what the items say; `prepare` adds where the results go.
    template <class Run, class F> std::vector<strongroom_item> batch(Run run, const std::vector<Item> &items, F prepare) const {
        std::vector<strongroom_item> raw(items.size());
        std::vector<strongroom_options> said(items.size());
        for (size_t i = 0; i < items.size(); i++) {
            // What was left out is NULL. What an operation has no use for is handed over too: it refuses the item, instead of doing without.
            raw[i].input = items[i].size != 0 || items[i].input.size() == 0 ? nullptr : items[i].input.data();
            raw[i].input_len = items[i].size != 0 ? items[i].size : items[i].input.size();
            said[i] = items[i].said.raw();
            raw[i].options = items[i].said.empty() ? nullptr : &said[i];
            raw[i].signature = items[i].signature.size() == 0 ? nullptr : reinterpret_cast<const char *>(items[i].signature.data());
            raw[i].signature_len = items[i].signature.size();
            prepare(items[i], raw[i]);
        }
        result<void>(run(get(), raw.data(), raw.size())).value();
        return raw;
    }
    template <class Run> std::vector<result<std::string>> texts(Run run, const std::vector<Item> &items) const {
        std::vector<std::string> room;
        room.reserve(items.size());
        const auto done = batch(run, items, [&](const Item &item, strongroom_item &raw) {
            room.emplace_back(detail::text_room(item.input.size()), '\0');
            raw.out = room.back().data();
            raw.capacity = room.back().size() + 1;
        });
        std::vector<result<std::string>> made;
        for (size_t i = 0; i < items.size(); i++) {
            if (done[i].status == STRONGROOM_OK) made.push_back(room[i].substr(0, done[i].len));
            else made.push_back(result<std::string>::failed(done[i].status, strongroom_error_name(done[i].status)));
        }
        return made;
    }
    template <class Run> std::vector<result<std::vector<unsigned char>>> binaries(Run run, const std::vector<Item> &items) const {
        std::vector<std::vector<unsigned char>> room;
        room.reserve(items.size());
        const auto done = batch(run, items, [&](const Item &item, strongroom_item &raw) {
            room.emplace_back(detail::binary_room(item.input.size()));
            raw.out = room.back().data();
            raw.capacity = room.back().size();
        });
        std::vector<result<std::vector<unsigned char>>> made;
        made.reserve(items.size());
        for (size_t i = 0; i < items.size(); i++) {
            room[i].resize(done[i].status == STRONGROOM_OK ? done[i].len : 0);
            if (done[i].status == STRONGROOM_OK) made.push_back(std::move(room[i]));
            else made.push_back(result<std::vector<unsigned char>>::failed(done[i].status, strongroom_error_name(done[i].status)));
        }
        return made;
    }
    std::vector<result<secret>> secrets(batch_call *run, const std::vector<Item> &items) const {
        std::vector<secret> room;
        room.reserve(items.size());
        const auto done = batch(run, items, [&](const Item &item, strongroom_item &raw) {
            room.emplace_back(detail::sized(item.input.size()) + 1);
            raw.out = room.back().data();
            raw.capacity = room.back().size();
        });
        std::vector<result<secret>> made;
        made.reserve(items.size());
        for (size_t i = 0; i < items.size(); i++) {
            room[i].shrink(done[i].len);
            if (done[i].status == STRONGROOM_OK) made.push_back(std::move(room[i]));
            else made.push_back(result<secret>::failed(done[i].status, strongroom_error_name(done[i].status)));
        }
        return made;
    }
    std::vector<result<bool>> needs(batch_call *run, const std::vector<Item> &items) const {
        std::vector<result<bool>> made;
        made.reserve(items.size());
        for (const auto &item : batch(run, items, [](const Item &, strongroom_item &) {})) {
            if (item.status == STRONGROOM_OK) made.push_back(item.len != 0);
            else made.push_back(result<bool>::failed(item.status, strongroom_error_name(item.status)));
        }
        return made;
    }
    std::vector<status> statuses(batch_call *run, const std::vector<Item> &items) const {
        std::vector<status> made;
        for (const auto &item : batch(run, items, [](const Item &, strongroom_item &) {})) made.push_back(item.status);
        return made;
    }
    detail::handle<strongroom_key_free> handle_;
};

/// How a keyring is opened, where the defaults do not do.
struct KeyringOptions {
    /// In milliseconds; 0 for as many as the keyring allows.
    uint64_t max_staleness_ms = 0;
    uint64_t usage_limit = 0;
    std::optional<std::string> label;
    std::optional<std::string> pinned_id;
    uint64_t pinned_generation = 0;
    /// Of enum strongroom_nonces, or 0.
    uint32_t nonces = 0;
    /// The one keyring to open, as Keyring::pin gives it. Stronger than an id with a generation.
    std::optional<std::string> pin;
    /// What Keyring::witness gave: a key of which an older document was put back since, or that is missing, is refused; the others work.
    std::optional<kept> witness;
};

/// What Keyring::check found.
struct Report : strongroom_report {
    struct Fault {
        std::string document;
        status code;
        std::string message;
    };
    std::vector<Fault> list;
    /// What lets others at a file, or at the folder, which is ".": others_may_write, others_may_read, foreign_owner, not_a_regular_file.
    struct Warning {
        std::string subject, code, message;
    };
    std::vector<Warning> warning_list;
};

/// A wrapped copy of the root key.
struct SealInfo {
    std::string kind, id;
    /// What people call it, and when it was added, in nanoseconds since 1970; the latter is known if it had a label then.
    std::optional<std::string> label;
    std::optional<uint64_t> added;
    /// Whether the keyring was opened with it, or goes on with it since a reseal.
    bool in_use = false;
};

/// A key that was due for rotation: its new version, or a status that says why it has none.
struct Rotated {
    std::string name;
    status code;
    uint32_t version;
};

/// The named keys of one environment.
class Keyring {
public:
    explicit Keyring(uint64_t number) noexcept : handle_(number) {}
    uint64_t get() const noexcept { return handle_.get(); }

    /// Creates a keyring in an empty folder.
    static Keyring create(const std::string &folder, const Seal &seal, const KeyringOptions &how = {}) { return try_create(folder, seal, how).value(); }
    static result<Keyring> try_create(const std::string &folder, const Seal &seal, const KeyringOptions &how = {}) { return in(strongroom_keyring_create, folder, seal, how); }
    /// Opens a keyring. Never creates one.
    static Keyring open(const std::string &folder, const Seal &seal, const KeyringOptions &how = {}) { return try_open(folder, seal, how).value(); }
    static result<Keyring> try_open(const std::string &folder, const Seal &seal, const KeyringOptions &how = {}) { return in(strongroom_keyring_open, folder, seal, how); }
    /// For development.
    static Keyring open_or_create(const std::string &folder, const Seal &seal, const KeyringOptions &how = {}) { return try_open_or_create(folder, seal, how).value(); }
    static result<Keyring> try_open_or_create(const std::string &folder, const Seal &seal, const KeyringOptions &how = {}) {
        return in(strongroom_keyring_open_or_create, folder, seal, how);
    }
    /// For tests.
    static Keyring in_memory() { return try_in_memory().value(); }
    static result<Keyring> try_in_memory() { return detail::object<Keyring>([](uint64_t *ring) { return strongroom_keyring_in_memory(ring); }); }
    /// Writes a snapshot into an empty folder and opens it.
    static Keyring restore(const std::string &snapshot, const std::string &folder, const Seal &seal, const KeyringOptions &how = {}) {
        return try_restore(snapshot, folder, seal, how).value();
    }
    static result<Keyring> try_restore(const std::string &snapshot, const std::string &folder, const Seal &seal, const KeyringOptions &how = {}) {
        const auto raw = options_of(how);
        return detail::object<Keyring>([&](uint64_t *ring) { return strongroom_keyring_restore(detail::c_string(snapshot), detail::c_string(folder), seal.get(), &raw, ring); });
    }

    /// For all handles of this keyring and of its keys: from now on they say STRONGROOM_CLOSED.
    void close() const { try_close().value(); }
    result<void> try_close() const { return strongroom_keyring_close(get()); }
    std::string id() const { return try_id().value(); }
    result<std::string> try_id() const {
        return detail::text(64, [&](char *out, size_t capacity, size_t *len) { return strongroom_keyring_id(get(), out, capacity, len); });
    }
    /// What to keep outside of the keyring to know it again; KeyringOptions::pin takes it. Not secret.
    std::string pin() const { return try_pin().value(); }
    result<std::string> try_pin() const {
        return detail::text(160, [&](char *out, size_t capacity, size_t *len) { return strongroom_keyring_pin(get(), out, capacity, len); });
    }
    /// A record of what every document is now; KeyringOptions::witness takes it. Not secret. Keep it where whoever can write the folder cannot write.
    std::vector<unsigned char> witness() const { return try_witness().value(); }
    result<std::vector<unsigned char>> try_witness() const {
        return detail::written([&](strongroom_write_fn write, void *user) { return strongroom_keyring_witness(get(), write, user); });
    }
    void refresh() const { try_refresh().value(); }
    result<void> try_refresh() const { return strongroom_keyring_refresh(get()); }

    Key key(const std::string &name) const { return try_key(name).value(); }
    result<Key> try_key(const std::string &name) const {
        return detail::object<Key>([&](uint64_t *key) { return strongroom_keyring_key(get(), detail::c_string(name), key); });
    }
    Key create_key(const std::string &name, const KeySpec &spec = {}) const { return try_create_key(name, spec).value(); }
    result<Key> try_create_key(const std::string &name, const KeySpec &spec = {}) const {
        return with(spec, [&](const strongroom_key_spec *raw, uint64_t *key) { return strongroom_keyring_create_key(get(), detail::c_string(name), raw, key); });
    }
    Key key_or_create(const std::string &name, const KeySpec &spec = {}) const { return try_key_or_create(name, spec).value(); }
    result<Key> try_key_or_create(const std::string &name, const KeySpec &spec = {}) const {
        return with(spec, [&](const strongroom_key_spec *raw, uint64_t *key) { return strongroom_keyring_key_or_create(get(), detail::c_string(name), raw, key); });
    }
    /// The public key that others wrap keys for, to import them with STRONGROOM_IMPORT_WRAPPED. It is made when it is first asked for. In
    /// the formats PEM and JWK the bytes are text.
    std::vector<unsigned char> wrapping_key(strongroom_public_key_format format = STRONGROOM_PUBLIC_KEY_PEM) const { return try_wrapping_key(format).value(); }
    result<std::vector<unsigned char>> try_wrapping_key(strongroom_public_key_format format = STRONGROOM_PUBLIC_KEY_PEM) const {
        return detail::binary(1024, [&](void *out, size_t capacity, size_t *len) { return strongroom_keyring_wrapping_key(get(), format, out, capacity, len); });
    }
    Key import_key(const std::string &name, const Import &import, const KeySpec &spec = {}) const { return try_import_key(name, import, spec).value(); }
    result<Key> try_import_key(const std::string &name, const Import &import, const KeySpec &spec = {}) const {
        const auto material = detail::raw(import);
        return with(spec, [&](const strongroom_key_spec *raw, uint64_t *key) { return strongroom_keyring_import_key(get(), detail::c_string(name), &material, raw, key); });
    }
    /// A key that two sides agree on, each with a key of type "ecdsa-p256", "ecdsa-p384" or "ecdsa-p521" and the other's public key, DER or
    /// PEM. `spec` names one of the encryption types of Transit. A key of the name that was imported, or agreed on, gets a further version.
    Key derive_key(const std::string &name, const Key &base, bytes peer, const KeySpec &spec, uint32_t base_version = 0) const {
        return try_derive_key(name, base, peer, spec, base_version).value();
    }
    result<Key> try_derive_key(const std::string &name, const Key &base, bytes peer, const KeySpec &spec, uint32_t base_version = 0) const {
        return with(spec, [&](const strongroom_key_spec *raw, uint64_t *key) {
            return strongroom_keyring_derive_key(get(), detail::c_string(name), base.get(), base_version, peer.data(), peer.size(), raw, key);
        });
    }
    /// Under the name it had, or another.
    Key restore_key(bytes backup, const Seal &seal, const std::optional<std::string> &name = {}) const { return try_restore_key(backup, seal, name).value(); }
    result<Key> try_restore_key(bytes backup, const Seal &seal, const std::optional<std::string> &name = {}) const {
        return detail::object<Key>([&](uint64_t *key) { return strongroom_keyring_restore_key(get(), backup.data(), backup.size(), seal.get(), detail::c_string(name), key); });
    }
    /// From a backup of Vault's or OpenBao's Transit, under the name it had, or another. Without a dialect the backup tells it.
    Key restore_transit(bytes backup, const std::optional<std::string> &name = {}, std::optional<strongroom_dialect> dialect = {}) const {
        return try_restore_transit(backup, name, dialect).value();
    }
    result<Key> try_restore_transit(bytes backup, const std::optional<std::string> &name = {}, std::optional<strongroom_dialect> dialect = {}) const {
        const uint32_t number = dialect ? static_cast<uint32_t>(*dialect) : 0;
        return detail::object<Key>([&](uint64_t *key) {
            return strongroom_keyring_restore_transit(get(), backup.data(), backup.size(), detail::c_string(name), number, key);
        });
    }
    void delete_key(const std::string &name) const { try_delete_key(name).value(); }
    result<void> try_delete_key(const std::string &name) const { return strongroom_keyring_delete_key(get(), detail::c_string(name)); }
    std::vector<std::string> keys() const { return try_keys().value(); }
    result<std::vector<std::string>> try_keys() const { return names_of(strongroom_keyring_keys); }

    Report check() const { return try_check().value(); }
    result<Report> try_check() const {
        using reports = detail::collected<Report>;
        reports found;
        const auto each = [](void *user, const char *document, status code, const char *message) noexcept {
            static_cast<reports *>(user)->guard([&](Report &to) { to.list.push_back({document, code, message}); });
        };
        const auto warn = [](void *user, const char *subject, const char *code, const char *message) noexcept {
            static_cast<reports *>(user)->guard([&](Report &to) { to.warning_list.push_back({subject, code, message}); });
        };
        return found.give(strongroom_keyring_check(get(), &found.value, each, warn, &found));
    }
    /// For how many milliseconds every process may at most encrypt without having seen the store: a second to 365 days.
    void set_max_staleness(uint64_t milliseconds) const { try_set_max_staleness(milliseconds).value(); }
    result<void> try_set_max_staleness(uint64_t milliseconds) const { return strongroom_keyring_set_max_staleness(get(), milliseconds); }
    /// Writes the usage documents anew that cannot be read, or that are old or missing as this process or its witness knows; gives the names of those keys,
    /// which encrypt again after a rotation.
    std::vector<std::string> repair() const { return try_repair().value(); }
    result<std::vector<std::string>> try_repair() const { return names_of(strongroom_keyring_repair); }
    /// Takes away a key that was not changed since it was created and whose document cannot be read. What it has encrypted, if it has, opens with a restored
    /// copy alone. The name can be used again. Anything else is refused.
    void remove_unreadable(const std::string &name) const { try_remove_unreadable(name).value(); }
    result<void> try_remove_unreadable(const std::string &name) const { return strongroom_keyring_remove_unreadable(get(), detail::c_string(name)); }
    void snapshot(const std::string &path) const { try_snapshot(path).value(); }
    result<void> try_snapshot(const std::string &path) const { return strongroom_keyring_snapshot(get(), detail::c_string(path)); }
    std::vector<Rotated> rotate_due() const { return try_rotate_due().value(); }
    result<std::vector<Rotated>> try_rotate_due() const {
        using list = detail::collected<std::vector<Rotated>>;
        list found;
        const auto each = [](void *user, const char *name, status code, uint32_t version) noexcept {
            static_cast<list *>(user)->guard([&](auto &to) { to.push_back({name, code, version}); });
        };
        return found.give(strongroom_keyring_rotate_due(get(), each, &found));
    }
    size_t upgrade() const { return try_upgrade().value(); }
    result<size_t> try_upgrade() const { return detail::number<size_t>([&](size_t *count) { return strongroom_keyring_upgrade(get(), count); }); }

    std::vector<SealInfo> seals() const { return try_seals().value(); }
    result<std::vector<SealInfo>> try_seals() const {
        using list = detail::collected<std::vector<SealInfo>>;
        list found;
        const auto each = [](void *user, const strongroom_seal_info *one) noexcept {
            static_cast<list *>(user)->guard([&](auto &to) {
                SealInfo info{one->kind, one->id, {}, {}, one->in_use != 0};
                if (one->label != nullptr) info.label = one->label;
                if (one->added != 0) info.added = one->added;
                to.push_back(std::move(info));
            });
        };
        return found.give(strongroom_keyring_seals(get(), each, &found));
    }
    void add_seal(const Seal &seal) const { try_add_seal(seal).value(); }
    result<void> try_add_seal(const Seal &seal) const { return strongroom_keyring_add_seal(get(), seal.get()); }
    void remove_seal(const std::string &kind, const std::string &id) const { try_remove_seal(kind, id).value(); }
    result<void> try_remove_seal(const std::string &kind, const std::string &id) const { return strongroom_keyring_remove_seal(get(), detail::c_string(kind), detail::c_string(id)); }
    /// Wraps the root key anew in the copies that these seals have, or with none in that of the seal which opened the keyring.
    void rewrap_seals(std::initializer_list<const Seal *> seals = {}) const { try_rewrap_seals(seals).value(); }
    result<void> try_rewrap_seals(std::initializer_list<const Seal *> seals = {}) const {
        const auto raw = Seal::numbers(seals);
        return strongroom_keyring_rewrap_seals(get(), raw.data(), raw.size());
    }
    size_t reseal(std::initializer_list<const Seal *> seals) const { return try_reseal(seals).value(); }
    result<size_t> try_reseal(std::initializer_list<const Seal *> seals) const {
        const auto raw = Seal::numbers(seals);
        return detail::number<size_t>([&](size_t *count) { return strongroom_keyring_reseal(get(), raw.data(), raw.size(), count); });
    }

private:
    using opening = status(const char *, strongroom_seal, const strongroom_keyring_options *, strongroom_keyring *);

    result<std::vector<std::string>> names_of(status (*run)(strongroom_keyring, strongroom_name_fn, void *)) const {
        using names = detail::collected<std::vector<std::string>>;
        names found;
        return found.give(run(
            get(), [](void *user, const char *name) noexcept { static_cast<names *>(user)->guard([&](auto &to) { to.emplace_back(name); }); }, &found));
    }
    static strongroom_keyring_options options_of(const KeyringOptions &how) {
        strongroom_keyring_options raw = {};
        raw.size = sizeof raw;
        raw.max_staleness_ms = how.max_staleness_ms;
        raw.usage_limit = how.usage_limit;
        raw.label = detail::c_string(how.label);
        raw.pinned_id = detail::c_string(how.pinned_id);
        raw.pinned_generation = how.pinned_generation;
        raw.nonces = how.nonces;
        raw.pin = detail::c_string(how.pin);
        raw.witness = how.witness ? how.witness->data() : nullptr;
        raw.witness_len = how.witness ? how.witness->size() : 0;
        return raw;
    }
    static result<Keyring> in(opening *run, const std::string &folder, const Seal &seal, const KeyringOptions &how) {
        const auto raw = options_of(how);
        return detail::object<Keyring>([&](uint64_t *ring) { return run(detail::c_string(folder), seal.get(), &raw, ring); });
    }
    template <class F> static result<Key> with(const KeySpec &spec, F run) {
        const auto labels = detail::pairs(spec.labels);
        strongroom_key_spec raw = {};
        raw.size = sizeof raw;
        raw.key_type = detail::c_string(spec.key_type);
        raw.flags = spec.flags;
        // Options of a new key, said, made by `cargo xtask bless`.
        raw.key_size = spec.key_size;
        raw.version_template = detail::c_string(spec.version_template);
        raw.auto_rotate_period_s = spec.auto_rotate_period_s;
        raw.labels = labels.data();
        raw.labels_count = labels.size();
        // End of options of a new key, said.
        return detail::object<Key>([&](uint64_t *key) { return run(&raw, key); });
    }
    detail::handle<strongroom_keyring_free> handle_;
};

} // namespace strongroom

#endif
