#include "spool/queue_fixture.hpp"

#include <fmt/core.h>
#include <gmock/gmock.h>

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <fstream>

namespace hubspool::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

mode_t mode_of(const std::filesystem::path& path) {
    struct stat found{};
    EXPECT_EQ(::stat(path.c_str(), &found), 0) << path;
    return found.st_mode & 07777U;
}

class queue_directory_of : public queue_fixture {};

TEST_F(queue_directory_of, nothing_is_made_with_its_modes_whatever_the_umask) {
    const auto before = ::umask(0077);
    const auto queue = open();
    ::umask(before);
    for (const auto* name : {"tmp", "new", "bulk"}) {
        EXPECT_EQ(mode_of(at(name)), 03770U) << name;
    }
    for (const auto* name : {"cur", "done", "rejected"}) {
        EXPECT_EQ(mode_of(at(name)), 0700U) << name;
    }
    EXPECT_EQ(mode_of(root()), 0755U) << "producers go through it";
    EXPECT_THAT(queue->survey().mode_warnings(), IsEmpty());
}

TEST_F(queue_directory_of, a_root_that_keeps_producers_out_is_opened_with_a_warning) {
    open().reset();
    ::chmod(root().c_str(), 0700);
    EXPECT_THAT(open()->survey().mode_warnings(),
                ElementsAre(AllOf(HasSubstr("has mode 0700: producers of the group"),
                                  HasSubstr("chmod 0755"))));
    ::chmod(root().c_str(), 0750);
    EXPECT_THAT(open()->survey().mode_warnings(), IsEmpty()) << "the group is the same";
}

TEST_F(queue_directory_of, a_lock_is_the_owners_alone_whatever_made_it) {
    const auto before = ::umask(0);
    open().reset();
    ::umask(before);
    EXPECT_EQ(mode_of(at(".lock")), 0600U);
    ::chmod(at(".lock").c_str(), 0640);
    open().reset();
    EXPECT_EQ(mode_of(at(".lock")), 0600U);
}

TEST_F(queue_directory_of, loose_modes_is_opened_with_a_warning_and_the_remedy) {
    open().reset();
    ::chmod(at("cur").c_str(), 0777);
    ::chmod(at("new").c_str(), 02770);
    ::chmod(at("bulk").c_str(), 0700);
    const auto queue = open();
    EXPECT_EQ(mode_of(at("cur")), 0777U) << "left to the operator";
    EXPECT_THAT(
        queue->survey().mode_warnings(),
        ElementsAre(AllOf(HasSubstr("others may"), HasSubstr("chmod 3770"), HasSubstr("/new")),
                    AllOf(HasSubstr("kept out"), HasSubstr("chmod 3770")),
                    AllOf(HasSubstr("others may"), HasSubstr("chmod 0700"))));
}

TEST_F(queue_directory_of, another_process_is_refused_and_named) {
    const auto queue = open();
    const auto second = queue_directory::open({root().string()});
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().code, EWOULDBLOCK);
    EXPECT_THAT(second.error().message, HasSubstr(fmt::format("process {}", ::getpid())));
}

TEST_F(queue_directory_of, a_process_that_ended_is_free) {
    open().reset();
    EXPECT_TRUE(queue_directory::open({root().string()}));
}

TEST_F(queue_directory_of, another_process_can_be_read) {
    const auto queue = open();
    put("new", "a", "123");
    put("bulk", "b", "4567");
    const auto reader = queue_survey::open({root().string()});
    ASSERT_TRUE(reader);
    const auto waiting = (*reader)->waiting();
    ASSERT_TRUE(waiting);
    EXPECT_EQ(waiting->files, 2U);
    EXPECT_EQ(waiting->bytes, 7U);
}

TEST_F(queue_directory_of, an_absent_place_is_not_made_for_a_reader) {
    const auto reader = queue_survey::open({root().string()});
    ASSERT_FALSE(reader);
    EXPECT_THAT(reader.error().message, HasSubstr("queue.directory"));
    EXPECT_FALSE(std::filesystem::exists(root()));
}

