// A client with its loop, and a TLS server to talk to.
#pragma once

#include "api/http/api_client.hpp"
#include "support/temp_dir.hpp"
#include "support/test_certificates.hpp"
#include "support/tls_test_server.hpp"

#include <boost/asio/io_context.hpp>

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace hubspool {

using connected = result<std::unique_ptr<api_connection>>;
using script = tls_test_server::script;

class api_fixture : public ::testing::Test {
protected:
    api_fixture();
    void TearDown() override; // ends the scripts before what they use is destroyed

    test_certificate certificate() const; // a good one for 127.0.0.1, ::1 and localhost
    void serve(std::vector<script> scripts);
    void serve(tls_test_server::options how, std::vector<script> scripts);
    // Connects anew with the present `options`; `host` stands in the URL.
    connected connect(const std::string& host = "127.0.0.1");
    connected connect_again();                    // with the client that connect() made
    std::unique_ptr<api_connection> connection(); // fails the test when there is none
    api_response exchange(api_connection& over, api_request request);
    api_response exchange(api_connection& over, std::string_view body = "{}"); // a batch update
    api_response exchange_once(script server_side, std::string_view body = "{}");
    // Runs the loop until `done` holds; false when that takes longer than 10 s.
    bool run_until(const std::function<bool()>& done);

    temp_dir dir;
    certificate_authority authority{"hubspool test authority"};
    boost::asio::io_context loop{1};
    api_options options;
    std::unique_ptr<tls_test_server> server;
    std::unique_ptr<api_client> client;
};

} // namespace hubspool
