// A credential in files, and an engine that is told of it; HubSpot's answers are scripted.
#pragma once

#include "app/delivery/credential_keeper.hpp"
#include "app/scripted_api.hpp"
#include "support/temp_dir.hpp"

#include <boost/asio/io_context.hpp>

#include <gtest/gtest.h>

#include <sys/stat.h>

#include <fstream>
#include <memory>
#include <string>
#include <utility>

namespace hubspool {

class credential_fixture : public ::testing::Test {
protected:
    explicit credential_fixture(engine_options options = {}) : engine_(std::move(options)) {}

    void write(const std::string& name, const std::string& text) const {
        std::ofstream(dir_.file(name)) << text;
        ASSERT_EQ(::chmod(dir_.file(name).c_str(), 0640), 0);
    }
    void use_token_file(const std::string& token) {
        write("token", token);
        running_.options.api.token_file = dir_.file("token");
        begin();
    }
    void use_oauth() {
        write("id", "the-id");
        write("secret", "the-secret");
        write("refresh", "na1-first");
        oauth_settings& oauth = running_.options.api.oauth;
        oauth.client_id_file = dir_.file("id");
        oauth.client_secret_file = dir_.file("secret");
        oauth.refresh_token_file = dir_.file("refresh");
        begin();
    }
    // All that is ready to run, and what follows from it.
    void run_ready() {
        loop_.restart();
        loop_.poll();
    }
    // Also what the disk's thread has to bring first. `done` must come about.
    template <class Condition>
    void run_until(const Condition& done) {
        loop_.restart();
        while (!done()) loop_.run_one();
    }

    temp_dir dir_;
    instance running_;
    boost::asio::io_context loop_{1};
    engine engine_;
    scripted_api api_;

private:
    void begin() {
        running_.options.state.directory = dir_.path().string();
        running_.options.api.url = "https://" + dir_.path().filename().string();
        running_.token = std::make_unique<credential>(make_credential_files(running_.options));
        const auto read = running_.token->refresh();
        ASSERT_TRUE(static_cast<bool>(read)) << read.error().message;
        ASSERT_TRUE(static_cast<bool>(lock_credential(running_)));
    }
};

inline const std::string token_one =
    R"({"access_token":"one","refresh_token":"na1-first","expires_in":1800})";

} // namespace hubspool
