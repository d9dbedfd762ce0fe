// Puts one file into new/ or bulk/ as a producer must: written under a unique name in tmp/,
// fsynced, renamed, the directory fsynced. Needs no lock. One thread.
#pragma once

#include "base/result.hpp"
#include "core/words/lane.hpp"
#include "spool/reading/followed_file.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace hubspool {

class queue_writer {
public:
    // `ignore`: that of the queue, so that no name is made which it would leave alone.
    static result<std::unique_ptr<queue_writer>> open(const std::string& directory, lane to,
                                                      std::vector<std::string> ignore = {});
    virtual ~queue_writer() = default;
    virtual result<void> write(std::string_view bytes) = 0;
    // Before finish(): what tells where the file goes. A failure: nothing was queued.
    virtual result<followed_file> follow() = 0;
    // `extension` without its dot ("ndjson"), or empty. Once. Returns the name; names of one
    // process sort. A failure's message says whether something was queued. Unfinished, the file is
    // removed.
    virtual result<std::string> finish(const std::string& extension) = 0;
};

} // namespace hubspool
