// Questions for events of one account, one after the other, so slowly that a daemon beside them,
// which does not count them, keeps its limit (core/limits/question_pace).
#pragma once

#include "app/api_maker.hpp"
#include "app/online/hubspot_questions.hpp"

#include <boost/asio/awaitable.hpp>

#include <cstdint>
#include <string>

namespace hubspool {

class paced_questions {
public:
    // What is given must outlive it. `limit`: requests in a window that hubspool may send.
    paced_questions(hubspot_questions& hubspot, const settings& options, std::uint64_t limit)
        : hubspot_(hubspot), options_(options), limit_(limit) {}

    // Connects, reads the credential, and asks whose account it opens: another one's events would
    // all seem to be gone. `portal`: whose they are; empty: not known. Gives why nothing can be
    // asked; empty: it can.
    boost::asio::awaitable<std::string> begin(const api_maker& make_api, const std::string& portal);
    // Asks once more where that may help.
    boost::asio::awaitable<api_response> get(std::string path);

    // Requests of get().
    std::uint64_t asked() const { return asked_; }

    // Of an answer that is of no use.
    static std::string trouble_of(const api_response& answer);

private:
    boost::asio::awaitable<void> wait();

    hubspot_questions& hubspot_;
    const settings& options_;
    std::uint64_t limit_;
    api_response last_;
    std::uint64_t asked_ = 0;
};

bool is_answered(const api_response& response, int status);
// HubSpot has no such event. A page may say so, too; it is nobody's word on an event.
bool tells_that_it_is_gone(const api_response& response);

} // namespace hubspool
