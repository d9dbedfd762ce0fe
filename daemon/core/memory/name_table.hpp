// Field names by a small number: a hundred thousand objects carry the same few names.
//
// Bounded: names beyond the limits are not taken, and stand beside their values instead. Names are
// never dropped, so numbers stay valid. Pure; one thread.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <unordered_map>

namespace hubspool {

class name_table {
public:
    // The name's number, from 1; 0 when the table does not take it.
    std::uint32_t number_of(std::string_view name) {
        // Most are asked for again and again: those need no hashing.
        const std::size_t slot =
            name.empty() ? 0
                         : (name.size() * 5 + static_cast<unsigned char>(name.front()) * 3 +
                            static_cast<unsigned char>(name.back())) %
                               recent_.size();
        const std::uint32_t recent = recent_[slot];
        if (recent != 0 && name_of(recent) == name) return recent;
        return recent_[slot] = look_up(name);
    }
    std::string_view name_of(std::uint32_t number) const { return names_[number - 1]; }

private:
    static constexpr std::size_t names_max = 4096;
    static constexpr std::size_t name_bytes_max = 256;

    std::uint32_t look_up(std::string_view name);

    std::array<std::uint32_t, 64> recent_{};
    std::deque<std::string> names_; // a deque: the keys below are views into it
    std::unordered_map<std::string_view, std::uint32_t> numbers_;
};

} // namespace hubspool
