#include "simulator/backend.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hubspool::simulator {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* two_inputs =
    R"({"inputs":[{"objectId":"10","eventName":"a #1","customProperties":[]},)"
    R"({"objectId":"11","customProperties":[{"name":"seats","value":"#1"}]}]})";

// A stand-in whose clock moves only when told.
class backend_test : public ::testing::Test {
protected:
    struct answered {
        int status;
        std::string body;
        std::string headers;
    };
    // A request from its arrival to its answer; what it points into lives as long.
    struct request {
        simdjson::padded_string body;
        update_parser parser;
        exchange state;
    };

    void configure(const std::string& json) {
        const auto changed = portal_.change(json);
        ASSERT_TRUE(changed) << changed.error().message;
    }
    std::unique_ptr<request> arrive(const std::string& body, int connection = 5,
                                    std::string_view token = "secret") {
        auto made = std::make_unique<request>();
        made->body = simdjson::padded_string(body);
        made->state.request = &made->parser.parse(made->body);
        made->state.body = made->body;
        made->state.connection = connection;
        portal_.arrive(made->state, token, now_);
        return made;
    }
    answered answer(request& pending) {
        std::string body;
        const auto reply = portal_.answer(pending.state, body);
        return {reply.status, body, reply.headers};
    }
    answered send(const std::string& body, std::string_view token = "secret") {
        return answer(*arrive(body, 5, token));
    }
    void later(const std::string& body) {
        const simdjson::padded_string padded(body);
        update_parser parser;
        portal_.apply_late(parser.parse(padded));
    }

    arrival_time now_{};
    bool client_left_ = false;
    backend portal_{behaviour{}, milliseconds(10000), 1, [this](int) { return client_left_; }};
};

