#include "spool/claims/claimed_files.hpp"
#include "spool/claims/claimed_finder.hpp"
#include "spool/claims/kept_file.hpp"
#include "spool/claims/last_given.hpp"
#include "spool/queue_fixture.hpp"
#include "spool/queue_names.hpp"

#include <gmock/gmock.h>

#include <sys/stat.h>

#include <cerrno>
#include <map>
#include <random>

namespace hubspool {
namespace {

using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

// A queue of ten files a subdirectory, filled by hand.
class filled_queue : public testing::queue_fixture {
protected:
    static claimed_file file_of(std::uint64_t number, const std::string& name = "a",
                                as_of_ms stamp = 1'800'000'000'000) {
        return {number, lane::live, name, 0, {stamp, stamp, number}};
    }
    std::filesystem::path place_of(const claimed_file& file) const {
        return root() / layout().subdirectory_path(layout().subdirectory_of(file.number)) /
               format_claimed_name(file);
    }
    void put_claim(const claimed_file& file, const std::string& content = "{}") const {
        write(place_of(file), content);
    }
    static void write(const std::filesystem::path& path, const std::string& content = "{}") {
        std::filesystem::create_directories(path.parent_path());
        std::ofstream(path, std::ios::binary) << content;
    }
    const queue_layout& layout() const { return queue_->layout(); }

