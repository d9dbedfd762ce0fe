#!/usr/bin/env python3
"""Every body fits HubSpot's own OpenAPI file. The portal of every end-to-end test holds what it gets against
it; here everything is sent that a record may carry, and a body that does not fit is found."""

import json
import random
import unittest

from end_to_end import NO_LIMIT, SUPPORT, EndToEnd, scaled

SCHEMAS = json.loads((SUPPORT / "hubspot" / "marketing-events-v3.json").read_text())
SCHEMAS = SCHEMAS["components"]["schemas"]


def value_of(schema, rng):
    """A value that fits the schema, of any size and script."""
    if "$ref" in schema:
        return value_of(SCHEMAS[schema["$ref"].rsplit("/", 1)[1]], rng)
    if "enum" in schema:
        return rng.choice(schema["enum"])
    kind = schema["type"]
    if kind == "object":
        return {name: value_of(of, rng) for name, of in schema["properties"].items()
                if name in schema.get("required", ()) or rng.random() < 0.6}
    if kind == "array":
        return [value_of(schema["items"], rng) for _ in range(rng.randrange(4))]
    if kind == "boolean":
        return rng.random() < 0.5
    if kind == "integer":
        bits = 31 if schema.get("format") == "int32" else 63
        return rng.choice([0, 1, -1, 2**bits - 1, -2**bits, rng.randrange(10**6)])
    if schema.get("format") == "date-time":
        return rng.choice(["2026-11-24T00:00:00Z", "2026-11-24T23:59:60.125+05:30",
                           "1999-01-01T00:00:00.000000-12:00"])
    return "".join(rng.choice("aZ0 \"\\/\n\t\u00e4\u20ac\u2028\U0001f680<&") for _ in range(rng.randrange(20)))


class Conformance(EndToEnd):
    def test_whatever_a_record_may_carry_fits_the_schema(self):
        rng = random.Random(7)
        records = []
        for i in range(scaled(3_000, 100_000)):
            record = value_of(SCHEMAS["MarketingEventPublicUpdateRequestFullV2"], rng)
            record["objectId"] = rng.choice([str, int])(rng.randrange(1, 500))
            names = iter(range(100))
            for entry in record["customProperties"]:
                entry["name"] = f"p{next(names)}"
            if rng.random() < 0.2:
                del record["customProperties"]
            if rng.random() < 0.1:
                record["aNewField"] = {"of": ["any", 1, None]}
            records.append(record)
        self.start_portal()
        for custom_properties in ("pass", "name_value"):
            hubspool = self.make_hubspool(NO_LIMIT, {"records": {"custom_properties": custom_properties}})
            hubspool.put(records)
            self.drain(hubspool)
        report = self.portal.report()
        self.assertEqual((report["schema_violations"], report["first_schema_violation"]), (0, ""))
        self.assertEqual(report["bad_requests"], 0)
        self.assertGreater(report["inputs"], 900)
        self.assert_nothing_died(hubspool)

    def test_body_that_does_not_fit_is_counted_with_its_place(self):
        self.start_portal()
        path = "/marketing/v3/marketing-events/batch/update"
        self.portal.request(path, {"inputs": [{"objectId": "1", "customProperties": [],
                                               "eventCancelled": "no"}]})
        report = self.portal.report()
        self.assertEqual(report["schema_violations"], 1)
        self.assertEqual(report["first_schema_violation"], "inputs[0].eventCancelled: is no boolean")
        self.portal.reset_counters()


if __name__ == "__main__":
    unittest.main()
