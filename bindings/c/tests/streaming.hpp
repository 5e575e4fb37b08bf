// The lines of streaming.h in C++.
#ifndef STREAMING_HPP
#define STREAMING_HPP

#include <iterator>
#include <sstream>

#include "indexing.hpp"

namespace streaming {

using namespace strongroom;

inline std::string of(line &l, const char *name) {
    const field *f = line_bytes(&l, name);
    if (f == nullptr) line_fail("no stream");
    return {f->value, f->len};
}

inline std::string digits(const std::string &data) { return indexing::digits(reinterpret_cast<const unsigned char *>(data.data()), data.size()); }

inline std::string encrypt(line &l, const Key &key, const options &said) {
    std::ostringstream sink;
    auto writer = key.encrypt_writer(sink, said);
    writer.exceptions(std::ios::badbit);
    if (line_find(&l, "threads") != nullptr) writer.threads(static_cast<uint32_t>(indexing::number_of(l, "threads")));
    writer << of(l, "plaintext");
    writer.finish();
    return digits(sink.str());
}

inline std::string decrypt(line &l, const Key &key, const options &said) {
    std::istringstream source(of(l, "stream"));
    auto reader = key.decrypt_reader(source, said);
    reader.exceptions(std::ios::badbit);
    if (line_find(&l, "threads") != nullptr) reader.threads(static_cast<uint32_t>(indexing::number_of(l, "threads")));
    return digits({std::istreambuf_iterator<char>(reader), {}});
}

inline std::string range(line &l, const Key &key, const options &said) {
    std::istringstream source(of(l, "stream"));
    const secret found = key.decrypt_range(source, indexing::number_of(l, "start"), indexing::number_of(l, "end"), said);
    return indexing::digits(found.data(), found.size());
}

inline std::string rewrap(line &l, const Key &key, const options &said) {
    std::istringstream source(of(l, "stream"));
    std::ostringstream sink;
    key.rewrap_stream(source, sink, said);
    return digits(sink.str());
}

} // namespace streaming

#endif
