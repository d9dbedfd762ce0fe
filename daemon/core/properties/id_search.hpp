// Which of some objectIds an account does not have, by as few questions as may be: page by page of
// its list of events, or one id after the other.
//
// How long the list is nobody tells beforehand. So its pages are asked for as long as they are
// fewer than the ids that are left: whichever way is shorter, it takes at most twice as many. Pure.
#pragma once

#include "core/properties/event_page.hpp"

#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <vector>

namespace hubspool {

class id_search {
public:
    enum class question : std::uint8_t {
        none, // all is known
        page, // the one behind after()
        one,  // one()
    };

    explicit id_search(std::vector<std::string> object_ids)
        : left_(object_ids.begin(), object_ids.end()) {}

    question next() const;
    const std::string& after() const { return after_; }
    const std::string& one() const { return *left_.begin(); }

    void take_page(const event_page& page);
    void take_one(bool exists);

    // Of which HubSpot has no event, as far as it is known.
    const std::vector<std::string>& unknown() const { return unknown_; }
    std::size_t left() const { return left_.size(); }

private:
    std::set<std::string> left_;
    std::vector<std::string> unknown_;
    std::size_t pages_ = 0;
    std::string after_;
};

} // namespace hubspool
