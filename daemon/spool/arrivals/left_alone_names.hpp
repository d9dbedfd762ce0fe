// Names in new/ and bulk/ that hubspool leaves alone: uploads under way, markers, and what
// queue.ignore adds to them. The one list of them; `check` prints it.
//
// Immutable. Any thread.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace hubspool {

class left_alone_names {
public:
    // `more`: patterns as the shell has them (glob(7): * ? [...]); each must match the whole name.
    explicit left_alone_names(std::vector<std::string> more = {});

    bool contain(std::string_view name) const;

    // What every queue leaves alone, as patterns of at most one *. Upper and lower case are one.
    static std::span<const std::string_view> own();

private:
    std::vector<std::string> more_;
};

} // namespace hubspool
