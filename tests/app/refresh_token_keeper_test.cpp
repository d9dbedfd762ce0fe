#include "api/credential/kept_token.hpp"
#include "app/delivery/refresh_token_keeper.hpp"
#include "support/temp_dir.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <gtest/gtest.h>

#include <filesystem>
#include <optional>

namespace hubspool {

namespace {

class refresh_token_keeper_test : public ::testing::Test {
protected:
    void keep() {
        boost::asio::co_spawn(loop_, keeper_.keep("configured", "given"),
                              [this](const std::exception_ptr&, bool kept) { kept_ = kept; });
    }
    void run_until_known() {
        while (!kept_) loop_.run_one();
    }

    temp_dir dir_;
    boost::asio::io_context loop_{1};
    refresh_token_keeper keeper_{loop_.get_executor(), dir_.file("state/refresh-token")};
    std::optional<bool> kept_;
};

} // namespace

TEST_F(refresh_token_keeper_test, token_that_is_kept_is_on_the_disk) {
    std::filesystem::create_directory(dir_.file("state"));
    keep();
    run_until_known();
    EXPECT_TRUE(*kept_);
    const auto there = load_kept_token(dir_.file("state/refresh-token"), "configured");
    ASSERT_TRUE(static_cast<bool>(there));
    EXPECT_EQ(*there, "given");
}

TEST_F(refresh_token_keeper_test, failure_is_tried_again) {
    keep();
    loop_.run_one(); // the try begins; its directory is not there
    loop_.run_one(); // and has failed
    std::filesystem::create_directory(dir_.file("state"));
    run_until_known();
    EXPECT_TRUE(*kept_);
}

TEST_F(refresh_token_keeper_test, stop_ends_the_tries) {
    keep();
    keeper_.stop();
    run_until_known();
    EXPECT_FALSE(*kept_);
}

} // namespace hubspool
