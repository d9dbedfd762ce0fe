// Who asks HubSpot with a token of its own, in windows that are over at once; the answers are
// scripted.
#pragma once

#include "app/scripted_api.hpp"
#include "config/settings.hpp"
#include "support/temp_dir.hpp"

#include <gtest/gtest.h>

#include <sys/stat.h>

#include <fstream>

namespace hubspool {

class questions_fixture : public ::testing::Test {
protected:
    questions_fixture() {
        std::ofstream(dir_.file("token")) << "one";
        ::chmod(dir_.file("token").c_str(), 0640);
        options_.api.token_file = dir_.file("token");
        options_.api.url = "https://localhost:1";
        options_.state.directory = dir_.path().string();
        options_.rate_limit.window = milliseconds(10);
    }

    temp_dir dir_;
    settings options_;
    scripted_api api_;
};

} // namespace hubspool