TEST_F(queue_directory_of, a_link_for_cur_is_refused) {
    open().reset();
    std::filesystem::remove(at("cur"));
    std::filesystem::create_directory_symlink(dir_.path(), at("cur"));
    const auto queue = queue_directory::open({root().string()});
    ASSERT_FALSE(queue);
    EXPECT_THAT(queue.error().message, HasSubstr("/cur"));
}

TEST_F(queue_directory_of, scenario_14_finds_the_largest_number_wherever_it_is) {
    const auto queue = open();
    EXPECT_EQ(queue->survey().given()->number, 0U);
    claim_one(*queue, "a");
    EXPECT_EQ(queue->survey().given()->number, 1U);
    std::filesystem::create_directory(at("done/2026-01-01"));
    std::ofstream(at("done/2026-01-01/00000000000000000007-2000000000000-live-b")) << "{}";
    EXPECT_EQ(queue->survey().given()->number, 7U);
    std::ofstream(at("rejected/00000000000000000009-2000000000000-bulk-c.reason")) << "no file";
    std::ofstream(at("rejected/99999999999999999999-bulk-c")) << "no number of ours";
    EXPECT_EQ(queue->survey().given()->number, 9U);
}

TEST_F(queue_directory_of, claims_lists_them_in_number_order_and_page_by_page) {
    next_.number = 98;
    std::vector<claimed_file> files;
    const auto queue = open(milliseconds(0), 3);
    for (const auto* name : {"e", "d", "c", "b", "a"}) {
        files.push_back(claim_one(*queue, name, name));
    }
    std::vector<skipped_name> skipped;
    EXPECT_THAT(names_of(*queue->survey().claimed(skipped)), ElementsAre("e", "d", "c", "b", "a"));
    const auto page = queue->survey().claimed_page(98, 3, skipped);
    EXPECT_THAT(names_of(*page), ElementsAre("d", "c", "b"));
    EXPECT_EQ(page->front().number, 99U);
    EXPECT_EQ(page->front().size, 1U);
    EXPECT_THAT(names_of(*queue->survey().claimed_page(page->back().number, 3, skipped)),
                ElementsAre("a"));
    EXPECT_THAT(skipped, IsEmpty());
}

TEST_F(queue_directory_of, claims_tells_the_lowest_of_all_subdirectories) {
    next_.number = 8;
    const auto queue = open(milliseconds(0), 3);
    EXPECT_EQ(*queue->survey().lowest_claimed(), std::nullopt);
    const claimed_file first = claim_one(*queue, "b");
    claim_one(*queue, "a");
    EXPECT_EQ(*queue->survey().lowest_claimed(), 8U);
    ASSERT_TRUE(static_cast<bool>(queue->moves().remove(first)));
    EXPECT_EQ(*queue->survey().lowest_claimed(), 9U);
}

TEST_F(queue_directory_of, claims_skips_what_is_not_its_own) {
    const auto queue = open();
    claim_one(*queue, "a");
    std::ofstream(at("cur/stray\n")) << "{}";
    std::ofstream(at("cur/000000/stray")) << "{}";
    std::ofstream(at("cur/000000/00000000000000010000-live-b")) << "in the wrong subdirectory";
    std::ofstream(at("cur/000000/00000000000000000001-2000000000000-live-b")) << "same number";
    std::vector<skipped_name> skipped;
    EXPECT_THAT(names_of(*queue->survey().claimed(skipped)), ElementsAre("a"));
    ASSERT_THAT(skipped, SizeIs(4));
    EXPECT_EQ(skipped[0].path, "cur/stray\\x0a");
    EXPECT_THAT(skipped[3].why, HasSubstr("same number"));
}

