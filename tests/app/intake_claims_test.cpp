// What drain claims: all that was there at its call, however long that takes.
#include "app/intake_fixture.hpp"

#include <gmock/gmock.h>

namespace hubspool {

namespace {

using ::testing::ElementsAre;

// A queue of which the test says what a scan does; all else is the real one's.
class scripted_queue final : public queue_directory {
public:
    using scan_script = std::function<std::optional<scan_result>()>; // nothing: the real scan

    scripted_queue(queue_directory& real, scan_script script)
        : real_(real), script_(std::move(script)) {}

    scan_result scan(std::uint64_t& next_number, std::size_t files_max,
                     const std::function<bool(lane, const std::string&)>& announced) override {
        auto scripted = script_();
        return scripted ? std::move(*scripted) : real_.scan(next_number, files_max, announced);
    }

    std::vector<std::string> open_mode_warnings() const override { return {}; }
    void number_large_files_above(std::uint64_t number) override {
        real_.number_large_files_above(number);
    }
    result<std::vector<claimed_file>> claimed(std::vector<skipped_name>& skipped) override {
        return real_.claimed(skipped);
    }
    result<std::optional<std::uint64_t>> lowest_claimed() override {
        return real_.lowest_claimed();
    }
    result<std::vector<claimed_file>> claimed_page(std::uint64_t after, std::size_t files_max,
                                                   std::vector<skipped_name>& skipped) override {
        return real_.claimed_page(after, files_max, skipped);
    }
    result<std::uint64_t> largest_number() override { return real_.largest_number(); }
    result<backlog> waiting() override { return real_.waiting(); }
    result<int> open_claimed(const claimed_file& file) override { return real_.open_claimed(file); }
    result<std::optional<claimed_look>> look(const claimed_file& file) override {
        return real_.look(file);
    }
    result<std::optional<claimed_look>> look_at_settled(const claimed_file& file) override {
        return real_.look_at_settled(file);
    }
    result<void> move_to_done(const claimed_file& file, wall_time settled) override {
        return real_.move_to_done(file, settled);
    }
    result<void> remove(const claimed_file& file) override { return real_.remove(file); }
    result<void> reject(const claimed_file& file, const std::string& reason) override {
        return real_.reject(file, reason);
    }
    result<std::optional<claimed_look>> look_in_done(const claimed_file& file,
                                                     wall_time settled) override {
        return real_.look_in_done(file, settled);
    }
    result<void> reject_from_done(const claimed_file& file, wall_time settled,
                                  const std::string& reason) override {
        return real_.reject_from_done(file, settled, reason);
    }
    result<void> sync_moves() override { return real_.sync_moves(); }
    result<void> sweep_done(wall_time now, milliseconds retention) override {
        return real_.sweep_done(now, retention);
    }
    result<std::optional<run_mark>> read_run_mark() override { return real_.read_run_mark(); }
    result<void> write_run_mark(const run_mark& mark) override {
        return real_.write_run_mark(mark);
    }
    std::uint64_t free_bytes() const override { return real_.free_bytes(); }

private:
    queue_directory& real_;
    scan_script script_;
};

// As long as drain waits for what is not ready, and longer.
constexpr milliseconds patience{1100};

} // namespace

using intake_claims_test = intake_fixture;

TEST_F(intake_claims_test,
       scenario_32_drain_claims_all_though_that_takes_longer_than_its_patience) {
    put("new", "a", "{\"objectId\":1}");
    const boot_time until = boot_now() + patience;
    scripted_queue queue(*queue_, [&]() -> std::optional<scan_result> {
        if (boot_now() >= until) return std::nullopt;
        scan_result more_is_there;
        more_is_there.again_after = milliseconds(0);
        return more_is_there;
    });
    run_on(queue);
    EXPECT_THAT(ids(), ElementsAre("1"));
}

TEST_F(intake_claims_test, scenario_32_drain_claims_what_became_ready_while_a_scan_took_long) {
    put("new", "a", "{\"objectId\":1}");
    bool scanned = false;
    scripted_queue queue(*queue_, [&]() -> std::optional<scan_result> {
        if (std::exchange(scanned, true)) return std::nullopt;
        scan_result long_one;
        long_one.again_after = milliseconds(10);
        for (const boot_time until = boot_now() + patience; boot_now() < until;) continue;
        return long_one;
    });
    run_on(queue);
    EXPECT_THAT(ids(), ElementsAre("1"));
}

TEST_F(intake_claims_test, scenario_32_drain_does_not_wait_for_what_never_gets_ready) {
    put("new", "a", "{\"objectId\":1}");
    scripted_queue queue(*queue_, []() -> std::optional<scan_result> {
        scan_result not_ready;
        not_ready.again_after = milliseconds(10);
        return not_ready;
    });
    run_on(queue);
    EXPECT_THAT(ids(), ElementsAre());
    EXPECT_TRUE(read_everything_);
}

} // namespace hubspool
