"""The live panel in tests without a browser: what it was given, and what it would tell."""

import json
from typing import Any

from streamlit.proto.WidgetStates_pb2 import WidgetState
from streamlit.testing.v1 import AppTest


def data(app: AppTest) -> dict[str, Any]:
    """What the panel on the page was given."""
    found: dict[str, Any] = json.loads(_proto(app).json)
    return found


def _proto(app: AppTest) -> Any:
    (panel,) = (one for one in app.get("bidi_component") if "live_panel" in one.proto.id)
    return panel.proto


def lever(app: AppTest, component: str) -> dict[str, Any]:
    """One lever as the panel shows it."""
    (found,) = (one for one in data(app)["levers"] if one["id"] == component)
    return dict(found)


def box(app: AppTest, component: str) -> str:
    """The number in the box beside a slider."""
    return str(lever(app, component)["box"])


def pull(app: AppTest, component: str, value: str) -> AppTest:
    """Type a number into the box beside a slider, or let its thumb go there."""
    return tell(app, kind="pull", lever=component, value=value)


def tell(app: AppTest, **what: str) -> AppTest:
    """Send what the browser sends when something in the panel is moved."""
    message = [{"event": "pull", "value": {**what, "mark": data(app)["mark"]}}]
    states = app._tree.get_widget_states()
    key = f"$$STREAMLIT_INTERNAL_KEY_{_proto(app).id}__events"
    states.widgets.append(WidgetState(id=key, json_trigger_value=json.dumps(message)))
    return app._run(states)


def scores(app: AppTest) -> list[str]:
    """The scores on the cards: now, today, and every horizon."""
    found = data(app)
    return [
        ("" if card["certain"] else "≈\xa0")
        + f"{card['score'] / 100:.2f}".replace(".", found["comma"])
        for card in found["cards"]
    ]


def said(app: AppTest) -> str:
    """All that stands beside the levers."""
    found = data(app)
    notes = [note for one in found["levers"] for note in one["notes"]]
    return " ".join([*notes, *found["others"]])
