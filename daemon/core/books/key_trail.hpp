// Keys, each told by the ones before it: those of a batch come from few files, and the fields of a
// change mostly from one record.
//
// Writer and reader each keep one and take the same steps. A value. Pure.
#pragma once

#include "core/words/order_key.hpp"
#include "core/words/varint.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace hubspool {

class key_trail {
public:
    // What all keys of one file, and of one as_of, share.
    struct source {
        as_of_ms as_of = 0;
        std::uint64_t number = 0;
        std::uint64_t ordinal = 0; // of the last key of it, from 0
    };
    // How a key is told: two bits.
    enum class kind : std::uint8_t {
        same,      // the key before; at the beginning {}
        other,     // the key before that one
        onward,    // another ordinal of the same source
        elsewhere, // of another source
    };
    struct step {
        kind how = kind::same;
        std::size_t source = 0;    // elsewhere: its place in sources()
        std::uint64_t ordinal = 0; // onward, elsewhere: the distance in the source, zigzag
    };

    step step_to(const order_key& key) {
        if (key == recent_[0].key) return {};
        if (key == recent_[1].key) {
            std::swap(recent_[0], recent_[1]);
            return {kind::other};
        }
        const std::size_t at = place_of(key);
        step next{at == recent_[0].source ? kind::onward : kind::elsewhere, at,
                  zigzag(sources_[at].ordinal, key.ordinal)};
        go_to(key, at);
        return next;
    }
    // False: there is no such source.
    bool follow(const step& next) {
        switch (next.how) {
        case kind::same: return true;
        case kind::other: std::swap(recent_[0], recent_[1]); return true;
        case kind::onward:
        case kind::elsewhere: break;
        }
        const std::size_t at = next.how == kind::onward ? recent_[0].source : next.source;
        if (at >= sources_.size()) return false;
        const source& from = sources_[at];
        go_to({from.as_of, from.number, unzigzag(from.ordinal, next.ordinal)}, at);
        return true;
    }
    const order_key& key() const { return recent_[0].key; }

    // A reader has them from the writer, in this order.
    const std::vector<source>& sources() const { return sources_; }
    void add_source(as_of_ms as_of, std::uint64_t number) {
        sources_.push_back({as_of, number, 0});
    }

private:
    // Records that each have an as_of of their own do not come again: looking far costs more than a
    // source that stands there twice.
    static constexpr std::size_t looked_back = 16;
    struct place {
        order_key key;
        std::size_t source = 0;
    };

    std::size_t place_of(const order_key& key) {
        const auto makes = [&](std::size_t at) {
            return sources_[at].number == key.number && sources_[at].as_of == key.as_of;
        };
        const std::size_t before = recent_[0].source;
        if (before < sources_.size() && makes(before)) return before;
        const std::size_t least = sources_.size() - std::min(sources_.size(), looked_back);
        for (std::size_t at = sources_.size(); at > least; --at) {
            if (makes(at - 1)) return at - 1;
        }
        add_source(key.as_of, key.number);
        return sources_.size() - 1;
    }
    void go_to(const order_key& key, std::size_t at) {
        sources_[at].ordinal = key.ordinal;
        recent_[1] = recent_[0];
        recent_[0] = {key, at};
    }

    std::vector<source> sources_; // in order of first use
    std::array<place, 2> recent_; // the key before, and the one before that
};

} // namespace hubspool
