#include "core/pending/object_pages.hpp"

#include <memory>

namespace hubspool {

object_pages::~object_pages() {
    for (std::uint32_t number = 0; number < pages_.size(); ++number)
        if (pages_[number].objects != nullptr) drop(number);
}

object_index object_pages::take() {
    // The page that was used last is asked first: its objects are likely in the cache.
    if (open_ >= pages_.size() || !pages_[open_].has_room()) open_ = page_with_room();
    page& owner = pages_[open_];
    std::uint32_t place = owner.made;
    // A place that was never used is made now; one that was given back is an object already.
    if (owner.free.empty()) {
        std::construct_at(owner.objects + place);
        ++owner.made;
    } else {
        place = owner.free.back();
        owner.free.pop_back();
    }
    ++taken_;
    if (!owner.has_room()) roomy_.erase(open_);
    return static_cast<object_index>(open_ * page_objects + place);
}

void object_pages::give_back(object_index index) {
    // Places are never moved, so the index alone tells the page.
    const auto number = static_cast<std::uint32_t>(index / page_objects);
    page& owner = pages_[number];
    // Not assigned: strings and vectors would keep their memory.
    std::destroy_at(&at(index));
    std::construct_at(&at(index));
    if (!owner.has_room()) roomy_.insert(number);
    owner.free.push_back(static_cast<std::uint16_t>(index % page_objects));
    --taken_;
    // It stays while the others have little room: else a few objects that come and go would cost a
    // page each time.
    const std::size_t room_beside = places() - page_objects - taken_;
    if (owner.taken() == 0 && room_beside >= page_objects / 2)
        drop(number);
    else
        open_ = number;
}

std::uint32_t object_pages::page_with_room() {
    return roomy_.empty() ? add_page() : *roomy_.begin();
}

std::uint32_t object_pages::add_page() {
    auto* const bytes = memory_->allocate(page_bytes, alignof(pending_object));
    auto number = static_cast<std::uint32_t>(pages_.size());
    // The number of a page that went is used again: indexes stay small.
    if (gone_.empty()) {
        pages_.emplace_back();
    } else {
        number = gone_.back();
        gone_.pop_back();
    }
    pages_[number].objects = static_cast<pending_object*>(bytes);
    roomy_.insert(number);
    return number;
}

void object_pages::drop(std::uint32_t number) {
    page& owner = pages_[number];
    std::destroy_n(owner.objects, owner.made);
    memory_->deallocate(owner.objects, page_bytes, alignof(pending_object));
    owner = {};
    roomy_.erase(number);
    gone_.push_back(number);
}

} // namespace hubspool
