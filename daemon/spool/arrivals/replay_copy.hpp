// Puts one kept file into bulk/ once more, as a producer must: copied under a name of its own into
// tmp/, fsynced, renamed, the directory fsynced.
//
// In steps, so that who copies a large file comes to its other work in between. What has the source
// changed or gone since it was chosen is not copied. Not finished, the copy is removed; one that a
// kill has left in tmp/ is replaced. Intake thread.
#pragma once

#include "base/result.hpp"
#include "os/owned_descriptor.hpp"
#include "spool/queue_layout.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace hubspool {

struct file_to_copy {
    int beneath = -1;   // a directory
    std::string source; // from there
    std::uint64_t size = 0;
    std::int64_t mtime_ns = 0;
    std::string name; // in bulk/
};

class replay_copy {
public:
    // A failure of code ESTALE: the source has gone, or is not what was chosen; others may pass.
    static result<replay_copy> begin(const queue_layout& to, const file_to_copy& what);
    replay_copy(replay_copy&&) = default;
    replay_copy& operator=(replay_copy&&) = delete;
    ~replay_copy();

    // Copies `bytes_max` at most. True: the file is in bulk/, durably.
    result<bool> go_on(std::uint64_t bytes_max);

    // Whether a file of that name lies in bulk/.
    static result<bool> is_waiting(const queue_layout& layout, const std::string& name);

private:
    replay_copy(const queue_layout& to, const file_to_copy& what)
        : to_(&to), name_(what.name), left_(what.size) {}
    result<void> open(const file_to_copy& what);
    result<void> put_in_place();
    std::string tmp_name() const { return name_ + ".tmp"; }

    const queue_layout* to_;
    std::string name_;
    std::uint64_t left_;
    owned_descriptor from_, tmp_, file_; // the source; the directory; the copy, until it is placed
};

} // namespace hubspool
