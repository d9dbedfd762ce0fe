// The rows of all other answers, headers, and what is kept of an answer's words.
#include "core/judged_answer.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <simdjson.h>

#include <set>

namespace hubspool::testing {
namespace {

using namespace std::chrono_literals;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

const sent_batch batch{"5", "6"};

const std::string missing_scopes =
    R"({"status":"error","message":"This app hasn't been granted all required scopes to make this call.",)"
    R"("correlationId":"c","errors":[{"message":"One or more of the following scopes are required.",)"
    R"("context":{"requiredScopes":["marketing-events-write"],)"
    R"("requiredGranularScopes":["crm.objects.marketing_events.write"]}}],"category":"MISSING_SCOPES"})";
const std::string not_found =
    R"({"status":"error","category":"OBJECT_NOT_FOUND","message":"No marketing event found","correlationId":"x"})";

api_response with_retry_after(api_response response, std::string value) {
    response.retry_after = std::move(value);
    response.date = "Sun, 06 Nov 1994 12:00:00 GMT";
    return response;
}

api_response rate_limited(const std::string& policy) {
    std::string body = R"({"status":"error","message":"You have reached your limit.",)"
                       R"("errorType":"RATE_LIMIT","correlationId":"c033cdaa")";
    if (!policy.empty()) body += R"(,"policyName":")" + policy + "\"";
    return answered(429, body + "}");
}

// Parks

struct park_case {
    const char* label;
    int status;
    std::string body;
    park_reason reason;
    const char* words;
};

TEST(response_mapper_park, the_line_stops_and_nobody_is_blamed) {
    const park_case cases[] = {
        {"expired token", 401,
         R"({"status":"error","message":"The OAuth token used to make this call expired 0 second(s) ago.",)"
         R"("category":"EXPIRED_AUTHENTICATION","context":{"expire time":["2023-10-30T15:15:04.007Z"]}})",
         park_reason::unauthorized, "expired 0 second(s) ago"},
        {"bad token", 401, R"({"category":"INVALID_AUTHENTICATION"})", park_reason::unauthorized,
         "api.token_file"},
        {"401 without JSON", 401, "", park_reason::unauthorized, "401 with an empty body"},
        {"missing scopes", 403, missing_scopes, park_reason::forbidden,
         "marketing-events-write, crm.objects.marketing_events.write"},
        {"missing scopes, unnamed", 403, R"({"category":"MISSING_SCOPES"})", park_reason::forbidden,
         "crm.objects.marketing_events.write"},
        {"another 403", 403, R"({"category":"USER_DOES_NOT_HAVE_PERMISSIONS","message":"no"})",
         park_reason::misconfigured, "403 USER_DOES_NOT_HAVE_PERMISSIONS: no"},
        {"404 of another category", 404, R"({"category":"RESOURCE_NOT_FOUND","message":"path"})",
         park_reason::misconfigured, "404 RESOURCE_NOT_FOUND: path"},
        {"proxy wants a login", 407, "", park_reason::misconfigured, "407"},
    };
    for (const park_case& each : cases) {
        for (const sent_batch& sent : {batch, sent_batch{"5"}}) {
            const auto verdict = sent.judge(answered(each.status, each.body, "text/html"));
            EXPECT_THAT(fates(verdict), Each(again)) << each.label;
            EXPECT_FALSE(verdict.outage) << each.label;
            EXPECT_FALSE(verdict.may_still_land) << each.label;
            ASSERT_TRUE(verdict.park) << each.label;
            EXPECT_EQ(verdict.park->reason, each.reason) << each.label;
            EXPECT_EQ(verdict.park->until, std::nullopt) << each.label;
            EXPECT_THAT(verdict.park->words, HasSubstr(each.words)) << each.label;
            EXPECT_THAT(verdict.park->words, HasSubstr("sending goes on when")) << each.label;
        }
    }
}

TEST(response_mapper_park, scenario_23_a_401_with_a_credential_that_has_changed_goes_again) {
    api_response response = answered(401, "{}");
    response.credential_changed = true;
    const auto verdict = batch.judge(response);
    EXPECT_THAT(fates(verdict), Each(again));
    EXPECT_FALSE(verdict.park);
}

TEST(response_mapper_park, the_remedy_survives_a_very_long_message) {
    const auto verdict = batch.judge(
        answered(404, R"({"category":"X","message":")" + std::string(5000, 'x') + "\"}"));
    EXPECT_THAT(verdict.park->words, HasSubstr("api.url"));
    EXPECT_LE(verdict.park->words.size(), 1000U);
}

