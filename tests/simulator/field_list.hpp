// The fields of one object and their values, kept small: a test may write a million objects.
#pragma once

#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace hubspool::simulator {

struct field_name {
    std::string text;
    bool custom = false;
};

// The names of all objects' fields, each once.
class field_names {
public:
    // Stays where it is.
    const field_name& named(std::string_view text, bool custom);

private:
    struct view {
        std::string_view text;
        bool custom;
    };
    struct in_order {
        using is_transparent = void;
        template <class A, class B>
        bool operator()(const A& a, const B& b) const {
            if (a.custom != b.custom) return b.custom;
            return std::string_view(a.text) < std::string_view(b.text);
        }
    };

    std::set<field_name, in_order> names_;
};

class field_list {
public:
    // Of a field, and of its value among the values; behind the last one: of none.
    struct place {
        std::size_t field = 0;
        std::size_t value = 0;
    };

    std::size_t size() const { return fields_.size(); }
    // The field of that name. Looked for from `from` on, and then before it.
    place find(place from, std::string_view text, bool custom) const;
    bool has(place at) const { return at.field < fields_.size(); }
    place after(place at) const;
    const field_name& name(place at) const { return *fields_[at.field].name; }
    std::string_view value(place at) const; // JSON text
    template <class Visit>
    void for_each(Visit visit) const { // in the order of first writing
        for (place at; has(at); at = after(at)) visit(name(at), value(at));
    }
    void set_value(place at, std::string_view value);
    // `name` outlives this, and is not in it yet.
    place append(const field_name& name, std::string_view value);

private:
    struct field {
        const field_name* name;
        std::uint32_t value_bytes;
    };

    std::vector<field> fields_;
    std::string values_; // one behind the other
};

} // namespace hubspool::simulator
