// What one running hubspool holds, and what its parts are configured with.
#include "app/instance.hpp"
#include "app/options.hpp"
#include "support/temp_dir.hpp"

#include <gmock/gmock.h>

#include <sys/stat.h>

#include <cerrno>
#include <filesystem>
#include <fstream>

namespace hubspool {

namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsSupersetOf;

class instance_test : public ::testing::Test {
protected:
    instance_test() {
        std::filesystem::create_directory(dir_.path() / "queue");
        write("token", "one");
        options_.api.token_file = dir_.file("token");
        options_.api.url = "https://" + dir_.path().filename().string(); // of no other test
        options_.queue.directory = dir_.file("queue");
        options_.state.directory = dir_.file("state");
    }
    void write(const std::string& name, const std::string& text, mode_t mode = 0640) const {
        std::ofstream(dir_.file(name)) << text;
        ASSERT_EQ(::chmod(dir_.file(name).c_str(), mode), 0);
    }

    temp_dir dir_;
    settings options_;
};

} // namespace

TEST_F(instance_test, second_one_is_busy_whichever_of_the_three_it_shares) {
    const auto first = open_instance(options_);
    ASSERT_TRUE(static_cast<bool>(first)) << first.error().message;
    const auto with_all = open_instance(options_);
    ASSERT_FALSE(static_cast<bool>(with_all));
    EXPECT_EQ(with_all.error().code, EBUSY) << "the credential: " << with_all.error().message;
    write("another-token", "two");
    settings others = options_;
    others.api.token_file = dir_.file("another-token");
    const auto with_queue = open_instance(others);
    ASSERT_FALSE(static_cast<bool>(with_queue));
    EXPECT_EQ(with_queue.error().code, EWOULDBLOCK) << "the queue: " << with_queue.error().message;
    std::filesystem::create_directory(dir_.path() / "another-queue");
    others.queue.directory = dir_.file("another-queue");
    const auto with_state = open_instance(others);
    ASSERT_FALSE(static_cast<bool>(with_state));
    EXPECT_EQ(with_state.error().code, EBUSY) << "the state: " << with_state.error().message;
}

TEST_F(instance_test, credential_that_was_proved_keeps_its_lock_and_gives_the_others_back) {
    auto opened = open_instance(options_);
    ASSERT_TRUE(static_cast<bool>(opened));
    instance& running = **opened;
    write("token", "two");
    ASSERT_TRUE(*running.token->refresh());
    ASSERT_TRUE(static_cast<bool>(lock_credential(running)));
    EXPECT_EQ(running.locks.size(), 2U) << "either may be the one that sends";
    keep_one_lock(running);
    ASSERT_EQ(running.locks.size(), 1U);
    EXPECT_THAT(running.locks.begin()->first, HasSubstr(running.token->identity()));
}

TEST_F(instance_test, files_of_others_are_those_of_the_credential_and_the_database) {
    options_.api.oauth.client_id_file = "/id";
    options_.api.oauth.client_secret_file = "/secret";
    options_.api.oauth.refresh_token_file = "/refresh";
    EXPECT_THAT(
        files_of_others(options_),
        IsSupersetOf({options_.state.directory + "/state.db", options_.api.token_file,
                      std::string("/id"), std::string("/secret"), std::string("/refresh")}));
    EXPECT_THAT(files_of_others(options_),
                ::testing::Not(::testing::Contains(kept_token_file(options_))))
        << "that one it writes itself";
}

TEST_F(instance_test, secret_that_others_may_read_is_told_where_it_is_used) {
    EXPECT_THAT(open_secrets(options_), ::testing::IsEmpty());
    write("key", "a key", 0444); // as a secret store makes it
    options_.api.client_key_file = dir_.file("key");
    EXPECT_THAT(open_secrets(options_), ElementsAre(HasSubstr("api.client_key_file")));
    // With OAuth an old token file is not read, so its mode does not matter.
    options_.api.client_key_file.clear();
    write("token", "one", 0444);
    EXPECT_THAT(open_secrets(options_), ElementsAre(HasSubstr("api.token_file")));
    options_.api.oauth.client_id_file = options_.api.oauth.client_secret_file =
        options_.api.oauth.refresh_token_file = dir_.file("id");
    write("id", "id");
    EXPECT_THAT(open_secrets(options_), ::testing::IsEmpty());
}

TEST(options, settings_reach_the_part_that_they_are_for) {
    settings from;
    from.batch.max_inputs = 7;
    from.batch.linger = 8ms;
    from.rate_limit.requests = 9;
    from.rate_limit.share = 0.25;
    from.rate_limit.window = 11s;
    from.rate_limit.jitter_margin = 12ms;
    from.rate_limit.daily = 13;
    from.rate_limit.daily_reserve = 0.125;
    from.retry.breaker_failures = 14;
    from.retry.breaker_probe_max = 15s;
    from.retry.initial = 16ms;
    from.retry.max = 17s;
    from.retry.max_attempts = 18;
    from.api.connections = 19;
    from.api.late = 20s;
    from.api.portal_id = "21";
    from.api.verify_echo = echo_check::dead_letter;
    from.pending.max_bytes = 22;
    const engine_options engine = make_engine_options(from, drain_options{});
    EXPECT_EQ(engine.planner.inputs_max, 7U);
    EXPECT_EQ(engine.planner.linger, 8ms);
    EXPECT_EQ(engine.limiter.requests, 9U);
    EXPECT_EQ(engine.limiter.share, 0.25);
    EXPECT_EQ(engine.limiter.window, 11s);
    EXPECT_EQ(engine.limiter.margin, 12ms);
    EXPECT_EQ(engine.daily.requests, 13U);
    EXPECT_EQ(engine.daily.reserve, 0.125);
    EXPECT_EQ(engine.breaker.failures, 14U);
    EXPECT_EQ(engine.breaker.probe_max, 15s);
    EXPECT_EQ(engine.breaker.initial, 16ms);
    EXPECT_EQ(engine.breaker.connections, 19U);
    EXPECT_EQ(engine.retry_initial, 16ms);
    EXPECT_EQ(engine.retry_max, 17s);
    EXPECT_EQ(engine.attempts_max, 18U);
    EXPECT_EQ(engine.late, 20s);
    EXPECT_EQ(engine.portal_id, "21");
    EXPECT_TRUE(engine.mapper.look_at_echo && engine.mapper.echo_is_required);
    EXPECT_EQ(engine.mapper.window, 11s);
    EXPECT_EQ(engine.pending_bytes_max, 22U);
    EXPECT_TRUE(engine.drain);
    // What the run before left is read with the sizes that were written.
    const sending_options sending = make_sending_options(from);
    EXPECT_EQ(sending.window, 11s);
    EXPECT_EQ(sending.margin, 12ms);
    EXPECT_EQ(sending.late, 20s);
}

} // namespace hubspool
