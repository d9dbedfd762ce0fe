// The refresh token that HubSpot gave in exchange: half of one, or one that a power loss takes
// back, locks the account out.
#include "api/credential/kept_token.hpp"
#include "support/system_calls.hpp"
#include "support/temp_dir.hpp"

#include <gmock/gmock.h>

#include <sys/stat.h>

#include <cerrno>
#include <fstream>

namespace hubspool {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::system_calls;

class kept_token_test : public ::testing::Test {
protected:
    std::string content(const std::string& path) const {
        std::ifstream file(path, std::ios::binary);
        return {std::istreambuf_iterator<char>(file), {}};
    }
    void put(const std::string& text) const { std::ofstream(file_, std::ios::binary) << text; }
    std::string heading() const {
        const std::string whole = content(file_);
        return whole.substr(0, whole.find('\n') + 1);
    }

    temp_dir dir_;
    const std::string file_ = dir_.file("kept");
};

TEST_F(kept_token_test, is_durable_before_its_name_and_with_it) {
    const system_calls calls(dir_.path().string());
    ASSERT_TRUE(keep_token(file_, "first", "second"));
    EXPECT_THAT(calls.seen(), ElementsAre("fsync kept.tmp", "fsync " + dir_.path().string()));
}

TEST_F(kept_token_test, that_cannot_be_made_durable_leaves_the_one_before) {
    ASSERT_TRUE(keep_token(file_, "first", "second"));
    system_calls calls(dir_.path().string());
    calls.refuse("fsync kept.tmp", ENOSPC);
    const auto kept = keep_token(file_, "first", "third");
    ASSERT_FALSE(kept);
    EXPECT_EQ(kept.error().code, ENOSPC);
    EXPECT_EQ(*load_kept_token(file_, "first"), "second");
}

TEST_F(kept_token_test, that_cannot_be_made_durable_leaves_no_second_file) {
    system_calls calls(dir_.path().string());
    calls.refuse("fsync kept.tmp", EIO);
    ASSERT_FALSE(keep_token(file_, "first", "second"));
    EXPECT_FALSE(std::filesystem::exists(file_ + ".tmp"));
}

// It is in its place, but a power loss may take it back.
TEST_F(kept_token_test, whose_name_is_not_durable_is_told) {
    system_calls calls(dir_.path().string());
    calls.refuse("fsync " + dir_.path().string(), EIO);
    const auto kept = keep_token(file_, "first", "second");
    ASSERT_FALSE(kept);
    EXPECT_EQ(kept.error().code, EIO);
}

TEST_F(kept_token_test, takes_the_place_of_what_a_killed_run_left_beside_it) {
    std::ofstream(file_ + ".tmp") << "half a tok";
    ASSERT_TRUE(keep_token(file_, "first", "second"));
    EXPECT_EQ(*load_kept_token(file_, "first"), "second");
}

TEST_F(kept_token_test, link_beside_it_is_not_written_through) {
    std::ofstream(dir_.file("precious")) << "much";
    std::filesystem::create_symlink(dir_.file("precious"), file_ + ".tmp");
    ASSERT_TRUE(keep_token(file_, "first", "second"));
    EXPECT_EQ(content(dir_.file("precious")), "much");
}

TEST_F(kept_token_test, link_in_its_place_is_told_and_not_read) {
    ASSERT_TRUE(keep_token(dir_.file("other"), "first", "second"));
    std::filesystem::create_symlink(dir_.file("other"), file_);
    const auto loaded = load_kept_token(file_, "first");
    ASSERT_FALSE(loaded);
    EXPECT_EQ(loaded.error().code, ELOOP);
}

TEST_F(kept_token_test, is_its_owners_alone_whatever_the_umask) {
    const mode_t before = ::umask(0);
    ASSERT_TRUE(keep_token(file_, "first", "second"));
    ::umask(before);
    struct stat status{};
    ASSERT_EQ(::stat(file_.c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 07777U, 0600U);
}

TEST_F(kept_token_test, that_was_cut_is_told_with_the_remedy_and_not_ignored) {
    ASSERT_TRUE(keep_token(file_, "first", "second"));
    const std::string whole = content(file_);
    for (const std::size_t size : {std::size_t{0}, std::size_t{10}, whole.size() - 1}) {
        put(whole.substr(0, size));
        const auto loaded = load_kept_token(file_, "first");
        ASSERT_FALSE(loaded) << size;
        EXPECT_THAT(loaded.error().message, HasSubstr("is not what hubspool wrote"));
    }
}

TEST_F(kept_token_test, heading_without_a_token_is_none) {
    ASSERT_TRUE(keep_token(file_, "first", "second"));
    put(heading());
    EXPECT_EQ(*load_kept_token(file_, "first"), std::nullopt);
}

TEST_F(kept_token_test, without_a_directory_names_the_file) {
    const auto kept = keep_token(dir_.file("none/kept"), "first", "second");
    ASSERT_FALSE(kept);
    EXPECT_EQ(kept.error().code, ENOENT);
    EXPECT_THAT(kept.error().message, HasSubstr(dir_.file("none/kept")));
}

} // namespace
} // namespace hubspool