TEST(response_mapper_park, a_migration_parks_for_its_retry_after) {
    const auto response = answered(477, R"({"message":"Migration in progress"})");
    const auto told = batch.judge(with_retry_after(response, "7200"));
    EXPECT_THAT(fates(told), Each(again));
    ASSERT_TRUE(told.park);
    EXPECT_EQ(told.park->reason, park_reason::migration);
    EXPECT_EQ(told.park->until, sent_at + 2h);
    for (const char* unusable : {"", "99999999", "Sun, 06 Nov 1994 11:00:00 GMT"}) {
        const auto verdict = batch.judge(with_retry_after(response, unusable));
        EXPECT_EQ(verdict.park->until, sent_at + 1h) << unusable;
    }
}

// 403 and 404 that are no parks

TEST(response_mapper, scenario_7_an_unknown_object_is_isolated_and_then_dead) {
    const auto pair = batch.judge(answered(404, not_found));
    EXPECT_THAT(fates(pair), Each(suspect));
    EXPECT_TRUE(pair.no_backoff);
    EXPECT_FALSE(pair.park);
    const auto alone = sent_batch{"5"}.judge(answered(404, not_found));
    EXPECT_THAT(fates(alone), ElementsAre(dead));
    EXPECT_EQ(alone.inputs[0].category, "OBJECT_NOT_FOUND");
    EXPECT_EQ(alone.inputs[0].words, "No marketing event found");
}

TEST(response_mapper, too_large_is_isolated_and_then_dead) {
    const std::string body = R"({"category":"TOO_LARGE","message":"at most 5 MB"})";
    const auto pair = batch.judge(answered(413, body));
    EXPECT_THAT(fates(pair), Each(suspect));
    EXPECT_TRUE(pair.no_backoff);
    EXPECT_FALSE(pair.doubtful);
    const auto alone = sent_batch{"5"}.judge(answered(413, body));
    EXPECT_THAT(fates(alone), ElementsAre(dead));
    EXPECT_EQ(alone.inputs[0].category, "TOO_LARGE");
    EXPECT_EQ(alone.inputs[0].words, "at most 5 MB");
}

TEST(response_mapper, too_large_for_a_gateway_may_be_everybodys_and_is_in_doubt) {
    for (const sent_batch& of : {batch, sent_batch{"5"}}) {
        const auto verdict = of.judge(answered(413, "<html/>", "text/html"));
        EXPECT_THAT(fates(verdict), Each(suspect));
        EXPECT_TRUE(verdict.doubtful);
        EXPECT_FALSE(verdict.may_still_land);
        EXPECT_EQ(verdict.inputs[0].category, "http_413");
        EXPECT_THAT(verdict.inputs[0].words, HasSubstr("413 with text/html"));
    }
}

TEST(response_mapper, retry_after_of_a_day_counts_as_an_hour_unless_it_is_the_days_quota) {
    const auto told = [](int status, const std::string& body) {
        api_response response = answered(status, body);
        response.retry_after = "86400";
        return batch.judge(response);
    };
    EXPECT_EQ(told(429, "{}").hold, 1h);
    EXPECT_EQ(told(423, "{}").retry_after_min, 1h);
    EXPECT_EQ(told(429, R"({"policyName":"DAILY"})").park->until, sent_at + 24h);
}

// Outages

