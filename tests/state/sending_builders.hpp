// What the tests of the file `sending` share.
#pragma once

#include "state/sending/sending_file.hpp"
#include "support/temp_dir.hpp"

#include <gtest/gtest.h>

#include <sys/stat.h>

#include <chrono>
#include <fstream>
#include <functional>

namespace hubspool {

using namespace std::chrono_literals;

inline constexpr bool run_before_no = false;
inline constexpr bool run_before_yes = true;

struct sending_fixture : ::testing::Test {
    temp_dir directory;
    std::string path = directory.file("sending");
    sending_options options{
        directory.path().string(), {"boot-a", "memory-a"}, 120s, 10s, 50ms, 8, 10};
    const boot_time t0{1000000s};
    sending_leftovers left;
    std::unique_ptr<sending_file> file;

    // As after a kill: nothing is tidied up by the one before.
    void open(boot_time now, bool run_before = run_before_yes) {
        file.reset();
        auto opened = sending_file::open(options, run_before, now, left);
        ASSERT_TRUE(static_cast<bool>(opened)) << opened.error().message;
        file = std::move(*opened);
    }
    std::size_t send(boot_time now, const std::vector<std::uint64_t>& ids) {
        const auto slot = file->requests().sent(now, ids);
        EXPECT_TRUE(static_cast<bool>(slot)) << slot.error().message;
        return slot ? *slot : 0;
    }
    void answer(std::size_t slot, boot_time release, bool conclusive) {
        EXPECT_TRUE(works(file->requests().answered(slot, release, conclusive)));
    }
    template <class Value>
    static ::testing::AssertionResult works(const result<Value>& done) {
        if (done) return ::testing::AssertionSuccess();
        return ::testing::AssertionFailure() << done.error().message;
    }
    void flip_byte(std::uint64_t offset) {
        std::fstream bytes(path, std::ios::in | std::ios::out | std::ios::binary);
        bytes.seekg(static_cast<std::streamoff>(offset));
        const char byte = static_cast<char>(bytes.get() ^ 0x40);
        bytes.seekp(static_cast<std::streamoff>(offset));
        bytes.put(byte);
    }
};

} // namespace hubspool
