#include "api/route/deadline.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>

#include <gtest/gtest.h>

#include <optional>

namespace hubspool {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;
using namespace std::chrono_literals;

class deadline_test : public ::testing::Test {
protected:
    // An operation that ends with what `operation_` is given: by itself, or by cancellation.
    asio::awaitable<std::tuple<error_code>> operation() {
        const auto [ec] = co_await operation_.async_wait(use_result);
        cancelled_ = ec == asio::error::operation_aborted && !given_;
        co_return given_.value_or(ec);
    }
    void start(milliseconds limit) {
        asio::co_spawn(
            loop_, finish_within(operation(), limit),
            asio::bind_cancellation_slot(caller_.slot(),
                                         [this](std::exception_ptr, error_code ec) { end_ = ec; }));
    }
    void end_operation(error_code with) {
        asio::post(loop_, [this, with] {
            given_ = with;
            operation_.cancel();
        });
    }

    asio::io_context loop_{1};
    asio::steady_timer operation_{loop_, asio::steady_timer::time_point::max()};
    asio::cancellation_signal caller_;
    std::optional<error_code> given_, end_;
    bool cancelled_ = false;
};

TEST_F(deadline_test, operation_that_ends_in_time_gives_its_own_end) {
    start(1h);
    end_operation({});
    loop_.run();
    EXPECT_EQ(end_, error_code());
}

TEST_F(deadline_test, operation_that_fails_in_time_gives_its_own_error) {
    start(1h);
    end_operation(asio::error::connection_reset);
    loop_.run();
    EXPECT_EQ(end_, error_code(asio::error::connection_reset));
}

TEST_F(deadline_test, operation_that_takes_too_long_is_cancelled_and_timed_out) {
    start(1ms);
    loop_.run();
    EXPECT_EQ(end_, error_code(asio::error::timed_out));
    EXPECT_TRUE(cancelled_);
}

TEST_F(deadline_test, limit_of_nothing_is_over_at_once) {
    start(0ms);
    loop_.run();
    EXPECT_EQ(end_, error_code(asio::error::timed_out));
}

// Neither the operation nor the time has ended it: "timed out" would send a person after the wrong
// thing.
TEST_F(deadline_test, cancelled_by_its_caller_is_no_time_out) {
    start(1h);
    asio::post(loop_, [this] { caller_.emit(asio::cancellation_type::terminal); });
    loop_.run();
    EXPECT_NE(end_, error_code(asio::error::timed_out));
    EXPECT_TRUE(cancelled_);
}

} // namespace
} // namespace hubspool