TEST(response_mapper, unnamed_error_that_may_pass_without_results_is_in_doubt) {
    const std::string errors[] = {R"({"category":"INTERNAL_ERROR","message":"no"})",
                                  R"({"message":"no"})", R"("no")"};
    for (const std::string& error : errors) {
        const std::string none = R"({"results":[],"errors":[)" + error + "]}";
        for (const sent_batch& sent : {sent_batch{"5"}, sent_batch{"5", "6"}}) {
            const auto verdict = sent.judge(answered(207, none));
            EXPECT_THAT(fates(verdict), Each(suspect)) << error;
            EXPECT_TRUE(verdict.doubtful) << error;
            EXPECT_TRUE(verdict.outage) << error;
        }
        // Others were done: it is not of all.
        const auto beside = sent_batch{"5", "6"}.judge(
            answered(207, R"({"results":[{"objectId":"6"}],"errors":[)" + error + "]}"));
        EXPECT_THAT(fates(beside), ElementsAre(suspect, delivered)) << error;
        EXPECT_FALSE(beside.doubtful) << error;
    }
}

TEST(response_mapper, scenario_5_and_8_no_conclusive_answer_may_still_land) {
    for (const int status : {408, 500, 501, 502, 503, 504, 521, 522, 523, 524,
                             525, 526, 599, 100, 101, 199, 0,   -1,  600, 999}) {
        for (const char* body :
             {"<html/>", R"({"category":"VALIDATION_ERROR","context":{"ids":["5"]}})",
              R"({"results":[{"objectId":"5"},{"objectId":"6"}]})"}) {
            for (const sent_batch& sent : {batch, sent_batch{"5"}}) {
                const auto verdict = sent.judge(answered(status, body));
                EXPECT_THAT(fates(verdict), Each(suspect)) << status;
                EXPECT_TRUE(verdict.may_still_land) << status;
                EXPECT_TRUE(verdict.outage) << status;
                EXPECT_TRUE(verdict.doubtful) << status;
                EXPECT_FALSE(verdict.no_backoff) << status;
                EXPECT_FALSE(verdict.park) << status;
            }
        }
    }
}

TEST(response_mapper, unanswered_suspects_all_and_may_still_land) {
    api_response response;
    response.error = "no answer within 60 s";
    const auto verdict = batch.judge(response);
    EXPECT_THAT(fates(verdict), Each(suspect));
    EXPECT_TRUE(verdict.may_still_land);
    EXPECT_TRUE(verdict.outage);
    EXPECT_FALSE(verdict.resend);
    EXPECT_EQ(verdict.reason, "unanswered");
    EXPECT_EQ(verdict.words, "no answer within 60 s");
    EXPECT_EQ(verdict.inputs[0].words, "no answer within 60 s");
}

TEST(response_mapper, a_stale_connection_is_a_resend_with_nobody_halved) {
    api_response response;
    response.end = exchange_end::stale;
    const auto verdict = batch.judge(response);
    EXPECT_THAT(fates(verdict), Each(again));
    EXPECT_TRUE(verdict.resend);
    EXPECT_TRUE(verdict.may_still_land);
    EXPECT_FALSE(verdict.outage);
    EXPECT_EQ(verdict.reason, "stale");
}

TEST(response_mapper, not_sent_charges_nobody_and_cannot_land) {
    api_response response;
    response.end = exchange_end::not_sent;
    response.error = "connect to 127.0.0.1:443: refused";
    const auto verdict = batch.judge(response);
    EXPECT_THAT(fates(verdict), Each(again));
    EXPECT_TRUE(verdict.outage);
    EXPECT_FALSE(verdict.doubtful); // no record was looked at
    EXPECT_FALSE(verdict.may_still_land);
    EXPECT_EQ(verdict.reason, "not_sent");
    EXPECT_EQ(verdict.words, response.error);
}

