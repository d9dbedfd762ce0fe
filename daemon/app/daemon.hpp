// Puts everything together and runs it: three threads, one way of a record.
#pragma once

#include "app/instance.hpp"
#include "base/result.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace hubspool {

struct drain_options {
    std::optional<milliseconds> deadline; // nothing: ten minutes without a delivery end it
    bool tells_each_batch = true;         // also those that were wholly delivered, at level info
};

// How it ended. Exit codes: 0 done, 1 failed, 3 some records were dead-lettered or files rejected,
// 4 stopped before the queue was empty.
struct run_result {
    int exit_code = 0;
    std::string why;         // for a person, when it did not simply end
    hubspool::totals totals; // of this run
    std::uint64_t requests = 0;
    milliseconds took{0};
    std::uint64_t rejected_files = 0; // of this run; all or a part of them could not be read
};

// The daemon of `hubspool run`, or with `drain` the one that ends when everything that is queued at
// its call is settled. Stops at SIGTERM and SIGINT, the drain at SIGHUP too: no new request, those
// under way are waited for; a second signal exits at once (app/stop_signals). Blocks until it has
// ended.
run_result run_daemon(instance& of, const std::optional<drain_options>& drain);

} // namespace hubspool
