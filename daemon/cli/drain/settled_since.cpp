#include "cli/drain/settled_since.hpp"

#include <algorithm>

namespace hubspool {

namespace {

std::uint64_t grown(std::uint64_t before, std::uint64_t now) {
    return now - std::min(now, before);
}

} // namespace

settled_since count_settled_since(const rows_by_number& before, const std::vector<file_row>& now,
                                  std::uint64_t first, std::uint64_t last) {
    settled_since since;
    for (const file_row& row : now) {
        // Others' files, or those that came after the call.
        if (row.number < first || row.number > last) continue;
        const auto known = before.find(row.number);
        const file_row then = known == before.end() ? file_row{} : known->second;
        // Only what this call saw happen is counted.
        if (row.settled && row.keep_because && !then.settled) ++since.rejected_files;
        since.counts.delivered += grown(then.counts.delivered, row.counts.delivered);
        since.counts.superseded += grown(then.counts.superseded, row.counts.superseded);
        since.counts.dead += grown(then.counts.dead, row.counts.dead);
        since.counts.overtaken += grown(then.counts.overtaken, row.counts.overtaken);
        since.counts.unchanged += grown(then.counts.unchanged, row.counts.unchanged);
    }
    return since;
}

} // namespace hubspool
