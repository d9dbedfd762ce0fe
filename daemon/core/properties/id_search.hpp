// Which of some objectIds an account does not have, by as few questions as may be: page by page of
// its list of events, or one id after the other.
//
// How long the list is nobody tells beforehand. So its pages are asked for as long as they are
// fewer than the ids that are left: whichever way is shorter, it takes at most twice as many. A
// list may lag behind: the first ids that it lacks are asked for, too; if it lacks one that is
// there, all are. Pure.
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

    // So many that the list lacks are asked for before it is believed.
    static constexpr std::size_t checked_max = 20;

    explicit id_search(std::vector<std::string> object_ids)
        : left_(object_ids.begin(), object_ids.end()) {}

    question next() const;
    const std::string& after() const { return after_; }
    const std::string& one() const { return *left_.begin(); }

    void take_page(const event_page& page);
    void take_one(bool exists);
    // HubSpot did not tell of it.
    void leave_one();

    // Of which HubSpot has no event, as far as it is known.
    const std::vector<std::string>& unknown() const { return unknown_; }
    // Of which nothing is known.
    std::size_t left() const { return left_.size() + given_up_; }

private:
    std::set<std::string> left_;
    std::vector<std::string> unknown_;
    std::size_t pages_ = 0, given_up_ = 0;
    bool is_listed_ = false; // the list was read to its end
    std::size_t checked_ = 0;
    bool lacks_events_ = false; // and did not have all
    std::string after_;
};

} // namespace hubspool