TEST_F(queue_directory_of, a_run_gives_back_its_mark) {
    const auto queue = open();
    EXPECT_FALSE(*queue->read_run_mark());
    const run_mark long_one{"a1b2-c3", 1ULL << 60, 1ULL << 61, 1ULL << 62};
    const run_mark short_one{"x", 1, 2, 3};
    for (const auto& mark : {long_one, short_one}) {
        ASSERT_TRUE(queue->write_run_mark(mark));
        EXPECT_EQ(*queue->read_run_mark(), mark);
    }
    std::vector<skipped_name> skipped;
    EXPECT_THAT(*queue->survey().claimed(skipped), IsEmpty());
    EXPECT_THAT(skipped, IsEmpty()) << ".run is no stray";
}

TEST_F(queue_directory_of, a_run_whose_mark_is_torn_has_none) {
    const auto queue = open();
    ASSERT_TRUE(queue->write_run_mark({"state", 12, 345, 6789}));
    const auto whole = content_of(at("cur/.run"));
    std::fstream file(at("cur/.run"), std::ios::in | std::ios::out | std::ios::binary);
    for (std::size_t i = 0; i < whole.size(); ++i) {
        const auto at_i = static_cast<std::streamoff>(i);
        file.seekp(at_i).put(whole[i] == '7' ? '8' : '7').flush();
        EXPECT_FALSE(*queue->read_run_mark()) << i;
        file.seekp(at_i).put(whole[i]).flush();
    }
    EXPECT_TRUE(*queue->read_run_mark());
    for (auto size = whole.size(); size-- > 0;) {
        std::filesystem::resize_file(at("cur/.run"), size);
        EXPECT_FALSE(*queue->read_run_mark()) << size;
    }
}

TEST_F(queue_directory_of, a_run_refuses_a_state_id_that_would_not_read_back) {
    const auto queue = open();
    EXPECT_FALSE(queue->write_run_mark({"", 1, 2, 3}));
    EXPECT_FALSE(queue->write_run_mark({"two words", 1, 2, 3}));
}

TEST_F(queue_directory_of, a_file_system_knows_its_free_space) {
    EXPECT_GT(open()->survey().free_bytes(), 0U);
}

class open_claimed : public queue_fixture {
protected:
    // Puts something of another kind in the place of a claimed file.
    failure refusal_after(const std::function<void(const std::string& path)>& replace) {
        const auto queue = open();
        const auto file = claim_one(*queue, "a");
        const auto path = at("cur/000000/00000000000000000001-2000000000000-live-a");
        std::filesystem::remove(path);
        replace(path.string());
        const auto opened = open_for_reading(*queue, file);
        EXPECT_FALSE(opened);
        EXPECT_TRUE(queue->moves().reject(file, opened.error().message));
        EXPECT_FALSE(std::filesystem::exists(std::filesystem::symlink_status(path)));
        EXPECT_TRUE(std::filesystem::exists(
            std::filesystem::symlink_status(at("rejected") / path.filename())));
        return opened.error();
    }
};

TEST_F(open_claimed, of_a_file_reads_it) {
    const auto queue = open();
    const auto file = claim_one(*queue, "a", "content");
    const auto opened = open_for_reading(*queue, file);
    ASSERT_TRUE(opened) << opened.error().message;
    std::string read(16, '\0');
    EXPECT_EQ(::read(*opened, read.data(), read.size()), 7);
    ::close(*opened);
}

TEST_F(open_claimed, scenario_29_of_a_link_reads_nothing_outside) {
    std::ofstream(dir_.file("secret")) << "{}";
    const auto refusal = refusal_after(
        [&](const auto& path) { std::filesystem::create_symlink(dir_.file("secret"), path); });
    EXPECT_THAT(refusal.message, HasSubstr("symbolic link"));
}

TEST_F(open_claimed, scenario_29_of_a_fifo_does_not_hang) {
    const auto refusal =
        refusal_after([](const auto& path) { ASSERT_EQ(::mkfifo(path.c_str(), 0600), 0); });
    EXPECT_THAT(refusal.message, HasSubstr("FIFO"));
}

