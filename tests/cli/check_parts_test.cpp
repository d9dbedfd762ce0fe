// The parts of `check` that look at directories, files and certificates.
#include "cli/check/checks.hpp"
#include "cli/check/directory_check.hpp"
#include "spool/queue_directory.hpp"
#include "state/database.hpp"
#include "state/state_store.hpp"
#include "support/temp_dir.hpp"

#include <gmock/gmock.h>

#include <sys/stat.h>
#include <unistd.h>

#include <fstream>

namespace hubspool {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::Field;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

auto says(finding::severity level, const std::string& words) {
    return AllOf(Field(&finding::level, level), Field(&finding::words, HasSubstr(words)));
}

class check_parts : public ::testing::Test {
protected:
    check_parts() {
        options.queue.directory = directory.file("queue");
        options.queue.reserve_bytes = 0;
        options.state.directory = directory.file("state");
        options.api.token_file = directory.file("token");
    }
    void make_queue() const {
        ASSERT_TRUE(queue_directory::open({options.queue.directory, milliseconds(0)}));
    }
    void make_state() const {
        ASSERT_TRUE(state_store::open(options.state.directory, state_store::access::read_write));
    }
    void write_token(const std::string& text, mode_t mode = 0600) const {
        std::ofstream(options.api.token_file) << text;
        ASSERT_EQ(::chmod(options.api.token_file.c_str(), mode), 0);
    }
    findings found(void (*check)(const settings&, findings&)) const {
        findings out;
        check(options, out);
        return out;
    }
    findings queue_findings(bool errors_only = false) const {
        findings out;
        check_queue(options, errors_only, out);
        return out;
    }
    std::vector<finding> directory_findings(const std::string& path, bool expected) const {
        std::vector<finding> out;
        EXPECT_EQ(check_directory("queue", "queue.directory", path, out), expected);
        return out;
    }

