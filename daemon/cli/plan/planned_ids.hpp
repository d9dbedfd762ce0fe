// The objectIds of the records that a plan has read, each with the place of its first record. Its
// memory is bounded: of more objects the first ones are kept, and no id as long as none is. Pure.
#pragma once

#include "core/records/decoded_block.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace hubspool {

class planned_ids {
public:
    static constexpr std::size_t objects_max = 65536, id_bytes_max = 256;

    // `file`: as it is to be shown. `is_over`: of a record by its ordinal: it is not sent any more.
    void take(const decoded_block& block, const std::string& file,
              const std::function<bool(std::uint64_t)>& is_over);

    std::vector<std::string> object_ids() const;
    // All records' objects are kept.
    bool is_whole() const { return is_whole_; }
    std::uint64_t records(const std::string& object_id) const {
        return objects_.at(object_id).records;
    }
    // "a.ndjson line 3", of its first record.
    std::string place(const std::string& object_id) const;

private:
    struct first_record {
        std::size_t file = 0; // in `files_`
        std::uint64_t line = 0;
        std::uint64_t records = 0; // of that object
    };

    std::map<std::string, first_record, std::less<>> objects_;
    std::vector<std::string> files_; // of which any record is the first
    bool is_whole_ = true;
};

} // namespace hubspool
