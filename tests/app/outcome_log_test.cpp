#include "app/settle/outcome_log.hpp"
#include "base/log.hpp"

#include <gmock/gmock.h>

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

} // namespace hubspool
