// A JSON text as a tree that loses nothing of it.
//
// simdjson's tree makes numbers doubles or 64-bit integers, and refuses what does not fit; it
// refuses a surrogate that stands alone, too, as JavaScript and Python write them where a text was
// cut. So it is given a copy in which each number is its place in a list of the numbers as they
// came, and each such surrogate is U+FFFD. For .cpp files of core only, because it shows simdjson.
// Pure; one thread.
#pragma once

#include <simdjson.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace hubspool {

class lossless_json {
public:
    // The tree stays until the next call, its numbers only as long as `text`. Nothing behind the
    // text is looked at. Throws std::bad_alloc.
    simdjson::error_code parse(std::string_view text, simdjson::dom::element& root);

    static bool is_number(simdjson::dom::element value) {
        return value.type() == simdjson::dom::element_type::INT64;
    }
    // The digits that a number came with.
    std::string_view number(simdjson::dom::element value) const {
        return numbers_[value.get_uint64().value_unsafe()];
    }
    // Whether its strings may hold what must be escaped in JSON.
    bool has_escapes() const { return has_escapes_; }
    // How many were replaced.
    std::uint64_t lone_surrogates() const { return lone_surrogates_; }
    std::size_t capacity() const { return parser_.capacity(); }

private:
    bool copy(std::string_view text);
    std::size_t copy_string(std::string_view text, std::size_t at);
    void copy_until(std::string_view text, std::size_t end);

    simdjson::dom::parser parser_;
    std::string copy_;
    std::size_t copied_ = 0; // of the text
    std::vector<std::string_view> numbers_;
    bool has_escapes_ = false;
    std::uint64_t lone_surrogates_ = 0;
};

} // namespace hubspool
