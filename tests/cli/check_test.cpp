#include "cli/cli_fixture.hpp"

#include <gmock/gmock.h>

namespace hubspool {

using ::testing::HasSubstr;
using ::testing::Not;

class check_test : public cli_fixture {
protected:
    void change_config(const std::string& more) const {
        std::ofstream(config(), std::ios::app) << more;
    }
};

TEST_F(check_test, prepared_queue_is_fit_and_the_settings_are_printed) {
    make_queue();
    const ended got = over({"check"});
    EXPECT_EQ(got.exit_code, 0) << got.out;
    EXPECT_THAT(got.out, HasSubstr("hubspool can run like this"));
    EXPECT_THAT(got.out, HasSubstr("HubSpot supports v3 until September 2027"));
    EXPECT_THAT(got.out, HasSubstr("    bulk_min_share: 0.2"));
}

TEST_F(check_test, token_is_never_printed) {
    make_queue();
    for (const std::vector<std::string>& words :
         {std::vector<std::string>{"check"}, {"check", "--json"}}) {
        const ended got = over(words);
        EXPECT_THAT(got.out + got.err, Not(HasSubstr("secret-token")));
    }
}

TEST_F(check_test, changes_nothing) {
    make_queue();
    over({"check"});
    EXPECT_FALSE(std::filesystem::exists(state()));
    EXPECT_EQ(names_in(queue()).size(), 7U); // the six, and the lock
}

TEST_F(check_test, token_that_others_may_read_is_an_error) {
    make_queue();
    ::chmod(dir_.file("token").c_str(), 0644);
    const ended got = over({"check"});
    EXPECT_EQ(got.exit_code, 1);
    EXPECT_THAT(got.out, HasSubstr("error    token"));
    EXPECT_THAT(got.out, HasSubstr("chmod 0640"));
    EXPECT_THAT(got.out, HasSubstr("hubspool cannot run like this"));
}

TEST_F(check_test, missing_token_is_an_error) {
    make_queue();
    std::filesystem::remove(dir_.file("token"));
    EXPECT_EQ(over({"check"}).exit_code, 1);
}

TEST_F(check_test, unusable_authorities_are_an_error) {
    make_queue();
    change_config("    ca_file: " + write("ca.pem", "no certificate") + "\n");
    const ended got = over({"check"});
    EXPECT_EQ(got.exit_code, 1);
    EXPECT_THAT(got.out, HasSubstr("error    tls"));
}

TEST_F(check_test, machine_without_authorities_is_an_error_that_names_the_package) {
    make_queue();
    const std::string none = dir_.file("none");
    std::filesystem::create_directory(none);
    ::setenv("SSL_CERT_FILE", (none + "/file").c_str(), 1);
    ::setenv("SSL_CERT_DIR", none.c_str(), 1);
    const ended got = over({"check"});
    write("none/1234abcd.0", "an authority, by its hash");
    const ended with_one = over({"check"});
    ::unsetenv("SSL_CERT_FILE");
    ::unsetenv("SSL_CERT_DIR");
    EXPECT_EQ(got.exit_code, 1);
    EXPECT_THAT(got.out, HasSubstr("error    tls"));
    EXPECT_THAT(got.out, HasSubstr("install ca-certificates"));
    EXPECT_EQ(with_one.exit_code, 0) << with_one.out;
}

TEST_F(check_test, unusable_client_certificate_is_an_error) {
    make_queue();
    const std::string file = write("ours.pem", "no certificate");
    change_config("    client_cert_file: " + file + "\n    client_key_file: " + file + "\n");
    const ended got = over({"check"});
    EXPECT_EQ(got.exit_code, 1);
    EXPECT_THAT(got.out, HasSubstr("error    tls"));
    EXPECT_THAT(got.out, HasSubstr("ours.pem holds no certificate"));
}

TEST_F(check_test, proxy_is_told_and_what_is_wrong_with_it) {
    make_queue();
    change_config("    proxy: http://proxy.example:3128\n    no_proxy: localhost\n");
    EXPECT_THAT(over({"check"}).out, HasSubstr("through proxy.example:3128, without credentials"));
    const std::string file = write("proxy", "user:geheim");
    change_config("    proxy_credentials_file: " + file + "\n");
    ::chmod(file.c_str(), 0644);
    const ended got = over({"check"});
    EXPECT_EQ(got.exit_code, 0) << "it runs, and takes another file as soon as it is there";
    EXPECT_THAT(got.out, HasSubstr("warning  proxy      nothing is sent: "));
    EXPECT_THAT(got.out, Not(HasSubstr("geheim")));
    ::chmod(file.c_str(), 0640);
    EXPECT_THAT(over({"check"}).out, HasSubstr("as the user in " + file));
}

TEST_F(check_test, queue_that_can_be_made_is_a_warning) {
    const ended got = over({"check"});
    EXPECT_EQ(got.exit_code, 0) << got.out;
    EXPECT_THAT(got.out, HasSubstr(queue() + " is not there yet; hubspool makes it"));
}

TEST_F(check_test, queue_without_a_parent_is_an_error) {
    write("hubspool.yaml", "queue:\n    directory: " + dir_.file("absent/queue") +
                               "\napi:\n    token_file: " + dir_.file("token") +
                               "\nstate:\n    directory: " + state() + "\n");
    const ended got = over({"check"});
    EXPECT_EQ(got.exit_code, 1);
    EXPECT_THAT(got.out, HasSubstr("(queue.directory) is not there, and cannot be made"));
}

TEST_F(check_test, loose_modes_are_warned_of) {
    make_queue();
    open_state();
    ::chmod(state().c_str(), 0755);
    ::chmod((queue() + "/new").c_str(), 0777);
    const ended got = over({"check"});
    EXPECT_EQ(got.exit_code, 0) << got.out;
    EXPECT_THAT(got.out, HasSubstr("chmod 0700 " + state()));
    EXPECT_THAT(got.out, HasSubstr("chmod 3770 " + queue() + "/new"));
}

TEST_F(check_test, damaged_database_is_an_error) {
    make_queue();
    open_state();
    std::filesystem::remove(state() + "/state.db-wal");
    std::ofstream(state() + "/state.db", std::ios::binary) << std::string(8192, 'x');
    const ended got = over({"check"});
    EXPECT_EQ(got.exit_code, 1);
    EXPECT_THAT(got.out, HasSubstr("error    state"));
}

TEST_F(check_test, unsafe_combinations_are_warned_of) {
    make_queue();
    change_config("    late: 1s\n    request_timeout: 30s\n");
    const ended got = over({"check"});
    EXPECT_THAT(got.out, HasSubstr("warning  settings"));
}

TEST_F(check_test, json_has_the_findings_and_the_settings) {
    make_queue();
    const ended got = over({"check", "--json"});
    EXPECT_EQ(got.exit_code, 0);
    EXPECT_THAT(got.out, HasSubstr("{\"fit\":true,"));
    EXPECT_THAT(got.out, HasSubstr("{\"level\":\"ok\",\"subject\":\"token\","));
    EXPECT_THAT(got.out, HasSubstr("\"settings_yaml\":\"queue:\\n"));
}

TEST_F(check_test, quiet_says_nothing_when_only_warnings_are_there) {
    make_queue();
    const ended got = over({"check", "--quiet"});
    EXPECT_EQ(got.exit_code, 0);
    EXPECT_EQ(got.out + got.err, "");
}

TEST_F(check_test, quiet_says_each_error_and_ends_with_the_same_code) {
    make_queue();
    std::filesystem::remove(dir_.file("token"));
    const ended got = over({"check", "-q"});
    EXPECT_EQ(got.exit_code, 1);
    EXPECT_EQ(got.out, "");
    EXPECT_THAT(got.err, HasSubstr("hubspool: cannot run: token: "));
    EXPECT_THAT(got.err, HasSubstr(dir_.file("token")));
}

TEST_F(check_test, quiet_and_json_together_are_refused) {
    EXPECT_EQ(over({"check", "--quiet", "--json"}).exit_code, 2);
}

} // namespace hubspool
