// Files with holes, and those in which no record ends for long.
#include "spool/reader_fixture.hpp"

#include <filesystem>

namespace hubspool {

namespace {
constexpr std::uint64_t days_of_reading = 1ULL << 43;
const std::string good = "{\"objectId\":1}\n";
} // namespace

class sparse_file_test : public file_reader_test {
protected:
    // `before`, a hole up to `size`, and `after`.
    std::string write_sparse(const std::string& before, std::uint64_t size,
                             const std::string& after) {
        const std::string path = write(before);
        std::filesystem::resize_file(path, size);
        std::ofstream(path, std::ios::binary | std::ios::app) << after;
        return path;
    }
};

TEST_F(sparse_file_test, scenario_27_file_of_nothing_but_a_hole_is_kept_at_once) {
    const outcome o = drain(*open(write_sparse("", days_of_reading, "")));
    EXPECT_THAT(o.kept(), HasSubstr("nothing but NUL bytes"));
    EXPECT_EQ(o.end.size, days_of_reading);
    EXPECT_EQ(o.end.records_in, 0U);
}

TEST_F(sparse_file_test, scenario_27_hole_behind_records_is_a_damaged_tail) {
    for (const char* before : {"{\"objectId\":1}\n", "[{\"objectId\":1}", "[{\"objectId\":1},",
                               "[{\"objectId\":1}, \"", "{\"inputs\":[{\"objectId\":1}]}"}) {
        const outcome o = drain(*open(write_sparse(before, days_of_reading, "")));
        EXPECT_EQ(o.ids(), std::vector<std::string>{"1"}) << before;
        EXPECT_THAT(o.kept(), HasSubstr("its tail from byte")) << before;
        ASSERT_EQ(o.bad().size(), 1U) << before;
        EXPECT_EQ(o.bad()[0].offset + o.bad()[0].size, days_of_reading) << before;
    }
}

TEST_F(sparse_file_test, records_behind_a_hole_are_read) {
    for (const std::string& before : {good, std::string(), good + "{\"objectId\":9,\"x\":\""}) {
        const outcome o =
            drain(*open(write_sparse(before, days_of_reading, "\n{\"objectId\":2}\n")));
        EXPECT_EQ(o.ids().back(), "2") << before;
        ASSERT_EQ(o.bad().size(), 1U) << before;
        EXPECT_EQ(o.bad()[0].offset + o.bad()[0].size, days_of_reading) << before;
    }
}

TEST_F(sparse_file_test, element_that_ends_behind_a_hole_is_oversized) {
    for (const char* before : {"[{\"x\":\"", "[{\"x\":\"\\", "[{\"x\":["}) {
        const std::string after =
            before[6] == '[' ? "]},{\"objectId\":2}]" : "\"},{\"objectId\":2}]";
        const outcome o = drain(*open(write_sparse(before, days_of_reading, after)));
        EXPECT_EQ(o.ids(), std::vector<std::string>{"2"}) << before;
        ASSERT_EQ(o.bad().size(), 1U) << before;
        EXPECT_THAT(o.bad()[0].reason, HasSubstr("longer than the limit")) << before;
    }
}

TEST_F(sparse_file_test, hole_is_told_as_the_nul_bytes_that_it_stands_for) {
    const std::uint64_t hole = 1 << 20;
    const outcome sparse = drain(*open(write_sparse(good, hole, "\n" + good)));
    const outcome written = read(good + std::string(hole - good.size(), '\0') + "\n" + good);
    EXPECT_EQ(ledger(sparse), ledger(written));
    EXPECT_EQ(sparse.bad()[0].content, written.bad()[0].content);
    EXPECT_EQ(sparse.end.size, written.end.size);
}

TEST_F(sparse_file_test, reader_asks_once_a_window_whether_to_go_on) {
    int asked = 0;
    options.keep_on = [&] { return ++asked < 20; };
    for (const std::string& bytes :
         {std::string(1 << 20, '\0'), good + std::string(1 << 20, 'x')}) {
        asked = 0;
        const auto reader = open(write(bytes));
        while (reader->next()) continue;
        EXPECT_EQ(asked, 20);
        EXPECT_FALSE(reader->next());
        EXPECT_EQ(reader->end().records_in, 0U) << "end() is not set";
    }
}

} // namespace hubspool