    std::unique_ptr<queue_directory> queue_ = open(milliseconds(0), 10);
};

class claimed_finder_test : public filled_queue {
protected:
    claimed_finder finder_{layout()};
};

TEST_F(claimed_finder_test, file_is_found_with_what_a_look_at_it_tells) {
    put_claim(file_of(3), "{\"objectId\":1}");
    const auto found = finder_.find(file_of(3));
    ASSERT_TRUE(found && *found);
    EXPECT_EQ((*found)->name, format_claimed_name(file_of(3)));
    EXPECT_EQ((*found)->look.size, 14U);
    EXPECT_EQ((*found)->look.links, 1U);
    const auto look = finder_.look(file_of(3));
    ASSERT_TRUE(look && *look);
    EXPECT_EQ((*look)->size, 14U);
    EXPECT_EQ((*look)->mtime_ns, (*found)->look.mtime_ns);
}

TEST_F(claimed_finder_test, what_is_not_there_is_nothing_and_no_failure) {
    EXPECT_EQ(finder_.look(file_of(3)).operator*(), std::nullopt) << "nor its directory";
    put_claim(file_of(3));
    EXPECT_EQ(*finder_.look(file_of(4)), std::nullopt);
    EXPECT_EQ(*finder_.look(file_of(3, "another name")), std::nullopt);
}

TEST_F(claimed_finder_test, files_of_several_subdirectories_are_found_in_any_order) {
    for (const std::uint64_t number : {3U, 4U, 15U, 27U}) put_claim(file_of(number));
    for (const std::uint64_t number : {27U, 3U, 15U, 4U, 27U, 3U})
        EXPECT_TRUE(*finder_.look(file_of(number))) << number;
}

TEST_F(claimed_finder_test, directory_that_was_removed_and_made_again_is_looked_into_anew) {
    put_claim(file_of(3));
    EXPECT_TRUE(*finder_.look(file_of(3)));
    std::filesystem::remove_all(place_of(file_of(3)).parent_path());
    EXPECT_FALSE(*finder_.look(file_of(3)));
    put_claim(file_of(3), "{\"objectId\":12}");
    const auto look = finder_.look(file_of(3));
    ASSERT_TRUE(*look);
    EXPECT_EQ((*look)->size, 15U);
}

TEST_F(claimed_finder_test, subdirectory_that_is_a_link_is_a_failure_that_names_it) {
    std::filesystem::create_directory_symlink(dir_.path(), root() / "cur/000000");
    const auto refused = finder_.find(file_of(3));
    ASSERT_FALSE(refused);
    EXPECT_THAT(refused.error().message, HasSubstr("cur/000000"));
    EXPECT_THAT(finder_.shown(file_of(3)),
                EndsWith("cur/000000/" + format_claimed_name(file_of(3))));
}

using claimed_files_test = filled_queue;

TEST_F(claimed_files_test, are_listed_in_order_from_a_number_on_as_many_as_asked_for) {
    for (const std::uint64_t number : {27U, 3U, 15U, 4U}) put_claim(file_of(number));
    const auto numbers = [&](std::uint64_t after, std::size_t most) {
        std::vector<skipped_name> skipped;
        std::vector<std::uint64_t> found;
        const auto listed = list_claimed(layout(), after, most, skipped);
        EXPECT_TRUE(listed);
        for (const claimed_file& file : *listed) found.push_back(file.number);
        EXPECT_THAT(skipped, IsEmpty());
        return found;
    };
    EXPECT_THAT(numbers(0, 100), ElementsAre(3, 4, 15, 27));
    EXPECT_THAT(numbers(0, 1), ElementsAre(3));
    EXPECT_THAT(numbers(3, 2), ElementsAre(4, 15));
    EXPECT_THAT(numbers(4, 100), ElementsAre(15, 27));
    EXPECT_THAT(numbers(27, 100), IsEmpty());
    EXPECT_THAT(numbers(0, 0), IsEmpty());
}

TEST_F(claimed_files_test, names_that_are_no_claim_are_told_each_with_the_reason) {
    put_claim(file_of(3));
    write(root() / "cur/000000/notes.txt");
    write(root() / "cur/000000" / format_claimed_name(file_of(15)));
    write(root() / "cur/somebody/made.this");
    put_claim(file_of(3, "b"));
    std::vector<skipped_name> skipped;
    const auto listed = list_claimed(layout(), 0, 100, skipped);
    ASSERT_TRUE(listed);
    ASSERT_THAT(*listed, SizeIs(1));
    EXPECT_EQ(listed->at(0).name, "a") << "of one number the first by name";
    std::map<std::string, std::string> why;
    for (const skipped_name& name : skipped) why[name.path] = name.why;
    ASSERT_THAT(why, SizeIs(4));
    EXPECT_THAT(why["cur/somebody"], HasSubstr("hubspool did not make it"));
    EXPECT_THAT(why["cur/000000/notes.txt"], HasSubstr("it is no claim of hubspool's"));
    EXPECT_THAT(why["cur/000000/" + format_claimed_name(file_of(15))], HasSubstr("no claim"));
    EXPECT_THAT(why["cur/000000/" + format_claimed_name(file_of(3, "b"))],
                HasSubstr("another file has the same number"));
}

TEST_F(claimed_files_test, of_very_many_strange_names_a_hundred_are_told) {
    for (int i = 0; i < 150; ++i) write(root() / "cur/000000" / ("strange" + std::to_string(i)));
    std::vector<skipped_name> skipped;
    ASSERT_TRUE(list_claimed(layout(), 0, 100, skipped));
    EXPECT_THAT(skipped, SizeIs(100));
    EXPECT_THAT(summary_of(skipped, 150), EndsWith("; and 149 more"));
}

TEST_F(claimed_files_test, lowest_number_passes_over_empty_directories_and_strange_names) {
    EXPECT_EQ(*lowest_number_in(layout()), std::nullopt);
    std::filesystem::create_directories(root() / "cur/000000");
    write(root() / "cur/000001/stray");
    put_claim(file_of(27));
    put_claim(file_of(25));
    put_claim(file_of(31));
    EXPECT_EQ(*lowest_number_in(layout()), 25U);
    EXPECT_THAT(*claim_subdirectories(layout()), ElementsAre(0, 1, 2, 3));
}

// Whatever pages it is read in, a listing comes to the same.
TEST_F(claimed_files_test, pages_of_any_size_come_to_all_files_once) {
    std::mt19937_64 random(20261130);
    std::map<std::uint64_t, bool> all;
    for (int i = 0; i < 60; ++i) all[1 + random() % 200] = true;
    for (const auto& [number, is_there] : all) put_claim(file_of(number));
    for (const std::size_t page : {1U, 3U, 10U, 59U, 1000U}) {
        std::vector<std::uint64_t> found, expected;
        for (const auto& [number, is_there] : all) expected.push_back(number);
        for (std::uint64_t after = 0;;) {
            std::vector<skipped_name> skipped;
            const auto listed = list_claimed(layout(), after, page, skipped);
            ASSERT_TRUE(listed);
            if (listed->empty()) break;
            for (const claimed_file& file : *listed) found.push_back(file.number);
            after = listed->back().number;
        }
        EXPECT_EQ(found, expected) << page;
    }
}

class kept_file_test : public filled_queue {
protected:
    std::string found_at(std::optional<wall_time> settled = {}) {
        auto found = open_kept_file(layout(), file_of(3), settled);
        EXPECT_TRUE(found) << found.error().message;
        if (!found || !*found) return "nowhere";
        EXPECT_EQ((*found)->size, 2U);
        return (*found)->path;
    }
    const wall_time settled_ = std::chrono::sys_days(std::chrono::year(2026) / 11 / 23);
    const std::string name_ = format_claimed_name(file_of(3));
};

TEST_F(kept_file_test, is_looked_for_in_cur_then_in_done_of_its_day_then_in_rejected) {
    EXPECT_EQ(found_at(settled_), "nowhere");
    write(root() / "rejected" / name_);
    EXPECT_EQ(found_at(settled_), "rejected/" + name_);
    write(root() / "done/2026-11-23" / name_);
    EXPECT_EQ(found_at(settled_), "done/2026-11-23/" + name_);
    EXPECT_EQ(found_at(), "rejected/" + name_) << "nobody knows the day";
    put_claim(file_of(3));
    EXPECT_EQ(found_at(settled_), "cur/000000/" + name_);
}

TEST_F(kept_file_test, is_no_link_directory_or_fifo_of_its_name) {
    std::filesystem::create_symlink("/etc/hostname", root() / "rejected" / name_);
    EXPECT_EQ(found_at(), "nowhere");
    std::filesystem::remove(root() / "rejected" / name_);
    ASSERT_EQ(::mkfifo((root() / "rejected" / name_).c_str(), 0600), 0);
    EXPECT_EQ(found_at(), "nowhere");
}

class last_given_test : public filled_queue {
protected:
    last_given now() { return *last_given_in(layout()); }
};

TEST_F(last_given_test, of_an_empty_queue_is_nothing) {
    EXPECT_EQ(now().number, 0U);
    EXPECT_EQ(now().stamp, 0U);
    EXPECT_FALSE(now().lack_stamps);
}

TEST_F(last_given_test, is_the_largest_in_each_place_whatever_its_depth) {
    const std::vector<std::filesystem::path> places{
        root() / "cur/000000",      root() / "cur",      root() / "done",
        root() / "done/2026-11-23", root() / "rejected", root() / "rejected/kept"};
    std::uint64_t number = 10;
    for (const auto& place : places) {
        number += 5;
        write(place / format_claimed_name(file_of(number, "a", 1'800'000'000'000 + number)));
        EXPECT_EQ(now().number, number) << place;
        EXPECT_EQ(now().stamp, 1'800'000'000'000 + number) << place;
    }
    // A reason's name begins as its file's.
    write(root() / "rejected" / (format_claimed_name(file_of(99)) + ".reason"));
    EXPECT_EQ(now().number, 99U);
}

TEST_F(last_given_test, names_without_a_stamp_are_told_of_cur_alone) {
    write(root() / "done/2026-11-23" / format_claimed_name(file_of(3, "a", 0)));
    EXPECT_FALSE(now().lack_stamps);
    put_claim(file_of(4, "a", 0));
    EXPECT_TRUE(now().lack_stamps);
}

TEST_F(last_given_test, links_are_not_followed_and_hold_no_number_of_ours) {
    write(dir_.path() / "outside" / format_claimed_name(file_of(77)));
    std::filesystem::create_directory_symlink(dir_.path() / "outside", root() / "done/2026-11-24");
    EXPECT_EQ(now().number, 0U);
}

} // namespace
} // namespace hubspool