TEST_F(backend_test, known_inputs_are_applied_and_echoed_last_to_first) {
    const auto done = send(two_inputs);
    EXPECT_EQ(done.status, 200);
    EXPECT_LT(done.body.find(R"("objectId":"11")"), done.body.find(R"("objectId":"10")"));
    EXPECT_EQ(
        portal_.objects_json().size(),
        std::string(R"({"10":{"eventName":"a #1","custom":{}},"11":{"custom":{"seats":"#1"}}})")
            .size());
}

TEST_F(backend_test, unknown_ids_are_named_by_one_error) {
    configure(R"({"unknown_every":5})");
    const auto done = send(R"({"inputs":[{"objectId":"10","customProperties":[]},)"
                           R"({"objectId":"11","customProperties":[]},)"
                           R"({"objectId":"15","customProperties":[]}]})");
    EXPECT_EQ(done.status, 207);
    EXPECT_THAT(done.body, HasSubstr(R"("numErrors":1)"));
    EXPECT_THAT(done.body, HasSubstr(R"("context":{"ids":["15","10"]})"));
    EXPECT_THAT(done.body, HasSubstr(R"("objectId":"11")"));
    EXPECT_THAT(portal_.report(), HasSubstr(R"("unknown_inputs":2)"));
}

TEST_F(backend_test, all_unknown_gives_no_results) {
    configure(R"({"all_unknown":true})");
    const auto done = send(two_inputs);
    EXPECT_EQ(done.status, 207);
    EXPECT_THAT(done.body, HasSubstr(R"("results":[])"));
    EXPECT_EQ(portal_.objects_json(), "{}");
}

TEST_F(backend_test, one_id_twice_with_zeros_refuses_the_batch) {
    const auto done = send(R"({"inputs":[{"objectId":"123","customProperties":[]},)"
                           R"({"objectId":"00123","customProperties":[]}]})");
    EXPECT_EQ(done.status, 400);
    EXPECT_THAT(done.body, HasSubstr("Duplicate IDs found in batch input: [123]"));
    EXPECT_THAT(portal_.report(), HasSubstr(R"("duplicate_id_batches":1)"));
    EXPECT_EQ(portal_.objects_json(), "{}");
}

TEST_F(backend_test, poisoned_batch_is_refused_without_a_pointer_and_not_applied) {
    configure(R"({"bad400_every":10})"); // 11 is one above a multiple
    const auto done = send(two_inputs);
    EXPECT_EQ(done.status, 400);
    EXPECT_THAT(done.body, HasSubstr(R"("category":"VALIDATION_ERROR")"));
    EXPECT_THAT(done.body, Not(HasSubstr("11\"")));
    EXPECT_EQ(portal_.objects_json(), "{}");
}

TEST_F(backend_test, refused_property_is_named) {
    configure(R"({"refuse_property":"seats"})");
    const auto done = send(two_inputs);
    EXPECT_EQ(done.status, 400);
    EXPECT_THAT(done.body, HasSubstr(R"("propertyName":["seats"])"));
    EXPECT_EQ(send(R"({"inputs":[{"objectId":"10","customProperties":[]}]})").status, 200);
}

TEST_F(backend_test, object_that_breaks_the_server_breaks_its_batch_alone) {
    configure(R"({"status500_object":"11"})");
    EXPECT_EQ(send(two_inputs).status, 500);
    EXPECT_EQ(send(R"({"inputs":[{"objectId":"10","customProperties":[]}]})").status, 200);
}

TEST_F(backend_test, wrong_token_is_refused_and_counted) {
    configure(R"({"token":"secret"})");
    EXPECT_EQ(send(two_inputs, "other").status, 401);
    EXPECT_EQ(send(two_inputs).status, 200);
    EXPECT_THAT(portal_.report(), HasSubstr(R"("unauthorized":1)"));
}

TEST_F(backend_test, request_above_an_enforced_limit_is_told_so) {
    configure(R"({"limit":1,"enforce":true,"send_limit_headers":true})");
    EXPECT_THAT(send(two_inputs).headers, HasSubstr("X-HubSpot-RateLimit-Remaining: 0\r\n"));
    const auto refused = send(two_inputs);
    EXPECT_EQ(refused.status, 429);
    EXPECT_THAT(refused.body, HasSubstr("TEN_SECONDLY_ROLLING"));
    now_ += milliseconds(10000);
    EXPECT_EQ(send(two_inputs).status, 200);
}

TEST_F(backend_test, spent_quota_is_told_from_a_full_window) {
    configure(R"({"daily":1})");
    EXPECT_EQ(send(two_inputs).status, 200);
    EXPECT_THAT(send(two_inputs).body, HasSubstr(R"("policyName":"DAILY")"));
}

TEST_F(backend_test, body_that_breaks_the_schema_is_counted) {
    EXPECT_EQ(send(R"({"inputs":[{"objectId":10,"customProperties":[]}]})").status, 400);
    EXPECT_THAT(portal_.report(), HasSubstr(R"("bad_requests":1)"));
}

TEST_F(backend_test, object_in_two_requests_under_way_is_an_overlap) {
    const auto first = arrive(two_inputs, 5);
    const auto second = arrive(R"({"inputs":[{"objectId":"11","customProperties":[]}]})", 6);
    answer(*first);
    answer(*second);
    const auto third = arrive(two_inputs, 7);
    EXPECT_THAT(portal_.report(), HasSubstr(R"("overlaps":1)"));
}

TEST_F(backend_test, request_given_up_by_its_client_does_not_overlap) {
    const auto first = arrive(two_inputs, 5);
    client_left_ = true;
    const auto second = arrive(two_inputs, 6);
    EXPECT_THAT(portal_.report(), HasSubstr(R"("overlaps":0)"));
}

TEST_F(backend_test, scenario_8_late_apply_over_a_newer_value_is_a_regression) {
    configure(R"({"faults":["every=1,status=502,late-ms=3000"]})");
    const std::string older =
        R"({"inputs":[{"objectId":"10","eventName":"#1","customProperties":[]}]})";
    const auto first = arrive(older);
    EXPECT_EQ(first->state.late, milliseconds(3000));
    EXPECT_EQ(answer(*first).status, 502);
    EXPECT_THAT(portal_.report(), HasSubstr(R"("late_waiting":1)"));
    configure(R"({"faults":[]})");
    send(R"({"inputs":[{"objectId":"10","eventName":"#2","customProperties":[]}]})");
    later(older);
    EXPECT_THAT(portal_.report(), HasSubstr(R"("regressions":1)"));
    EXPECT_THAT(portal_.report(), HasSubstr(R"("late_applied":1,"late_waiting":0)"));
}

TEST_F(backend_test, cut_after_apply_is_applied_and_has_no_status) {
    configure(R"({"faults":["every=1,cut-after-apply"]})");
    send(two_inputs);
    EXPECT_NE(portal_.objects_json(), "{}");
    EXPECT_THAT(portal_.report(), HasSubstr(R"("by_status":{})"));
    EXPECT_THAT(portal_.report(), HasSubstr(R"("cut":1)"));
}

TEST_F(backend_test, pending_is_applied_and_empty_results_are_not) {
    configure(R"({"faults":["every=2,pending","every=1,empty-results"]})");
    EXPECT_THAT(send(two_inputs).body, HasSubstr(R"("status":"COMPLETE")"));
    EXPECT_EQ(portal_.objects_json(), "{}");
    EXPECT_THAT(send(two_inputs).body, HasSubstr(R"("status":"PENDING")"));
    EXPECT_NE(portal_.objects_json(), "{}");
}

TEST_F(backend_test, contents_that_a_filter_hates_get_its_answer_and_are_not_applied) {
    struct refused {
        const char* answer;
        int status;
        const char* says;
        const char* header;
    };
    for (const auto& [answer, status, says, header] :
         {refused{"html=403", 403, "cloudflare", "Date"},
          refused{"redirect=302", 302, "cloudflare", "Location: https://login"},
          refused{"no-category=400", 400, "Cannot deserialize value", "Date"},
          refused{"other-json=403", 403, R"({"error":"blocked by policy")", "Date"},
          refused{"strangers=400", 400, R"("ids":["99)", "Date"},
          refused{"strangers=207", 207, R"("results":[],"numErrors":1)", "Date"}}) {
        SCOPED_TRACE(answer);
        configure(std::string(R"({"faults":["contains=<script>,)") + answer + R"("]})");
        const auto done =
            send(R"({"inputs":[{"objectId":"10","eventName":"<script>","customProperties":[]}]})");
        EXPECT_EQ(done.status, status);
        EXPECT_THAT(done.body, HasSubstr(says));
        EXPECT_THAT(done.body, Not(HasSubstr(R"("10")")));
        EXPECT_THAT(done.headers, HasSubstr(header));
        EXPECT_EQ(portal_.objects_json(), "{}");
    }
    EXPECT_EQ(send(two_inputs).status, 200);
}

TEST_F(backend_test, answers_of_what_lies_between_carry_no_header_of_hubspots) {
    for (const char* answer : {"html=403", "redirect=302", "other-json=403"}) {
        configure(std::string(R"({"faults":["every=1,)") + answer + R"("]})");
        EXPECT_THAT(send(two_inputs).headers, Not(HasSubstr("X-HubSpot"))) << answer;
    }
    configure(R"({"faults":["every=1,no-category=400"]})");
    EXPECT_THAT(send(two_inputs).headers, HasSubstr("X-HubSpot-Correlation-Id"));
}

TEST_F(backend_test, stranger_is_another_one_each_time_and_no_category_means_none) {
    configure(R"({"faults":["every=1,strangers=400"]})");
    EXPECT_NE(send(two_inputs).body, send(two_inputs).body);
    configure(R"({"faults":["every=1,no-category=400"]})");
    const auto done = send(two_inputs);
    EXPECT_THAT(done.body, HasSubstr(R"("status":"error")"));
    EXPECT_THAT(done.body, Not(HasSubstr("category")));
}

TEST_F(backend_test, captive_portal_answers_updates_accounts_and_tokens_until_it_ends) {
    configure(R"({"token":"other","faults":["always,html=511"]})");
    EXPECT_EQ(send(two_inputs).status, 511);
    for (const auto& [method, target] :
         {std::pair{"GET", "/account-info/v3/details"}, std::pair{"POST", "/oauth/v1/token"}})
        EXPECT_EQ(portal_.aside(method, target, "secret", "", now_)->status, 511) << target;
    configure(R"({"faults":["always,cut-before-apply,stall-ms=7"]})");
    EXPECT_EQ(portal_.aside("GET", "/account-info/v3/details", "secret", "", now_)->status, 0);
    EXPECT_EQ(portal_.aside_wait(), milliseconds(7));
    EXPECT_EQ(portal_.objects_json(), "{}");
    configure(R"({"token":"","faults":[]})");
    EXPECT_EQ(send(two_inputs).status, 200);
    EXPECT_EQ(portal_.aside("GET", "/account-info/v3/details", "secret", "", now_)->status, 200);
}

TEST_F(backend_test, cut_before_it_is_read_is_counted_as_a_request) {
    configure(R"({"faults":["contains=<b>,cut-unread"]})");
    EXPECT_FALSE(portal_.cuts_unread(true, "some <", now_));
    EXPECT_TRUE(portal_.cuts_unread(true, "some <b>", now_));
    EXPECT_THAT(portal_.report(), HasSubstr(R"("requests":1)"));
    EXPECT_THAT(portal_.report(), HasSubstr(R"("cut":1)"));
}

TEST_F(backend_test, unknown_switch_changes_nothing) {
    EXPECT_FALSE(portal_.change(R"({"all_unknown":true,"nonsense":1})"));
    EXPECT_FALSE(portal_.change(R"({"faults":["every=0"]})"));
    EXPECT_FALSE(portal_.change("?"));
    EXPECT_EQ(send(two_inputs).status, 200);
}

} // namespace
} // namespace hubspool::simulator
