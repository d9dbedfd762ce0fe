// Each setting and the option of the part that it is for: one that goes nowhere, or to the wrong
// place, fails here.
#include "app/instance.hpp"
#include "app/options.hpp"
#include "support/temp_dir.hpp"

#include <gmock/gmock.h>

#include <filesystem>

namespace hubspool {

namespace {

using namespace std::chrono_literals;

engine_options engine_of(void (*change)(settings&)) {
    settings from;
    change(from);
    return make_engine_options(from, std::nullopt);
}

} // namespace

TEST(engine_options_of, batches_lanes_and_the_brake) {
    EXPECT_EQ(engine_of([](settings& v) { v.batch.max_bytes = 5000; }).planner.body_bytes_max,
              5000U);
    EXPECT_EQ(engine_of([](settings& v) { v.lanes.bulk_min_share = 0.75; }).planner.bulk_share_min,
              0.75);
    EXPECT_EQ(engine_of([](settings& v) { v.brake.count = 7; }).brake.count, 7U);
    EXPECT_EQ(engine_of([](settings& v) { v.brake.share = 0.5; }).brake.share, 0.5);
}

TEST(engine_options_of, numbers_that_are_left_to_hubspot_are_none) {
    const engine_options options = engine_of([](settings&) {});
    EXPECT_FALSE(options.limiter.requests);
    EXPECT_FALSE(options.daily.requests);
}

TEST(engine_options_of, each_way_to_look_at_the_echo) {
    const auto of = [](echo_check way) {
        settings from;
        from.api.verify_echo = way;
        const engine_options options = make_engine_options(from, std::nullopt);
        return std::pair(options.mapper.look_at_echo, options.mapper.echo_is_required);
    };
    EXPECT_EQ(of(echo_check::off), std::pair(false, false));
    EXPECT_EQ(of(echo_check::warn), std::pair(true, false));
    EXPECT_EQ(of(echo_check::dead_letter), std::pair(true, true));
}

// Values are noted only where they are compared: a hash of each costs the ledger half its size.
TEST(engine_options_of, unchanged_values_that_are_skipped_are_noted_too) {
    const engine_options sends = engine_of([](settings&) {});
    EXPECT_FALSE(sends.notes_values || sends.skips_unchanged);
    const engine_options skips = engine_of([](settings& v) {
        v.records.skip_unchanged = true;
        v.records.unchanged_max_age = 5h;
    });
    EXPECT_TRUE(skips.notes_values && skips.skips_unchanged);
    EXPECT_EQ(skips.unchanged_max_age, 5h);
}

TEST(engine_options_of, oauth_is_known_where_answers_are_judged) {
    EXPECT_FALSE(engine_of([](settings&) {}).mapper.oauth);
    EXPECT_TRUE(
        engine_of([](settings& v) { v.api.oauth = {"/id", "/secret", "/token"}; }).mapper.oauth);
}

TEST(engine_options_of, drain_ends_and_run_does_not) {
    EXPECT_FALSE(make_engine_options({}, std::nullopt).drain);
    drain_options some;
    some.requests_max = 9;
    const engine_options options = make_engine_options({}, some);
    EXPECT_TRUE(options.drain);
    EXPECT_EQ(options.requests_max, 9U);
}

TEST(options_of, api_has_all_that_leads_to_hubspot) {
    settings from;
    from.api.url = "https://h:1";
    from.api.ca_file = "/ca";
    from.api.tls_min = "1.3";
    from.api.client_cert_file = "/cert";
    from.api.client_key_file = "/key";
    from.api.proxy = "http://p:2";
    from.api.proxy_credentials_file = "/login";
    from.api.no_proxy = "n";
    from.api.connect_timeout = 3s;
    from.api.request_timeout = 4s;
    const api_options to = make_api_options(from);
    EXPECT_EQ(to.url, "https://h:1");
    EXPECT_EQ(to.ca_file, "/ca");
    EXPECT_EQ(to.tls_min, "1.3");
    EXPECT_EQ(to.client_certificate_file, "/cert");
    EXPECT_EQ(to.client_key_file, "/key");
    EXPECT_EQ(to.proxy, "http://p:2");
    EXPECT_EQ(to.proxy_credentials_file, "/login");
    EXPECT_EQ(to.no_proxy, "n");
    EXPECT_EQ(to.connect_timeout, 3s);
    EXPECT_EQ(to.request_timeout, 4s);
}

TEST(options_of, sending_knows_how_long_a_request_may_take_and_which_boot_it_is) {
    settings from;
    from.state.directory = "/s";
    from.api.request_timeout = 4s;
    const sending_options to = make_sending_options(from);
    EXPECT_EQ(to.directory, "/s");
    EXPECT_EQ(to.request_timeout, 4s);
    EXPECT_NE(to.boot.kernel, "");
}

TEST(options_of, reader_has_its_limits_and_how_records_are_taken) {
    settings from;
    from.queue.max_record_bytes = 5000;
    from.queue.quiet_period = 3s;
    from.queue.max_unpacked_bytes = 6000;
    from.queue.max_unpacked_ratio = 7;
    from.records.refuse_unknown_fields = true;
    const file_reader_options to = make_reader_options(from);
    EXPECT_EQ(to.record_bytes_max, 5000U);
    EXPECT_EQ(to.quiet_period, 3s);
    EXPECT_EQ(to.unpack.text_bytes_max, 6000U);
    EXPECT_EQ(to.unpack.ratio_max, 7U);
    EXPECT_TRUE(to.decode.refuse_unknown_fields);
    EXPECT_FALSE(to.decode.name_value_only);
    from.records.refuse_unknown_fields = false;
    from.records.name_value_only = true;
    EXPECT_FALSE(make_reader_options(from).decode.refuse_unknown_fields);
    EXPECT_TRUE(make_reader_options(from).decode.name_value_only);
}

TEST(options_of, tables_have_the_zone_of_their_times) {
    settings from;
    EXPECT_EQ(make_reader_options(from).csv.utc_of_local, nullptr) << "times without one are bad";
    from.csv.time_zone = "UTC";
    const auto utc_of_local = make_reader_options(from).csv.utc_of_local;
    ASSERT_NE(utc_of_local, nullptr);
    EXPECT_EQ(utc_of_local(1000), 1000);
}

TEST(options_of, intake_knows_its_pace_and_what_a_drain_reads) {
    settings from;
    from.queue.scan_interval = 3s;
    from.queue.quiet_period = 4s;
    from.queue.max_record_bytes = 5000;
    const intake_options runs = make_intake_options(from, std::nullopt);
    EXPECT_EQ(runs.scan_interval, 3s);
    EXPECT_EQ(runs.quiet_period, 4s);
    EXPECT_EQ(runs.record_bytes_max, 5000U);
    EXPECT_FALSE(runs.drain || runs.only);
    drain_options one_lane;
    one_lane.only = lane::bulk;
    const intake_options drains = make_intake_options(from, one_lane);
    EXPECT_TRUE(drains.drain);
    EXPECT_EQ(drains.only, lane::bulk);
}

TEST(options_of, credential_has_its_files_and_the_one_that_the_service_writes) {
    settings from;
    from.api.token_file = "/t";
    from.api.oauth = {"/id", "/secret", "/refresh"};
    from.state.directory = "/s";
    const credential_files to = make_credential_files(from);
    EXPECT_EQ(to.token_file, "/t");
    EXPECT_EQ(to.client_id_file, "/id");
    EXPECT_EQ(to.client_secret_file, "/secret");
    EXPECT_EQ(to.refresh_token_file, "/refresh");
    EXPECT_EQ(to.kept_file, "/s/refresh-token");
}

} // namespace hubspool
