"""What tells nothing but that a popover was closed.

A click elsewhere closes it, and Streamlit tells the closing after what the click asked for, with a
run of the page that was shown before: a click on a link to another page would be lost. The closing
is told with the next message anyway, for each holds the state of all widgets.

One that comes straight after the opening is passed on: the answer to the opening may still be on
its way, and would open again what a second click or Escape has just closed.
"""

from streamlit.proto.BackMsg_pb2 import BackMsg

from core.web.closings import POPOVER

TRIGGERS = frozenset(
    {"trigger_value", "string_trigger_value", "chat_input_value", "json_trigger_value"}
)


class Closings:
    """What one line was told of its widgets."""

    def __init__(self) -> None:
        self._page, self._known, self._opened = "", dict[str, bytes](), set[str]()

    def __call__(self, data: bytes) -> bool:
        """Whether a message tells that a popover closed and nothing else, or comes with the page
        that was just left."""
        try:
            came = BackMsg.FromString(data)
        except Exception:  # Streamlit says so itself and closes the line
            return False
        if came.WhichOneof("type") != "rerun_script":
            return False
        asked = came.rerun_script
        widgets = asked.widget_states.widgets
        states = {one.id: one.SerializeToString() for one in widgets}
        popovers = [one for one in widgets if one.id.endswith(POPOVER)]
        closed = {
            one.id
            for one in popovers
            if not one.bool_value and self._known.get(one.id, states[one.id]) != states[one.id]
        }
        is_left = asked.page_script_hash != self._page
        rest = states.keys() - closed
        is_pressed = any(one.WhichOneof("value") in TRIGGERS for one in widgets)
        same = all(self._known.get(name) == states[name] for name in rest)
        is_late = is_left or (same and not closed & self._opened)
        if closed and not is_pressed and not asked.fragment_id and is_late:
            self._known |= {name: states[name] for name in closed}
            return True
        self._opened = {
            one.id
            for one in popovers
            if one.bool_value and self._known.get(one.id) != states[one.id]
        }
        # on its way to another page a browser leaves out the widgets of the page before
        self._known = (self._known | states) if is_left else states
        self._page = asked.page_script_hash
        return False
