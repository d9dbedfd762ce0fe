#include "simulator/object_map.hpp"

#include <charconv>
#include <functional>
#include <utility>

namespace hubspool::simulator {

namespace {

constexpr std::size_t slots_min = 64;

std::uint64_t number_of(std::string_view id) {
    std::uint64_t number = 0;
    const auto end = id.data() + id.size();
    const auto [stop, error] = std::from_chars(id.data(), end, number);
    if (error == std::errc() && stop == end) return number;
    number = 14695981039346656037ULL; // FNV-1a
    for (const char c : id) number = (number ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
    return number;
}

} // namespace

std::uint32_t object_map::hash(std::string_view id) {
    return static_cast<std::uint32_t>(std::hash<std::string_view>()(id));
}

std::size_t object_map::look_up(std::uint32_t tag, std::string_view id) const {
    std::size_t at = place(tag);
    while (slots_[at].used != 0 &&
           (slots_[at].tag != tag || objects_[slots_[at].used - 1].id != id))
        at = (at + 1) & (slots_.size() - 1);
    return at;
}

const object_state* object_map::find(std::string_view id) const {
    if (slots_.empty()) return nullptr;
    const auto used = slots_[look_up(hash(id), id)].used;
    return used == 0 ? nullptr : &objects_[used - 1];
}

object_state& object_map::at(std::string_view id) {
    if (2 * objects_.size() >= slots_.size()) grow();
    const auto tag = hash(id);
    auto& found = slots_[look_up(tag, id)];
    if (found.used == 0) {
        auto& made = objects_.emplace_back();
        made.id = id;
        made.number = number_of(id);
        found = {tag, static_cast<std::uint32_t>(objects_.size())};
    }
    return objects_[found.used - 1];
}

void object_map::grow() {
    std::vector<slot> before(slots_.empty() ? slots_min : 2 * slots_.size());
    std::swap(before, slots_);
    for (const auto& each : before) {
        if (each.used == 0) continue;
        std::size_t at = place(each.tag);
        while (slots_[at].used != 0) at = (at + 1) & (slots_.size() - 1);
        slots_[at] = each;
    }
}

} // namespace hubspool::simulator
