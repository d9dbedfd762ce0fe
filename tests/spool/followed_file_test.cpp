#include "spool/arrivals/queue_writer.hpp"
#include "spool/queue_fixture.hpp"
#include "spool/reading/followed_file.hpp"

#include <gtest/gtest.h>

#include <fcntl.h>

#include <cerrno>

namespace hubspool::testing {
namespace {

class followed_file_of : public queue_fixture {
protected:
    followed_file_of() { open().reset(); }

    followed_file put(const std::string& name) {
        auto writer = queue_writer::open(root().string(), lane::live);
        EXPECT_TRUE((*writer)->write("{}"));
        auto followed = (*writer)->follow();
        EXPECT_TRUE(followed) << followed.error().message;
        std::filesystem::rename(at("new") / *(*writer)->finish("json"), at("new") / name);
        return std::move(*followed);
    }
};

TEST_F(followed_file_of, producer_is_told_each_place_on_its_way) {
    const auto file = put("a.json");
    EXPECT_EQ(*file.place(), queue_place::waiting);
    std::filesystem::create_directories(at("cur") / "000000");
    std::filesystem::create_directories(at("done") / "2026-11-29");
    auto last = at("new") / "a.json";
    for (const auto& [to, place] :
         {std::pair(at("bulk") / "a.json", queue_place::waiting),
          std::pair(at("cur") / "000000" / "1-live-a.json", queue_place::claimed),
          std::pair(at("done") / "2026-11-29" / "1-live-a.json", queue_place::done),
          std::pair(at("rejected") / "1-live-a.json", queue_place::rejected),
          std::pair(root().parent_path() / "a.json", queue_place::elsewhere)}) {
        std::filesystem::rename(last, to);
        EXPECT_EQ(*file.place(), place) << to;
        last = to;
    }
    std::filesystem::remove(last);
    EXPECT_EQ(*file.place(), queue_place::removed);
}

TEST_F(followed_file_of, place_with_another_link_is_removed_when_its_own_name_is) {
    const auto file = put("a.json");
    std::filesystem::create_hard_link(at("new") / "a.json", root().parent_path() / "b.json");
    std::filesystem::remove(at("new") / "a.json");
    EXPECT_EQ(*file.place(), queue_place::removed);
}

TEST_F(followed_file_of, file_that_is_not_there_is_a_failure) {
    const owned_descriptor tmp(::open(at("tmp").c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    const auto refused = followed_file::open(tmp.get(), "absent");
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ENOENT);
}

} // namespace
} // namespace hubspool::testing
