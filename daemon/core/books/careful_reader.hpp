// Takes numbers and texts off the front of bytes that a disk may have changed. Pure.
#pragma once

#include "core/words/varint.hpp"

#include <cstdint>
#include <string_view>

namespace hubspool {

// After the first that is cut short all further ones are zero and empty, and ok() is false: callers
// ask once, at the end.
class careful_reader {
public:
    explicit careful_reader(std::string_view bytes) : left_(bytes) {}

    std::uint64_t number() {
        if (left_.empty()) {
            ok_ = false;
            return 0;
        }
        const char* const begin = left_.data();
        // get_varint() takes what is there, also of a number that was cut off: so the last byte is
        // looked at.
        const std::uint64_t value = get_varint(left_);
        const bool cut = (static_cast<unsigned char>(*(left_.data() - 1)) & 0x80) != 0;
        if (cut || left_.data() - begin > 10) ok_ = false;
        return ok_ ? value : 0;
    }
    // A count of things of at least one byte each: never more than bytes that are left.
    std::uint64_t count() {
        const std::uint64_t value = number();
        // Without this a damaged count would ask for memory or time without bound.
        if (value > left_.size()) ok_ = false;
        return ok_ ? value : 0;
    }
    std::uint64_t little(std::size_t bytes) {
        if (left_.size() < bytes) ok_ = false;
        const std::uint64_t value = get_little(left_, bytes);
        return ok_ ? value : 0;
    }
    std::string_view text() {
        const std::uint64_t size = count();
        const std::string_view value = left_.substr(0, size);
        left_.remove_prefix(size);
        return value;
    }
    void refuse() { ok_ = false; }
    bool ok() const { return ok_; }
    bool at_end() const { return left_.empty(); }

private:
    std::string_view left_;
    bool ok_ = true;
};

} // namespace hubspool
