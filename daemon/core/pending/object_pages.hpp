// Places of pending objects, kept by the hundred thousand: pages as large as a huge page, each of
// which goes when no object is in it any more.
//
// A place stays where it is while it is taken. The next object gets the place that was given back
// last, which is most likely still in the processor's cache. Pure; one thread.
#pragma once

#include "core/memory/region_memory.hpp"
#include "core/pending/object_table.hpp"
#include "core/pending/pending_object.hpp"

#include <cstddef>
#include <cstdint>
#include <set>
#include <vector>

namespace hubspool {

class object_pages {
public:
    static constexpr std::size_t page_bytes = 2U << 20;
    static constexpr std::size_t page_objects = page_bytes / sizeof(pending_object);

    // `memory` must outlive this.
    explicit object_pages(region_memory* memory) : memory_(memory) {}
    object_pages(const object_pages&) = delete;
    object_pages& operator=(const object_pages&) = delete;
    ~object_pages();

    // A new object's place.
    object_index take();
    // The object there is gone.
    void give_back(object_index index);

    pending_object& at(object_index index) {
        return pages_[index / page_objects].objects[index % page_objects];
    }
    const pending_object& at(object_index index) const {
        return pages_[index / page_objects].objects[index % page_objects];
    }
    // For places that may have been given back: null when the page went, too.
    const pending_object* find(object_index index) const {
        const page& owner = pages_[index / page_objects];
        const std::size_t place = index % page_objects;
        return place < owner.made ? owner.objects + place : nullptr;
    }
    // Bytes of the pages that no object takes.
    std::size_t idle_bytes() const { return (places() - taken_) * sizeof(pending_object); }

private:
    struct page {
        pending_object* objects = nullptr; // nothing: it is gone
        std::uint32_t made = 0;            // of its objects; those behind are bare memory
        std::vector<std::uint16_t> free;   // of those made
        std::size_t taken() const { return made - free.size(); }
        bool has_room() const { return objects != nullptr && taken() < page_objects; }
    };
    static_assert(page_objects <= UINT16_MAX);

    std::size_t places() const { return (pages_.size() - gone_.size()) * page_objects; }
    std::uint32_t page_with_room();
    std::uint32_t add_page();
    void drop(std::uint32_t number);

    region_memory* memory_;
    std::vector<page> pages_;
    std::set<std::uint32_t> roomy_;   // numbers of pages with room
    std::vector<std::uint32_t> gone_; // numbers of pages that are gone
    std::uint32_t open_ = UINT32_MAX; // the page that the next object comes into, if it has room
    std::size_t taken_ = 0;           // places
};

} // namespace hubspool
