// The server against clients that behave and such that do not, over a Unix socket.
#include "control/page_server.hpp"
#include "support/temp_dir.hpp"

#include <gmock/gmock.h>

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <stdexcept>

namespace hubspool {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::StartsWith;

class client {
public:
    explicit client(const std::string& path) : socket_(::socket(AF_UNIX, SOCK_STREAM, 0)) {
        sockaddr_un name{};
        name.sun_family = AF_UNIX;
        path.copy(name.sun_path, sizeof name.sun_path - 1);
        EXPECT_EQ(::connect(socket_.get(), reinterpret_cast<const sockaddr*>(&name), sizeof name),
                  0);
    }
    void say(std::string_view words) const {
        EXPECT_EQ(::send(socket_.get(), words.data(), words.size(), MSG_NOSIGNAL),
                  static_cast<ssize_t>(words.size()));
    }
    // Until the server ends the connection.
    std::string hear() const {
        std::string heard;
        char piece[4096];
        for (ssize_t size; (size = ::read(socket_.get(), piece, sizeof piece)) > 0;)
            heard.append(piece, static_cast<std::size_t>(size));
        return heard;
    }

private:
    owned_descriptor socket_;
};

class page_server_test : public ::testing::Test {
protected:
    void start(const page_limits& limits = {}) {
        auto listener = listening_socket::open({{}, 0, path_}, "k");
        ASSERT_TRUE(static_cast<bool>(listener)) << listener.error().message;
        server_.emplace(
            loop_, std::move(*listener),
            [](std::string path) -> boost::asio::awaitable<page> {
                if (path == "/broken") throw std::runtime_error("no figures");
                co_return page{200, "text/plain", "page " + path};
            },
            limits);
        server_->start();
        thread_ = std::thread([this] { loop_.run(); });
    }
    ~page_server_test() override {
        loop_.stop();
        if (thread_.joinable()) thread_.join();
    }
    std::string ask(std::string_view request) const {
        const client one(path_);
        one.say(request);
        return one.hear();
    }

    temp_dir dir_;
    std::string path_ = dir_.file("s");
    boost::asio::io_context loop_{1};
    std::optional<page_server> server_;
    std::thread thread_;
};

TEST_F(page_server_test, page_is_given_without_the_query_and_the_connection_ends) {
    start();
    const std::string answer = ask("GET /a?b=c HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 200 OK\r\n"));
    EXPECT_THAT(answer, HasSubstr("Connection: close\r\n"));
    EXPECT_THAT(answer, HasSubstr("\r\n\r\npage /a"));
}

TEST_F(page_server_test, page_that_cannot_be_made_harms_no_other) {
    start();
    const std::string answer = ask("GET /broken HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 500 "));
    EXPECT_THAT(answer, HasSubstr("this page could not be made: no figures"));
    EXPECT_THAT(ask("GET /a HTTP/1.1\r\nHost: x\r\n\r\n"), HasSubstr("page /a"));
}

TEST_F(page_server_test, other_methods_are_refused) {
    start();
    for (const char* method : {"POST", "PUT", "DELETE", "HEAD", "OPTIONS"}) {
        const std::string answer =
            ask(std::string(method) + " /a HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc");
        EXPECT_THAT(answer, StartsWith("HTTP/1.1 405 ")) << method;
        EXPECT_THAT(answer, HasSubstr("Allow: GET\r\n")) << method;
    }
}

TEST_F(page_server_test, what_is_no_request_is_told_so) {
    start();
    EXPECT_THAT(ask("hello\r\n\r\n"), StartsWith("HTTP/1.1 400 "));
    EXPECT_THAT(ask(std::string("\x16\x03\x01\0\r\n\r\n", 8)), StartsWith("HTTP/1.1 400 "));
}

TEST_F(page_server_test, header_has_a_largest_size) {
    start();
    EXPECT_THAT(ask("GET /a HTTP/1.1\r\nX: " + std::string(9000, 'x') + "\r\n\r\n"),
                StartsWith("HTTP/1.1 431 "));
}

TEST_F(page_server_test, half_a_request_ends_at_its_deadline_without_an_answer) {
    page_limits limits;
    limits.request = 50ms;
    start(limits);
    EXPECT_EQ(ask("GET /a HTTP/1.1\r\nHost"), "");
    EXPECT_EQ(ask(""), "");
}

TEST_F(page_server_test, oldest_one_that_asks_for_nothing_makes_room) {
    page_limits limits;
    limits.connections = 2;
    limits.request = 1h;
    start(limits);
    const client first(path_);
    first.say("GET /");
    const client second(path_);
    second.say("GET /");
    EXPECT_THAT(ask("GET /b HTTP/1.1\r\nHost: x\r\n\r\n"), HasSubstr("page /b"));
    EXPECT_EQ(first.hear(), "") << "it was closed";
    second.say(" HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_THAT(second.hear(), HasSubstr("page /")) << "it was not";
}

} // namespace
} // namespace hubspool
