// What lies in new/, bulk/ and tmp/ without being claimed, counted for a person.
//
// Keeps nothing. Any thread.
#pragma once

#include "spool/queue_directory.hpp"
#include "spool/queue_layout.hpp"

namespace hubspool {

result<queue_directory::backlog> survey_waiting(const queue_layout& layout);

} // namespace hubspool
