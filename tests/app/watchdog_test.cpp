#include "app/daemon/watchdog.hpp"
#include "support/captured_log.hpp"
#include "support/notify_socket.hpp"
#include "support/temp_dir.hpp"

#include <gmock/gmock.h>

#include <functional>
#include <utility>
#include <vector>

namespace hubspool {
namespace {

using namespace std::chrono_literals;
using ::hubspool::testing::said_while;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

class watchdog_test : public ::testing::Test {
protected:
    void start() {
        fed_.watch("intake", [](const auto& answer) { answer(); });
        fed_.watch("state", [this](auto answer) {
            if (state_moves_)
                answer();
            else
                owed_.push_back(std::move(answer));
        });
        fed_.start();
    }
    // What it told in so many turns of the loop, which are answers and looks.
    std::vector<std::string> heard_in_turns(int turns) {
        for (int turn = 0; turn < turns; ++turn) loop_.run_one();
        return socket_.heard();
    }
    void answer_what_is_owed() {
        for (const std::function<void()>& answer : std::exchange(owed_, {})) answer();
    }

    temp_dir dir_;
    notify_socket socket_{dir_.file("notify")};
    boost::asio::io_context loop_{1};
    watchdog fed_{loop_, service_manager(socket_.address()), 20ms};
    bool state_moves_ = true;
    std::vector<std::function<void()>> owed_;
};

} // namespace

TEST_F(watchdog_test, is_fed_while_all_threads_move) {
    start();
    EXPECT_THAT(socket_.heard(), ElementsAre("WATCHDOG_USEC=20000\nWATCHDOG=1"));
    // Two answers, and a look.
    for (int round = 0; round < 10; ++round)
        EXPECT_THAT(heard_in_turns(3), ElementsAre("WATCHDOG=1")) << round;
}

TEST_F(watchdog_test, starves_while_one_thread_is_stuck_and_says_which) {
    state_moves_ = false;
    start();
    socket_.heard();
    const std::string said = said_while([this] { EXPECT_THAT(heard_in_turns(20), IsEmpty()); });
    EXPECT_THAT(said, HasSubstr("the state thread does not move"));
    EXPECT_THAT(said, Not(HasSubstr("intake")));
    EXPECT_EQ(said.find("does not move"), said.rfind("does not move")) << "once: " << said;
    EXPECT_EQ(owed_.size(), 1U) << "one question at a time";
}

TEST_F(watchdog_test, is_fed_again_when_the_thread_moves_again) {
    state_moves_ = false;
    start();
    heard_in_turns(10);
    state_moves_ = true;
    answer_what_is_owed();
    const std::string said =
        said_while([this] { EXPECT_THAT(heard_in_turns(5), Contains("WATCHDOG=1")); });
    EXPECT_THAT(said, HasSubstr("the state thread moves again"));
}

// Another wait may last longer than the watchdog's own period, as that for a state that is loaded.
TEST_F(watchdog_test, is_left_alone_for_what_takes_longer_than_its_period) {
    fed_.leave_alone_for(10min);
    EXPECT_THAT(socket_.heard(), ElementsAre("WATCHDOG_USEC=600000000"));
    fed_.leave_alone_for(10ms);
    EXPECT_THAT(socket_.heard(), IsEmpty()) << "never made shorter";
}

TEST_F(watchdog_test, nothing_wakes_where_none_is_wanted) {
    watchdog unwanted(loop_, service_manager(socket_.address()), std::nullopt);
    watchdog unheard(loop_, service_manager(""), 20ms);
    for (watchdog* const one : {&unwanted, &unheard}) {
        one->watch("intake", [](const auto&) { FAIL() << "asked"; });
        one->leave_alone_for(10min);
        one->start();
    }
    loop_.poll();
    EXPECT_TRUE(loop_.stopped());
    EXPECT_THAT(socket_.heard(), IsEmpty());
}

} // namespace hubspool
