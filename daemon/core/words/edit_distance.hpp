// How far two words are apart, to guess which one was meant. Pure.
#pragma once

#include <cstddef>
#include <string_view>

namespace hubspool {

// Letters to insert, delete, replace, and neighbours to change places, to make one of the other.
std::size_t edit_distance(std::string_view a, std::string_view b);

// Of some words the one that somebody who wrote another most likely meant: up to a quarter of the
// letters may be wrong, of short ones two. What it is given must outlive it.
class nearest_word {
public:
    explicit nearest_word(std::string_view written);
    void look_at(std::string_view known);
    std::string_view found() const { return found_; } // empty: none is near

private:
    std::string_view written_;
    std::string_view found_;
    std::size_t least_;
};

} // namespace hubspool
