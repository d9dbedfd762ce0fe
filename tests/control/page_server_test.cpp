// The server against clients that behave and such that do not, over a Unix socket.
#include "control/page_server.hpp"
#include "support/temp_dir.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <fmt/core.h>
#include <gmock/gmock.h>

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <atomic>
#include <future>
#include <optional>
#include <stdexcept>
#include <thread>

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
            [](page_request asked) -> boost::asio::awaitable<page> {
                if (asked.path == "/broken") throw std::runtime_error("no figures");
                co_return page{200, "text/plain",
                               fmt::format("{} {} ?{} {} [{}]", asked.method, asked.path,
                                           asked.query, asked.content_type, asked.body)};
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

TEST_F(page_server_test, page_is_told_the_query_and_the_connection_ends) {
    start();
    const std::string answer = ask("GET /a?b=c HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 200 OK\r\n"));
    EXPECT_THAT(answer, HasSubstr("Connection: close\r\n"));
    EXPECT_THAT(answer, HasSubstr("\r\n\r\nGET /a ?b=c  []"));
}

TEST_F(page_server_test, page_that_cannot_be_made_harms_no_other) {
    start();
    const std::string answer = ask("GET /broken HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 500 "));
    EXPECT_THAT(answer, HasSubstr("this page could not be made: no figures"));
    EXPECT_THAT(ask("GET /a HTTP/1.1\r\nHost: x\r\n\r\n"), HasSubstr("GET /a"));
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
    EXPECT_THAT(ask("GET /b HTTP/1.1\r\nHost: x\r\n\r\n"), HasSubstr("GET /b"));
    EXPECT_EQ(first.hear(), "") << "it was closed";
    second.say(" HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_THAT(second.hear(), HasSubstr("GET /")) << "it was not";
}

// With bodies.

class posted_pages_test : public page_server_test {
protected:
    posted_pages_test() {
        limits_.body_bytes = 10;
        limits_.bodies_bytes = 15;
        limits_.request = 1h;
    }
    static std::string post(std::string_view body, const std::string& more = "") {
        return fmt::format("POST /a HTTP/1.1\r\nHost: x\r\nContent-Type: text/csv\r\n{}"
                           "Content-Length: {}\r\n\r\n{}",
                           more, body.size(), body);
    }
    page_limits limits_;
};

TEST_F(posted_pages_test, body_comes_with_its_type) {
    start(limits_);
    EXPECT_THAT(ask(post("0123456789")), HasSubstr("POST /a ? text/csv [0123456789]"));
    EXPECT_THAT(ask("POST /a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
                    "3\r\nabc\r\n0\r\n\r\n"),
                HasSubstr("[abc]"));
    EXPECT_THAT(ask("POST /a HTTP/1.1\r\nHost: x\r\n\r\n"), HasSubstr("POST /a ?  []"));
    EXPECT_THAT(ask("GET /a HTTP/1.1\r\nHost: x\r\n\r\n"), HasSubstr("GET /a ?  []"));
}

TEST_F(posted_pages_test, who_waits_before_the_body_is_told_to_go_on) {
    start(limits_);
    EXPECT_THAT(ask(post("abc", "Expect: 100-continue\r\n")),
                StartsWith("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n"));
}

TEST_F(posted_pages_test, larger_body_is_refused_in_words_whether_told_or_not) {
    start(limits_);
    EXPECT_THAT(ask(post("0123456789a")), StartsWith("HTTP/1.1 413 "));
    EXPECT_THAT(ask("POST /a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
                    "b\r\n0123456789a\r\n0\r\n\r\n"),
                StartsWith("HTTP/1.1 413 "));
}

TEST_F(posted_pages_test, bodies_that_come_together_have_a_largest_size) {
    start(limits_);
    {
        const client slow(path_);
        slow.say("POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n01234");
        std::string answer;
        do { // until the header of the slow one was read
            answer = ask(post("0123456789"));
        } while (answer.starts_with("HTTP/1.1 200 "));
        EXPECT_THAT(answer, StartsWith("HTTP/1.1 503 "));
        EXPECT_THAT(ask(post("01234")), StartsWith("HTTP/1.1 200 ")) << "there is room for it";
        slow.say("56789");
        EXPECT_THAT(slow.hear(), HasSubstr("[0123456789]"));
    }
    std::string answer;
    do { // until the room of the slow one is given back
        answer = ask(post("0123456789"));
    } while (answer.starts_with("HTTP/1.1 503 "));
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 200 "));
}

TEST_F(posted_pages_test, who_asks_is_known) {
    std::optional<uid_t> who;
    auto listener = listening_socket::open({{}, 0, path_}, "k");
    server_.emplace(loop_, std::move(*listener),
                    [&who](page_request asked) -> boost::asio::awaitable<page> {
                        who = asked.user;
                        co_return page{};
                    });
    server_->start();
    thread_ = std::thread([this] { loop_.run(); });
    ask("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_EQ(who, ::geteuid());
}

TEST_F(posted_pages_test, end_waits_for_what_is_being_answered_and_for_no_more) {
    boost::asio::steady_timer answered(loop_);
    answered.expires_after(1h);
    auto listener = listening_socket::open({{}, 0, path_}, "k");
    std::atomic<bool> is_asked = false;
    server_.emplace(loop_, std::move(*listener), [&](page_request) -> boost::asio::awaitable<page> {
        is_asked = true;
        co_await answered.async_wait(boost::asio::as_tuple(boost::asio::use_awaitable));
        co_return page{200, "text/plain", "late"};
    });
    server_->start();
    thread_ = std::thread([this] { loop_.run(); });
    const client slow(path_), silent(path_);
    slow.say("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    while (!is_asked) std::this_thread::yield();
    std::promise<void> done;
    boost::asio::post(loop_, [&] {
        server_->finish(1h, [&] { done.set_value(); });
        answered.cancel();
    });
    EXPECT_THAT(slow.hear(), HasSubstr("late"));
    EXPECT_EQ(silent.hear(), "");
    done.get_future().wait();
}

} // namespace
} // namespace hubspool
