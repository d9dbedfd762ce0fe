// Finds an object's index by its id: a flat hash table of hashes and indexes.
//
// Made so that memory can be asked for ahead: near() and candidate() need neither the ids nor the
// objects, which lie elsewhere; only find() compares. Pure; one thread.
#pragma once

#include "core/memory/prefetch.hpp"

#include <cstddef>
#include <cstdint>
#include <memory_resource>
#include <string_view>
#include <vector>

namespace hubspool {

using object_index = std::uint32_t;

class object_table {
public:
    static constexpr object_index none = UINT32_MAX;

    explicit object_table(std::pmr::memory_resource* memory = std::pmr::new_delete_resource())
        : slots_(memory) {}

    static std::uint64_t hash(std::string_view id);

    // Brings the place of the hash near, and what stands behind it, without waiting for them.
    void near(std::uint64_t hash) const {
        constexpr std::size_t slots_near = 16;
        if (!slots_.empty()) prefetch(&slots_[place(hash)], slots_near * sizeof(slot));
    }
    // Most likely the object of that hash, or none.
    object_index candidate(std::uint64_t hash) const {
        return find(hash, [](object_index) { return true; });
    }
    // The object of that hash for which `is_it` is true, or none.
    template <class IsIt>
    object_index find(std::uint64_t hash, IsIt is_it) const {
        if (slots_.empty()) return none;
        for (std::size_t at = place(hash); slots_[at].index != none; at = after(at)) {
            if (slots_[at].tag == tag(hash) && is_it(slots_[at].index)) return slots_[at].index;
        }
        return none;
    }
    // `index` must not be in the table.
    void insert(std::uint64_t hash, object_index index);
    // `index` must be in the table, under that hash.
    void erase(std::uint64_t hash, object_index index);

    std::size_t size() const { return size_; }
    template <class Visit>
    void for_each(Visit visit) const {
        for (const slot& s : slots_)
            if (s.index != none) visit(s.index);
    }

private:
    struct slot {
        std::uint32_t tag = 0; // of the hash; its low bits give the place, too
        object_index index = none;
    };
    static std::uint32_t tag(std::uint64_t hash) { return static_cast<std::uint32_t>(hash); }
    std::size_t place(std::uint64_t hash) const { return tag(hash) & (slots_.size() - 1); }
    std::size_t after(std::size_t at) const { return (at + 1) & (slots_.size() - 1); }
    void put(slot s);
    void resize(std::size_t slots);

    std::pmr::vector<slot> slots_; // a power of two of them, an eighth to three quarters taken
    std::size_t size_ = 0;
};

} // namespace hubspool