TEST(response_mapper, what_an_unanswered_exchange_left_in_status_and_body_is_not_judged) {
    api_response response = answered(200, R"({"results":[{"objectId":"5"},{"objectId":"6"}]})");
    for (const exchange_end end :
         {exchange_end::unanswered, exchange_end::stale, exchange_end::not_sent}) {
        response.end = end;
        const auto verdict = batch.judge(response);
        EXPECT_THAT(fates(verdict), Each(::testing::Ne(delivered)));
    }
}

TEST(response_mapper, a_misdirected_or_early_request_wants_another_connection) {
    for (const int status : {421, 425}) {
        const auto verdict = batch.judge(answered(status, ""));
        EXPECT_THAT(fates(verdict), Each(again));
        EXPECT_TRUE(verdict.close_connection);
        EXPECT_TRUE(verdict.outage);
        EXPECT_FALSE(verdict.may_still_land);
        EXPECT_FALSE(verdict.park);
    }
}

// Waits

TEST(response_mapper, locked_waits_two_seconds_or_longer_if_told) {
    const auto response = answered(423, R"({"message":"locked"})");
    const auto verdict = batch.judge(response);
    EXPECT_THAT(fates(verdict), Each(suspect));
    EXPECT_FALSE(verdict.may_still_land);
    EXPECT_EQ(verdict.retry_after_min, 2s);
    EXPECT_EQ(batch.judge(with_retry_after(response, "1")).retry_after_min, 2s);
    EXPECT_EQ(batch.judge(with_retry_after(response, "9")).retry_after_min, 9s);
    EXPECT_EQ(batch.judge(with_retry_after(response, "99999999")).retry_after_min, 2s);
}

TEST(response_mapper, a_rate_limit_holds_all_sending_and_charges_nobody) {
    const struct {
        const char* policy;
        milliseconds hold;
        bool throttled;
    } cases[] = {
        {"TEN_SECONDLY_ROLLING", 12s, true},
        {"SECONDLY", 1s, true},
        {"", 12s, true},
        {"HOURLY", 12s, false},
    };
    mapper_options options;
    options.window = 12s;
    for (const auto& each : cases) {
        const auto verdict = batch.judge(rate_limited(each.policy), options);
        EXPECT_THAT(fates(verdict), Each(again)) << each.policy;
        EXPECT_EQ(verdict.hold, each.hold) << each.policy;
        EXPECT_EQ(verdict.throttled, each.throttled) << each.policy;
        EXPECT_FALSE(verdict.park) << each.policy;
        EXPECT_FALSE(verdict.outage) << each.policy;
        const auto told = batch.judge(with_retry_after(rate_limited(each.policy), "5"), options);
        EXPECT_EQ(told.hold, 5s) << each.policy;
    }
    EXPECT_EQ(batch.judge(answered(429, "<html/>"), options).hold, 12s);
}

TEST(response_mapper, scenario_22_an_unbelievable_retry_after_is_ignored) {
    for (const char* value : {"99999999", "Sun, 06 Nov 1994 11:00:00 GMT", "-5", "soon"}) {
        const auto verdict = batch.judge(with_retry_after(rate_limited("SECONDLY"), value));
        EXPECT_EQ(verdict.hold, 1s) << value;
    }
    const auto date = with_retry_after(rate_limited("SECONDLY"), "Sun, 06 Nov 1994 12:00:30 GMT");
    EXPECT_EQ(batch.judge(date).hold, 30s);
}

TEST(response_mapper, a_spent_daily_quota_parks_until_the_later_of_reset_and_retry_after) {
    api_response response = rate_limited("DAILY");
    response.quota_reset = sent_at + 3h;
    const auto verdict = batch.judge(response);
    EXPECT_THAT(fates(verdict), Each(again));
    ASSERT_TRUE(verdict.park);
    EXPECT_EQ(verdict.park->reason, park_reason::quota);
    EXPECT_EQ(verdict.park->until, sent_at + 3h);
    EXPECT_FALSE(verdict.throttled);
    EXPECT_EQ(verdict.reason, "DAILY");
    EXPECT_EQ(batch.judge(with_retry_after(response, "3600")).park->until, sent_at + 3h);
    EXPECT_EQ(batch.judge(with_retry_after(response, "14400")).park->until, sent_at + 4h);
    response.quota_reset = sent_at - 1h;
    EXPECT_EQ(batch.judge(response).park->until, std::nullopt);
}

