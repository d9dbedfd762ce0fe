// Exchanges that end with an answer.
#include "api/api_fixture.hpp"

#include <gmock/gmock.h>
#include <openssl/ssl.h>

#include <chrono>
#include <semaphore>

namespace hubspool {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::StartsWith;

using exchange_test = api_fixture;

void answer_all(test_peer& peer) {
    while (!peer.read_request().empty()) {
        peer.answer(200, R"({"status":"COMPLETE"})", "Content-Type: application/json\r\n");
    }
}

TEST_F(exchange_test, request_is_what_the_api_expects) {
    exchange_once(answer_all, R"({"inputs":[]})");
    ASSERT_THAT(server->requests(), SizeIs(1));
    EXPECT_EQ(server->requests().front(),
              "POST /marketing/v3/marketing-events/batch/update HTTP/1.1\r\n"
              "Host: 127.0.0.1:" +
                  std::to_string(server->port()) +
                  "\r\n"
                  "Authorization: Bearer secret-token\r\n"
                  "Content-Type: application/json\r\n"
                  "Accept: application/json\r\n"
                  "Accept-Encoding: gzip\r\n"
                  "User-Agent: hubspool/" HUBSPOOL_VERSION "\r\n"
                  "Content-Length: 13\r\n"
                  "\r\n"
                  R"({"inputs":[]})");
}

TEST_F(exchange_test, answer_is_given_whole) {
    const api_response got = exchange_once(answer_all);
    EXPECT_EQ(got.end, exchange_end::answered);
    EXPECT_EQ(got.status, 200);
    EXPECT_EQ(got.body, R"({"status":"COMPLETE"})");
    EXPECT_EQ(got.content_type, "application/json");
    EXPECT_EQ(got.error, "");
    EXPECT_GE(got.duration_ms, 0);
}

TEST_F(exchange_test, header_and_body_share_the_first_record) {
    std::string first; // read after the connection's end only
    exchange_once(
        [&first](test_peer& peer) {
            first = peer.read_some();
            peer.answer(200, "");
        },
        std::string(10000, 'x'));
    ASSERT_TRUE(server->wait_for_ended(1));
    EXPECT_THAT(first, HasSubstr("\r\n\r\n" + std::string(10000, 'x')));
}

TEST_F(exchange_test, connection_is_used_again) {
    serve({answer_all});
    const auto over = connection();
    for (int i = 0; i < 5; ++i) {
        EXPECT_EQ(exchange(*over).status, 200);
        EXPECT_TRUE(over->is_open());
    }
    EXPECT_THAT(server->requests(), SizeIs(5));
    EXPECT_THAT(server->server_names(), SizeIs(1));
}

TEST_F(exchange_test, keys_may_change_before_and_within_an_answer) {
    serve({[](test_peer& peer) {
        for (int i = 0; i < 3; ++i) {
            peer.read_request();
            peer.change_keys();
            peer.write("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nan");
            peer.change_keys();
            peer.write("sw");
            peer.change_keys();
        }
        peer.wait_for_end();
    }});
    const auto over = connection();
    for (int i = 0; i < 3; ++i) {
        EXPECT_EQ(exchange(*over, std::string(100'000, 'x')).body, "answ");
        EXPECT_TRUE(over->is_open());
    }
    EXPECT_THAT(server->requests(), SizeIs(3));
}

TEST_F(exchange_test, tls_1_2_server_is_served_as_well) {
    tls_test_server::options how;
    how.certificate = certificate();
    how.tls_max = TLS1_2_VERSION;
    serve(how, {answer_all});
    const auto over = connection();
    EXPECT_EQ(exchange(*over).status, 200);
    EXPECT_EQ(exchange(*over).status, 200);
}

TEST_F(exchange_test, large_bodies_pass_unchanged) {
    std::string body;
    for (int i = 0; body.size() < (6U << 20); ++i) {
        body += std::to_string(i);
    }
    const api_response got = exchange_once(
        [](test_peer& peer) {
            const std::string text = peer.read_request();
            peer.answer(200, text.substr(text.find("\r\n\r\n") + 4));
        },
        body);
    EXPECT_EQ(got.status, 200);
    EXPECT_TRUE(got.body == body);
}

TEST_F(exchange_test, answer_that_grows_while_the_request_is_sent_is_read) {
    const std::string body(6U << 20, 'x');
    const api_response got = exchange_once(
        [](test_peer& peer) {
            peer.read_header();
            peer.write("HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(6U << 20) +
                       "\r\n\r\n");
            for (std::size_t seen = 0; seen < (6U << 20);) {
                const std::string more = peer.read_some();
                if (more.empty()) {
                    return;
                }
                seen += more.size();
                peer.write(more);
            }
        },
        body);
    EXPECT_EQ(got.end, exchange_end::answered) << got.error;
    EXPECT_EQ(got.body.size(), body.size());
}

TEST_F(exchange_test, early_refusal_is_read_though_the_server_hangs_up) {
    const std::string body(8U << 20, 'x');
    serve({[](test_peer& peer) {
        peer.read_header();
        peer.answer(413, "too large", "Connection: close\r\n");
        peer.close_notify();
    }});
    const auto over = connection();
    const api_response got = exchange(*over, body);
    EXPECT_EQ(got.end, exchange_end::answered) << got.error;
    EXPECT_EQ(got.status, 413);
    EXPECT_EQ(got.body, "too large");
    EXPECT_FALSE(over->is_open());
}

TEST_F(exchange_test, early_answer_to_a_request_that_is_left_unread_closes_the_connection) {
    const std::string body(8U << 20, 'x');
    std::binary_semaphore done(0);
    serve({[&done](test_peer& peer) {
        peer.read_header();
        peer.answer(429, "{}");
        done.try_acquire_for(std::chrono::seconds(10));
    }});
    const auto over = connection();
    const api_response got = exchange(*over, body);
    done.release();
    EXPECT_TRUE(server->wait_for_ended(1));
    EXPECT_EQ(got.end, exchange_end::answered) << got.error;
    EXPECT_EQ(got.status, 429);
    EXPECT_FALSE(over->is_open());
}

TEST_F(exchange_test, early_answer_to_a_request_that_is_read_to_its_end_keeps_the_connection) {
    const std::string body(4U << 20, 'x');
    serve({[size = body.size()](test_peer& peer) {
        peer.read_header();
        peer.answer(200, "{}");
        for (std::size_t seen = 0; seen < size;) {
            const std::string more = peer.read_some();
            if (more.empty()) {
                return;
            }
            seen += more.size();
        }
        peer.read_request();
        peer.answer(201, "{}");
        peer.wait_for_end();
    }});
    const auto over = connection();
    EXPECT_EQ(exchange(*over, body).status, 200);
    EXPECT_TRUE(over->is_open());
    EXPECT_EQ(exchange(*over).status, 201);
}

TEST_F(exchange_test, chunked_answer_after_an_interim_one_is_read) {
    const api_response got = exchange_once([](test_peer& peer) {
        peer.read_request();
        peer.write("HTTP/1.1 100 Continue\r\n\r\n");
        peer.write("HTTP/1.1 207 Multi\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n");
        peer.write("2\r\nde\r\n0\r\n\r\n");
    });
    EXPECT_EQ(got.status, 207);
    EXPECT_EQ(got.body, "abcde");
}

TEST_F(exchange_test, answer_up_to_the_close_is_read) {
    const api_response got = exchange_once([](test_peer& peer) {
        peer.read_request();
        peer.write("HTTP/1.0 200 OK\r\n\r\nabc");
        peer.close_notify();
    });
    EXPECT_EQ(got.end, exchange_end::answered) << got.error;
    EXPECT_EQ(got.body, "abc");
}

TEST_F(exchange_test, cut_after_a_whole_answer_is_harmless) {
    serve({[](test_peer& peer) {
        peer.read_request();
        peer.answer(200, "abc");
        peer.cut();
    }});
    const auto over = connection();
    EXPECT_EQ(exchange(*over).body, "abc");
    EXPECT_TRUE(run_until([&over] { return !over->is_open(); }));
}

TEST_F(exchange_test, connection_close_is_followed) {
    serve({[](test_peer& peer) {
        peer.read_request();
        peer.answer(200, "{}", "Connection: close\r\n");
        peer.wait_for_end();
    }});
    const auto over = connection();
    EXPECT_EQ(exchange(*over).status, 200);
    EXPECT_FALSE(over->is_open());
    EXPECT_EQ(exchange(*over).end, exchange_end::not_sent);
    EXPECT_TRUE(server->wait_for_ended(1));
}

TEST_F(exchange_test, bytes_after_the_answer_close_the_connection) {
    serve({[](test_peer& peer) {
        peer.read_request();
        peer.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}garbage");
        peer.wait_for_end();
    }});
    const auto over = connection();
    EXPECT_EQ(exchange(*over).body, "{}");
    EXPECT_FALSE(over->is_open());
}

TEST_F(exchange_test, get_carries_neither_body_nor_content_type) {
    serve({answer_all});
    const auto over = connection();
    EXPECT_EQ(exchange(*over, {"GET", "/account-info/v3/details", {}, {}, {}}).status, 200);
    const std::string request = server->requests().at(0);
    EXPECT_THAT(request, StartsWith("GET /account-info/v3/details HTTP/1.1\r\n"));
    EXPECT_THAT(request, EndsWith("\r\n\r\n"));
    EXPECT_THAT(request, Not(HasSubstr("Content-")));
    EXPECT_THAT(request, Not(HasSubstr("Authorization")));
}

TEST_F(exchange_test, refusal_that_repeats_the_token_is_given_back_without_it) {
    const api_response got = exchange_once([](test_peer& peer) {
        peer.read_request();
        peer.answer(401, R"({"message":"secret-token is no token, secret-token"})");
    });
    EXPECT_EQ(got.body, R"({"message":"[concealed] is no token, [concealed]"})");
}

} // namespace
} // namespace hubspool
