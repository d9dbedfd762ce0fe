// Each word that hubspool gives as a reason has an entry.
#include "cli/explain/explain_command.hpp"
#include "cli/explain/reason_table.hpp"
#include "cli/printing.hpp"
#include "core/answers/judgement.hpp"
#include "core/books/letter_categories.hpp"
#include "core/engine/sending_hold.hpp"
#include "core/words/park.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <set>
#include <string>

namespace hubspool {
namespace {

using ::testing::HasSubstr;
using ::testing::internal::CaptureStdout;
using ::testing::internal::GetCapturedStdout;

bool is_explained(reason_kind kind, std::string_view code) {
    return find_reason(kind, code) != nullptr;
}

TEST(reason_table, has_every_park) {
    for (std::size_t i = 0; i < park_reason_count; ++i) {
        const std::string_view code = to_string(static_cast<park_reason>(i));
        EXPECT_TRUE(is_explained(reason_kind::park, code)) << code;
    }
}

TEST(reason_table, has_every_hold) {
    engine_status status;
    status.parks.emplace_back();
    status.outcomes_full = true;
    status.bulk_held = true;
    status.reading_first = true;
    status.held_until = boot_time::max();
    std::set<std::string> kinds;
    for (const hold_cause cause :
         {hold_cause::restart, hold_cause::retry_after, hold_cause::rate_limited,
          hold_cause::may_land, hold_cause::not_noted, hold_cause::backoff})
        for (const breaker_state breaker : {breaker_state::open, breaker_state::probing})
            for (const credential_state credential :
                 {credential_state::missing, credential_state::unproved})
                for (const bool recovering : {false, true}) {
                    status.held_by = cause;
                    status.breaker = breaker;
                    status.credential = credential;
                    status.recovering = recovering;
                    for (const sending_hold& hold : holds_of(status, boot_time{}))
                        kinds.emplace(hold.kind);
                }
    EXPECT_EQ(kinds.size(), 13U);
    for (const std::string& kind : kinds)
        EXPECT_TRUE(is_explained(reason_kind::hold, kind)) << kind;
}

TEST(reason_table, has_hubspools_own_categories_of_dead_letters) {
    for (const std::string_view category :
         {std::string_view("decode"), category_too_late, category_in_doubt, reason_not_json,
          reason_empty_answer, reason_unattributed, reason_not_stored,
          std::string_view("max_inputs"), std::string_view("unanswered"),
          std::string_view("http_200"), std::string_view("http_302"), std::string_view("http_413"),
          std::string_view("http_404"), std::string_view("http_503")})
        EXPECT_TRUE(is_explained(reason_kind::dead_letter, category)) << category;
}

TEST(reason_table, has_every_exit_code) {
    for (const int code :
         {exit_done, exit_failed, exit_usage, exit_dead_letters, exit_stopped, exit_try_again})
        EXPECT_TRUE(is_explained(reason_kind::exit_code, std::to_string(code))) << code;
}

TEST(reason_table, names_each_code_of_a_kind_once) {
    std::set<std::pair<reason_kind, std::string_view>> seen;
    for (const reason_entry& entry : reason_table()) {
        EXPECT_TRUE(seen.emplace(entry.kind, entry.code).second) << entry.code;
        EXPECT_FALSE(entry.meaning.empty()) << entry.code;
    }
}

TEST(reason_table, takes_codes_as_people_write_them) {
    EXPECT_TRUE(is_explained(reason_kind::park, "Suspect-Data"));
    EXPECT_TRUE(is_explained(reason_kind::dead_letter, "validation_error"));
    EXPECT_TRUE(is_explained(reason_kind::dead_letter, "http_503"));
    for (const char* other : {"http_50", "http_5000", "http_600", "suspect", ""})
        EXPECT_FALSE(is_explained(reason_kind::dead_letter, other)) << other;
}

class explain_command : public ::testing::Test {
protected:
    std::string explain(const std::string& code, int exit_code = exit_done) {
        CaptureStdout();
        EXPECT_EQ(run_explain(context_, code), exit_code);
        (void)flush_printed();
        return GetCapturedStdout();
    }
    command_context context_;
};

TEST_F(explain_command, of_a_code_tells_what_it_means_and_what_to_do_in_80_columns) {
    const std::string told = explain("suspect-data");
    EXPECT_THAT(told, ::testing::StartsWith("suspect_data (park)\n  many records were refused"));
    EXPECT_THAT(told, HasSubstr("\n  To do: see `hubspool dead-letters list`"));
    for (std::size_t from = 0; from < told.size();) {
        const std::size_t end = told.find('\n', from);
        EXPECT_LE(end - from, 80U) << told;
        from = end + 1;
    }
}

TEST_F(explain_command, without_a_code_lists_all) {
    const std::string told = explain("");
    for (const reason_entry& entry : reason_table())
        EXPECT_THAT(told, HasSubstr("\n  " + std::string(entry.code) + ' '));
}

TEST_F(explain_command, of_an_unknown_code_says_how_to_list_them) {
    EXPECT_EQ(explain("nonsense", exit_failed), "");
}

TEST_F(explain_command, prints_json) {
    context_.json = true;
    EXPECT_EQ(explain("backoff"),
              R"([{"kind":"hold","code":"backoff","meaning":"a request failed, )"
              R"(and the next waits its time","remedy":null}])"
              "\n");
}

} // namespace
} // namespace hubspool
