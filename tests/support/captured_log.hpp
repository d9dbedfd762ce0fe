// What is logged while something is done.
#pragma once

#include "base/log.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <string>

namespace hubspool::testing {

inline std::string said_while(const std::function<void()>& done,
                              log::level least = log::level::info) {
    log::configure(least, log::format::text);
    ::testing::internal::CaptureStderr();
    done();
    (void)log::flush();
    std::string text = ::testing::internal::GetCapturedStderr();
    log::configure(log::level::info, log::format::text);
    return text;
}

} // namespace hubspool::testing
