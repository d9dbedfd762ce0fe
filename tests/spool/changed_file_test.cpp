#include "spool/reader_fixture.hpp"

#include <sys/stat.h>

#include <chrono>
#include <filesystem>

namespace hubspool {

TEST_F(file_reader_test, scenario_28_file_cut_while_it_is_read_is_kept) {
    const std::string bytes = ndjson(200);
    const std::string path = write(bytes);
    auto reader = open(path);
    ASSERT_TRUE(reader->next());
    std::filesystem::resize_file(path, 900);
    const outcome o = drain(*reader);
    EXPECT_THAT(o.kept(),
                HasSubstr("it shrank from " + std::to_string(bytes.size()) + " to 900 bytes"));
    EXPECT_GT(o.end.records_in, 0U);
}

TEST_F(file_reader_test, scenario_28_file_rewritten_in_place_is_kept) {
    const std::string path = write(ndjson(100));
    auto reader = open(path);
    ASSERT_TRUE(reader->next());
    timespec times[2] = {{0, UTIME_OMIT}, {1234567890, 0}};
    ASSERT_EQ(::utimensat(AT_FDCWD, path.c_str(), times, 0), 0);
    const outcome o = drain(*reader);
    EXPECT_THAT(o.kept(), HasSubstr("changed while it was read"));
    EXPECT_EQ(o.end.records_in, 100U);
}

TEST_F(file_reader_test, change_of_ctime_alone_is_ignored) {
    const std::string path = write(ndjson(100));
    auto reader = open(path);
    ASSERT_TRUE(reader->next());
    ASSERT_EQ(::chmod(path.c_str(), 0640), 0);
    EXPECT_EQ(drain(*reader).kept(), "");
}

TEST_F(file_reader_test, file_that_grew_is_read_to_its_new_end) {
    options.quiet_period = milliseconds(2000); // more than a loaded machine needs for two looks
    const std::string path = write(ndjson(100));
    auto reader = open(path);
    ASSERT_TRUE(reader->next());
    std::ofstream(path, std::ios::app) << "{\"objectId\":777}\n";
    const outcome o = drain(*reader);
    EXPECT_EQ(o.end.records_in, 101U);
    EXPECT_EQ(o.ids().back(), "777");
    EXPECT_EQ(o.kept(), "");
    EXPECT_EQ(o.end.size, std::filesystem::file_size(path));
}

TEST_F(file_reader_test, file_that_never_stops_growing_is_kept_after_a_quiet_period) {
    const std::string path = write(ndjson(100));
    auto reader = open(path);
    std::ofstream producer(path, std::ios::app);
    // Grows at each block, as fast as it is read: it ends by the clock alone.
    const auto started = std::chrono::steady_clock::now();
    while (reader->next()) {
        producer << ndjson(50) << std::flush;
        ASSERT_LT(std::chrono::steady_clock::now() - started, std::chrono::seconds(60));
    }
    EXPECT_THAT(reader->end().keep_because.value_or(""), HasSubstr("still growing"));
}

TEST_F(file_reader_test, file_that_cannot_be_read_is_kept_with_the_offset) {
    // A descriptor that is not open for reading fails as a bad sector does: at every try.
    const std::string path = write(ndjson(10));
    EXPECT_THAT(drain(*open(path, {}, O_WRONLY)).kept(), HasSubstr("cannot be read beyond byte 0"));
    const outcome o = drain(*open(path, {30, 2, 3, 0, file_format::sequence}, O_WRONLY));
    EXPECT_THAT(o.kept(), HasSubstr("cannot be read beyond byte 0"));
    EXPECT_EQ(o.end.records_in, 2U);
}

TEST_F(file_reader_test, watermark_beyond_a_file_that_shrank_keeps_it) {
    const outcome o = drain(*open(write(ndjson(3)), {5000, 300, 301, 0, file_format::sequence}));
    EXPECT_THAT(o.kept(), HasSubstr("shrank"));
    EXPECT_EQ(o.end.records_in, 300U);
}

} // namespace hubspool
