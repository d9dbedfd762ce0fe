#include "spool/reading/end_remark.hpp"

#include "core/words/named_as_of.hpp"

#include <fmt/format.h>

namespace hubspool {

std::string end_remark(const claimed_file& file, const file_end& end) {
    std::string remark;
    const auto add = [&remark](const std::string& what) {
        remark += (remark.empty() ? "" : "; ") + what;
    };
    if (end.lone_surrogates > 0)
        add(fmt::format("{} surrogates that stood alone in texts became U+FFFD: a producer cut "
                        "characters in two",
                        end.lone_surrogates));
    if (const auto named = find_as_of(file.name); named && named->time > file.order.stamp)
        add("as_of= in its name is a time in the future; it counts as of when the file came");
    if (end.future_as_of > 0)
        add(fmt::format("{} of its records have an as_of in the future, and count as of when the "
                        "file came; look at the producer's clock",
                        end.future_as_of));
    return remark;
}

} // namespace hubspool
