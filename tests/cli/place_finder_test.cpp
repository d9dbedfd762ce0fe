// Which object a record was of, read in the files of a queue.
#include "cli/fates/place_finder.hpp"
#include "cli/queue_files.hpp"
#include "cli/replay_fixture.hpp"
#include "spool/packed.hpp"

#include <fmt/core.h>
#include <gmock/gmock.h>

#include <random>

namespace hubspool {
namespace {

using ::testing::StartsWith;

class place_finder_test : public replay_fixture {
protected:
    void SetUp() override {
        make_queue();
        open_state();
        options_.queue.directory = queue();
    }
    // "NAME:LINE OBJECT REFERENCE BAD"
    std::string found(std::uint64_t file, std::uint64_t ordinal) {
        if (!finder_) begin();
        const auto place = finder_->find(file, ordinal);
        if (!place) return place.error().message;
        return fmt::format("{}:{} {} {} {}", place->file, place->line, place->object_id,
                           place->reference, place->bad);
    }
    // Records with ordinals from 0 on, each with its ordinal as its object and as its id.
    static std::string records(std::uint64_t count, std::size_t value_bytes) {
        std::string text;
        for (std::uint64_t i = 0; i < count; ++i)
            text += fmt::format("{{\"objectId\":\"{0}\",\"$hubspool\":{{\"id\":\"r{0}\"}},"
                                "\"eventName\":\"{1}\"}}\n",
                                i, std::string(value_bytes, 'x'));
        return text;
    }
    static std::string record_of(std::uint64_t ordinal, const std::string& name) {
        return fmt::format("{0}:{1} {2} r{2} ", name, ordinal + 1, ordinal);
    }
    void settle_text(std::uint64_t number, const std::string& name, const std::string& text) const {
        commit_unit unit;
        settle(unit, number, name, text);
        commit(unit);
    }
    std::string done_path(std::uint64_t number, const std::string& name) const {
        return queue() + "/done/2020-09-13/" +
               format_claimed_name({number, replay_stamp + number, lane::live, name});
    }

    settings options_;

private:
    void begin() {
        auto feed = fate_feed::open(state());
        ASSERT_TRUE(feed);
        feed_.emplace(std::move(*feed));
        auto opened = look_into_queue(options_.queue);
        ASSERT_TRUE(opened);
        queue_ = std::move(*opened);
        finder_.emplace(options_, *feed_, *queue_);
    }

