"""The live panel without a browser: what it was given, and what it would tell."""

import json
from typing import Any

from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState, WidgetStates
from streamlit.testing.v1 import AppTest

EVENTS = "$$STREAMLIT_INTERNAL_KEY_{panel}__events"  # what a component triggers has this name


def events(panel: str, **what: str) -> WidgetState:
    """What the browser sends when something in a panel is moved."""
    told = json.dumps([{"event": "pull", "value": what}])
    return WidgetState(id=EVENTS.format(panel=panel), json_trigger_value=told)


def add_pull(states: WidgetStates, panel: str, mark: str, lever: str, value: float) -> None:
    """Send a pull of a lever with a run that is asked for over a websocket."""
    # without the state of the panel beside it, as a browser sends it, the move is not heard
    states.widgets.append(WidgetState(id=panel, json_value="{}"))
    told = {"kind": "pull", "lever": lever, "value": f"{value}", "mark": mark}
    states.widgets.append(events(panel, **told))


def mounted(message: ForwardMsg) -> tuple[str, str] | None:
    """The id and the mark of the panel that a message puts on a page; None for other messages."""
    if message.WhichOneof("type") != "delta":
        return None
    element = message.delta.new_element
    if element.WhichOneof("type") != "bidi_component":
        return None
    found = json.loads(element.bidi_component.json)
    # benches measure earlier versions too, whose panel was not given a list
    (found,) = found if isinstance(found, list) else [found]
    return element.bidi_component.id, str(found["mark"])


def data(app: AppTest) -> dict[str, Any]:
    """What the panel on the page was given."""
    found: dict[str, Any]
    (found,) = json.loads(_proto(app).json)
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
    """Do in the app what the browser does when something in the panel is moved."""
    states = app._tree.get_widget_states()
    states.widgets.append(events(_proto(app).id, **what, mark=data(app)["mark"]))
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
