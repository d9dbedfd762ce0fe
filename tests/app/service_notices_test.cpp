#include "app/daemon/service_notices.hpp"
#include "support/notify_socket.hpp"
#include "support/temp_dir.hpp"

#include <boost/asio/post.hpp>

#include <gmock/gmock.h>

namespace hubspool {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class service_notices_test : public ::testing::Test {
protected:
    void fill_the_socket() const {
        const service_manager another(socket_.address());
        while (another.tell("X=1")) {
        }
    }
    static daemon_status with_pending(std::uint64_t records) {
        daemon_status status;
        status.pending.records = records;
        return status;
    }

    temp_dir dir_;
    notify_socket socket_{dir_.file("notify")};
    boost::asio::io_context loop_{1};
    service_notices notices_{loop_, 60s, service_manager(socket_.address())};
    service_notices impatient_{loop_, 60s, service_manager(socket_.address()), 0ms};
};

} // namespace

TEST_F(service_notices_test, start_asks_for_more_time_until_it_is_ready) {
    notices_.loading();
    EXPECT_THAT(socket_.heard(), ElementsAre(HasSubstr("EXTEND_TIMEOUT_USEC=600000000")));
    notices_.reading();
    EXPECT_THAT(socket_.heard(), ElementsAre("EXTEND_TIMEOUT_USEC=60000000"));
    EXPECT_EQ(loop_.poll(), 0U);
    EXPECT_FALSE(loop_.stopped()) << "it will ask again";
    notices_.ready();
    EXPECT_THAT(socket_.heard(), ElementsAre(HasSubstr("READY=1\n")));
    loop_.poll();
    EXPECT_TRUE(loop_.stopped()) << "nothing wakes for it any more";
    EXPECT_THAT(socket_.heard(), IsEmpty());
}

TEST_F(service_notices_test, status_is_told_when_its_line_has_changed) {
    notices_.tell(with_pending(1));
    EXPECT_THAT(socket_.heard(), ElementsAre(HasSubstr("STATUS=Delivering: 1 record")));
    daemon_status same = with_pending(1);
    same.pending.bytes = 500;
    notices_.tell(same);
    EXPECT_THAT(socket_.heard(), IsEmpty());
    notices_.tell(with_pending(2));
    EXPECT_THAT(socket_.heard(), ElementsAre(HasSubstr("2 records")));
}

TEST_F(service_notices_test, start_that_does_not_move_asks_for_a_while_and_again_when_it_moves) {
    impatient_.reading();
    const auto asked_in_turns = [this] {
        std::size_t asked = 0;
        for (int turn = 0; turn < 5 * service_notices::asked_in_vain_max; ++turn) {
            loop_.run_one();
            asked += socket_.heard().size();
        }
        return asked;
    };
    const std::size_t first = socket_.heard().size() + asked_in_turns();
    EXPECT_EQ(first, std::size_t{service_notices::asked_in_vain_max});
    impatient_.moved();
    EXPECT_EQ(asked_in_turns(), std::size_t{service_notices::asked_in_vain_max});
}

TEST_F(service_notices_test, ready_while_its_timer_has_run_out_already_ends_the_timer) {
    // In the turn in which the loop looks at its timers, ready() stands before them.
    boost::asio::post(loop_, [this] {
        impatient_.reading();
        boost::asio::post(loop_, [this] { impatient_.ready(); });
    });
    for (int turn = 0; turn < 10; ++turn) loop_.poll_one();
    EXPECT_TRUE(loop_.stopped()) << "nothing wakes for it any more";
    EXPECT_THAT(socket_.heard(), ElementsAre("EXTEND_TIMEOUT_USEC=60000000", HasSubstr("READY=1")));
}

TEST_F(service_notices_test, ready_that_was_not_taken_is_tried_until_it_is) {
    impatient_.reading();
    fill_the_socket();
    impatient_.ready();
    loop_.run_one();
    loop_.run_one();
    socket_.heard();
    loop_.run(); // till nothing wakes any more
    EXPECT_THAT(socket_.heard(), ElementsAre("READY=1\nSTATUS=Watching the queue"));
}

TEST_F(service_notices_test, stop_asks_for_as_long_as_a_request_may_take) {
    notices_.stopping();
    EXPECT_THAT(socket_.heard(),
                ElementsAre("STOPPING=1\nSTATUS=Stopping: requests under way are waited for\n"
                            "EXTEND_TIMEOUT_USEC=90000000"));
}

TEST_F(service_notices_test, reload_is_told_at_its_begin_and_that_it_goes_on) {
    notices_.ready();
    socket_.heard();
    notices_.reloading();
    notices_.goes_on("");
    EXPECT_THAT(socket_.heard(), ElementsAre("RELOADING=1\nSTATUS=Reading the configuration",
                                             "READY=1\nSTATUS=Watching the queue"));
}

TEST_F(service_notices_test, configuration_that_cannot_be_used_is_told_until_one_can) {
    notices_.ready();
    notices_.goes_on("no such key");
    socket_.heard();
    notices_.tell(with_pending(1));
    EXPECT_THAT(socket_.heard(), ElementsAre(HasSubstr("of before stays in force: no such key")));
    notices_.goes_on("");
    notices_.tell(with_pending(1));
    EXPECT_THAT(socket_.heard().back(), ::testing::Not(HasSubstr("no such key")));
}

TEST_F(service_notices_test, run_that_ends_for_another_configuration_is_no_stop) {
    notices_.ready();
    socket_.heard();
    notices_.renewing();
    EXPECT_THAT(socket_.heard(),
                ElementsAre("RELOADING=1\nSTATUS=Reloading: requests under way are waited for\n"
                            "EXTEND_TIMEOUT_USEC=90000000"));
    notices_.tell(with_pending(1));
    EXPECT_THAT(socket_.heard(), IsEmpty());
}

TEST_F(service_notices_test, nothing_is_told_after_the_stop) {
    notices_.reading();
    notices_.stopping();
    socket_.heard();
    notices_.ready();
    notices_.tell(with_pending(1));
    loop_.poll();
    EXPECT_TRUE(loop_.stopped());
    EXPECT_THAT(socket_.heard(), IsEmpty());
}

TEST_F(service_notices_test, what_the_manager_had_no_room_for_is_told_with_the_next) {
    fill_the_socket();
    notices_.ready();
    notices_.tell(with_pending(1));
    socket_.heard();
    notices_.tell(with_pending(1));
    EXPECT_THAT(socket_.heard(), ElementsAre(HasSubstr("READY=1\nSTATUS=Delivering")));
    notices_.tell(with_pending(2));
    EXPECT_THAT(socket_.heard(), ElementsAre(::testing::StartsWith("STATUS=")));
}

TEST_F(service_notices_test, without_a_manager_nothing_is_waited_for) {
    service_notices alone(loop_, 60s, service_manager(""));
    alone.loading();
    alone.reading();
    alone.ready();
    alone.tell(with_pending(1));
    alone.stopping();
    loop_.poll();
    EXPECT_TRUE(loop_.stopped());
    EXPECT_THAT(socket_.heard(), IsEmpty());
}

} // namespace hubspool
