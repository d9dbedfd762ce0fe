// Exchanges that end without an answer: what is known of the request then.
#include "api/api_fixture.hpp"

#include <boost/asio/post.hpp>

#include <gmock/gmock.h>

#include <atomic>
#include <chrono>
#include <semaphore>
#include <thread>

namespace hubspool {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class exchange_end_test : public api_fixture {
protected:
    // The first exchange goes well; `then` does the second.
    api_response exchange_on_reused(script then) {
        serve({[then = std::move(then)](test_peer& peer) {
            peer.read_request();
            peer.answer(200, "{}");
            then(peer);
        }});
        const auto over = connection();
        EXPECT_EQ(exchange(*over).status, 200);
        const api_response second = exchange(*over);
        EXPECT_FALSE(over->is_open());
        return second;
    }
};

void read_and_cut(test_peer& peer) {
    peer.read_request();
    peer.cut();
}

void read_and_say_nothing(test_peer& peer) {
    peer.read_request();
    peer.wait_for_end();
}

TEST_F(exchange_end_test, cut_without_an_answer_is_unanswered_on_a_fresh_connection) {
    const api_response got = exchange_once(read_and_cut);
    EXPECT_EQ(got.end, exchange_end::unanswered);
    EXPECT_THAT(got.error, HasSubstr("cut while we were waiting for the answer"));
    EXPECT_THAT(got.error, Not(HasSubstr("secret-token")));
}

TEST_F(exchange_end_test, cut_without_an_answer_is_stale_on_a_reused_connection) {
    EXPECT_EQ(exchange_on_reused(read_and_cut).end, exchange_end::stale);
}

TEST_F(exchange_end_test, close_in_due_form_without_an_answer_is_stale_on_a_reused_connection) {
    EXPECT_EQ(exchange_on_reused([](test_peer& peer) {
                  peer.read_request();
                  peer.close_notify();
              }).end,
              exchange_end::stale);
}

TEST_F(exchange_end_test, one_byte_of_an_answer_on_a_reused_connection_is_unanswered) {
    EXPECT_EQ(exchange_on_reused([](test_peer& peer) {
                  peer.read_request();
                  peer.write("H");
                  peer.cut();
              }).end,
              exchange_end::unanswered);
}

TEST_F(exchange_end_test, silence_until_the_deadline_is_unanswered_on_a_reused_connection_too) {
    options.request_timeout = milliseconds(200);
    EXPECT_EQ(exchange_on_reused(read_and_say_nothing).end, exchange_end::unanswered);
}

TEST_F(exchange_end_test, body_cut_in_the_middle_is_unanswered) {
    const api_response got = exchange_once([](test_peer& peer) {
        peer.read_request();
        peer.write("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc");
        peer.cut();
    });
    EXPECT_EQ(got.end, exchange_end::unanswered);
    EXPECT_EQ(got.status, 0);
    EXPECT_THAT(got.error, HasSubstr("status 200, 3 bytes so far"));
}

TEST_F(exchange_end_test, body_closed_too_early_in_due_form_is_unanswered) {
    const api_response got = exchange_once([](test_peer& peer) {
        peer.read_request();
        peer.write("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc");
        peer.close_notify();
    });
    EXPECT_EQ(got.end, exchange_end::unanswered);
}

TEST_F(exchange_end_test, body_without_length_cut_is_unanswered) {
    const api_response got = exchange_once([](test_peer& peer) {
        peer.read_request();
        peer.write("HTTP/1.1 200 OK\r\n\r\nabc");
        peer.cut();
    });
    EXPECT_EQ(got.end, exchange_end::unanswered);
}

TEST_F(exchange_end_test, half_closed_peer_without_a_farewell_is_unanswered) {
    serve({[](test_peer& peer) {
        peer.read_request();
        peer.write("HTTP/1.1 200 OK\r\n\r\nabc"); // its length is up to the close
        peer.half_close();
        peer.wait_for_end();
    }});
    const auto over = connection();
    const api_response got = exchange(*over);
    EXPECT_EQ(got.end, exchange_end::unanswered);
    EXPECT_FALSE(over->is_open());
    EXPECT_TRUE(server->wait_for_ended(1)); // we do not leave our half open
}

TEST_F(exchange_end_test, silent_server_is_left_at_the_deadline) {
    options.request_timeout = milliseconds(100);
    const api_response got = exchange_once(read_and_say_nothing);
    EXPECT_EQ(got.end, exchange_end::unanswered);
    EXPECT_THAT(got.error, HasSubstr("not done within 100 ms, still waiting for the answer"));
    EXPECT_TRUE(server->wait_for_ended(1));
}

TEST_F(exchange_end_test, server_that_does_not_read_is_left_at_the_deadline) {
    options.request_timeout = milliseconds(200);
    const std::string body(64U << 20, 'x');
    std::binary_semaphore left(0);
    const api_response got = exchange_once([&left](test_peer&) { left.acquire(); }, body);
    left.release();
    EXPECT_TRUE(server->wait_for_ended(1));
    EXPECT_EQ(got.end, exchange_end::unanswered);
    EXPECT_THAT(got.error, HasSubstr("still sending the request"));
}

// The slot of the limiter and what may still land are counted from there.
TEST_F(exchange_end_test, nothing_of_a_request_arrives_once_its_exchange_has_ended) {
    options.request_timeout = milliseconds(300);
    std::binary_semaphore gone{0};
    std::atomic<std::size_t> arrived{0};
    const std::string body(400'000, 'x'); // the kernel takes it, and has no room for it over there
    serve({[&](test_peer& peer) {
        gone.acquire();
        arrived = peer.read_request().size();
    }});
    const auto over = connection();
    const api_response got = exchange(*over, body);
    EXPECT_EQ(got.end, exchange_end::unanswered);
    EXPECT_FALSE(over->is_open());
    gone.release();
    EXPECT_TRUE(server->wait_for_ended(1));
    EXPECT_LT(arrived, body.size());
}

TEST_F(exchange_end_test, slow_drip_is_cut_at_the_deadline) {
    options.request_timeout = milliseconds(200);
    const api_response got = exchange_once([](test_peer& peer) {
        peer.read_request();
        peer.write("HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n");
        for (int i = 0; i < 2000 && peer.write("x"); ++i) {
            // imitates a server that drips, for far longer than the deadline
            std::this_thread::sleep_for(std::chrono::milliseconds(5));
        }
    });
    EXPECT_EQ(got.end, exchange_end::unanswered);
    EXPECT_THAT(got.error, HasSubstr("still reading the answer's body"));
}

TEST_F(exchange_end_test, oversize_answer_is_unanswered) {
    options.response_bytes_max = 1000;
    const api_response got = exchange_once([](test_peer& peer) {
        peer.read_request();
        peer.answer(200, std::string(1001, 'x'));
    });
    EXPECT_EQ(got.end, exchange_end::unanswered);
    EXPECT_THAT(got.error, HasSubstr("larger than 1000 bytes"));
}

TEST_F(exchange_end_test, oversize_header_is_unanswered) {
    options.header_bytes_max = 1000;
    const api_response got = exchange_once([](test_peer& peer) {
        peer.read_request();
        peer.answer(200, "", "X: " + std::string(2000, 'x') + "\r\n");
    });
    EXPECT_EQ(got.end, exchange_end::unanswered);
    EXPECT_THAT(got.error, HasSubstr("larger than 1000 bytes"));
}

TEST_F(exchange_end_test, garbage_is_unanswered) {
    const api_response got = exchange_once([](test_peer& peer) {
        peer.read_request();
        peer.write("SSH-2.0-OpenSSH_9\r\n\r\n");
    });
    EXPECT_EQ(got.end, exchange_end::unanswered);
    EXPECT_THAT(got.error, HasSubstr("is not HTTP"));
}

TEST_F(exchange_end_test, abort_ends_the_exchange_as_unanswered) {
    serve({read_and_say_nothing});
    const auto over = connection();
    boost::asio::post(loop, [this, &over] { boost::asio::post(loop, [&over] { over->abort(); }); });
    const api_response got = exchange(*over);
    EXPECT_EQ(got.end, exchange_end::unanswered);
    EXPECT_THAT(got.error, HasSubstr("aborted"));
    EXPECT_FALSE(over->is_open());
}

TEST_F(exchange_end_test, exchange_after_an_abort_is_not_sent) {
    serve({read_and_say_nothing});
    const auto over = connection();
    over->abort();
    const api_response got = exchange(*over);
    EXPECT_EQ(got.end, exchange_end::not_sent);
    EXPECT_TRUE(server->wait_for_ended(1));
    EXPECT_EQ(server->application_bytes(), 0U);
}

} // namespace
} // namespace hubspool
