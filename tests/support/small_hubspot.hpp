// A HubSpot on the loopback that delivers all it gets, but to ids that a test names: for tests of
// the whole daemon. The simulator (tests/simulator) is the one that counts and judges.
#pragma once

#include "support/test_certificates.hpp"
#include "support/tls_test_server.hpp"

#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace hubspool {

// Of the objects that a batch names, in its order.
inline std::vector<std::string> ids_in(const std::string& body) {
    constexpr std::string_view sign = R"("objectId":")";
    std::vector<std::string> ids;
    for (std::size_t at = body.find(sign); at != std::string::npos; at = body.find(sign, at)) {
        at += sign.size();
        ids.push_back(body.substr(at, body.find('"', at) - at));
    }
    return ids;
}

class small_hubspot {
public:
    small_hubspot() {
        certificate_wish wish;
        wish.addresses = {"127.0.0.1"};
        tls_test_server::options how;
        how.certificate = authority_.issue(wish);
        server_ = std::make_unique<tls_test_server>(
            how, std::vector<tls_test_server::script>{[this](test_peer& peer) { serve(peer); }});
    }
    std::string url() const { return "https://127.0.0.1:" + std::to_string(server_->port()); }
    const std::string& authority_pem() const { return authority_.certificate_pem(); }

    // Before the daemon runs.
    std::uint64_t portal = 111;
    int account_status = 200;
    std::set<std::string> unknown; // objects that it does not have

    std::vector<std::string> batches() const { // bodies
        std::vector<std::string> bodies;
        for (const std::string& request : server_->requests())
            if (request.starts_with("POST")) bodies.push_back(request);
        return bodies;
    }
    std::size_t questions() const { return server_->requests().size() - batches().size(); }

private:
    void serve(test_peer& peer) {
        for (std::string request = peer.read_request(); !request.empty();
             request = peer.read_request()) {
            if (request.starts_with("GET"))
                answer_account(peer);
            else
                answer_batch(peer, request);
        }
    }
    void answer_account(test_peer& peer) const {
        if (account_status != 200)
            return peer.answer(account_status,
                               R"({"status":"error","category":"INVALID_AUTHENTICATION",)"
                               R"("message":"Authentication credentials not found"})");
        peer.answer(200,
                    R"({"portalId":)" + std::to_string(portal) + R"(,"timeZone":"US/Eastern"})");
    }
    void answer_batch(test_peer& peer, const std::string& request) const {
        std::string results, errors;
        for (const std::string& id : ids_in(request)) {
            if (!unknown.contains(id)) {
                results +=
                    (results.empty() ? "" : ",") + std::string(R"({"objectId":")") + id + "\"}";
                continue;
            }
            errors += (errors.empty() ? "" : ",") +
                      std::string(R"({"status":"error","category":"OBJECT_NOT_FOUND",)"
                                  R"("message":"unknown","context":{"ids":[")") +
                      id + R"("]}})";
        }
        peer.answer(errors.empty() ? 200 : 207, R"({"status":"COMPLETE","results":[)" + results +
                                                    R"(],"errors":[)" + errors + "]}");
    }

    certificate_authority authority_{"small hubspot"};
    std::unique_ptr<tls_test_server> server_;
};

} // namespace hubspool
