// Records that a replay takes out of their files, written down before the job begins: a filtered
// replay, or one that sends them as the newest.
//
// Each brings its order key along. They lie in a directory of their own beneath the state
// directory, fsynced, in files of bounded size; it is removed unless it is kept.
#pragma once

#include "base/result.hpp"
#include "core/records/decoded_block.hpp"
#include "os/owned_descriptor.hpp"
#include "state/replay/replay_job.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace hubspool {

class staged_records {
public:
    // `name`: of the directory.
    staged_records(std::string state_directory, std::string name, bool as_newest)
        : state_(std::move(state_directory)), name_(std::move(name)), as_newest_(as_newest) {}
    staged_records(const staged_records&) = delete;
    staged_records& operator=(const staged_records&) = delete;
    ~staged_records();

    result<void> add(const decoded_block& block, const decoded_record& record);
    // All of it is durable then.
    result<std::vector<replay_file>> finish();
    void keep() { keeps_ = true; }

private:
    static constexpr std::size_t file_bytes = 16U << 20;

    std::string path() const { return state_ + '/' + name_; }
    result<void> write();

    std::string state_, name_;
    bool as_newest_;
    bool made_ = false, keeps_ = false;
    std::string lines_;
    std::vector<replay_file> files_;
};

// One record as a line that `submit` and the queue take back: its values, and in "$hubspool" the
// producer's id and the record's order key.
std::string line_of(const decoded_block& block, const decoded_record& record, bool as_newest);

} // namespace hubspool
