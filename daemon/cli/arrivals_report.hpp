// What lies in new/, bulk/ and tmp/ and will not be taken, told by status, check and files.
#pragma once

#include "base/json_writer.hpp"
#include "spool/arrivals/waiting_survey.hpp"

#include <string>
#include <vector>

namespace hubspool {

// A sentence each, with what to do; nothing for what is not there.
struct arrivals_words {
    std::string blocked, left_alone, unfinished;
};
arrivals_words words_of(const queue_backlog& arrivals);

// Keys of an open object: blocked, left_alone_files, unfinished.
void put_arrivals(json_writer& json, const queue_backlog& arrivals);

} // namespace hubspool
