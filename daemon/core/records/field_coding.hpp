// The fields of one record as the decoder hands them over.
#pragma once

#include "core/words/text_arena.hpp"

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace hubspool {

// They are coded one after the other, each with the place of its key in a list that many records
// share. A value is written in place: the caller appends it.
struct coded_header {
    std::uint32_t key;
    std::uint32_t value_size;
};
class field_writer {
public:
    field_writer(text_arena& out, std::uint32_t key) : out_(out), key_(key), begin_(out.size()) {
        out.took(out.room(sizeof(coded_header)) + sizeof(coded_header));
    }
    void value_ends() {
        const std::size_t size = out_.size() - begin_ - sizeof(coded_header);
        const coded_header header{key_, static_cast<std::uint32_t>(size)};
        std::memcpy(out_.data() + begin_, &header, sizeof header);
    }

private:
    text_arena& out_;
    std::uint32_t key_;
    std::size_t begin_;
};

} // namespace hubspool
