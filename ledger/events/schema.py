"""The JSON Schema of what a client may send: every type of event, with its example."""

import re
from typing import Any

from pydantic.json_schema import DEFAULT_REF_TEMPLATE, CoreModeRef, CoreRef, DefsRef, GenerateJsonSchema

from ledger.events.catalogue import ADAPTER, EVENT_CLASSES


class _ReadableNames(GenerateJsonSchema):
    """Calls `ForecastRecorded.Data` just so, `ForecastRecordedData`, and not by its module."""

    def get_defs_ref(self, core_mode_ref: CoreModeRef) -> DefsRef:
        core_ref, mode = core_mode_ref
        named = re.sub(r"(\w+)\.Data:", r"\1Data:", core_ref)
        return super().get_defs_ref((CoreRef(named), mode))


def json_schema(ref_template: str = DEFAULT_REF_TEMPLATE) -> dict[str, Any]:
    """The union by its `type`, which must be given; `effective_on` need not. `$defs` holds one schema per type.

    `ref_template` says where those will stand, such as `#/components/schemas/{model}`.
    """
    schema = ADAPTER.json_schema(ref_template=ref_template, schema_generator=_ReadableNames)
    definitions: dict[str, dict[str, Any]] = schema["$defs"]
    for event_class in EVENT_CLASSES:
        event = definitions[event_class.__name__]
        event["required"] = ["type", *(name for name in event["required"] if name != "effective_on")]
        data = f"{event_class.__name__}Data"
        definitions[data]["title"] = data
    return schema
