#include "app/metrics/metrics_thread.hpp"
#include "support/temp_dir.hpp"

#include <gmock/gmock.h>

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace hubspool {
namespace {

using ::testing::HasSubstr;

std::string get_over(const std::string& path, const std::string& target) {
    const owned_descriptor client(::socket(AF_UNIX, SOCK_STREAM, 0));
    sockaddr_un name{};
    name.sun_family = AF_UNIX;
    path.copy(name.sun_path, sizeof name.sun_path - 1);
    if (::connect(client.get(), reinterpret_cast<const sockaddr*>(&name), sizeof name) != 0)
        return "not connected";
    const std::string request = "GET " + target + " HTTP/1.1\r\nHost: x\r\n\r\n";
    EXPECT_EQ(::write(client.get(), request.data(), request.size()),
              static_cast<ssize_t>(request.size()));
    std::string heard;
    char piece[4096];
    for (ssize_t size; (size = ::read(client.get(), piece, sizeof piece)) > 0;)
        heard.append(piece, static_cast<std::size_t>(size));
    return heard;
}

TEST(metrics_thread_test, without_an_address_there_is_none) {
    const auto opened = metrics_thread::open({}, {});
    ASSERT_TRUE(static_cast<bool>(opened));
    EXPECT_EQ(*opened, nullptr);
}

TEST(metrics_thread_test, address_that_cannot_be_had_is_no_reason_not_to_deliver) {
    metrics_settings options;
    options.listen = "/nonexistent/m.sock";
    const auto opened = metrics_thread::open(options, {});
    ASSERT_TRUE(static_cast<bool>(opened)) << opened.error().message;
    EXPECT_EQ(*opened, nullptr);
}

TEST(metrics_thread_test, answers_until_it_is_stopped_with_what_was_told_last) {
    const temp_dir dir;
    metrics_settings options;
    options.listen = dir.file("m");
    auto opened = metrics_thread::open(options, {});
    ASSERT_TRUE(static_cast<bool>(opened)) << opened.error().message;
    EXPECT_THAT(get_over(options.listen, "/readyz"), HasSubstr("starting"));
    daemon_status told;
    told.in_flight = 3;
    (*opened)->tell(told);
    EXPECT_THAT(get_over(options.listen, "/readyz"), HasSubstr("200 OK"));
    EXPECT_THAT(get_over(options.listen, "/metrics"), HasSubstr("hubspool_in_flight_requests 3\n"));
    (*opened)->stopping();
    EXPECT_THAT(get_over(options.listen, "/readyz"), HasSubstr("stopping"));
    opened->reset();
    EXPECT_EQ(get_over(options.listen, "/metrics"), "not connected");
}

} // namespace
} // namespace hubspool
