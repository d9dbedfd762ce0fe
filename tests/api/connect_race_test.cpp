// Which of a host's addresses a connection is made to.
#include "api/api_fixture.hpp"
#include "api/route/tcp_connect.hpp"
#include "api/silent_port.hpp"
#include "base/clocks.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/steady_timer.hpp>

#include <gmock/gmock.h>

namespace hubspool {
namespace {

using boost::asio::ip::tcp;

class connect_race_test : public ::testing::Test {
protected:
    result<tcp::socket> connect(std::vector<tcp::endpoint> addresses, milliseconds limit) {
        api_url url;
        url.host = "host.example";
        url.port = "443";
        std::optional<result<tcp::socket>> made;
        const boot_time began = boot_now();
        boost::asio::co_spawn(loop, race(url, addresses, limit, made), boost::asio::detached);
        loop.restart();
        loop.run();
        took = boot_now() - began;
        return std::move(*made);
    }

    boost::asio::awaitable<void> race(const api_url& url, std::vector<tcp::endpoint> addresses,
                                      milliseconds limit,
                                      std::optional<result<tcp::socket>>& made) {
        made.emplace(co_await connect_any(loop.get_executor(), url, addresses, limit));
    }

    boost::asio::io_context loop{1};
    tcp::acceptor server{loop, tcp::endpoint(boost::asio::ip::address_v4::loopback(), 0)};
    milliseconds took{0};
};

TEST_F(connect_race_test, silent_address_is_passed_by_after_a_quarter_second) {
    silent_port silent;
    silent.fill();
    const auto made = connect({silent.endpoint(), server.local_endpoint()}, milliseconds(10000));
    ASSERT_TRUE(made) << made.error().message;
    EXPECT_EQ(made->remote_endpoint(), server.local_endpoint());
    EXPECT_GE(took, milliseconds(240));
    EXPECT_LT(took, milliseconds(5000));
}

TEST_F(connect_race_test, refusing_address_costs_no_wait) {
    const silent_port refusing;
    const auto made = connect({refusing.endpoint(), server.local_endpoint()}, milliseconds(10000));
    ASSERT_TRUE(made) << made.error().message;
    EXPECT_LT(took, milliseconds(240));
}

TEST_F(connect_race_test, slow_address_wins_when_those_after_it_stay_silent) {
    silent_port slow, silent;
    slow.fill();
    silent.fill();
    boost::asio::steady_timer later(loop, std::chrono::milliseconds(400));
    later.async_wait([&slow](const boost::system::error_code&) { slow.drain(); });
    const auto made = connect({slow.endpoint(), silent.endpoint()}, milliseconds(20000));
    ASSERT_TRUE(made) << made.error().message;
    EXPECT_EQ(made->remote_endpoint(), slow.endpoint());
}

TEST_F(connect_race_test, other_family_is_tried_before_the_rest_of_the_first) {
    silent_port silent;
    silent.fill();
    boost::system::error_code ec;
    tcp::acceptor six(loop);
    six.open(tcp::v6(), ec);
    if (six.bind({boost::asio::ip::address_v6::loopback(), 0}, ec); ec) {
        GTEST_SKIP() << "no IPv6 here: " << ec.message();
    }
    six.listen();
    const auto made = connect({silent.endpoint(), server.local_endpoint(), six.local_endpoint()},
                              milliseconds(10000));
    ASSERT_TRUE(made) << made.error().message;
    EXPECT_EQ(made->remote_endpoint(), six.local_endpoint());
}

TEST_F(connect_race_test, failure_tells_what_became_of_each) {
    silent_port silent;
    silent.fill();
    const silent_port refusing;
    const tcp::endpoint refused(boost::asio::ip::make_address("127.0.0.2"),
                                refusing.endpoint().port());
    const auto made = connect({refused, silent.endpoint()}, milliseconds(300));
    ASSERT_FALSE(made);
    EXPECT_EQ(made.error().message, "connect to host.example:443: 127.0.0.2: refused; 127.0.0.1: "
                                    "no answer within 300 ms");
    EXPECT_LT(took, milliseconds(5000));
}

} // namespace
} // namespace hubspool
