#include "app/settle/outcome_log.hpp"
#include "base/log.hpp"

#include <gmock/gmock.h>

#include <sstream>

namespace hubspool {

namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::string logged(log::level least, const std::function<void()>& say) {
    log::configure(least, log::format::text);
    ::testing::internal::CaptureStderr();
    say();
    (void)log::flush();
    std::string text = ::testing::internal::GetCapturedStderr();
    log::configure(log::level::info, log::format::text);
    return text;
}

int lines_with(const std::string& text, const std::string& what) {
    int lines = 0;
    std::istringstream all(text);
    for (std::string line; std::getline(all, line);)
        lines += line.find(what) == std::string::npos ? 0 : 1;
    return lines;
}

batch_outcome with_a_dead_letter() {
    batch_outcome outcome;
    dead_letter& letter = outcome.dead_letters.emplace_back();
    letter.at = {3, 200};
    letter.object_id = "77";
    letter.category = "decode";
    letter.reason = "startDateTime is no date: \"private words\"";
    letter.content = "{\"x\":\"private words\"}";
    letter.records = {{3, 200, 27, 2, 1, 12, "ref"}};
    return outcome;
}

} // namespace

TEST(outcome_log, dead_letter_is_named_without_its_content) {
    const std::string text =
        logged(log::level::info, [] { log_dead_letters(with_a_dead_letter()); });
    for (const char* const field : {"file=3", "line=12", "offset=200", "object=77", "decode"})
        EXPECT_THAT(text, HasSubstr(field));
    EXPECT_THAT(text, Not(HasSubstr("private words")));
    EXPECT_THAT(logged(log::level::debug, [] { log_dead_letters(with_a_dead_letter()); }),
                HasSubstr("private words"));
}

TEST(outcome_log, batch_tells_the_category_and_not_the_words) {
    batch_outcome outcome;
    outcome.inputs = 2;
    outcome.http_status = 400;
    outcome.reason = "VALIDATION_ERROR";
    outcome.words = "\"private words\" was not a valid date";
    const std::string text = logged(log::level::info, [&] { log_outcome(outcome); });
    EXPECT_THAT(text, HasSubstr("reason=VALIDATION_ERROR"));
    EXPECT_THAT(text, Not(HasSubstr("private words")));
    EXPECT_THAT(logged(log::level::debug, [&] { log_outcome(outcome); }),
                HasSubstr("private words"));
}

TEST(outcome_log, park_tells_what_ends_it_and_no_values) {
    park suspect;
    suspect.reason = park_reason::suspect_data;
    suspect.words = "VALIDATION_ERROR would make dead letters: private words";
    park scopes;
    scopes.reason = park_reason::forbidden;
    scopes.words = "Grant the scope crm.objects";
    const std::string text = logged(log::level::info, [&] { log_parks({}, {suspect, scopes}); });
    EXPECT_THAT(text, HasSubstr("hubspool resume"));
    EXPECT_THAT(text, HasSubstr("Grant the scope crm.objects"));
    EXPECT_THAT(text, Not(HasSubstr("private words")));
}

TEST(outcome_log, five_dead_letters_of_a_block_are_named_and_the_others_counted) {
    batch_outcome outcome;
    for (int i = 0; i < 7; ++i)
        outcome.dead_letters.push_back(with_a_dead_letter().dead_letters.front());
    const std::string text = logged(log::level::info, [&] { log_dead_letters(outcome); });
    EXPECT_EQ(lines_with(text, "object=77"), 5);
    EXPECT_THAT(text, HasSubstr("more=2"));
}

TEST(outcome_log, five_dead_letters_of_a_block_are_all_of_them) {
    batch_outcome outcome;
    for (int i = 0; i < 5; ++i)
        outcome.dead_letters.push_back(with_a_dead_letter().dead_letters.front());
    const std::string text = logged(log::level::info, [&] { log_dead_letters(outcome); });
    EXPECT_EQ(lines_with(text, "object=77"), 5);
    EXPECT_THAT(text, Not(HasSubstr("more=")));
}

