// A queue with settled files in done/, as replays take them, and what the state knows of replays.
#pragma once

#include "cli/cli_fixture.hpp"
#include "spool/queue_names.hpp"
#include "state/replay/replay_jobs.hpp"

#include <cstdint>
#include <stdexcept>
#include <string>
#include <vector>

namespace hubspool {

inline constexpr as_of_ms replay_stamp = 1'600'000'000'000; // 2020-09-13T12:26:40Z

class replay_fixture : public cli_fixture {
protected:
    // A file in done/ that was claimed `number` ms after the stamp and settled as many seconds.
    file_row settle(commit_unit& unit, std::uint64_t number, const std::string& name,
                    const std::string& content, lane in = lane::live) const {
        const std::string day = queue() + "/done/2020-09-13";
        std::filesystem::create_directories(day);
        std::ofstream(day + '/' + format_claimed_name({number, replay_stamp + number, in, name}))
            << content;
        file_row row;
        row.number = number;
        row.lane = in;
        row.name = name;
        row.stamp = replay_stamp + number;
        row.settled = wall_time(milliseconds(replay_stamp + 1000 * number));
        unit.files.push_back(row);
        return row;
    }
    // Of one record, alone in a transaction.
    void settle_one(std::uint64_t number, const std::string& name, lane in = lane::live) const {
        commit_unit unit;
        settle(unit, number, name, "{\"objectId\":\"1\",\"eventName\":\"a\"}\n", in);
        commit(unit);
    }
    void commit(const commit_unit& unit) const {
        ASSERT_TRUE(static_cast<bool>(open_state()->commit(unit)));
    }
    replay_jobs look_at_jobs() const {
        auto opened = replay_jobs::open(state(), replay_jobs::access::look);
        if (!opened) throw std::runtime_error(opened.error().message);
        return std::move(*opened);
    }
    std::vector<replay_job> jobs() const { return *look_at_jobs().load(); }
    std::vector<replay_file> files_of(std::uint64_t id) const {
        return *look_at_jobs().files_of(id, 0, 100);
    }
    // The words behind `hubspool replay`.
    ended replay(std::vector<std::string> words) const {
        words.insert(words.begin(), "replay");
        return over(std::move(words));
    }
};

} // namespace hubspool
