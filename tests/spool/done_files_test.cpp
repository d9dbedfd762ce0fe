#include "spool/claims/done_files.hpp"
#include "spool/queue_fixture.hpp"
#include "spool/queue_names.hpp"
#include "support/random_rounds.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <map>
#include <random>
#include <set>

namespace hubspool {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::UnorderedElementsAre;

class done_files_test : public ::hubspool::testing::queue_fixture {
protected:
    using wanted_by = std::function<bool(const claimed_file&, const std::string&)>;

    std::string put_done(const std::string& day, const claimed_name& named,
                         const std::string& content = "{}") const {
        std::filesystem::create_directories(at("done") / day);
        const std::string path = "done/" + day + '/' + format_claimed_name(named);
        std::ofstream(at(path), std::ios::binary) << content;
        return path;
    }
    std::vector<done_file> found(const wanted_by& wanted =
                                     [](const claimed_file&, const std::string&) { return true; }) {
        std::vector<done_file> files;
        const auto done = visit_done(queue_->layout(), wanted,
                                     [&](done_file file) { files.push_back(std::move(file)); });
        EXPECT_TRUE(static_cast<bool>(done)) << (done ? "" : done.error().message);
        return files;
    }
    static std::vector<std::string> paths_of(const std::vector<done_file>& files) {
        std::vector<std::string> paths;
        for (const done_file& file : files) paths.push_back(file.path);
        return paths;
    }