TEST(outcome_log, batch_that_was_delivered_has_all_its_figures_and_no_reason) {
    batch_outcome outcome;
    outcome.batch = 7;
    outcome.attempt = 2;
    outcome.lane = lane::bulk;
    outcome.inputs = outcome.delivered = 3;
    outcome.http_status = 200;
    outcome.status = "COMPLETE";
    outcome.reason = "of no use";
    outcome.duration_ms = 12;
    outcome.queue_wait_ms = 34;
    outcome.correlation_id = "c-1";
    const std::string text = logged(log::level::info, [&] { log_outcome(outcome); });
    for (const char* const field :
         {"info", "batch=7", "attempt=2", "lane=bulk", "inputs=3", "delivered=3", "retried=0",
          "dead_lettered=0", "http_status=200", "status=COMPLETE", "duration_ms=12",
          "queue_wait_ms=34", "correlation_id=c-1"})
        EXPECT_THAT(text, HasSubstr(field));
    EXPECT_THAT(text, Not(HasSubstr("of no use")));
}

// However quiet successes are.
TEST(outcome_log, batch_that_was_not_all_delivered_is_a_warning) {
    batch_outcome outcome;
    outcome.inputs = 3;
    outcome.delivered = 2;
    const std::string text =
        logged(log::level::warning, [&] { log_outcome(outcome, log::level::debug); });
    EXPECT_THAT(text, HasSubstr("delivered=2"));
}

TEST(outcome_log, batch_that_was_delivered_is_as_quiet_as_it_is_told_to_be) {
    batch_outcome outcome;
    outcome.inputs = outcome.delivered = 3;
    EXPECT_EQ(logged(log::level::info, [&] { log_outcome(outcome, log::level::debug); }), "");
}

TEST(outcome_log, probe_is_told_as_one) {
    batch_outcome outcome;
    outcome.probe = true;
    EXPECT_THAT(logged(log::level::info, [&] { log_outcome(outcome); }), HasSubstr(" probe "));
    outcome.probe = false;
    EXPECT_THAT(logged(log::level::info, [&] { log_outcome(outcome); }), HasSubstr(" batch "));
}

park park_of(park_reason reason, const std::string& words) {
    park made;
    made.reason = reason;
    made.words = words;
    return made;
}

TEST(outcome_log, park_is_told_when_it_begins_when_its_words_change_and_when_it_ends) {
    const std::vector<park> first{park_of(park_reason::unauthorized, "first words")};
    const std::vector<park> second{park_of(park_reason::unauthorized, "second words")};
    EXPECT_EQ(logged(log::level::info, [&] { log_parks(first, first); }), "");
    EXPECT_THAT(logged(log::level::info, [&] { log_parks(first, second); }),
                HasSubstr("sending is parked: second words"));
    EXPECT_THAT(logged(log::level::info, [&] { log_parks(second, {}); }),
                HasSubstr("a park has ended"));
}

TEST(outcome_log, park_that_is_the_other_one_of_two_is_told_alone) {
    const std::vector<park> one{park_of(park_reason::unauthorized, "its words")};
    std::vector<park> two = one;
    two.push_back(park_of(park_reason::quota, "others"));
    const std::string text = logged(log::level::info, [&] { log_parks(one, two); });
    EXPECT_THAT(text, HasSubstr("others"));
    EXPECT_THAT(text, Not(HasSubstr("its words")));
}

// Rows outlive the boot, whose clock means nothing then.
TEST(outcome_log, row_of_a_park_has_the_wall_time_of_its_probe) {
    park waiting = park_of(park_reason::unauthorized, "words");
    waiting.since = wall_time(std::chrono::seconds(500));
    waiting.probe_at = boot_time(std::chrono::seconds(70));
    const auto rows = park_rows({waiting}, boot_time(std::chrono::seconds(10)),
                                wall_time(std::chrono::seconds(1000)));
    ASSERT_EQ(rows.size(), 1U);
    EXPECT_EQ(rows[0].reason, park_reason::unauthorized);
    EXPECT_EQ(rows[0].since, wall_time(std::chrono::seconds(500)));
    EXPECT_EQ(rows[0].words, "words");
    EXPECT_EQ(rows[0].probe_at, wall_time(std::chrono::seconds(1060)));
}

TEST(outcome_log, row_of_a_park_that_nothing_probes_has_no_time) {
    park paused = park_of(park_reason::paused, "words");
    paused.probe_at = boot_time::max();
    EXPECT_EQ(park_rows({paused}, {}, {})[0].probe_at, std::nullopt);
}

} // namespace hubspool
