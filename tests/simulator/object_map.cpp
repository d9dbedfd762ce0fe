#include "simulator/object_map.hpp"

#include "core/words/object_hash.hpp"

#include <algorithm>
#include <charconv>

namespace hubspool::simulator {

std::uint64_t number_of(std::string_view id) {
    std::uint64_t number = 0;
    const auto end = id.data() + id.size();
    const auto [stop, error] = std::from_chars(id.data(), end, number);
    return error == std::errc() && stop == end ? number : object_id_hash(id);
}

object_index object_map::look_up(std::string_view id) const {
    return places_.find(object_table::hash(id),
                        [&](object_index place) { return objects_[place].id == id; });
}

const object_state* object_map::find(std::string_view id) const {
    const auto place = look_up(id);
    return place == object_table::none ? nullptr : &objects_[place];
}

object_state& object_map::at(std::string_view id) {
    auto place = look_up(id);
    if (place == object_table::none) {
        place = static_cast<object_index>(objects_.size());
        auto& made = objects_.emplace_back();
        made.id = id;
        places_.insert(object_table::hash(id), place);
    }
    return objects_[place];
}

void object_map::set_fields(object_state& object, const field_list& fields) {
    const auto& bytes = fields.bytes();
    const auto size = static_cast<std::uint32_t>(bytes.size());
    if (size > object.room) {
        // The old place is lost. Growing by half, an object loses at most twice what it has.
        object.room = std::max(size, object.room + object.room / 2);
        object.bytes = static_cast<char*>(memory_.allocate(object.room, 1));
    }
    bytes.copy(object.bytes, size);
    object.size = size;
}

} // namespace hubspool::simulator
