#include "cli/plan/planned_ids.hpp"

#include <fmt/core.h>

namespace hubspool {

void planned_ids::take(const decoded_block& block, const std::string& file,
                       const std::function<bool(std::uint64_t)>& is_over) {
    for (const decoded_record& record : block.records) {
        if (is_over(record.ordinal)) continue;
        const std::string_view id = block.text(record.object_id);
        auto found = objects_.find(id);
        if (found == objects_.end()) {
            if (objects_.size() == objects_max || id.size() > id_bytes_max) {
                is_whole_ = false;
                continue;
            }
            if (files_.empty() || files_.back() != file) files_.push_back(file);
            found = objects_.emplace(id, first_record{files_.size() - 1, record.line, 0}).first;
        }
        ++found->second.records;
    }
}

std::vector<std::string> planned_ids::object_ids() const {
    std::vector<std::string> ids;
    ids.reserve(objects_.size());
    for (const auto& [id, first] : objects_) ids.push_back(id);
    return ids;
}

std::string planned_ids::place(const std::string& object_id) const {
    const first_record& first = objects_.at(object_id);
    return fmt::format("{} line {}", files_[first.file], first.line);
}

} // namespace hubspool