TEST_F(open_claimed, scenario_29_of_a_directory_is_refused) {
    const auto refusal =
        refusal_after([](const auto& path) { std::filesystem::create_directory(path); });
    EXPECT_THAT(refusal.message, HasSubstr("directory"));
}

TEST_F(open_claimed, scenario_29_of_a_socket_is_refused) {
    const auto refusal = refusal_after([](const auto& path) {
        ASSERT_EQ(::mknod(path.c_str(), S_IFSOCK | 0600, 0), 0) << std::strerror(errno);
    });
    EXPECT_THAT(refusal.message, HasSubstr("socket"));
}

TEST_F(open_claimed, scenario_29_of_a_device_is_refused) {
    if (::geteuid() != 0) {
        GTEST_SKIP() << "only root makes devices";
    }
    const auto refusal = refusal_after([](const auto& path) {
        ASSERT_EQ(::mknod(path.c_str(), S_IFCHR | 0600, 0x0103), 0); // null
    });
    EXPECT_THAT(refusal.message, HasSubstr("device"));
}

TEST_F(open_claimed, of_two_links_says_ask_again_until_one_is_gone) {
    const auto queue = open();
    put("new", "a");
    std::filesystem::create_hard_link(at("new/a"), at("tmp/a"));
    const auto file = scan_all(*queue).at(0);
    const auto early = open_for_reading(*queue, file);
    ASSERT_FALSE(early);
    EXPECT_EQ(early.error().code, EAGAIN);
    std::filesystem::remove(at("tmp/a"));
    const auto opened = open_for_reading(*queue, file);
    ASSERT_TRUE(opened) << opened.error().message;
    ::close(*opened);
}

TEST_F(open_claimed, of_a_leased_file_says_ask_again_until_the_lease_is_gone) {
    const auto queue = open();
    put("new", "a");
    const auto file = scan_all(*queue).at(0);
    const int held = ::open(at("cur/000000/00000000000000000001-2000000000000-live-a").c_str(),
                            O_RDWR | O_CLOEXEC);
    const auto before = ::signal(SIGIO, SIG_IGN); // what asks the holder to let go
    if (::fcntl(held, F_SETLEASE, F_WRLCK) != 0) {
        GTEST_SKIP() << "no leases on this file system: " << std::strerror(errno);
    }
    const auto early = open_for_reading(*queue, file);
    ASSERT_FALSE(early);
    EXPECT_EQ(early.error().code, EBUSY);
    EXPECT_THAT(early.error().message, HasSubstr("lease"));
    ::fcntl(held, F_SETLEASE, F_UNLCK);
    ::signal(SIGIO, before);
    const auto opened = open_for_reading(*queue, file);
    ASSERT_TRUE(opened) << opened.error().message;
    ::close(*opened);
    ::close(held);
}

TEST_F(open_claimed, of_a_file_that_is_gone_says_so) {
    const auto queue = open();
    auto file = claim_one(*queue, "a");
    std::filesystem::remove(at("cur/000000/00000000000000000001-2000000000000-live-a"));
    EXPECT_EQ(open_for_reading(*queue, file).error().code, ENOENT);
    EXPECT_FALSE(*queue->survey().look(file));
    file.number = 70000;
    EXPECT_EQ(open_for_reading(*queue, file).error().code, ENOENT);
    EXPECT_FALSE(*queue->survey().look(file));
}

TEST_F(open_claimed, of_a_growing_file_look_tells_its_size) {
    const auto queue = open();
    const auto file = claim_one(*queue, "a", "123");
    const auto before = *queue->survey().look(file);
    until_next_tick();
    std::ofstream(at("cur/000000/00000000000000000001-2000000000000-live-a"), std::ios::app)
        << "45";
    const auto after = *queue->survey().look(file);
    ASSERT_TRUE(before && after);
    EXPECT_EQ(before->size, 3U);
    EXPECT_EQ(after->size, 5U);
    EXPECT_LT(before->mtime_ns, after->mtime_ns);
}

} // namespace
} // namespace hubspool::testing
