// What must be so at the end of a simulated world.
#include "simulation/simulated_world.hpp"

#include <fmt/core.h>

#include <algorithm>

namespace hubspool::simulation {

void simulated_world::check_end() const {
    object_values want;
    for (std::size_t arrival = 0; arrival < records_.files().size(); ++arrival) {
        const simulated_records::file& f = records_.files()[arrival];
        for (std::size_t i = 0; i < f.records.size(); ++i) {
            const auto settled = fates_.find({arrival, i});
            if (settled == fates_.end())
                throw breach(fmt::format("LOST record {} of file {} has no fate", i, arrival + 1));
            if (settled->second == fate::dead) continue;
            for (const std::string& name : f.records[i].fields) {
                std::uint64_t& newest = want[f.records[i].object][name];
                if (has_larger_key(f.records[i].number, newest)) newest = f.records[i].number;
            }
        }
    }
    for (const auto& [id, values] : want) {
        for (const auto& [name, value] : values)
            values_repeat() ? check_final_value(id, name, value) : check_final(id, name, value);
    }
}

// Of the record `want`, or of one that died and is newer.
void simulated_world::check_final_value(const std::string& id, const std::string& name,
                                        std::uint64_t want) const {
    const auto object = server_.stored().find(id);
    std::uint64_t stored = 0;
    if (object != server_.stored().end() && object->second.contains(name))
        stored = object->second.at(name);
    for (const simulated_records::file& f : records_.files())
        for (const simulated_records::record& r : f.records) {
            const bool has_it = std::find(r.fields.begin(), r.fields.end(), name) != r.fields.end();
            if (r.object != id || !has_it || r.value() != stored) continue;
            const bool died = report_.dead_objects.contains(id) && has_larger_key(r.number, want);
            if (r.number == want || died) return;
        }
    throw breach(
        fmt::format("FINAL {}.{}: the value of {} is wanted, {} is there", id, name, want, stored));
}

// What died may have been applied before, by a request whose answer was lost: then it may stand
// there if it is newer. Else the value of the largest key does.
void simulated_world::check_final(const std::string& id, const std::string& name,
                                  std::uint64_t want) const {
    const auto object = server_.stored().find(id);
    std::uint64_t stored = 0;
    if (object != server_.stored().end() && object->second.contains(name))
        stored = object->second.at(name);
    const bool died = report_.dead_objects.contains(id) && is_newer(stored, want);
    // Two of one key are one record, which was sent once more with another value.
    const bool is_right = stored == want || (stored != 0 && key_of(stored) == key_of(want));
    if (!is_right && !died)
        throw breach(fmt::format("FINAL {}.{}: {} is wanted, {} is there", id, name, want, stored));
}

} // namespace hubspool::simulation