    std::unique_ptr<queue_directory> queue_ = open();
};

TEST_F(done_files_test, day_is_ten_characters_of_its_shape) {
    for (const char* const day : {"2026-11-23", "0000-00-00", "9999-99-99"})
        EXPECT_TRUE(is_day_of_done(day)) << day;
    for (const char* const other : {"", "2026-11-2", "2026-11-233", "2026/11/23", "2026-11-2x",
                                    "20261-1-23", " 2026-11-23", "2026-11-23 ", "notes"})
        EXPECT_FALSE(is_day_of_done(other)) << other;
}

TEST_F(done_files_test, empty_queue_has_none) {
    EXPECT_THAT(found(), IsEmpty());
    std::filesystem::create_directories(at("done/2026-11-23"));
    EXPECT_THAT(found(), IsEmpty());
}

TEST_F(done_files_test, only_regular_files_with_our_names_in_our_days_are_found) {
    const claimed_name named{7, 1000, lane::bulk, "a"};
    const std::string ours = put_done("2026-11-23", named);
    put_done("notes", named);
    std::ofstream(at("done/2026-11-23/7-a"));
    std::filesystem::create_directories(at("done/2026-11-23") /
                                        format_claimed_name({8, 1000, lane::live, "directory"}));
    std::filesystem::create_symlink(
        at(ours), at("done/2026-11-23") / format_claimed_name({9, 1000, lane::live, "link"}));
    std::ofstream(at("done") / format_claimed_name({10, 1000, lane::live, "no-day"}));
    EXPECT_THAT(paths_of(found()), UnorderedElementsAre(ours));
}

TEST_F(done_files_test, name_tells_lane_order_and_base) {
    put_done("2026-11-23", {7, 5000, lane::bulk, "replay_of=900.3.1-1.a"}, "12345");
    const auto files = found();
    ASSERT_THAT(files, SizeIs(1));
    EXPECT_EQ(files[0].file.lane, lane::bulk);
    EXPECT_EQ(files[0].file.name, "replay_of=900.3.1-1.a");
    EXPECT_EQ(files[0].file.size, 5U);
    EXPECT_EQ(files[0].file.order.base, (file_base{900, 3}));
    EXPECT_EQ(files[0].file.order.key({}, 4), (order_key{900, 3, 4}));
    EXPECT_NE(files[0].mtime_ns, 0);
}

TEST_F(done_files_test, who_wants_is_asked_of_each_by_its_name_alone) {
    put_done("2026-11-23", {7, 1000, lane::live, "a"}, "content");
    put_done("2026-11-24", {8, 1000, lane::live, "b"});
    std::map<std::uint64_t, std::string> asked;
    const auto files = found([&](const claimed_file& file, const std::string& day) {
        EXPECT_EQ(file.size, 0U) << "it was not looked at";
        asked[file.number] = day;
        return file.number == 8;
    });
    EXPECT_EQ(asked, (std::map<std::uint64_t, std::string>{{7, "2026-11-23"}, {8, "2026-11-24"}}));
    EXPECT_THAT(files, SizeIs(1));
    EXPECT_EQ(files[0].day, "2026-11-24");
}

TEST_F(done_files_test, file_that_goes_meanwhile_is_left_out) {
    const std::string stays = put_done("2026-11-23", {7, 1000, lane::live, "a"});
    put_done("2026-11-23", {8, 1000, lane::live, "b"});
    const auto files = found([&](const claimed_file& file, const std::string& day) {
        if (file.number == 8)
            std::filesystem::remove(at("done") / day /
                                    format_claimed_name({8, 1000, lane::live, "b"}));
        return true;
    });
    EXPECT_THAT(paths_of(files), UnorderedElementsAre(stays));
}

TEST_F(done_files_test, day_that_the_retention_takes_meanwhile_is_left_out) {
    const std::vector<std::string> days{"2026-11-23", "2026-11-24", "2026-11-25"};
    for (std::size_t i = 0; i < days.size(); ++i) put_done(days[i], {7 + i, 1000, lane::live, "a"});
    const auto files = found([&](const claimed_file&, const std::string& first) {
        for (const std::string& day : days)
            if (day != first) std::filesystem::remove_all(at("done") / day);
        return true;
    });
    EXPECT_THAT(files, SizeIs(1)) << "of the day that was looked at first";
}

TEST_F(done_files_test, day_that_cannot_be_read_is_a_failure_that_names_it) {
    put_done("2026-11-23", {7, 1000, lane::live, "a"});
    std::ofstream(at("done/2026-11-24")) << "a file in the place of a directory";
    const auto done = visit_done(
        queue_->layout(), [](const claimed_file&, const std::string&) { return true; },
        [](done_file) {});
    ASSERT_FALSE(done);
    EXPECT_THAT(done.error().message, ::testing::HasSubstr("done/2026-11-24"));
}

TEST_F(done_files_test, random_days_are_listed_whole) {
    std::mt19937_64 random(11);
    for (int round = 0; round < testing::random_rounds(8); ++round) {
        std::filesystem::remove_all(at("done"));
        std::filesystem::create_directories(at("done"));
        queue_.reset();
        queue_ = open();
        std::map<std::string, std::uint64_t> sizes; // by path
        for (std::uint64_t number = 1; number <= 60; ++number) {
            const std::string day = "2026-11-1" + std::to_string(random() % 6);
            const claimed_name named{number, 1000 + number,
                                     random() % 2 == 0 ? lane::live : lane::bulk,
                                     "n" + std::to_string(random() % 5)};
            const std::uint64_t size = random() % 50;
            sizes[put_done(day, named, std::string(size, 'x'))] = size;
        }
        const std::uint64_t from = random() % 60;
        const auto files =
            found([&](const claimed_file& file, const std::string&) { return file.number > from; });
        ASSERT_EQ(files.size(), 60 - from);
        std::set<std::uint64_t> numbers;
        for (const done_file& file : files) {
            ASSERT_EQ(sizes.at(file.path), file.file.size) << file.path;
            ASSERT_TRUE(file.path.starts_with("done/" + file.day + '/'));
            ASSERT_EQ(file.file.order.stamp, 1000 + file.file.number);
            ASSERT_TRUE(numbers.insert(file.file.number).second) << "told twice";
        }
    }
}

} // namespace
} // namespace hubspool