    std::optional<fate_feed> feed_;
    std::unique_ptr<queue_survey> queue_;
    std::optional<place_finder> finder_;
};

TEST_F(place_finder_test, records_and_pieces_that_are_none_are_found_by_their_ordinals) {
    settle_text(1, "a.ndjson",
                "{\"objectId\":\"007\",\"eventName\":\"a\"}\n"
                "{\"objectId\":\"8\",\"startDateTime\":\"soon\",\"$hubspool\":{"
                "\"id\":\"x\"}}\n"
                "\n"
                "{\"objectId\":\"9\",\"eventName\":\"a\"}\n");
    EXPECT_EQ(found(1, 0), "a.ndjson:1 7  ");
    EXPECT_THAT(found(1, 1), StartsWith("a.ndjson:2 8 x startDateTime is not"));
    EXPECT_EQ(found(1, 2), "a.ndjson:4 9  ") << "an empty line is no record";
    EXPECT_EQ(found(1, 3), "a.ndjson:0   ") << "there is no such record";
}

TEST_F(place_finder_test, file_that_is_gone_leaves_its_name_and_one_without_a_row_nothing) {
    settle_text(1, "a.ndjson", records(1, 1));
    std::filesystem::remove(done_path(1, "a.ndjson"));
    EXPECT_EQ(found(1, 0), "a.ndjson:0   ");
    EXPECT_EQ(found(2, 0), ":0   ");
}

TEST_F(place_finder_test, large_file_is_found_in_from_any_place_to_any_other) {
    constexpr std::uint64_t count = 4000;
    settle_text(1, "large", records(count, 300)); // five blocks
    for (std::uint64_t i = 0; i < count; i += 37)
        ASSERT_EQ(found(1, i), record_of(i, "large")) << "forward";
    for (std::uint64_t i = count; i > 0; i -= std::min<std::uint64_t>(i, 41))
        ASSERT_EQ(found(1, i - 1), record_of(i - 1, "large")) << "backward";
    std::mt19937_64 random(1);
    for (int i = 0; i < 200; ++i) {
        const std::uint64_t ordinal = random() % count;
        ASSERT_EQ(found(1, ordinal), record_of(ordinal, "large"));
    }
}

TEST_F(place_finder_test, each_record_around_the_end_of_a_block_is_found) {
    settle_text(1, "large", records(2500, 300));
    // A block ends at about 256 KiB.
    for (std::uint64_t i = 650; i < 850; ++i) ASSERT_EQ(found(1, i), record_of(i, "large"));
    EXPECT_EQ(found(1, 2499), record_of(2499, "large"));
    EXPECT_EQ(found(1, 2500), "large:0   ");
}

TEST_F(place_finder_test, more_blocks_than_are_kept_are_read_again) {
    // Some 150 blocks of which 128 are kept.
    settle_text(1, "huge", records(450, 90'000));
    for (const std::uint64_t ordinal : {0U, 449U, 0U, 100U, 448U, 1U})
        ASSERT_EQ(found(1, ordinal), record_of(ordinal, "huge"));
}

TEST_F(place_finder_test, files_in_turn_are_not_mistaken_for_each_other) {
    settle_text(1, "a", records(2000, 300));
    settle_text(2, "b", records(2000, 200));
    for (std::uint64_t i = 0; i < 2000; i += 111) {
        ASSERT_EQ(found(1, i), record_of(i, "a"));
        ASSERT_EQ(found(2, 1999 - i), record_of(1999 - i, "b"));
    }
}

TEST_F(place_finder_test, compressed_file_is_read_as_what_it_holds) {
    settle_text(1, "a.ndjson.gz", gzipped(records(3000, 300)));
    EXPECT_EQ(found(1, 2999), record_of(2999, "a.ndjson.gz"));
    EXPECT_EQ(found(1, 10), record_of(10, "a.ndjson.gz"));
    EXPECT_EQ(found(1, 1500), record_of(1500, "a.ndjson.gz"));
}

TEST_F(place_finder_test, file_that_moves_meanwhile_is_followed) {
    const std::string claimed =
        queue() + "/cur/000000/" + format_claimed_name({1, replay_stamp + 1, lane::live, "a"});
    commit_unit open;
    settle(open, 1, "a", records(2000, 300));
    std::filesystem::create_directories(queue() + "/cur/000000");
    std::filesystem::rename(done_path(1, "a"), claimed);
    open.files[0].settled.reset();
    commit(open);
    settle_text(2, "b", records(1, 1));
    EXPECT_EQ(found(1, 0), record_of(0, "a"));
    EXPECT_EQ(found(2, 0), record_of(0, "b"));
    std::filesystem::rename(claimed, done_path(1, "a"));
    commit_unit settled = open;
    settled.files[0].settled = wall_time(milliseconds(replay_stamp + 1000));
    commit(settled);
    EXPECT_EQ(found(1, 1999), record_of(1999, "a"));
}

TEST_F(place_finder_test, bad_pieces_that_share_a_row_share_its_reason) {
    std::string text;
    for (int i = 0; i < 10'010; ++i) text += "{}\n";
    settle_text(1, "a.ndjson", text + records(1, 1));
    const std::string of_range = found(1, 10'005);
    EXPECT_THAT(of_range, StartsWith("a.ndjson:10001   "));
    EXPECT_EQ(found(1, 10'009), of_range);
    EXPECT_NE(found(1, 9'999), of_range) << "the last one with a row of its own";
    EXPECT_EQ(found(1, 10'010), "a.ndjson:10011 0 r0 ");
}

TEST_F(place_finder_test, settings_of_reading_are_those_of_the_daemon) {
    options_.records.refuse_unknown_fields = true;
    settle_text(1, "a.ndjson", "{\"objectId\":\"1\",\"colour\":\"red\"}\n");
    EXPECT_THAT(found(1, 0), StartsWith("a.ndjson:1 1  "));
    EXPECT_NE(found(1, 0), "a.ndjson:1 1  ") << "it is refused, and why";
}

} // namespace
} // namespace hubspool
