// Letters that cannot be sent once more, counted by why, with one of each for an example.
#pragma once

#include "core/books/batch_outcome.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace hubspool {

class left_out_letters {
public:
    void add(const dead_letter& letter, std::string_view why);
    std::uint64_t letters() const { return letters_; }
    // To standard error, a line for each reason: "12 dead letters are not DONE: WHY (such as ID)".
    void complain_of(std::string_view done) const;
    const std::map<std::string, std::uint64_t>& by_reason() const { return by_reason_; }

private:
    std::uint64_t letters_ = 0;
    std::map<std::string, std::uint64_t> by_reason_;
    std::map<std::string, std::string> examples_;
};

} // namespace hubspool