    temp_dir directory;
    settings options;
};

TEST_F(check_parts, directory_that_can_be_made_is_a_warning_and_else_an_error) {
    EXPECT_THAT(directory_findings(directory.file("none"), false),
                Contains(says(finding::warning, "hubspool makes it at its first start")));
    EXPECT_THAT(directory_findings(directory.file("none/none"), false),
                Contains(says(finding::error, "cannot be made in " + directory.file("none"))));
}

TEST_F(check_parts, what_is_no_directory_is_an_error_that_names_the_setting) {
    std::ofstream(directory.file("file")) << "x";
    EXPECT_THAT(directory_findings(directory.file("file"), false),
                Contains(says(finding::error, "(queue.directory) is no directory")));
    EXPECT_THAT(directory_findings(directory.file("file/below"), false),
                Contains(says(finding::error, "(queue.directory): Not a directory")));
}

TEST_F(check_parts, directory_that_is_fit_says_nothing) {
    EXPECT_THAT(directory_findings(directory.path().string(), true), IsEmpty());
}

TEST_F(check_parts, files_that_are_missing_are_no_trouble) {
    std::vector<finding> out;
    EXPECT_TRUE(check_own_files("state", directory.path().string(), {"lock", "state.db"}, out));
    EXPECT_THAT(out, IsEmpty());
}

TEST_F(check_parts, new_queue_is_good_with_its_space_and_the_names_it_leaves_alone) {
    make_queue();
    options.queue.ignore = {"*.part"};
    const findings out = queue_findings();
    EXPECT_THAT(out, Contains(says(finding::good, "left alone are the names")));
    EXPECT_THAT(out, Contains(says(finding::good, "and, of queue.ignore, *.part")));
    EXPECT_THAT(out, Contains(says(finding::good, options.queue.directory + " with ")));
    for (const finding& each : out) EXPECT_NE(each.level, finding::error) << each.words;
}

TEST_F(check_parts, queue_that_lacks_a_directory_says_that_producers_cannot_write) {
    make_queue();
    std::filesystem::remove(options.queue.directory + "/bulk");
    EXPECT_THAT(queue_findings(),
                Contains(says(finding::warning, "until then producers cannot write")));
}

TEST_F(check_parts, disk_with_less_than_the_reserve_is_warned_of_with_both_numbers) {
    make_queue();
    options.queue.reserve_bytes = ~std::uint64_t{0} >> 1;
    EXPECT_THAT(queue_findings(), Contains(says(finding::warning, "less than queue.reserve (")));
}

TEST_F(check_parts, unfinished_names_are_counted_unless_errors_alone_are_asked_for) {
    make_queue();
    std::ofstream(options.queue.directory + "/new/upload.tmp") << "x";
    EXPECT_THAT(queue_findings(), Contains(says(finding::good, "left alone are 1 file")));
    for (const finding& each : queue_findings(true))
        EXPECT_THAT(each.words, ::testing::Not(HasSubstr("left alone are 1 file")));
}

TEST_F(check_parts, link_in_place_of_a_part_of_the_queue_is_an_error) {
    make_queue();
    std::filesystem::remove(options.queue.directory + "/done");
    std::filesystem::create_directory_symlink(directory.path(), options.queue.directory + "/done");
    EXPECT_THAT(queue_findings(), Contains(says(finding::error, "no link is followed")));
}

TEST_F(check_parts, state_is_told_from_its_first_start_to_its_damage) {
    std::filesystem::create_directory(options.state.directory);
    ASSERT_EQ(::chmod(options.state.directory.c_str(), 0700), 0);
    EXPECT_THAT(found(check_state), Contains(says(finding::good, "no database yet")));
    make_state();
    EXPECT_THAT(found(check_state), Contains(says(finding::good, "holds a sound database")));
    ASSERT_EQ(::chmod(options.state.directory.c_str(), 0755), 0);
    EXPECT_THAT(found(check_state),
                Contains(says(finding::warning, "chmod 0700 " + options.state.directory)));
    std::filesystem::resize_file(options.state.directory + "/state.db", 5000);
    for (const char* const part : {"-wal", "-shm"})
        std::filesystem::remove(options.state.directory + "/state.db" + part);
    EXPECT_THAT(found(check_state), Contains(says(finding::error, "is damaged")));
}

TEST_F(check_parts, database_of_an_older_version_is_no_fault) {
    make_state();
    {
        auto db = database::open(options.state.directory + "/state.db", database::mode::write);
        ASSERT_TRUE(db && db->execute("PRAGMA user_version = 1"));
    }
    EXPECT_THAT(found(check_state), Contains(says(finding::good, "of an older version")));
}

TEST_F(check_parts, token_is_told_by_its_length_alone) {
    write_token("pat-na1-secret-of-mine\n");
    const findings out = found(check_credential);
    ASSERT_THAT(out, SizeIs(1));
    EXPECT_THAT(out, Contains(says(finding::good, "holds a token of 22 characters")));
    EXPECT_THAT(out[0].words, ::testing::Not(HasSubstr("secret")));
}

TEST_F(check_parts, token_that_is_missing_empty_or_quoted_is_an_error) {
    EXPECT_THAT(found(check_credential), Contains(Field(&finding::level, finding::error)));
    for (const char* const text : {"", "\n", "\"pat-na1-secret\"\n", "two words\n"}) {
        write_token(text);
        const findings out = found(check_credential);
        ASSERT_THAT(out, SizeIs(1)) << text;
        EXPECT_EQ(out[0].level, finding::error) << text;
        EXPECT_THAT(out[0].words, ::testing::Not(HasSubstr("pat-na1-secret"))) << text;
    }
}

TEST_F(check_parts, authorities_that_are_none_end_the_look_at_tls) {
    std::ofstream(directory.file("ca.pem")) << "no certificate";
    options.api.ca_file = directory.file("ca.pem");
    options.api.client_cert_file = directory.file("client.pem");
    const findings out = found(check_tls);
    ASSERT_THAT(out, SizeIs(1));
    EXPECT_EQ(out[0].level, finding::error);
    EXPECT_THAT(out[0].words, HasSubstr(directory.file("ca.pem")));
}

TEST_F(check_parts, user_is_warned_of_when_it_is_root_alone) {
    EXPECT_EQ(found(check_user).size(), ::geteuid() == 0 ? 1U : 0U);
}

TEST_F(check_parts, secret_of_a_group_of_its_own_is_read_by_no_producer) {
    make_queue();
    write_token("token\n", 0600);
    EXPECT_THAT(found(check_secret_readers), IsEmpty());
}

TEST_F(check_parts, secret_of_the_producers_own_group_is_warned_of_with_the_commands) {
    make_queue();
    write_token("token\n", 0640);
    constexpr gid_t nobodys = 54321;
    if (::chown(options.api.token_file.c_str(), static_cast<uid_t>(-1), nobodys) != 0 ||
        ::chown((options.queue.directory + "/new").c_str(), static_cast<uid_t>(-1), nobodys) != 0)
        GTEST_SKIP() << "files cannot be given away here";
    const findings out = found(check_secret_readers);
    ASSERT_THAT(out, SizeIs(1));
    EXPECT_EQ(out[0].level, finding::warning);
    EXPECT_THAT(out[0].words,
                AllOf(HasSubstr("is of the group 54321"), HasSubstr("sudo systemd-sysusers"),
                      HasSubstr("sudo gpasswd -d NAME 54321")));
}

TEST_F(check_parts, without_a_queue_nobody_is_a_producer_yet) {
    write_token("token\n", 0644);
    EXPECT_THAT(found(check_secret_readers), IsEmpty());
}

} // namespace
} // namespace hubspool