// Headers and words

TEST(response_mapper, scenario_22_only_a_believable_rate_limit_header_is_taken) {
    api_response response = answered(200, "{}");
    for (const char* value :
         {"", "0", "-5", "10001", "99999999999999999999", "12a", " 190", "1.5"}) {
        response.limit_max = value;
        EXPECT_EQ(batch.judge(response).limit_max, std::nullopt) << value;
    }
    for (const std::uint32_t value : {1U, 190U, 10000U}) {
        response.limit_max = std::to_string(value);
        EXPECT_EQ(batch.judge(response).limit_max, value);
    }
}

TEST(response_mapper, the_correlation_id_is_the_headers_else_the_bodys) {
    api_response response = answered(404, not_found);
    EXPECT_EQ(batch.judge(response).correlation_id, "x");
    response.correlation_id = "from-header";
    EXPECT_EQ(batch.judge(response).correlation_id, "from-header");
}

TEST(response_mapper, every_string_of_an_answer_is_bounded_and_clean) {
    const std::string text = std::string(3000, 'x') + R"(\u0000\u001b[31m)";
    const std::string quoted = "\"\\u001b" + text + "\"";
    const std::string body = R"({"status":)" + quoted + R"(,"category":)" + quoted +
                             R"(,"message":)" + quoted + R"(,"policyName":)" + quoted +
                             R"(,"correlationId":)" + quoted + R"(,"results":[{"objectId":)" +
                             quoted + R"(}],"errors":[{"message":)" + quoted + R"(,"category":)" +
                             quoted + R"(,"context":{"ids":["5"],"requiredScopes":[)" + quoted +
                             "]}}]}";
    const std::string complete = R"({"results")" + body.substr(body.find(R"(:[{"objectId")"));
    const auto expect_bounded = [](const std::string& out, std::size_t limit) {
        EXPECT_LE(out.size(), limit);
        EXPECT_EQ(out.find('\x1b'), std::string::npos);
        EXPECT_TRUE(simdjson::validate_utf8(out));
    };
    for (const int status : {200, 400, 401, 403, 404, 413, 429, 477, 500}) {
        for (const std::string& each : {body, complete, "\x1b\xff" + body}) {
            api_response response =
                answered(status, each, "text/\x1b\xff" + std::string(3000, 'x'));
            response.correlation_id = "\x1b\xff" + std::string(3000, 'x');
            const auto verdict = batch.judge(response);
            expect_bounded(verdict.status, 100);
            expect_bounded(verdict.reason, 100);
            expect_bounded(verdict.words, 1000);
            expect_bounded(verdict.correlation_id, 100);
            for (const auto& input : verdict.inputs) {
                expect_bounded(input.category, 100);
                expect_bounded(input.words, 1000);
            }
            for (const auto& id : verdict.unknown_results) expect_bounded(id, 100);
            if (verdict.park) expect_bounded(verdict.park->words, 1000);
        }
    }
}

TEST(response_mapper, an_empty_batch_is_no_crash) {
    for (const int status : {200, 400, 404, 413, 500}) {
        EXPECT_TRUE(sent_batch{}.judge(answered(status, not_found)).inputs.empty());
    }
}

TEST(park_reasons, have_different_names) {
    std::set<std::string_view> names;
    for (std::size_t i = 0; i < park_reason_count; ++i) {
        names.insert(to_string(static_cast<park_reason>(i)));
    }
    EXPECT_EQ(names.size(), park_reason_count);
    EXPECT_TRUE(names.contains("suspect_data"));
    EXPECT_TRUE(names.contains("paused"));
}

} // namespace
} // namespace hubspool::testing
