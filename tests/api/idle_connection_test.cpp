// Connections between two exchanges.
#include "api/api_fixture.hpp"

#include <gmock/gmock.h>

#include <chrono>
#include <semaphore>

namespace hubspool {
namespace {

class idle_connection_test : public api_fixture {
protected:
    void serve_one_then(script what) {
        serve({[this, what = std::move(what)](test_peer& peer) {
            peer.read_request();
            peer.answer(200, "{}");
            if (go_on.try_acquire_for(std::chrono::seconds(10))) {
                what(peer);
            }
            peer.wait_for_end();
        }});
    }
    // Whether on_close calls back once the server goes on.
    bool closes_when_the_server_goes_on(api_connection& over) {
        int calls = 0;
        over.on_close([&calls] { ++calls; });
        go_on.release();
        const bool called = run_until([&calls] { return calls > 0; });
        loop.poll();
        EXPECT_LE(calls, 1);
        return called && !over.is_open();
    }

    std::binary_semaphore go_on{0};
};

TEST_F(idle_connection_test, close_by_the_server_is_noticed_and_the_next_request_not_sent) {
    serve_one_then([](test_peer& peer) { peer.close_notify(); });
    const auto over = connection();
    EXPECT_EQ(exchange(*over).status, 200);
    EXPECT_TRUE(over->is_open());
    EXPECT_TRUE(closes_when_the_server_goes_on(*over));
    EXPECT_EQ(exchange(*over).end, exchange_end::not_sent);
}

TEST_F(idle_connection_test, close_right_behind_the_answer_is_noticed) {
    serve({[](test_peer& peer) {
        peer.read_request();
        peer.answer(200, "{}");
        peer.close_notify();
        peer.wait_for_end();
    }});
    const auto over = connection();
    EXPECT_EQ(exchange(*over).status, 200);
    int calls = 0;
    over->on_close([&calls] { ++calls; });
    EXPECT_TRUE(run_until([&calls] { return calls > 0; }));
    EXPECT_FALSE(over->is_open());
}

// Without a turn of the loop, in which the close itself would be noticed.
bool falls_from_quiet(const api_connection& over) {
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    while (over.is_quiet())
        if (std::chrono::steady_clock::now() > until) return false;
    return over.is_open();
}

TEST_F(idle_connection_test, close_is_there_to_see_before_it_is_noticed) {
    for (const bool in_due_form : {true, false}) {
        serve_one_then(
            [in_due_form](test_peer& peer) { in_due_form ? peer.close_notify() : peer.cut(); });
        const auto over = connection();
        EXPECT_EQ(exchange(*over).status, 200);
        EXPECT_TRUE(over->is_quiet());
        go_on.release();
        EXPECT_TRUE(falls_from_quiet(*over)) << in_due_form;
        EXPECT_TRUE(run_until([&over] { return !over->is_open(); }));
        EXPECT_FALSE(over->is_quiet());
    }
}

TEST_F(idle_connection_test, cut_by_the_server_is_noticed) {
    serve_one_then([](test_peer& peer) { peer.cut(); });
    const auto over = connection();
    EXPECT_EQ(exchange(*over).status, 200);
    EXPECT_TRUE(closes_when_the_server_goes_on(*over));
}

TEST_F(idle_connection_test, unsolicited_bytes_close_it) {
    serve_one_then([](test_peer& peer) { peer.answer(408, ""); });
    const auto over = connection();
    EXPECT_EQ(exchange(*over).status, 200);
    EXPECT_TRUE(closes_when_the_server_goes_on(*over));
    EXPECT_TRUE(server->wait_for_ended(1));
}

TEST_F(idle_connection_test, close_before_the_first_exchange_is_noticed) {
    serve({[](test_peer& peer) { peer.close_notify(); }});
    const auto over = connection();
    EXPECT_TRUE(closes_when_the_server_goes_on(*over));
}

TEST_F(idle_connection_test, close_before_the_callback_was_set_still_calls_back) {
    serve({[](test_peer&) {}});
    const auto over = connection();
    ASSERT_TRUE(run_until([&over] { return !over->is_open(); }));
    bool called = false;
    over->on_close([&called] { called = true; });
    EXPECT_FALSE(called);
    EXPECT_TRUE(run_until([&called] { return called; }));
}

TEST_F(idle_connection_test, limit_closes_it_and_calls_back) {
    options.idle_limit = milliseconds(100);
    serve_one_then([](test_peer&) {});
    const auto over = connection();
    EXPECT_EQ(exchange(*over).status, 200);
    int calls = 0;
    over->on_close([&calls] { ++calls; });
    EXPECT_TRUE(run_until([&calls] { return calls > 0; }));
    EXPECT_FALSE(over->is_open());
    go_on.release();
    EXPECT_TRUE(server->wait_for_ended(1));
}

TEST_F(idle_connection_test, limit_does_not_count_while_an_exchange_is_under_way) {
    options.idle_limit = milliseconds(100);
    options.request_timeout = milliseconds(400);
    serve({[](test_peer& peer) {
        peer.read_request();
        peer.wait_for_end();
    }});
    const auto over = connection();
    EXPECT_THAT(exchange(*over).error, ::testing::HasSubstr("not done within 400 ms"));
}

TEST_F(idle_connection_test, connection_destroyed_in_its_own_callback_is_safe) {
    serve({[](test_peer&) {}});
    auto over = connection();
    over->on_close([&over] { over.reset(); });
    EXPECT_TRUE(run_until([&over] { return over == nullptr; }));
}

TEST_F(idle_connection_test, connection_destroyed_with_a_pending_read_calls_nobody) {
    serve_one_then([](test_peer&) {});
    auto over = connection();
    EXPECT_EQ(exchange(*over).status, 200);
    bool called = false;
    over->on_close([&called] { called = true; });
    over.reset();
    EXPECT_TRUE(run_until([this] { return loop.stopped(); }) || loop.stopped());
    EXPECT_FALSE(called);
    go_on.release();
    EXPECT_TRUE(server->wait_for_ended(1));
}

TEST_F(idle_connection_test, loop_that_ends_before_the_connection_is_safe) {
    serve_one_then([](test_peer&) {});
    const auto over = connection();
    EXPECT_EQ(exchange(*over).status, 200);
    loop.stop();
    go_on.release();
}

TEST_F(idle_connection_test, connection_outlives_its_client) {
    serve_one_then([](test_peer&) {});
    const auto over = connection();
    client.reset();
    EXPECT_EQ(exchange(*over).status, 200);
    go_on.release();
}

} // namespace
} // namespace hubspool
